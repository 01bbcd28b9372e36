/* SPDX-License-Identifier: ISC */
/*
 * dialect_request: a request in one dialect, said in another.
 *
 * Pure: no descriptor, no clock, nothing kept between calls.  The client's
 * bytes become one neutral request (neutral_request.h), which is put in order
 * (conversation.h) and said in the target's words.  What the target cannot
 * carry is dropped and reported, or refused, as field_policy.h says; nothing is
 * dropped in silence.  The same dialect on both sides is not translated: see
 * proxy/model_splice.h.
 *
 * digest_open() must have been called (common/crypto/digest.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct err;
struct losses;
struct tool_names;

enum dialect_strictness { LOSSES_REPORTED, LOSSES_REFUSED };
enum dialect_caching { CACHE_MARKS_AS_SAID, CACHE_MARKS_ADDED };

struct dialect_request_options {
	enum dialect from, to;
	const char *model;	/* the target's name; NULL: the client's */
	const char *issuer;	/* the target's provider id, for carriers */
	const uint8_t *key;	/* of carriers and of hashed user ids */
	size_t key_len;
	enum dialect_strictness strictness;
	enum dialect_caching caching;	/* marks towards Messages */
};

/* What the answer side must know is here, too.  All of it is owned. */
struct dialect_request_result {
	char *body;		/* 'len' bytes and a NUL */
	size_t len;
	enum dialect from, to;
	bool is_stream;		/* to the client */
	bool is_streamed;	/* from the provider; a long answer always is */
	bool wants_usage;	/* Chat: the client asked for the usage chunk */
	char *client_model;	/* as the client named it */
	char *model;		/* as it was sent */
	struct losses *losses;	/* for x-cofferdam-lossy: losses.h */
	struct tool_names *tools;	/* names back: tool_names.h */
	char **stops;		/* that the target cannot be told, to cut at */
	size_t n_stops;
};

/*
 * false with ERR_INVALID_REQUEST: about names the field first ("top_k: ..."),
 * and where the target cannot carry it, the target ("... openai-chat").
 * 'result' is to be freed in either case.
 */
bool dialect_translate_request(const struct dialect_request_options *,
    const char *body, size_t len, struct dialect_request_result *,
    struct err *);

void dialect_request_free(struct dialect_request_result *);

/* "anthropic", "openai-chat", "openai-responses". */
const char *dialect_name(enum dialect);
