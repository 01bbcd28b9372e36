/* SPDX-License-Identifier: ISC */
/*
 * request: an HTTP/1.x request, read piece by piece.
 *
 * Believes whatever it is sent, as far as it can be understood: what a client
 * sent is for the tests to judge.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <event2/buffer.h>
#include <json-c/json.h>

enum request_progress {
	REQUEST_BROKEN,
	REQUEST_PARTIAL,	/* more bytes are needed */
	REQUEST_WHOLE,
	REQUEST_GOES_ON		/* internal: the next part may be read */
};

struct request {
	char *method;
	char *target;			/* with the query */
	char *path;			/* without */
	struct json_object *headers;	/* lower-case name: value; repeated
					   ones joined by ", " */
	struct evbuffer *body;		/* without transfer coding */
	bool keeps_alive;
	bool may_be_chunked;		/* the answer: HTTP/1.1 */
	bool expects_continue;		/* until the body begins to arrive */
	int part;			/* the reader's; so is the next one */
	size_t rest_len;
};

struct request *request_new(void);
void request_free(struct request *);

/* Takes from 'in' what belongs to the request, and nothing behind it. */
enum request_progress request_read(struct request *, struct evbuffer *in);

/* NULL if it was not sent; 'name' in lower case. */
const char *request_header(const struct request *, const char *name);

/* The body if it is a JSON object or array, else NULL; json_object_put() it. */
struct json_object *request_json(const struct request *);

/* The value of authorization or of x-api-key as sent; "" if there is none. */
const char *request_credential(const struct request *);

/* Is this key the bearer token or the x-api-key? */
bool request_has_key(const struct request *, const char *key);
