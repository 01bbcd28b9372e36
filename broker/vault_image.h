/* SPDX-License-Identifier: ISC */
/*
 * vault_image: the vault file's bytes.
 *
 *	magic "CFDVAULT", version 1, generation, wrapping, wrapped master key,
 *	audit anchor, sealed signing key,
 *	n credentials {what is bound; sealed key}, n agents {id..; sealed token},
 *	HMAC-SHA-256 under the master key of all before, SHA-256 of all before
 *
 * The last one tells damage from a wrong passphrase without any secret; the one
 * before it makes sure, once unlocked, that nothing was edited.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/bytes.h"
#include "broker/vault.h"

struct err;
struct secret;

/* What can be read without a secret. */
struct vault_head {
	uint64_t generation;
	struct vault_wrapping wrapping;
	uint8_t wrapped[VAULT_WRAPPED_LEN];
	size_t bound_len;	/* of the image's start, bound to 'wrapped' */
	size_t end;		/* where the head ends */
};

/* Form, version, limits of the scrypt parameters, checksum. */
bool vault_image_read_head(const uint8_t *image, size_t len,
    struct vault_head *, struct err *);

/* The rest into v's lists; v->master is set.  On failure v is half filled. */
bool vault_image_read_entries(struct vault *v, const struct vault_head *,
    struct err *);

/* The master key, wrapped as an image of this version carries it. */
bool vault_image_wrap(const struct secret *master, const struct secret *kek,
    uint8_t wrapped[VAULT_WRAPPED_LEN], struct err *);

/* All of *v. */
bool vault_image_write(const struct vault *v, uint64_t generation,
    struct writer *, struct err *);

/* The bytes of a credential that its key is bound to. */
void vault_image_bind(const struct credential *, struct writer *);
