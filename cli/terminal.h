/* SPDX-License-Identifier: ISC */
/*
 * terminal: questions to the person in front of it.
 *
 * There is a terminal when standard input is one: a script, a cron job or a
 * language model with a shell has none, and is never asked anything.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;
struct secret;

bool terminal_is_there(void);

/* A question that only "y" or "yes" answers with true. */
bool terminal_confirm(const char *question);

/*
 * A line typed without echo, 1 to 'max' bytes.  NULL with ERR_PASSPHRASE_NEEDED
 * when there is no terminal, ERR_KEY_INVALID when the line is no such line.  A
 * signal that ends us restores the echo first.
 */
struct secret *terminal_ask(const char *label, size_t max, struct err *);
