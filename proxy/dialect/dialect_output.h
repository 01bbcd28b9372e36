/* SPDX-License-Identifier: ISC */
/*
 * dialect_output: text that grows up to a maximum.
 *
 * Appending never fails at once: what does not fit (or finds no memory) marks
 * the text as failed and is left out, and whoever made it asks once, at the
 * end, with dialect_output_is_whole().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/* Set up as { .max = N }; free with dialect_output_free(). */
struct dialect_output {
	char *text;		/* 'len' bytes and a NUL; NULL while empty */
	size_t len, room;
	size_t max;		/* bytes */
	bool has_failed;
};

void dialect_output_free(struct dialect_output *);

/* Empty again, also after a failure; keeps the memory. */
void dialect_output_reset(struct dialect_output *);

/* Cuts it back to 'len' bytes. */
void dialect_output_cut(struct dialect_output *, size_t len);

void dialect_output_add(struct dialect_output *, const char *bytes, size_t len);
void dialect_output_text(struct dialect_output *, const char *text);
void dialect_output_number(struct dialect_output *, uint64_t);

/*
 * The inside of a JSON string, and the whole with its quotes.  Bytes that are
 * no UTF-8 become U+FFFD.  NULL is the word null for _string().
 */
void dialect_output_escaped(struct dialect_output *, const char *bytes,
    size_t len);
void dialect_output_string(struct dialect_output *, const char *text);

/*
 * Text with marks: %s text, %j a JSON string with quotes (NULL: null), %e the
 * inside of one, %u a uint64_t, %d an int, %% a per cent sign; nothing else.
 */
void dialect_output_form(struct dialect_output *, const char *form, ...);

/* "" while it is empty; borrowed. */
const char *dialect_output_peek(const struct dialect_output *);

/* false with ERR_UPSTREAM_BROKEN when something did not fit. */
bool dialect_output_is_whole(const struct dialect_output *, struct err *);
