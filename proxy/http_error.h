/* SPDX-License-Identifier: ISC */
/*
 * http_error: a refusal of ours in the shape that the caller's dialect has.
 *
 *	Anthropic	{"type":"error","error":{"type","message","code"},
 *			 "request_id"}
 *	OpenAI		{"error":{"message","type","param","code"}}
 *
 * 'code' is the code for programs of the table of errors; the message is its
 * sentence, what it happened to, and the remedy with the id filled in.
 */
#pragma once

#include <stddef.h>

#include "common/ipc_bodies.h"

struct err;

#define HTTP_ERROR_MAX 4096	/* bytes of a body, with the NUL */
#define HTTP_ERROR_TEXT_MAX 1024	/* bytes of a message, with the NUL */

struct http_error {
	const struct err *err;
	enum dialect dialect;
	const char *id;		/* for "<id>" in the remedy; NULL: none */
	const char *request_id;	/* "" when there is none yet */
};

/* The message for people. */
void http_error_text(const struct http_error *,
    char text[HTTP_ERROR_TEXT_MAX]);

/* The body; its length. */
size_t http_error_body(const struct http_error *, char body[HTTP_ERROR_MAX]);

/* "true", "false", or NULL when nothing is said. */
const char *http_error_should_retry(const struct err *);

/* Seconds to wait, as text; NULL when nothing is said. */
const char *http_error_retry_after(const struct err *);

/*
 * As an event of a stream that has begun; its length.  Ends the answer: what
 * follows in Chat Completions is not even "[DONE]".
 */
size_t http_error_event(const struct http_error *, char event[HTTP_ERROR_MAX]);

/* A whole answer, for a connection that is closed then; its length. */
#define HTTP_ERROR_ANSWER_MAX (HTTP_ERROR_MAX + 512)
size_t http_error_answer(const struct http_error *,
    char answer[HTTP_ERROR_ANSWER_MAX]);
