/* SPDX-License-Identifier: ISC */
/*
 * allocate: memory for programs that may simply die when there is none.
 */
#pragma once

#include <stdlib.h>

#include <event2/buffer.h>

/* Zeroed; never NULL; free with free(). */
static inline void *
allocate(size_t len)
{
	void *p = calloc(1, len);

	if (p == NULL)
		abort();
	return p;
}

/* Never NULL; free with evbuffer_free(). */
static inline struct evbuffer *
allocate_buffer(void)
{
	struct evbuffer *b = evbuffer_new();

	if (b == NULL)
		abort();
	return b;
}
