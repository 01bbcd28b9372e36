/* SPDX-License-Identifier: ISC */
/*
 * audit_record: one event of the audit log, and its line.
 *
 * The line is a JSON object without blanks: "seq" first, "prev" (SHA-256 of the
 * line before, without its line end) last.  Fields are a fixed set; no client's
 * object and no key is ever among them.  Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/errors.h"
#include "common/ipc.h"

#define AUDIT_EVENTS(X)							\
	X(BEGIN, "begin") X(END, "end") X(DENIED, "denied")		\
	X(ADD, "add") X(REMOVE, "remove") X(PIN, "pin")			\
	X(ROTATE, "rotate")						\
	X(CENTRAL, "central")						\
	X(AGENT_ADD, "agent_add") X(AGENT_REMOVE, "agent_remove")	\
	X(INIT, "init") X(STORED, "stored")				\
	X(LOCK, "lock") X(UNLOCK, "unlock")				\
	X(PASSWD, "passwd") X(SYNC, "sync") X(SYNC_END, "sync_end")	\
	X(LOGIN, "login") X(LOGIN_END, "login_end")			\
	X(EGRESS_START, "egress_start") X(EGRESS_STOP, "egress_stop")	\
	X(REFLECTION, "reflection") X(READ, "read")			\
	X(START, "start") X(STOP, "stop") X(SEGMENT, "segment")		\
	X(TORN, "torn") X(GAP, "gap") X(WAIVER, "waiver")		\
	X(CHECKPOINT, "checkpoint")

enum audit_event {
	AUDIT_NOTHING,
#define X(NAME, text) AUDIT_##NAME,
	AUDIT_EVENTS(X)
#undef X
	AUDIT_EVENT_COUNT
};

#define AUDIT_PATH_MAX 256	/* bytes of a path that are recorded */
#define AUDIT_LINE_MAX 4096	/* bytes of a line, with its line end */
#define AUDIT_SIGNATURE_HEX 129	/* characters, with the NUL */

struct audit_record {
	enum audit_event event;
	uint64_t time_ms;	/* UTC */
	uint64_t request;	/* 0: none */
	uint64_t generation;	/* of the vault */
	uint64_t sent, received;	/* END: body bytes */
	uint32_t uid;		/* UNKNOWN: null */
	uint32_t pid;		/* of a command, as the kernel said; 0: null */
	uint32_t http_status;	/* 0: null */
	enum err_code code;	/* the outcome */
	uint32_t number;	/* SEGMENT: its number; TORN: bytes */
	uint32_t oldest;	/* SEGMENT: the oldest that is kept */
	char agent[IPC_NAME_TEXT], provider[IPC_NAME_TEXT];
	char method[8];
	char path[AUDIT_PATH_MAX];	/* without its query */
	char about[ERR_ABOUT_MAX];
	char signature[AUDIT_SIGNATURE_HEX];	/* CHECKPOINT */
};

/*
 * The line with its line end; returns its length, at most AUDIT_LINE_MAX.
 * 'previous' is the SHA-256 of the line before in hexadecimal.
 */
size_t audit_record_format(const struct audit_record *, uint64_t seq,
    const char *previous, char line[AUDIT_LINE_MAX]);

/* "begin"; static storage. */
const char *audit_event_name(enum audit_event);

/*
 * What a broker that starts must know of the last line: its number and the
 * vault's generation then.  False when it is not a line of ours.
 */
struct audit_last {
	uint64_t seq, generation;
};
_Bool audit_record_parse_last(const char *line, size_t len,
    struct audit_last *);
