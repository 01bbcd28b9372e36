/* SPDX-License-Identifier: ISC */
/*
 * request_fit: the request's settings, made to fit the target model.
 *
 * What depends on values and on the model, not on the field alone: limits,
 * sampling, stop sequences, tiers, formats, reasoning, tools and choices.
 * Afterwards a writer says what is there, without asking the model again.
 */
#pragma once

#include <stdbool.h>

struct reading;

void request_fit(struct reading *);

/* At most four cache marks stand; some are added if the options say so. */
void request_fit_cache(struct reading *);
