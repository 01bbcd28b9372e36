/* SPDX-License-Identifier: ISC */
/*
 * ipc_bodies: the fixed part of each message, in the order of the table.
 *
 * Integers have fixed widths, there are no pointers and no holes; reserved
 * fields are 0.  A text that varies in length stands in the tail, its length in
 * the body; several stand there in the order of their lengths in the body.
 */
#pragma once

#include "common/errors.h"
#include "common/ipc_messages.h"
#include "common/settings.h"

/* A hole would send stack bytes to another address space: refuse to compile. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

struct ipc_header {
	uint32_t version;	/* IPC_VERSION of the sender */
	uint32_t type;		/* enum ipc_type */
};

/* An id: 'len' bytes, 1 to 64, of A-Z a-z 0-9 . - _ (ipc_name_get checks). */
struct ipc_name {
	uint8_t len;		/* 0: none */
	char text[71];
};

struct ipc_nothing {
	uint64_t reserved;
};

struct ipc_settings {
	struct settings settings;
};

/* What a handed descriptor is for. */
enum hand_kind {
	HAND_NOTHING,
	HAND_CHANNEL,		/* our end of a pair to process 'role' 'number' */
	HAND_LISTENER,		/* of agents, bound; 'number' counts from 0 */
	/* The process's socket in run/, bound; 'number': who besides root. */
	HAND_COMMANDS,
	HAND_VAULT,		/* the vault file, to read */
	HAND_KEY_FILE,		/* the vault's key file, to read */
	HAND_AUDIT_LOG,		/* newest segment, append; 'number' its number */
	HAND_AUDIT_READ,	/* a segment to read; 'number' its number */
	HAND_AUDIT_FOLDER,	/* O_PATH, to see whether the log is still there */
	HAND_CA_BUNDLE,		/* PEM, to read */
	HAND_ROUTING_FOLDER,	/* routing/, to read */
	HAND_CLOUD_FOLDER,	/* cloud/, to read (proxy) or write (syncer) */
	HAND_RUNS_FOLDER,	/* runs/, to write */
	HAND_RUNS_SEGMENT,	/* run records to upload; 'number' its number */
	HAND_RUNS_REJECTED,	/* those that the cloud rejected, append */
	HAND_PREVIEW,		/* a memory file for what a sync would change */
	HAND_DIAG,		/* NETLINK_SOCK_DIAG: whose a connection is */
	HAND_KINDS
};

struct ipc_hand {
	uint32_t kind;		/* enum hand_kind */
	uint32_t role;		/* enum role of the peer, for HAND_CHANNEL */
	uint32_t number;	/* which of several; the egress's number */
	uint32_t reserved;
};

/* What a process measured of its own confinement (prctl, /proc/self). */
struct ipc_ready {
	uint32_t seccomp;	/* 2: filtering */
	uint32_t no_new_privs;
	uint32_t landlock_abi;	/* enforced; 0: none */
	uint32_t dumpable;
	uint32_t n_rules;	/* allowed system calls */
	uint32_t waived;	/* missed by leave: enum waiver (waiver.h) */
};

enum trial_outcome {
	TRIAL_UNCLEAR,	/* neither: 'value' says how it ended */
	TRIAL_STOPPED,	/* the filter ended the process */
	TRIAL_REFUSED,	/* with the errno in 'value' */
	TRIAL_BY_DESIGN,	/* it succeeded: this role is there for it */
	TRIAL_ALLOWED,	/* it succeeded: a wall is missing */
	TRIAL_OUTCOMES
};

/* How a forbidden thing ended that was tried; the tail is its name. */
struct ipc_tried {
	uint32_t outcome;	/* enum trial_outcome */
	uint32_t value;		/* errno or signal */
};

/* The tail is the line. */
struct ipc_log {
	uint32_t level;		/* enum log_level */
	uint32_t reserved;
};

/* Its last word, from inside the signal: the call that its sandbox forbids. */
struct ipc_stopped_at {
	uint32_t call;		/* the kernel's number */
	uint32_t reserved;
};

/* Answered by PONG with the same number: its event loop is alive. */
struct ipc_ping {
	uint64_t serial;
};

/* That peer broke a declaration: it is taken for compromised. */
struct ipc_suspect {
	uint32_t role;
	uint32_t number;
};

struct ipc_stop {
	uint32_t grace_ms;	/* finish what is in flight within this */
	uint32_t reserved;
};

#define IPC_EGRESSES_MAX 64	/* that a broker may have at once */

