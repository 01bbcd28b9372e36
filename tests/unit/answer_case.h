/* SPDX-License-Identifier: ISC */
/*
 * answer_case: one folder of tests/dialect/answers/, read and run.
 *
 *	from, to		anthropic, chat or responses
 *	upstream.sse|.json	what the upstream sends
 *	client.sse|.json	what the client must get, to the byte
 *	options			lines, may be missing:
 *		usage		the client asked for the usage (Chat)
 *		cut		the upstream's body is cut off at its end
 *		nokey		there is no key for carriers
 *		event_max N, held_max N
 *		tool SENT KIND NAME [SPACE]	KIND: function, custom
 *		stop TEXT	what the gateway is to cut at
 *		fails STATUS	the answer fails
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proxy/dialect/dialect_answer.h"

struct tool_names;

struct answer_case {
	char path[512];
	char *upstream, *client;
	size_t upstream_len, client_len;
	struct dialect_answer_options options;
	struct tool_names *names;
	char *stops[4];
	bool is_cut;
	int status;		/* 0: it does not fail */
};

/* false when there is no such case. */
bool answer_case_open(struct answer_case *, const char *path);
void answer_case_close(struct answer_case *);

/* How the bytes arrive: all at once, one by one, or by chance. */
enum answer_pieces { PIECES_WHOLE, PIECES_BYTES, PIECES_RANDOM };

/* What came of it; free with dialect_output_free(&out). */
struct answer_outcome {
	struct dialect_output out;
	bool is_good, was_guarded;
	int status;
	char broken[200];	/* rule of the stream that is broken, or "" */
};
void answer_case_run(const struct answer_case *, enum answer_pieces,
    unsigned seed, struct answer_outcome *);
