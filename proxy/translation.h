/* SPDX-License-Identifier: ISC */
/*
 * translation: a request whose provider speaks another dialect than its client.
 *
 * The thin part between request.c (bytes, states) and proxy/dialect/ (pure):
 * what goes up is said in the provider's dialect before it is sent, what comes
 * down is fed through the answer's translation as it arrives.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc_bodies.h"

struct err;
struct evbuffer;
struct frame;
struct request;
struct translation;

#define TRANSLATION_KEY_LEN 32	/* bytes */

/* A key of carriers and hashed user ids; before the process is confined. */
bool translation_open(struct err *);
/* The one to use: that of the vault. */
void translation_set_key(const uint8_t key[TRANSLATION_KEY_LEN]);

/*
 * Says the body in the target's dialect: sets r->translation, r->body and the
 * path.  ERR_INVALID_REQUEST names the field that cannot be carried.
 */
bool translation_begin(struct request *, const char *text, size_t len,
    struct err *);
/* What the request lost on the way: field paths, ", " between them. */
const char *translation_losses(const struct translation *);
void translation_free(struct translation *);

/*
 * A body in the provider's own dialect, without the carriers of other
 * providers: see proxy/dialect/returned_carriers.h.
 */
char *translation_open_carriers(const struct request *, const char *text,
    size_t len, size_t *out_len, struct err *);

/* The answer's head has come; it goes to the client when content follows. */
bool translation_head(struct request *, const struct frame *, struct err *);

/* What became of a piece of the answer. */
enum translation_fate {
	TRANSLATION_GOES_ON,
	TRANSLATION_OVER	/* its end, or its error, is in 'passing' */
};
enum translation_fate translation_data(struct request *, const struct frame *);
/* The end; 'cut' is NULL when it was the provider's own. */
enum translation_fate translation_end(struct request *, const struct err *cut);

/* A refusal whose body is whole already: head and body are in 'passing'. */
void translation_refuse(struct request *, int status, struct evbuffer *body);

/* The client's answer has ended, well or not.  NULL is allowed: false. */
bool translation_is_over(const struct translation *);

/* All but the usage has come, and that may never come. */
bool translation_is_finishing(const struct request *);

/* Since the last time this was asked, the answer has got on. */
bool translation_got_on(struct request *);
/* The provider sends a stream, whatever the client wants; NULL: it does not. */
bool translation_is_streamed(const struct translation *);
/* Nothing has gone to the client, which wants a stream. */
bool translation_is_waiting(const struct request *);

/* A sign of life, into 'passing'; begins the client's stream if need be. */
void translation_keep_alive(struct request *);