struct ipc_egress_wanted {
	uint64_t serial;	/* chosen by the broker, echoed in the answer */
	struct ipc_name provider;	/* for the process table */
};

struct ipc_egress {
	uint32_t number;
	uint32_t reserved;
};

struct ipc_egress_started {
	uint64_t serial;
	uint32_t number;	/* 0: it could not be started */
	uint32_t reserved;
};

/* scrypt (RFC 7914); the tail is the passphrase. */
struct ipc_derive {
	uint8_t salt[32];
	uint32_t log2_n, r, p;
	uint32_t reserved;
};

struct ipc_derived {
	uint8_t key[32];
	uint32_t ok;
	uint32_t reserved;
};

/*
 * What the proxy authenticates its own words with while clients carry them
 * (proxy/dialect/carrier.h): the same as long as the vault lives.  It opens
 * nothing, and the master key does not follow from it.
 */
struct ipc_carrier_key {
	uint8_t key[32];
};

/* The descriptor is a sealed memory file with the whole new vault. */
struct ipc_vault_image {
	uint64_t generation;
	uint64_t len;
};

struct ipc_vault_stored {
	uint64_t generation;
	uint32_t os;		/* errno, 0 when it is on the disk */
	uint32_t reserved;
};

/* A fresh segment, please: 'number' is the one that would be next. */
struct ipc_audit_wanted {
	uint32_t number;
	uint32_t reserved;
};

/* Ed25519 public key, for audit/audit.pub. */
struct ipc_audit_public {
	uint8_t key[32];
};

/* The supervisor remembers it for the broker's next start. */
struct ipc_locked {
	uint32_t on_purpose;	/* 1: do not unlock by yourself */
	uint32_t reserved;
};

/* Whose token has this SHA-256? */
struct ipc_who {
	uint64_t serial;
	uint8_t token[32];
};

struct ipc_who_is {
	uint64_t serial;
	uint32_t code;		/* enum err_code; ERR_NONE: 'agent' is set */
	uint32_t reserved;
	struct ipc_name agent;
};

#define IPC_UID_UNKNOWN UINT32_MAX

/*
 * May this request use that provider's credential?  The tail is the path below
 * the base URL, with its query, as the egress will be asked for it.
 */
struct ipc_grant_request {
	uint64_t request;	/* chosen by the proxy at random */
	uint8_t token[32];	/* SHA-256 of the agent's token */
	uint8_t origin[32];	/* SHA-256 of the canonical base URL */
	uint32_t uid;		/* of the agent; only the proxy can say so */
	uint32_t pid;		/* 0: unknown */
	char method[8];		/* zero-filled, NUL-terminated */
	struct ipc_name provider;
};

/*
 * Yes.  The ticket is good for this request, once, until it expires.  'mac' is
 * HMAC-SHA-256 over the other fields, the method and the path (common/ticket.h).
 */
struct ipc_granted {
	uint64_t request;
	uint64_t expires_ms;	/* CLOCK_BOOTTIME */
	uint32_t egress;
	uint32_t sequence;
	uint8_t mac[32];
};

/* No.  The tail is err.about, without a NUL. */
struct ipc_denied {
	uint64_t request;	/* 0 for a sync */
	uint32_t code;		/* enum err_code */
	uint32_t os;		/* errno of the call that failed; 0: none */
};

/*
 * The descriptor is the egress's end of the stream pair that carries this
 * request alone.  Tail: path, then the header lines ("name: value\n" each).
 */
struct ipc_request {
	struct ipc_granted ticket;
	uint64_t body_len;	/* bytes that will come over the pair */
	char method[8];		/* as in the grant request */
	uint32_t path_len;
	uint32_t headers_len;
	uint32_t comes_whole;	/* 1: no byte of it comes before it is ready */
	uint32_t reserved;
};

/* How a granted request ended, for the closing audit record. */
struct ipc_outcome {
	uint64_t request;
	uint64_t sent;		/* body bytes to the provider */
	uint64_t received;	/* body bytes from it */
	uint32_t sequence;
	uint32_t http_status;	/* 0: no answer */
	uint32_t code;		/* enum err_code */
	uint32_t reserved;
};

enum auth_scheme {
	AUTH_NOTHING,		/* the provider wants no key */
	AUTH_BEARER,		/* authorization: Bearer <key> */
	AUTH_X_API_KEY,		/* x-api-key: <key> */
	AUTH_HEADER,		/* <header>: <key> */
	AUTH_SCHEMES
};

