/* SPDX-License-Identifier: ISC */
/*
 * request_fit_reasoning: the wish for reasoning, in the form that the target
 * model takes.
 *
 * Afterwards it is, towards Messages, unsaid, off, adaptive or a budget; towards
 * the others, unsaid or an effort.
 */
#pragma once

struct reading;

void request_fit_reasoning(struct reading *);
