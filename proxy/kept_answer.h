/* SPDX-License-Identifier: ISC */
/*
 * kept_answer: an answer, or its beginning, that is not passed on yet.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct evbuffer;
struct frame;
struct usage;

#define KEPT_ANSWER_MAX 65536	/* bytes of a body */

struct kept_answer {
	int status;
	char *lines;		/* of the frame HEAD */
	size_t lines_len;
	struct evbuffer *body;
	bool is_cut;		/* it was too long or too slow: not whole */
};

/* From a frame HEAD.  NULL when there is no memory. */
struct kept_answer *kept_answer_new(const struct frame *);
void kept_answer_free(struct kept_answer *);

/* The bytes of a frame DATA. */
void kept_answer_add(struct kept_answer *, const struct frame *);
size_t kept_answer_len(const struct kept_answer *);

/* What it says was used so far, as usage_scan.h has it. */
void kept_answer_usage(const struct kept_answer *, struct usage *);

/* As it came: its HEAD, and all of its body in one DATA. */
void kept_answer_head(const struct kept_answer *, struct frame *);
void kept_answer_data(const struct kept_answer *, struct frame *);
