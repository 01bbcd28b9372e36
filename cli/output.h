/* SPDX-License-Identifier: ISC */
/*
 * output: what a command answers, as one line of JSON or as text.
 *
 * Everything that came from another process passes output_clean() on its way to
 * a terminal: what the cloud calls a provider must not move the cursor.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;
struct invocation;
struct json_object;

/* The envelope with 'data', which stays the caller's, on standard output. */
bool output_data(const struct invocation *, struct json_object *data,
    struct err *);

/* The sentence and the remedy: on standard error, or as the envelope. */
void output_error(const struct invocation *, const struct err *);

/* How an envelope starts: everything up to the value of "data". */
#define OUTPUT_HEAD_MAX 256
void output_head(const struct invocation *, char head[OUTPUT_HEAD_MAX]);

/* Bytes to standard output, past stdio: nothing of them stays behind. */
bool output_raw(const void *bytes, size_t len, struct err *);

/*
 * A copy for a person to read, "-" for NULL: control characters are '?'.  Good
 * until the eighth next call.
 */
const char *output_clean(const char *text);

enum output_colour { OUTPUT_PLAIN, OUTPUT_BOLD, OUTPUT_GOOD, OUTPUT_BAD };
/* The sequence that starts a colour, "" where there is no terminal. */
const char *output_colour(enum output_colour);

/* A line on standard error, with "cofferdam: " before it. */
void output_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Rows of texts in columns as wide as their widest.  The first row is the head.
 * A NULL in a row stands for nothing and prints as "-".
 */
#define OUTPUT_COLUMNS 8
struct output_table {
	size_t n_columns, n_rows;
	char **cells;		/* n_rows * n_columns, owned */
};
void output_table_add(struct output_table *, const char *const cells[]);
/* Prints and frees. */
void output_table_print(struct output_table *);
