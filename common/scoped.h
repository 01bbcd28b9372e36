/* SPDX-License-Identifier: ISC */
/*
 * scoped: three kinds of thing that a function must give back on every path.
 *
 *	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
 *	AUTO_FREE char *text = strdup(s);
 *	AUTO_WIPE struct secret *key = secret_new(32, err);
 *
 * No others: an object that outlives the function has a _free() instead.
 */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#define AUTO_CLOSE __attribute__((cleanup(scoped_close)))
#define AUTO_FREE __attribute__((cleanup(scoped_free)))
#define AUTO_WIPE __attribute__((cleanup(scoped_wipe)))

struct secret;
void secret_free(struct secret *);

static inline void
scoped_close(const int *fd)
{
	if (*fd != -1)
		close(*fd);
}

static inline void
scoped_free(void *p)
{
	free(*(void **)p);
}

static inline void
scoped_wipe(struct secret **s)
{
	secret_free(*s);
}

/* Hands the descriptor to the caller of the function: nothing is closed. */
static inline int
take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
