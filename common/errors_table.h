/* SPDX-License-Identifier: ISC */
/*
 * errors_table: every error there is, one line each.
 *
 * Columns: name; code for programs (the CLI prints it as E_<NAME>); HTTP
 * status (behaviour.md I.3); exit code (sysexits); x-should-retry; the sentence
 * for people; the remedy.  "<id>" in a remedy stands for what 'about' names.
 */
#pragma once

#define ERRORS(X)							\
  X(USAGE,              "usage",                400, EX_USAGE, NO,	\
    "the command line is not understood", "cofferdam --help")		\
  X(INVALID_REQUEST,    "invalid_request",      400, EX_DATAERR, NO,	\
    "the request cannot be used", "correct the named field")		\
  X(UNAUTHENTICATED,    "unauthenticated",      401, EX_NOPERM, NO,	\
    "the agent token is missing or unknown",				\
    "send a token made by: cofferdam agents add <id>")			\
  X(NOT_PERMITTED,      "not_permitted",        403, EX_NOPERM, NO,	\
    "a rule of the credential forbids it", "cofferdam providers")	\
  X(FOREIGN_ORIGIN,     "foreign_origin",       403, EX_NOPERM, NO,	\
    "the request comes from a web page or names a foreign host",	\
    "call http://127.0.0.1 and the port that cofferdam status shows")	\
  X(FOREIGN_USER,       "foreign_user",         403, EX_NOPERM, NO,	\
    "the program that calls is of a user who may not",			\
    "if he should: name him in users in cofferdam.conf, then: "		\
    "cofferdam reload")							\
  X(BUDGET_EXHAUSTED,   "budget_exhausted",     403, EX_NOPERM, NO,	\
    "the budget of the credential is used up", "cofferdam providers")	\
  X(CAPS_REACHED,       "caps_reached",         403, EX_NOPERM, NO,	\
    "all legs of the agent's bundle have reached their caps for today", \
    "wait for midnight UTC, or: cofferdam route <id> <provider/model> --pin") \
  X(NOT_FOUND,          "not_found",            404, EX_DATAERR, NO,	\
    "there is nothing at this path",					\
    "see the paths in: man cofferdamd")					\
  X(METHOD_NOT_ALLOWED, "method_not_allowed",   405, EX_DATAERR, NO,	\
    "this path does not take that method", "use POST")			\
  X(REQUEST_TOO_LARGE,  "request_too_large",    413, EX_DATAERR, NO,	\
    "the request is larger than the limit", "raise max_body in cofferdam.conf")\
  X(HEAD_TOO_LARGE,     "head_too_large",       431, EX_DATAERR, NO,	\
    "the request's head is larger than the limit",			\
    "send fewer or shorter headers")					\
  X(UPGRADE_REFUSED,    "upgrade_refused",      426, EX_DATAERR, NO,	\
    "this path is served over HTTP only", "send POST /v1/responses")	\
  X(TOO_MANY_REQUESTS,  "too_many_requests",    429, EX_TEMPFAIL, YES,	\
    "the agent has too many requests in flight", "wait for some to end")	\
  X(INTERNAL,           "internal",             500, EX_SOFTWARE, NO,	\
    "something in Cofferdam is wrong", "report it with the log's last lines")\
  X(IPC_BROKEN,         "ipc_broken",           500, EX_SOFTWARE, NO,	\
    "a process sent a message that breaks its declaration",		\
    "report it with the log's last lines")				\
  X(NO_CREDENTIAL,      "no_credential",        502, EX_CONFIG, NO,	\
    "no key is stored for this provider", "cofferdam providers add <id>")	\
  X(ORIGIN_CHANGED,     "origin_changed",       502, EX_NOPERM, NO,	\
    "the provider's base URL is not the one that was approved",		\
    "if the new one is right: cofferdam providers trust <id>")		\
  X(UPSTREAM_UNREACHABLE, "upstream_unreachable", 502, EX_UNAVAILABLE, YES,\
    "the provider cannot be reached", "check the network, then retry")	\
  X(UPSTREAM_TLS,       "upstream_tls",         502, EX_UNAVAILABLE, NO,	\
    "the provider's TLS certificate was not accepted",			\
    "check the base URL, the clock and ca_file in cofferdam.conf")	\
  X(UPSTREAM_REJECTED_KEY, "upstream_rejected_key", 502, EX_CONFIG, NO,	\
    "the provider rejected the stored key",				\
    "store a valid one: cofferdam providers add <id>")			\
  X(UPSTREAM_BROKEN,    "upstream_broken",      502, EX_PROTOCOL, YES,	\
    "the provider's answer ended before it was complete", "retry")	\
  X(UPSTREAM_REFLECTED_KEY, "upstream_reflected_key", 502, EX_PROTOCOL, NO,\
    "the provider's answer contained the key and was cut",		\
    "replace the key at the provider, then: cofferdam providers add <id>")	\
  X(UPSTREAM_TIMEOUT,   "upstream_timeout",     504, EX_TEMPFAIL, YES,	\
    "the provider did not answer in time", "retry")			\
  X(NO_ROUTE,           "no_route",             503, EX_CONFIG, NO,	\
    "the agent has no binding, policy or route",			\
    "cofferdam route <id> <provider/model>")				\
  X(UNKNOWN_PROVIDER,   "unknown_provider",     503, EX_CONFIG, NO,	\
    "the provider is known nowhere",					\
    "cofferdam providers register <id> --protocol openai --base-url <url>")\
  X(VAULT_LOCKED,       "vault_locked",         503, EX_UNAVAILABLE, NO,	\
    "the vault is locked", "cofferdam unlock")				\
  X(AUDIT_UNAVAILABLE,  "audit_unavailable",    503, EX_TEMPFAIL, YES,	\
    "the audit log cannot be written, so no key may be used",		\
    "make the log writable again (cofferdam status names the reason), "	\
    "or start a new one: cofferdam reload")				\
  X(BROKER_UNAVAILABLE, "broker_unavailable",   503, EX_TEMPFAIL, YES,	\
    "the broker is not running or does not answer",			\
    "retry; if it stays: cofferdam status")				\
  X(PROCESS_PARKED,     "process_parked",       503, EX_UNAVAILABLE, NO,	\
    "a process was given up, because it died too often or cannot start",	\
    "mend what log/cofferdamd.log says of it, then: cofferdam reload")	\
  X(EGRESS_UNAVAILABLE, "egress_unavailable",   503, EX_TEMPFAIL, YES,	\
    "the process that holds this key cannot be started",		\
    "retry; if it stays: cofferdam status")				\
  X(TOO_MANY_EGRESSES,  "too_many_egresses",    503, EX_TEMPFAIL, YES,	\
    "as many keys are in use at once as may be", "retry in a moment")	\
  X(OVERLOADED,         "overloaded",           503, EX_TEMPFAIL, YES,	\
    "too much is in progress", "retry in a moment")			\
  X(NO_MEMORY,          "no_memory",            503, EX_OSERR, YES,	\
    "memory for a secret could not be locked",				\
    "raise LimitMEMLOCK (ulimit -l)")					\
  X(NO_VAULT,           "no_vault",             503, EX_CONFIG, NO,	\
    "there is no vault yet", "cofferdam init")				\
  X(VAULT_EXISTS,       "vault_exists",         409, EX_CANTCREAT, NO,	\
    "there is a vault already", "cofferdam status")			\
  X(VAULT_DAMAGED,      "vault_damaged",        503, EX_DATAERR, NO,	\
    "the vault file is damaged and was left as it is",			\
    "restore vault/vault.prev or a backup")				\
  X(VAULT_ROLLED_BACK,  "vault_rolled_back",    503, EX_NOPERM, NO,	\
    "the vault or the audit log is older than the other says",		\
    "if you restored it yourself: cofferdam unlock --accept-rollback")	\
  X(WRONG_PASSPHRASE,   "wrong_passphrase",     403, EX_NOPERM, NO,	\
    "the passphrase or key file does not open this vault", "try again")	\
  X(PASSPHRASE_NEEDED,  "passphrase_needed",    403, EX_NOPERM, NO,	\
    "this needs the vault's passphrase",				\
    "run it on a terminal, or give --passphrase-fd N")			\
  X(APPROVAL_NEEDED,    "approval_needed",      403, EX_NOPERM, NO,	\
    "a person must approve the base URL",				\
    "run it on a terminal, or give --base-url with the URL you approve")	\
  X(URL_INVALID,        "url_invalid",          400, EX_DATAERR, NO,	\
    "the base URL is not acceptable",					\
    "use https://host[:port][/path] (http:// only for this machine)")	\
  X(KEY_INVALID,        "key_invalid",          400, EX_DATAERR, NO,	\
    "a key is 8 to 8192 visible ASCII characters", "enter the key again")	\
  X(TOKEN_INVALID,      "token_invalid",        400, EX_DATAERR, NO,	\
    "an agent token is 16 to 512 visible ASCII characters",		\
    "enter another one, or let cofferdam make it")			\
  X(ID_INVALID,         "id_invalid",           400, EX_DATAERR, NO,	\
    "an id is 1 to 64 letters, digits, dots, dashes or underscores",	\
    "use another id")							\
  X(AGENT_NOT_FOUND,    "agent_not_found",      404, EX_DATAERR, NO,	\
    "there is no such agent", "cofferdam agents add <id>")		\
  X(AGENT_EXISTS,       "agent_exists",         409, EX_CANTCREAT, NO,	\
    "there is such an agent already",					\
    "for a new token: cofferdam agents token <id>")			\
  X(FAILOVER_TAKEN,     "failover_taken",       409, EX_CANTCREAT, NO,	\
    "another provider stands in for this model already",		\
    "cofferdam failovers shows which; a model has one substitute")	\
  X(TOKEN_UNKNOWN,      "token_unknown",        409, EX_CANTCREAT, NO,	\
    "there is such an agent already, and its token is not known here",	\
    "to give it another: cofferdam connect <id> --new-token")		\
  X(CLIENT_UNKNOWN,     "client_unknown",       404, EX_DATAERR, NO,	\
    "this agent is not one that can be connected: claude-code, codex, "	\
    "openclaw or hermes",						\
    "give any other a token: cofferdam agents add <id>")		\
  X(AGENT_NOT_INSTALLED, "agent_not_installed", 409, EX_UNAVAILABLE, NO,	\
    "the agent is not installed here", "install it, or correct the PATH")	\
  X(CONFIG_CONFLICT,    "config_conflict",      409, EX_CANTCREAT, NO,	\
    "the agent's configuration says something else already",		\
    "to overwrite it until it is disconnected: cofferdam connect <id> --replace")\
  X(CONFIG_CHANGED,     "config_changed",       409, EX_TEMPFAIL, YES,	\
    "the file was changed by another program meanwhile", "try again")	\
  X(CONFIG_NOT_UNDERSTOOD, "config_not_understood", 409, EX_DATAERR, NO,	\
    "a configuration file cannot be changed safely and was left as it is",\
    "change it by hand: cofferdam connect <id> --dry-run shows how")	\
  X(RUN_NOT_FOUND,      "run_not_found",        404, EX_DATAERR, NO,	\
    "there is no such run", "cofferdam runs")				\
  X(REQUEST_NOT_FOUND,  "request_not_found",    404, EX_DATAERR, NO,	\
    "neither the runs nor the audit log know that request",		\
    "cofferdam runs --per-call --json")					\
  X(AMBIGUOUS,          "ambiguous",            409, EX_DATAERR, NO,	\
    "more than one begins like that", "give more of the id")		\
  X(PROVIDER_BUILTIN,   "provider_builtin",     409, EX_DATAERR, NO,	\
    "a built-in provider cannot be changed", "use another id")		\
  X(SETTINGS_INVALID,   "settings_invalid",     500, EX_CONFIG, NO,	\
    "the settings file has a mistake", "correct the named line")	\
  X(HOME_UNSAFE,        "home_unsafe",          500, EX_CONFIG, NO,	\
    "the home folder or a file in it has a wrong owner or mode",	\
    "make it yours and private: chown, chmod 0700")			\
  X(FILE_DAMAGED,       "file_damaged",         500, EX_DATAERR, NO,	\
    "a file has wrong content", "restore or remove the named file")	\
  X(FILE_FAILED,        "file_failed",          500, EX_IOERR, YES,	\
    "a file cannot be read or written", "check the named file and the disk")	\
  X(NO_SYSTEM_USER,     "no_system_user",       500, EX_CONFIG, NO,	\
    "a user or group that the system install needs is missing",		\
    "systemd-sysusers, or see INSTALLATION in: man cofferdamd")		\
  X(NOT_ROOT,           "not_root",             403, EX_NOPERM, NO,	\
    "only root may do this in a system install", "run it as root (sudo)")	\
  X(NOT_ADMIN,          "not_admin",            403, EX_NOPERM, NO,	\
    "only root and the group cofferdam-admin manage this install",	\
    "run it as root (sudo)")						\
  X(NOT_RUNNING,        "not_running",          503, EX_UNAVAILABLE, NO,	\
    "cofferdamd is not running", "cofferdam up")			\
  X(ALREADY_RUNNING,    "already_running",      409, EX_TEMPFAIL, NO,	\
    "another cofferdamd or command holds this home", "cofferdam status")	\
  X(LISTEN_FAILED,      "listen_failed",        500, EX_UNAVAILABLE, NO,	\
    "the address cannot be listened on",				\
    "free the port, or choose another: cofferdam up --listen ADDR:PORT")	\
  X(START_FAILED,       "start_failed",         500, EX_UNAVAILABLE, NO,	\
    "a process did not start", "see log/cofferdamd.log in the home folder")	\
  X(CONFINE_FAILED,     "confine_failed",       500, EX_OSERR, NO,	\
    "a process could not be confined",					\
    "a kernel with seccomp and Landlock is needed: cofferdam status")	\
  X(BELOW_FLOOR,        "below_floor",          500, EX_CONFIG, NO,	\
    "this kernel lacks a protection without which a process does not start",\
    "use a newer kernel, or accept it by name in cofferdam.conf: "	\
    "waive = <id>")							\
  X(TIMED_OUT,          "timed_out",            504, EX_TEMPFAIL, YES,	\
    "there was no answer in time", "retry")				\
  X(CANCELLED,          "cancelled",            499, EX_OK, NO,		\
    "the agent left before the answer was complete", "nothing to do")	\
  X(CLOUD_NOT_LOGGED_IN, "cloud_not_logged_in", 409, EX_CONFIG, NO,	\
    "this machine is not logged in to a control plane",			\
    "cofferdam cloud login --base-url <url>")				\
  X(CLOUD_UNAUTHORIZED, "cloud_unauthorized",   401, EX_NOPERM, NO,	\
    "the control plane refused the device token",			\
    "cofferdam cloud login --replace")					\
  X(ALREADY_LOGGED_IN,  "already_logged_in",    409, EX_CANTCREAT, NO,	\
    "this machine is logged in to a control plane already",		\
    "cofferdam cloud logout, or cofferdam cloud login --replace")	\
  X(LOGIN_DENIED,       "login_denied",         403, EX_NOPERM, NO,	\
    "the login was denied in the control plane",			\
    "ask its administrator, then: cofferdam cloud login")		\
  X(LOGIN_EXPIRED,      "login_expired",        408, EX_TEMPFAIL, NO,	\
    "nobody approved the login in time", "cofferdam cloud login")	\
  X(CLOUD_TLS,          "cloud_tls",            502, EX_UNAVAILABLE, NO,	\
    "the control plane's TLS certificate was not accepted",		\
    "check the base URL, the clock and ca_file in cofferdam.conf")	\
  X(SNAPSHOT_STALE,     "snapshot_stale",       503, EX_CONFIG, NO,	\
    "the cloud's snapshot is older than snapshot_max_age allows",	\
    "cofferdam cloud sync")						\
  X(CLOUD_UNREACHABLE,  "cloud_unreachable",    502, EX_TEMPFAIL, YES,	\
    "the control plane cannot be reached", "retry later")		\
  X(CLOUD_TIMEOUT,      "cloud_timeout",        504, EX_TEMPFAIL, YES,	\
    "the control plane did not answer in time", "retry later")		\
  X(CLOUD_INVALID,      "cloud_invalid",        502, EX_PROTOCOL, NO,	\
    "the control plane's answer cannot be used; the last good snapshot "	\
    "stays in force", "tell the control plane's administrator")		\
  X(SYNC_RUNNING,       "sync_running",         409, EX_OK, NO,		\
    "another sync is running", "nothing to do")				\
  X(AUDIT_UNSIGNED,     "audit_unsigned",       500, EX_DATAERR, NO,	\
    "nothing in the audit log is signed by the vault's key, so nobody "	\
    "vouches for it",							\
    "unlock the vault, which looks whether it is its log and signs it: "	\
    "cofferdam unlock")							\
  X(AUDIT_BROKEN,       "audit_broken",         500, EX_DATAERR, NO,	\
    "the audit log does not verify", "see the problems listed")			\
  X(OTHER_VERSION,      "other_version",        503, EX_UNAVAILABLE, NO,	\
    "the running cofferdamd is of another version than the command",	\
    "cofferdam down, then cofferdam up (a service: systemctl restart cofferdam)")
