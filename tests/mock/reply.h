/* SPDX-License-Identifier: ISC */
/*
 * reply: the answer to a request, before it is sent.
 */
#pragma once

#include "tests/mock/connection.h"
#include "tests/mock/request.h"

struct reply {
	int status;
	const char *content_type;	/* borrowed */
	struct json_object *headers;	/* further ones; names in lower case */
	struct evbuffer *body;
	size_t unsent_len;		/* promised by content-length too */
	/*
	 * For a stream, else NULL.  Called for index 0, 1, 2...: writes one
	 * event, or returns false if there is no such event.
	 */
	bool (*next_event)(void *source, long index, struct evbuffer *out);
	void *source;
	void (*free_source)(void *source);
	long event_delay_ms;
};

void reply_init(struct reply *);
void reply_close(struct reply *);

/* Back to what it was after reply_init(). */
void reply_reset(struct reply *);

/*
 * 'name' in lower case.  Takes the place of one of the same name, ours as
 * well; an array is as many headers of that name.  Takes the value.
 */
void reply_set_header(struct reply *, const char *name,
    struct json_object *value);

/* This JSON as the body, which was empty; the object stays the caller's. */
void reply_set(struct reply *, int status, struct json_object *body);

/* Writes the head, and the body unless it is a stream. */
void reply_write(struct reply *, const struct request *, struct evbuffer *out);