/* Tail: base URL (the pin), header name, key. */
struct ipc_provision {
	uint8_t mac_key[32];	/* fresh for this egress */
	uint32_t number;	/* of this egress, as tickets name it */
	uint32_t scheme;	/* enum auth_scheme */
	uint32_t url_len, header_len, key_len;
	uint32_t reserved;
};

/* The only endpoint that this caller's channel may reach.  Tail: the host. */
struct ipc_endpoint {
	uint32_t role;		/* EGRESS or SYNCER */
	uint32_t number;
	uint32_t port;
	uint32_t reserved;
};

struct ipc_connect {
	uint64_t serial;	/* chosen by the caller, echoed */
};

/* The tail is err.about. */
struct ipc_not_connected {
	uint64_t serial;
	uint32_t code;
	uint32_t os;
};

/* Tail: the control plane's base URL, the device token. */
struct ipc_sync_granted {
	uint32_t url_len, token_len;
};

/* The tail is err.about when 'code' says so, else the redact rules' version. */
struct ipc_sync_result {
	uint32_t code;		/* enum err_code */
	uint32_t os;
	uint32_t n_policies, n_bundles, n_bindings, n_providers;
	uint32_t n_dropped;	/* entries that were not usable */
	uint32_t changed;
	uint64_t synced_at_s;	/* UTC */
	uint32_t n_runs_sent, n_runs_duplicate, n_runs_rejected, n_runs_left;
	uint32_t runs_code;	/* enum err_code: why some are left */
	uint32_t reserved;
};

struct ipc_synced {
	uint32_t code;
	uint32_t http_status;
};

struct ipc_process_row {
	uint32_t role, number;
	uint32_t pid;		/* 0: not running */
	uint32_t restarts;
	uint64_t uptime_ms;
	uint32_t state;		/* enum child_state */
	uint32_t capabilities;	/* 1: the kernel reports some in effect */
	struct ipc_ready confinement;
	struct ipc_name provider;	/* of an egress */
};

/* What a syncer is started for. */
enum sync_task {
	SYNC_NOTHING,
	SYNC_ALL,		/* the snapshot, then the run records */
	SYNC_DRY,		/* what SYNC_ALL would change, without doing it */
	SYNC_RUNS,		/* the run records alone */
	SYNC_LOGIN,		/* a token, by the device grant (RFC 8628) */
	SYNC_REMEMBER,		/* write down where this machine is logged in */
	SYNC_FORGET,		/* remove that, and what was fetched */
	SYNC_TASKS
};

#define SYNC_AS_JSON	1u	/* the preview */
#define SYNC_HURRY	2u	/* the daemon is ending */

/*
 * Tail: of SYNC_REMEMBER, the control plane's base URL; then the label of a
 * login, as its user named this machine.
 */
struct ipc_sync_job {
	uint32_t task;		/* enum sync_task */
	uint32_t flags;
	uint32_t url_len;
	uint32_t reserved;
};

/* The tail as in SYNC_JOB. */
struct ipc_sync_start {
	uint32_t task;		/* enum sync_task */
	uint32_t flags;
	uint32_t if_older_s;	/* 0: always */
	uint32_t url_len;
};

/* Every record of that segment is accepted or rejected: it can go. */
struct ipc_runs_sent {
	uint32_t number;
	uint32_t reserved;
};

#define LOGIN_REPLACE	1u	/* a login that is there */
/* The user's word on where to log in.  The tail is the canonical base URL. */
struct ipc_login_approve {
	uint32_t flags;
	uint32_t reserved;
};

#define LOGIN_USER_CODE_MAX 64	/* bytes */
#define LOGIN_URI_MAX 1024	/* bytes */
/* Tail: what to type, where, and the two in one (may be empty). */
struct ipc_login_code {
	uint32_t expires_s, interval_s;
	uint32_t user_code_len, uri_len, complete_len;
	uint32_t reserved;
};

enum login_state {
	LOGIN_NOTHING,
	LOGIN_PENDING,		/* nobody has approved it yet */
	LOGIN_SLOWED,		/* the control plane wants to be asked less */
	LOGIN_TROUBLED,		/* it could not be asked, or did not know */
	LOGIN_STATES
};

struct ipc_login_progress {
	uint32_t state;		/* enum login_state */
	uint32_t wait_s;	/* until it is asked again */
	uint32_t left_s;	/* until the code expires */
	uint32_t reserved;
};

