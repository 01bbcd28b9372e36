/* SPDX-License-Identifier: ISC */
#include "common/secret.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/errors.h"

/* At the start of a mapping of its own, between two pages without access. */
struct secret {
	size_t len;
	size_t mapped_len;	/* without the guard pages */
	uint8_t bytes[];
};

static size_t
page_len(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t
whole_pages(size_t len)
{
	return (len + page_len() - 1) / page_len() * page_len();
}

bool
secret_lock_pages(void *bytes, size_t len, struct err *err)
{
	if (mlock(bytes, len) == -1)
		return err_set_os(err, ERR_NO_MEMORY, "%zu bytes", len);
	/* Both are refinements: the lock alone keeps it off the disk. */
	madvise(bytes, len, MADV_DONTDUMP);
	madvise(bytes, len, MADV_WIPEONFORK);
	return true;
}

struct secret *
secret_new(size_t len, struct err *err)
{
	size_t mapped_len = whole_pages(sizeof(struct secret) + len);
	uint8_t *guarded, *middle;
	struct secret *s;

	assert(len >= 1 && len <= SECRET_LONGEST);
	guarded = mmap(NULL, mapped_len + 2 * page_len(), PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guarded == MAP_FAILED) {
		err_set_os(err, ERR_NO_MEMORY, "%zu bytes", len);
		return NULL;
	}
	middle = guarded + page_len();
	if (mprotect(middle, mapped_len, PROT_READ | PROT_WRITE) == -1 ||
	    !secret_lock_pages(middle, mapped_len, err)) {
		err_set_os(err, ERR_NO_MEMORY, "%zu bytes", len);
		munmap(guarded, mapped_len + 2 * page_len());
		return NULL;
	}
	s = (struct secret *)(void *)middle;
	s->len = len;
	s->mapped_len = mapped_len;
	return s;
}

uint8_t *
secret_bytes(struct secret *s)
{
	return s->bytes;
}

const uint8_t *
secret_peek(const struct secret *s)
{
	return s->bytes;
}

size_t
secret_len(const struct secret *s)
{
	return s->len;
}

void
secret_shorten(struct secret *s, size_t len)
{
	assert(len >= 1 && len <= s->len);
	secret_wipe(s->bytes + len, s->len - len);
	s->len = len;
}

bool
secret_bytes_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t differing = 0;

	for (size_t i = 0; i < len; i++)
		differing |= (uint8_t)(x[i] ^ y[i]);
	return differing == 0;
}

void
secret_free(struct secret *s)
{
	size_t mapped_len;

	if (s == NULL)
		return;
	mapped_len = s->mapped_len;
	secret_wipe(s, mapped_len);
	munmap((uint8_t *)s - page_len(), mapped_len + 2 * page_len());
}

void
secret_wipe(void *bytes, size_t len)
{
	explicit_bzero(bytes, len);
}
