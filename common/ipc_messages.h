/* SPDX-License-Identifier: ISC */
/*
 * ipc_messages: every message that our processes may send, declared once.
 *
 * From this table come the enum, the size checks, the fuzz seeds, the table in
 * doc/architecture.md and the test that sends each message malformed and from
 * every wrong sender.  Changing a line here or a body in ipc_bodies.h changes
 * the wire: bump IPC_VERSION (tests/unit/test_ipc.c fails until you do).
 *
 * Columns: name; struct ipc_<body>; who may send it; who may receive it; the
 * longest variable part in bytes; descriptors; SECRET when the packet carries
 * key bytes (it is then wiped as soon as its handler returns).
 */
#pragma once

#include <stdint.h>

#define IPC_VERSION 16u

#define ROLES_TABLE(X)							\
  X(SUPERVISOR, "supervisor") X(BROKER, "broker") X(PROXY, "proxy")	\
  X(CONNECTOR, "connector") X(EGRESS, "egress") X(SYNCER, "syncer")	\
  X(KDF, "kdf") X(CLI, "cli")

enum role {
#define X(NAME, text) NAME,
	ROLES_TABLE(X)
#undef X
	ROLES
};

enum role_set {
#define X(NAME, text) THE_##NAME = 1 << NAME,
	ROLES_TABLE(X)
#undef X
	A_CHILD = THE_BROKER | THE_PROXY | THE_CONNECTOR | THE_EGRESS |
	    THE_SYNCER | THE_KDF,
	A_SERVER = THE_SUPERVISOR | THE_BROKER | THE_PROXY,
	A_CALLER = THE_EGRESS | THE_SYNCER,	/* of the connector */
	A_SYNC = THE_SYNCER | THE_SUPERVISOR,
	SYNC_ASKER = THE_SUPERVISOR | THE_CLI,
	TOLD_DONE = THE_CLI | THE_SYNCER,
	GRANT_ASKER = THE_PROXY | THE_SYNCER,
};

enum ipc_secrecy { PLAIN, SECRET };

