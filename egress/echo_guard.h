/* SPDX-License-Identifier: ISC */
/*
 * echo_guard: does what an upstream sends contain the key that was sent to it?
 *
 * Looked for are the key itself and its base64 (both alphabets, wherever in a
 * longer text it stands), each of them also with any of their characters
 * percent-encoded or escaped as in JSON.  A stream is looked at as it passes:
 * of its end only so much is held back as may be the beginning of a match.
 *
 * A key is recognised by its first ECHO_GUARD_FORM_MAX characters.  What a
 * upstream encodes in any other way is not recognised: the guard is against
 * careless servers and error pages, not against one that means to pass on the
 * key that it has.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct echo_guard;
struct err;

#define ECHO_GUARD_KEY_MIN 8	/* characters */
#define ECHO_GUARD_FORM_MAX 512	/* characters of a form */
/* The longest way to write a character is \u0041. */
#define ECHO_GUARD_HELD_MAX (6 * ECHO_GUARD_FORM_MAX)
#define ECHO_GUARD_PIECE_MAX 16384	/* bytes of a stream at a time */

/*
 * For a key of at least ECHO_GUARD_KEY_MIN characters.  Its memory is locked,
 * and wiped by echo_guard_free().  NULL with ERR_NO_MEMORY.
 */
struct echo_guard *echo_guard_new(const uint8_t *key, size_t len,
    struct err *);
void echo_guard_free(struct echo_guard *);

/* Does this text, at most ECHO_GUARD_PIECE_MAX bytes and whole, contain it? */
bool echo_guard_finds(struct echo_guard *, const char *text, size_t len);

/* What is held back of one stream; starts zeroed. */
struct echo_held {
	char *bytes;		/* NULL, or room for ECHO_GUARD_HELD_MAX */
	size_t len;
};

/* Gives the memory back; the stream starts anew. */
void echo_held_reset(struct echo_held *);

/*
 * The next piece of a stream, at most ECHO_GUARD_PIECE_MAX bytes.  *passed is
 * set to what may go on now: held bytes first, in the order of the stream,
 * valid until the next call of any function here.  false when the key was found
 * (nothing more may go on), or when there was no memory to hold bytes back.
 */
struct echo_passed {
	const char *bytes;
	size_t len;
};
bool echo_guard_pass(struct echo_guard *, struct echo_held *,
    const char *piece, size_t len, struct echo_passed *passed);