/* The end of an answer.  Tail: err.about, or what the request asked for. */
struct ipc_done {
	uint32_t code;		/* enum err_code */
	uint32_t os;
	uint64_t value;		/* what the request says it is */
};

enum question {
	QUESTION_NOTHING,
	QUESTION_PROVIDERS,	/* all; tail empty */
	QUESTION_PROVIDER,	/* one; tail: its id */
	QUESTION_TARGETS,	/* effective target per agent; tail: ids, a line each */
	QUESTION_SNAPSHOT,	/* state of the snapshot */
	QUESTION_METRICS,	/* counters, requests in flight, last errors */
	QUESTION_FAILOVERS,	/* substitutes for a central server's models */
	QUESTION_RELOAD,	/* read routing/ and cloud/ now */
	QUESTION_IDENTITY,	/* where this machine is logged in */
	QUESTIONS
};

struct ipc_question {
	uint32_t what;		/* enum question */
	uint32_t reserved;
};

/* The tail is a piece of JSON text; pieces follow until 'more' is 0. */
struct ipc_answer {
	uint32_t code;		/* enum err_code; then the tail is err.about */
	uint32_t more;
};

/* INIT_VAULT: 0 is with a passphrase (the tail), else see the flags. */
#define VAULT_WITH_KEY_FILE	1u	/* the supervisor handed the key file */
#define ACCEPT_ROLLBACK		2u
struct ipc_passphrase {
	uint32_t flags;
	uint32_t reserved;
};

/* Tail: old passphrase, new passphrase. */
struct ipc_passwd {
	uint32_t old_len, new_len;
};

#define CREDENTIAL_IS_CLOUD	1u	/* the device token of the control plane */
#define CREDENTIAL_HAS_REFLECTED 2u	/* told only: its key came back */
#define CREDENTIAL_IS_CENTRAL	4u	/* its server has paths of its own */
/* Tail: base URL to pin, header name, key. */
struct ipc_add_credential {
	struct ipc_name provider;
	struct ipc_name agent;	/* none: for all agents */
	uint32_t scheme;
	uint32_t uid;		/* IPC_UID_UNKNOWN: any */
	uint32_t flags;
	uint32_t url_len, header_len, key_len;
};

/*
 * ORPHANS_UNWANTED: egresses of a provider that an earlier broker started.
 * ROTATE_KEY: the tail is the new key; all else of the entry stays.
 */
struct ipc_name_pair {
	struct ipc_name first;	/* the provider or the agent */
	struct ipc_name second;	/* the credential's agent, or none */
};

/* Tail: the new base URL, the passphrase. */
struct ipc_trust {
	struct ipc_name provider;
	uint32_t url_len, passphrase_len;
};

/* What a provider's credentials may be used for follows its registration. */
struct ipc_mark_central {
	struct ipc_name provider;
	uint32_t is_central;
	uint32_t reserved;
};

/* The tail is the pin. */
struct ipc_credential_row {
	struct ipc_name provider;
	struct ipc_name agent;
	uint32_t scheme;
	uint32_t uid;
	uint32_t flags;		/* CREDENTIAL_... */
	uint32_t reserved;
	uint64_t created_s, used_s;
};

enum dialect { DIALECT_NONE, DIALECT_ANTHROPIC, DIALECT_CHAT,
	DIALECT_RESPONSES, DIALECTS };

#define AGENT_REPLACE	1u	/* a new token for an agent that exists */
/* The tail is the token. */
struct ipc_add_agent {
	struct ipc_name agent;
	uint32_t flags;
	uint32_t dialect;	/* enum dialect, for display */
};

struct ipc_agent_row {
	struct ipc_name agent;
	uint32_t dialect;
	uint32_t reserved;
	uint64_t created_s, used_s;	/* used: 0 when never */
};

struct ipc_vault_status {
	uint32_t exists, locked;
	uint32_t n_credentials, n_agents;
	uint64_t generation;
	uint64_t audit_seq;	/* of the last record */
	uint32_t audit_code;	/* ERR_NONE when it can be written */
	uint32_t audit_os;
	uint32_t with_key_file;
	uint32_t vault_code;	/* why it cannot be opened, if so */
	char audit_about[ERR_ABOUT_MAX];
};

struct ipc_audit_segment {
	uint32_t number;
	uint32_t n_left;	/* segments that follow */
	uint64_t len;		/* bytes of whole records at this moment */
};

#pragma GCC diagnostic pop