/*  NAME                body               from            to            tail fds secrecy */
#define IPC_MESSAGES(X)							\
  /* the life of a process */						\
  X(SETTINGS,           settings,          THE_SUPERVISOR, A_CHILD,         0, 0, PLAIN) \
  X(HAND,               hand,              THE_SUPERVISOR, A_CHILD,         0, 1, PLAIN) \
  X(CONFINE,            nothing,           THE_SUPERVISOR, A_CHILD,         0, 0, PLAIN) \
  X(DEMONSTRATE,        nothing,           THE_SUPERVISOR, A_CHILD,         0, 0, PLAIN) \
  X(TRIED,              tried,             A_CHILD,        THE_SUPERVISOR, 64, 0, PLAIN) \
  X(READY,              ready,             A_CHILD,        THE_SUPERVISOR,  0, 0, PLAIN) \
  X(LOG,                log,               A_CHILD,        THE_SUPERVISOR, 1024, 0, PLAIN) \
  X(STOPPED_AT,         stopped_at,        A_CHILD,        THE_SUPERVISOR,  0, 0, PLAIN) \
  X(PING,               ping,              THE_SUPERVISOR, A_CHILD,         0, 0, PLAIN) \
  X(PONG,               ping,              A_CHILD,        THE_SUPERVISOR,  0, 0, PLAIN) \
  X(SUSPECT,            suspect,           A_CHILD,        THE_SUPERVISOR,  0, 0, PLAIN) \
  X(STOP,               stop,              THE_SUPERVISOR, A_CHILD,         0, 0, PLAIN) \
  /* what the broker needs done */					\
  X(EGRESS_WANTED,      egress_wanted,     THE_BROKER,     THE_SUPERVISOR,  0, 0, PLAIN) \
  X(EGRESS_UNWANTED,    egress,            THE_BROKER,     THE_SUPERVISOR,  0, 0, PLAIN) \
  X(ORPHANS_UNWANTED,   name_pair,         THE_BROKER,     THE_SUPERVISOR,  0, 0, PLAIN) \
  X(EGRESS_STARTED,     egress_started,    THE_SUPERVISOR, THE_BROKER,      0, 0, PLAIN) \
  X(EGRESS_READY,       egress,            THE_SUPERVISOR, THE_BROKER,      0, 0, PLAIN) \
  X(EGRESS_GONE,        egress,            THE_SUPERVISOR, THE_BROKER,      0, 0, PLAIN) \
  X(KDF_WANTED,         nothing,           THE_BROKER,     THE_SUPERVISOR,  0, 0, PLAIN) \
  X(DERIVE,             derive,            THE_BROKER,     THE_KDF,      1024, 0, SECRET) \
  X(DERIVED,            derived,           THE_KDF,        THE_BROKER,      0, 0, SECRET) \
  X(VAULT_IMAGE,        vault_image,       THE_BROKER,     THE_SUPERVISOR,  0, 1, PLAIN) \
  X(VAULT_STORED,       vault_stored,      THE_SUPERVISOR, THE_BROKER,      0, 0, PLAIN) \
  X(AUDIT_WANTED,       audit_wanted,      THE_BROKER,     THE_SUPERVISOR,  0, 0, PLAIN) \
  X(AUDIT_PUBLIC,       audit_public,      THE_BROKER,     THE_SUPERVISOR,  0, 0, PLAIN) \
  X(LOCKED,             locked,            THE_BROKER,     THE_SUPERVISOR,  0, 0, PLAIN) \
  X(RELOAD,             settings,          THE_SUPERVISOR, A_CHILD,         0, 0, PLAIN) \
  X(DROP_KEYS,          nothing,           THE_SUPERVISOR, THE_BROKER,      0, 0, PLAIN) \
  X(AUDIT_REOPEN,       nothing,           THE_SUPERVISOR, THE_BROKER,      0, 0, PLAIN) \
  /* one request */							\
  X(WHO,                who,               THE_PROXY,      THE_BROKER,      0, 0, PLAIN) \
  X(WHO_IS,             who_is,            THE_BROKER,     THE_PROXY,       0, 0, PLAIN) \
  X(AGENTS_CHANGED,     nothing,           THE_BROKER,     THE_PROXY,       0, 0, PLAIN) \
  X(CARRIER_KEY,        carrier_key,       THE_BROKER,     THE_PROXY,       0, 0, SECRET) \
  X(GRANT_REQUEST,      grant_request,     THE_PROXY,      THE_BROKER,   2048, 0, PLAIN) \
  X(GRANTED,            granted,           THE_BROKER,     THE_PROXY,       0, 0, PLAIN) \
  X(DENIED,             denied,            THE_BROKER,     GRANT_ASKER,   160, 0, PLAIN) \
  X(REQUEST,            request,           THE_PROXY,      THE_EGRESS,  49152, 1, PLAIN) \
  X(OUTCOME,            outcome,           THE_EGRESS,     THE_BROKER,      0, 0, PLAIN) \
  X(PROVISION,          provision,         THE_BROKER,     THE_EGRESS,  12288, 0, SECRET) \
  X(ENDPOINT,           endpoint,          THE_BROKER,     THE_CONNECTOR, 256, 0, PLAIN) \
  X(CONNECT,            connect,           A_CALLER,       THE_CONNECTOR,   0, 0, PLAIN) \
  X(CONNECTED,          connect,           THE_CONNECTOR,  A_CALLER,        0, 1, PLAIN) \
  X(NOT_CONNECTED,      not_connected,     THE_CONNECTOR,  A_CALLER,      160, 0, PLAIN) \
  /* one sync */							\
  X(SYNC_REQUEST,       nothing,           THE_SYNCER,     THE_BROKER,      0, 0, PLAIN) \
  X(SYNC_GRANTED,       sync_granted,      THE_BROKER,     THE_SYNCER,  12288, 0, SECRET) \
  X(SYNC_RESULT,        sync_result,       A_SYNC,         SYNC_ASKER,    160, 0, PLAIN) \
  X(SYNCED,             synced,            THE_SYNCER,     THE_BROKER,      0, 0, PLAIN) \
  X(SYNC_JOB,           sync_job,          THE_SUPERVISOR, THE_SYNCER,   1144, 0, PLAIN) \
  X(RUNS_SENT,          runs_sent,         THE_SYNCER,     THE_SUPERVISOR,  0, 0, PLAIN) \
  /* one login */							\
  X(LOGIN_APPROVE,      login_approve,     THE_CLI,        THE_BROKER,   1024, 0, PLAIN) \
  X(LOGIN_REQUEST,      nothing,           THE_SYNCER,     THE_BROKER,      0, 0, PLAIN) \
  X(LOGIN_GRANTED,      nothing,           THE_BROKER,     THE_SYNCER,   1024, 0, PLAIN) \
  X(LOGIN_CODE,         login_code,        A_SYNC,         SYNC_ASKER,   2112, 0, PLAIN) \
  X(LOGIN_PROGRESS,     login_progress,    A_SYNC,         SYNC_ASKER,      0, 0, PLAIN) \
  X(LOGIN_TOKEN,        nothing,           THE_SYNCER,     THE_BROKER,   8192, 0, SECRET) \
  /* the user's command and the supervisor */				\
  X(STATUS_REQUEST,     nothing,           THE_CLI,        THE_SUPERVISOR,  0, 0, PLAIN) \
  X(PROCESS_ROW,        process_row,       THE_SUPERVISOR, THE_CLI,         0, 0, PLAIN) \
  X(LISTENER_ROW,       nothing,           THE_SUPERVISOR, THE_CLI,       128, 0, PLAIN) \
  X(STOP_REQUEST,       nothing,           THE_CLI,        THE_SUPERVISOR,  0, 0, PLAIN) \
  X(RELOAD_REQUEST,     nothing,           THE_CLI,        THE_SUPERVISOR,  0, 0, PLAIN) \
  X(SYNC_START,         sync_start,        THE_CLI,        THE_SUPERVISOR, 1144, 0, PLAIN) \
  X(SYNC_PREVIEW,       sync_start,        THE_CLI,        THE_SUPERVISOR,  0, 1, PLAIN) \
  X(RUNS_UNWANTED,      nothing,           THE_CLI,        THE_SUPERVISOR,  0, 0, PLAIN) \
  X(DONE,               done,              A_SERVER,       TOLD_DONE,    2304, 0, PLAIN) \
  /* the user's command and the proxy */				\
  X(QUESTION,           question,          THE_CLI,        THE_PROXY,    4096, 0, PLAIN) \
  X(ANSWER,             answer,            THE_PROXY,      THE_CLI,     49152, 0, PLAIN) \
  /* the user's command and the broker */				\
  X(INIT_VAULT,         passphrase,        THE_CLI,        THE_BROKER,   1024, 0, SECRET) \
  X(UNLOCK,             passphrase,        THE_CLI,        THE_BROKER,   1024, 0, SECRET) \
  X(LOCK,               nothing,           THE_CLI,        THE_BROKER,      0, 0, PLAIN) \
  X(PASSWD,             passwd,            THE_CLI,        THE_BROKER,   2048, 0, SECRET) \
  X(ADD_CREDENTIAL,     add_credential,    THE_CLI,        THE_BROKER,  12288, 0, SECRET) \
  X(ROTATE_KEY,         name_pair,         THE_CLI,        THE_BROKER,   8192, 0, SECRET) \
  X(REMOVE_CREDENTIAL,  name_pair,         THE_CLI,        THE_BROKER,      0, 0, PLAIN) \
  X(TRUST,              trust,             THE_CLI,        THE_BROKER,   4096, 0, SECRET) \
  X(MARK_CENTRAL,       mark_central,      THE_CLI,        THE_BROKER,      0, 0, PLAIN) \
  X(LIST_CREDENTIALS,   nothing,           THE_CLI,        THE_BROKER,      0, 0, PLAIN) \
  X(CREDENTIAL_ROW,     credential_row,    THE_BROKER,     THE_CLI,      2048, 0, PLAIN) \
  X(ADD_AGENT,          add_agent,         THE_CLI,        THE_BROKER,    512, 0, SECRET) \
  X(REMOVE_AGENT,       name_pair,         THE_CLI,        THE_BROKER,      0, 0, PLAIN) \
  X(LIST_AGENTS,        nothing,           THE_CLI,        THE_BROKER,      0, 0, PLAIN) \
  X(AGENT_ROW,          agent_row,         THE_BROKER,     THE_CLI,         0, 0, PLAIN) \
  X(VAULT_STATUS_REQUEST, nothing,         THE_CLI,        THE_BROKER,      0, 0, PLAIN) \
  X(VAULT_STATUS,       vault_status,      THE_BROKER,     THE_CLI,         0, 0, PLAIN) \
  X(AUDIT_READ,         nothing,           THE_CLI,        THE_BROKER,      0, 0, PLAIN) \
  X(AUDIT_SEGMENT,      audit_segment,     THE_BROKER,     THE_CLI,         0, 1, PLAIN)

enum ipc_type {
#define X(NAME, ...) IPC_##NAME,
	IPC_MESSAGES(X)
#undef X
	IPC_TYPES
};
