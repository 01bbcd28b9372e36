/* SPDX-License-Identifier: ISC */
/*
 * answer_head: the head of the provider's answer, as the agent gets it: the
 * status, the headers that may pass, and where it came from.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct request;
struct settings;

/*
 * Sends the head, and sets the answer up for what follows.  'lines' are those
 * of the frame HEAD.
 */
void answer_begin(struct request *, int status, const char *lines,
    size_t len);

/* How often answer_tick() is wanted. */
uint64_t answer_tick_ms(const struct settings *);
