/* SPDX-License-Identifier: ISC */
/*
 * credential: the one key of this process, and the base URL it belongs to.
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

#define CREDENTIAL_HEADER_MAX 64	/* bytes, with the NUL */

struct credential {
	struct url pin;
	uint32_t number;	/* of this egress, as tickets name it */
	struct secret *mac_key;
	char header[CREDENTIAL_HEADER_MAX];	/* its name; "": no key */
	char *line;		/* "name: value" and a NUL; NULL: no key */
	struct echo_guard *guard;	/* NULL: no key */
};

/*
 * Reads PROVISION.  On failure ERR_IPC_BROKEN, ERR_URL_INVALID, ERR_KEY_INVALID
 * or ERR_NO_MEMORY; credential_free() is right in any case.
 */
bool credential_read(struct credential *, const struct ipc_message *,
    struct err *);
void credential_free(struct credential *);
