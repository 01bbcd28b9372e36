/* SPDX-License-Identifier: ISC */
/*
 * token_count: an answer to count_tokens for a provider that cannot count.
 *
 * An estimate that errs high, and says so in x-cofferdam-estimate.  Costs
 * nothing: no key is used, nothing goes upstream.
 */
#pragma once

struct request;

/* The request has ended when this returns. */
void token_count_answer(struct request *);
