/* SPDX-License-Identifier: ISC */
/*
 * request_case: a folder of tests/dialect/requests, translated.
 *
 * Its files: from, to (names of dialects), in.json, out.json; and, if they are
 * not the usual, model (of the target), lossy (the report, a line), error (err's
 * about), options (words: strict, cached, issuer=NAME).
 * recorded-* are what real clients sent, texts shortened, nobody's names in it.
 * "@CARRIER{kind,issuer,family,item,sealed}@" in in.json stands for a carrier
 * under the tests' key.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/errors.h"
#include "proxy/dialect/dialect_request.h"

#define CASE_KEY "0123456789abcdef0123456789abcdef"

struct request_case {
	char *from, *to, *in, *out, *model, *lossy, *error, *options;
	char issuer[64];
	struct dialect_request_options o;
};

/* false when a file that has to be there is not. */
bool request_case_load(struct request_case *, const char *folder);
void request_case_free(struct request_case *);
