/* SPDX-License-Identifier: ISC */
/*
 * settings: what cofferdam.conf may say, from one table.
 *
 * Lines are "name = value"; '#' starts a comment line.  A name that is unknown
 * or stands twice, a value out of its limits and anything that looks like a key
 * is an error that names the line.  The supervisor reads the file and hands the
 * result to every process; no other process opens it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/* TEXT: name, bytes with the NUL (a multiple of 8), default, help. */
/*
 * NUMBER: name, field, unit, default, least, most, help.  The unit INTERVAL is
 * TIME, or 0.
 */
#define SETTINGS_TABLE(TEXT, NUMBER)					\
  TEXT(listen, 512, "127.0.0.1:51168 [::1]:51168",			\
    "addresses for agents, separated by blanks; port 0: any")		\
  TEXT(ca_file, 256, "/etc/ssl/certs/ca-certificates.crt",		\
    "certificate authorities that providers are checked against, PEM")	\
  TEXT(users, 512, "",							\
    "users whose programs may call, separated by blanks; *: all")		\
  TEXT(allow_origin, 512, "",						\
    "web origins that may call, separated by blanks; none by default")	\
  TEXT(log_level, 8, "info", "error, warning, info or debug")		\
  TEXT(waive, 256, "",							\
    "protections that a role may miss, as proxy:landlock; none by default")\
  NUMBER(max_body, max_body_len, BYTES, "32M", 1024, 1 << 30,		\
    "longest request body")						\
  NUMBER(max_head, max_head_len, BYTES, "64K", 1024, 1 << 20,		\
    "longest request head")						\
  NUMBER(max_headers, n_headers_max, COUNT, "100", 8, 1000,		\
    "header lines in a request")					\
  NUMBER(max_event, max_event_len, BYTES, "64M", 4096, 1 << 30,		\
    "longest event of a stream")						\
  NUMBER(max_connections, n_connections_max, COUNT, "1000", 8, 100000,	\
    "connections of agents")						\
  NUMBER(max_in_flight, n_in_flight_max, COUNT, "256", 1, 10000,	\
    "requests in flight for each agent")				\
  NUMBER(body_memory, body_memory_len, BYTES, "512M", 1 << 20, 1LL << 36,\
    "memory for the request bodies in flight, all together")		\
  NUMBER(connect_timeout, connect_timeout_ms, TIME, "10s", 100, 300000,	\
    "to reach a provider")						\
  NUMBER(first_byte_timeout, first_byte_timeout_ms, TIME, "120s", 100,	\
    3600000, "from the request's end to the answer's first byte")	\
  NUMBER(idle_timeout, idle_timeout_ms, TIME, "300s", 100, 3600000,	\
    "without anything that brings an answer on")		\
  NUMBER(circuit_failures, n_circuit_failures, COUNT, "3", 0, 1000,	\
    "failures in a row after which a target is passed over; 0: never")	\
  NUMBER(circuit_wait, circuit_wait_ms, TIME, "5s", 10, 3600000,	\
    "before it is tried again; doubles with each failed try")		\
  NUMBER(circuit_wait_max, circuit_wait_max_ms, TIME, "5m", 10, 86400000,\
    "longest of these waits")						\
  NUMBER(central_timeout, central_timeout_ms, TIME, "5s", 100, 60000,	\
    "for the central server's word on who may see a model")		\
  NUMBER(grant_timeout, grant_timeout_ms, TIME, "5s", 100, 60000,	\
    "for the broker's word, its audit record included")			\
  NUMBER(keep_alive, keep_alive_ms, TIME, "15s", 0, 600000,		\
    "between our own keep-alives to a waiting agent; 0: none")		\
  NUMBER(egress_idle, egress_idle_ms, TIME, "10m", 1000, 86400000,	\
    "after which an unused egress is stopped and its key forgotten")	\
  NUMBER(sync_interval, sync_interval_ms, INTERVAL, "0", 1000, 86400000,\
    "between the daemon's own syncs, a tenth more or less; 0: none")	\
  NUMBER(sync_timeout, sync_timeout_ms, TIME, "60s", 1000, 600000,	\
    "for a sync, from its start to its end")				\
  NUMBER(snapshot_max_age, snapshot_max_age_ms, INTERVAL, "0", 1000,	\
    31536000000, "after which a snapshot is refused as stale; 0: never")	\
  NUMBER(upload_runs, uploads_runs, FLAG, "on", 0, 1,			\
    "run records go to the control plane that this machine is logged in to")\
  NUMBER(upload_texts, uploads_texts, FLAG, "off", 0, 1,		\
    "with the error and failover texts in them")			\
  NUMBER(audit_segment, audit_segment_len, BYTES, "64M", 65536, 1LL << 40,\
    "size at which the audit log starts a new segment")			\
  NUMBER(audit_keep, n_audit_segments, COUNT, "0", 0, 100000,		\
    "audit segments to keep; 0: all")

struct settings {
#define TEXT(name, size, ...) char name[size];
#define NUMBER(name, field, ...) uint64_t field;
	SETTINGS_TABLE(TEXT, NUMBER)
#undef TEXT
#undef NUMBER
};

#define SETTINGS_FILE_MAX 65536	/* bytes */

/* All settings at their defaults. */
void settings_default(struct settings *);

/*
 * Reads the text of a settings file, 'len' bytes, over what *s holds.  On
 * failure ERR_SETTINGS_INVALID with the line's number, and *s is undefined.
 */
bool settings_parse(struct settings *s, const char *text, size_t len,
    struct err *);

/* One setting: ERR_SETTINGS_INVALID when name or value is not acceptable. */
bool settings_set(struct settings *s, const char *name, const char *value,
    struct err *);

/* For --help, the man page and 'config': one row each, in the table's order. */
struct settings_row {
	const char *name, *initial, *help;
};
const struct settings_row *settings_rows(size_t *n);

/*
 * The n-th (from 0) blank-separated word of a list setting; false past the
 * last.  A word longer than 'size' - 1 is cut.
 */
bool settings_word(const char *list, size_t n, char *word, size_t size);
