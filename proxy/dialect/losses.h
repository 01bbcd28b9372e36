/* SPDX-License-Identifier: ISC */
/*
 * losses: what a translation left out or changed, as a list of field paths.
 *
 * A path is a pattern without indices ("messages[].content[].citations"), so
 * that a long conversation does not make a long list; each stands there once.
 * Paths are visible ASCII without commas, whatever the client called a field:
 * the list may go into a header.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define LOSSES_MAX 64		/* paths; further ones are counted only */
#define LOSS_PATH_MAX 96	/* bytes, with the NUL; longer ones are cut */

enum loss_kind {
	LOSS_NONE,
	LOSS_DROPPED,
	LOSS_ALTERED,
	LOSS_PRIVATE,		/* left out on purpose: who the user is */
};

struct loss {
	enum loss_kind kind;
	char path[LOSS_PATH_MAX];
};

struct losses {
	struct loss list[LOSSES_MAX];
	size_t n;
	size_t n_more;		/* that had no room */
};

/* NULL when there is no memory.  Free with free(). */
struct losses *losses_new(void);

void losses_add(struct losses *, enum loss_kind, const char *path, ...)
    __attribute__((format(printf, 3, 4)));

/* The first one that strict mode refuses; NULL when there is none. */
const struct loss *losses_first_real(const struct losses *);

/* "a, b, c" into 'text', whole paths only, ", ..." when some have no room. */
void losses_format(const struct losses *, char *text, size_t room);
