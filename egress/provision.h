/* SPDX-License-Identifier: ISC */
/*
 * provision: the one key of this process, and the base URL it belongs to.
 *
 * It comes from the broker, once (I2, I3).  The key leaves as a header of
 * requests to that URL, and in no other way (I5).
 */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/ipc.h"
#include "common/url.h"

struct echo_guard;
struct err;
struct secret;

#define PROVISION_HEADER_MAX 64	/* bytes, with the NUL */

struct provision {
	struct url pin;
	uint32_t number;	/* of this egress, as tickets name it */
	struct secret *mac_key;
	char header[PROVISION_HEADER_MAX];	/* its name; "": no key */
	char *line;		/* "name: value" and a NUL; NULL: no key */
	struct echo_guard *guard;	/* NULL: no key */
};

/*
 * Reads PROVISION.  On failure ERR_IPC_BROKEN, ERR_URL_INVALID, ERR_KEY_INVALID
 * or ERR_NO_MEMORY; provision_free() is right in any case.
 */
bool provision_read(struct provision *, const struct ipc_message *,
    struct err *);
void provision_free(struct provision *);
