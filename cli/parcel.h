/* SPDX-License-Identifier: ISC */
/*
 * parcel: the tail of a message that carries a secret, put together in memory
 * that is locked and wiped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct parcel;

#define PARCEL_MAX 12288	/* bytes: the longest secret tail */

/* NULL with ERR_NO_MEMORY.  Free with parcel_free(), which wipes. */
struct parcel *parcel_new(struct err *);
void parcel_free(struct parcel *);

/* false with ERR_REQUEST_TOO_LARGE when it does not fit any more. */
bool parcel_add(struct parcel *, const void *bytes, size_t len, struct err *);
const uint8_t *parcel_bytes(const struct parcel *);
size_t parcel_len(const struct parcel *);
