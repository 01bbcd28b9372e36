/* SPDX-License-Identifier: ISC */
/*
 * again: this program, started afresh.
 *
 * An image that has read text from the cloud must not read a secret (I1).  So
 * the step that does runs in a new one, which gets nothing but the words given
 * here and an environment of four harmless variables.
 */
#pragma once

#include <stdbool.h>

struct err;
struct json_object;

#define AGAIN_WORDS_MAX 64

/* A command line that is put together word by word; words are borrowed. */
struct again {
	const char *words[AGAIN_WORDS_MAX + 2];
	int n_words;
};

void again_add(struct again *, const char *word);
/* Two words, unless 'value' is NULL. */
void again_add_option(struct again *, const char *option, const char *value);

/* Becomes the new image; returns only with false and *err. */
bool again_become(struct again *, struct err *);

/*
 * Runs it as a child and waits; what it answers on standard output, JSON, is
 * *answer, to be freed with json_object_put(), or NULL.
 */
bool again_ask(struct again *, struct json_object **answer, struct err *);

/* Runs it as a child and waits; *status is its exit status. */
bool again_run(struct again *, int *status, struct err *);
