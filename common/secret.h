/* SPDX-License-Identifier: ISC */
/*
 * secret: bytes that must not leave this address space except on purpose.
 *
 * The memory is locked, left out of core files and of children, and wiped when
 * freed.  There is deliberately no way to print one or compare one in other
 * than constant time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct secret;

#define SECRET_MAX 8192		/* bytes: the longest key that is accepted */
#define SECRET_LONGEST 16384	/* bytes: a message that carries one */

/*
 * A zeroed secret of 'len' bytes, 1 to SECRET_LONGEST; free with secret_free().
 * NULL with ERR_NO_MEMORY when it cannot be locked: an unlocked secret is
 * never handed out.  Raise LimitMEMLOCK if it happens.
 */
struct secret *secret_new(size_t len, struct err *);

/* The bytes themselves, valid until secret_free().  Do not copy them. */
uint8_t *secret_bytes(struct secret *);
const uint8_t *secret_peek(const struct secret *);
size_t secret_len(const struct secret *);

/* Shortens it; the bytes cut off are wiped.  'len' is 1 to the current one. */
void secret_shorten(struct secret *, size_t len);

/* Time depends on 'len' alone. */
bool secret_bytes_equal(const void *a, const void *b, size_t len);

/* Wipes, unlocks, frees.  NULL is allowed. */
void secret_free(struct secret *);

/* Wipes memory that is not a struct secret; never optimised away. */
void secret_wipe(void *bytes, size_t len);

/*
 * Locks memory that secrets pass through (a receive buffer): out of swap and
 * of core files.  ERR_NO_MEMORY when it cannot be locked.
 */
bool secret_lock_pages(void *bytes, size_t len, struct err *);
