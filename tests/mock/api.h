/* SPDX-License-Identifier: ISC */
/*
 * api: the shapes of what a model provider answers, one table per API.
 *
 * Pure: what goes in is a question, what comes out are bytes.  Every answer
 * counts API_INPUT_TOKENS in, and one token out for each delta.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <event2/buffer.h>

#define API_INPUT_TOKENS 11L

struct question {
	const char *model;	/* as JSON text with its quotes */
	const char *echo;	/* as JSON text without; ends the answer */
	long n_deltas;
	size_t pad_len;		/* so much longer is the first delta */
	long n_inputs;		/* texts to embed */
	bool wants_usage;
	bool is_anthropic;	/* of a list of models: whose shape */
};

struct api {
	void (*add_whole)(struct evbuffer *, const struct question *);

	/*
	 * The events of a stream, with the blank line that ends each; without
	 * add_opening() the API has no streams.  add_closing() returns false
	 * if there is no such event.
	 */
	long n_openings;
	void (*add_opening)(struct evbuffer *, const struct question *, long);
	void (*add_delta)(struct evbuffer *, const struct question *, long);
	bool (*add_closing)(struct evbuffer *, const struct question *, long);
};

extern const struct api api_messages, api_count_tokens;
extern const struct api api_chat, api_responses, api_embeddings;
extern const struct api api_models, api_model, api_nothing;

/* The text of an answer as JSON text without quotes: one delta, or all. */
void api_add_delta(struct evbuffer *, const struct question *, long index);
void api_add_text(struct evbuffer *, const struct question *);

/* The body that goes with a status from 400 on; 'about' is JSON text. */
void api_add_error(struct evbuffer *, bool is_anthropic, int status,
    const char *about);
