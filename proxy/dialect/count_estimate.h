/* SPDX-License-Identifier: ISC */
/*
 * count_estimate: how many tokens a request comes to, erring high.
 *
 * For upstreams that cannot count.  Text is counted by its characters as if by
 * a poor tokenizer, media by what the dearest model takes for them; the answer
 * says that it is an estimate in a header, which is the caller's to set.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct dialect_output;
struct json_object;

/* Tokens of a parsed request of any dialect; never 0. */
uint64_t count_estimate(struct json_object *request);

/* {"input_tokens":N} */
void count_estimate_write(uint64_t n_tokens, struct dialect_output *);
