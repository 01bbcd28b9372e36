/* SPDX-License-Identifier: ISC */
/*
 * upstream_error: an upstream's refusal, out of one dialect into another.
 *
 * Whatever the body is (an envelope of any dialect, a foreign one, a web page,
 * nothing), it becomes a kind of fault and a message, and from these the
 * status, type and code that the client's dialect has for it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct dialect_output;
struct err;
struct json_object;

/* In the order of their lines in the table (dialects.md D.7). */
enum fault { FAULT_NONE, FAULT_INVALID, FAULT_CONTEXT, FAULT_KEY, FAULT_BILLING,
	FAULT_PERMISSION, FAULT_NOT_FOUND, FAULT_CONFLICT, FAULT_TOO_LARGE,
	FAULT_RATE, FAULT_SERVER, FAULT_TIMEOUT, FAULT_OVERLOADED, FAULTS };

#define UPSTREAM_ERROR_TEXT 2048	/* bytes of a message that are kept */
#define UPSTREAM_ERROR_WORD 96	/* bytes of a code, with the NUL */

struct upstream_error {
	enum fault fault;
	int status;		/* that the upstream gave, 0: in a stream */
	char message[UPSTREAM_ERROR_TEXT + 1];	/* keys are hidden */
	char code[UPSTREAM_ERROR_WORD];	/* "" when there is none */
	char param[UPSTREAM_ERROR_WORD];
	int64_t n_tokens, max_tokens;	/* FAULT_CONTEXT; 0: not known */
};

/* Of an HTTP answer with this status (400 to 599). */
void upstream_error_read(struct upstream_error *, int status, const void *body,
    size_t len);

/* Of an event or body in which 'value' is the error; 'status' 0: unknown. */
void upstream_error_take(struct upstream_error *, int status,
    struct json_object *value);

/* One of ours. */
void upstream_error_set(struct upstream_error *, const struct err *);

/* The status that the client gets. */
int upstream_error_status(const struct upstream_error *, enum dialect to);

/* The whole body in the client's envelope. */
void upstream_error_write(const struct upstream_error *, enum dialect to,
    const char *request_id, struct dialect_output *);

/* Words for a stream's error event; static storage, but the code may be its. */
const char *upstream_error_type(const struct upstream_error *, enum dialect);
const char *upstream_error_code(const struct upstream_error *);

/* The message as the dialect's clients want to read it. */
void upstream_error_message(const struct upstream_error *, enum dialect to,
    struct dialect_output *);
