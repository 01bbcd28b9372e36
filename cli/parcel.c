/* SPDX-License-Identifier: ISC */
#include "cli/parcel.h"

#include <string.h>
#include <sys/mman.h>

#include "common/errors.h"
#include "common/secret.h"

struct parcel {
	size_t len;
	uint8_t bytes[PARCEL_MAX];
};

struct parcel *
parcel_new(struct err *err)
{
	struct parcel *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		err_set_os(err, ERR_NO_MEMORY, "parcel");
		return NULL;
	}
	if (!secret_lock_pages(p, sizeof *p, err)) {
		munmap(p, sizeof *p);
		return NULL;
	}
	return p;
}

void
parcel_free(struct parcel *p)
{
	if (p == NULL)
		return;
	secret_wipe(p, sizeof *p);
	munmap(p, sizeof *p);
}

bool
parcel_add(struct parcel *p, const void *bytes, size_t len, struct err *err)
{
	if (len > PARCEL_MAX - p->len)
		return err_set(err, ERR_REQUEST_TOO_LARGE, "%zu bytes",
		    p->len + len);
	memcpy(p->bytes + p->len, bytes, len);
	p->len += len;
	return true;
}

const uint8_t *
parcel_bytes(const struct parcel *p)
{
	return p->bytes;
}

size_t
parcel_len(const struct parcel *p)
{
	return p->len;
}
