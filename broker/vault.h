/* SPDX-License-Identifier: ISC */
/*
 * vault: what the broker keeps: credentials with their pins, agents, and the
 * key that signs the audit log.
 *
 * While locked it knows only the sealed image.  While unlocked it knows the
 * master key; provider keys stay sealed even then and are opened one at a time,
 * for the moment in which an egress is given one.  Pure of I/O: images come and
 * go as bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/vault_entries.h"

struct err;
struct secret;
#define VAULT_IMAGE_MAX (16 << 20)	/* bytes */
#define VAULT_CREDENTIALS_MAX 512
#define VAULT_AGENTS_MAX 1024
#define VAULT_WRAPPED_LEN (32 + 12 + 16)	/* seal.h: key and overhead */

struct vault {
	uint8_t *image;			/* as stored; NULL: there is none */
	size_t image_len;
	struct vault_wrapping wrapping;
	uint8_t wrapped[VAULT_WRAPPED_LEN];	/* the master key, by it */
	uint64_t generation;		/* of what is in memory */
	struct vault_anchor anchor;
	struct secret *master;		/* NULL: locked */
	struct secret *signing;		/* NULL: locked */
	struct credential_list credentials;
	struct agent_list agents;
	size_t n_credentials, n_agents;
};

void vault_init(struct vault *);
/* Wipes everything but the image: locked. */
void vault_lock(struct vault *);
void vault_reset(struct vault *);

static inline bool
vault_is_locked(const struct vault *v)
{
	return v->master == NULL;
}

/*
 * Takes over 'image' (malloc'd) as what is stored; checks its form and its
 * checksum.  ERR_VAULT_DAMAGED says where; the vault then has no image.
 */
bool vault_load(struct vault *, uint8_t *image, size_t len, struct err *);

/* New wrapping parameters: a fresh salt, today's scrypt cost. */
bool vault_new_wrapping(struct vault_wrapping *, enum vault_wrap,
    struct err *);

/* A new, empty, unlocked vault of generation 0; it is to be wrapped. */
bool vault_create(struct vault *, struct err *);

/*
 * Wraps the master key with the key-encryption key that was derived with
 * 'wrapping': both change together, or neither does.
 */
bool vault_wrap(struct vault *, const struct vault_wrapping *wrapping,
    const struct secret *kek, struct err *);

/*
 * Opens the image with the key-encryption key (32 bytes).  A wrong one is
 * ERR_WRONG_PASSPHRASE; the vault stays as it was.
 */
bool vault_unlock(struct vault *, const struct secret *kek, struct err *);

/*
 * Forgets what was changed since the image was stored.  Locked when that fails,
 * when it was locked before, or when there is no image.
 */
bool vault_revert(struct vault *, struct err *);

/* Is this the key-encryption key of the image? */
bool vault_opens_with(const struct vault *, const struct secret *kek);

/*
 * The whole image of the next generation, malloc'd: what is in memory.  Does
 * not change *v but for v->generation.
 */
bool vault_encode(struct vault *v, uint8_t **image, size_t *len,
    struct err *);

/* NULL when absent.  find prefers the agent's own credential. */
struct credential *vault_find(const struct vault *, const char *provider,
    const char *agent);
struct credential *vault_find_exact(const struct vault *,
    const char *provider, const char *agent);
struct agent *vault_find_agent(const struct vault *, const char *id);
/* Constant time in the digest. */
struct agent *vault_find_token(const struct vault *, const uint8_t token[32]);

/*
 * Adds or replaces; 'c' is copied, 'key' (NULL for AUTH_NOTHING) is sealed to
 * its names, scheme and pin.  NULL with *err: full, or out of memory.
 */
struct credential *vault_put(struct vault *, const struct credential *c,
    const struct secret *key, struct err *);
/* The key of an entry; NULL with *err.  Free it soon. */
struct secret *vault_open_key(const struct vault *, const struct credential *,
    struct err *);
/* Moves the pin, sets flags: the key is opened and sealed again to that. */
bool vault_move_pin(struct vault *, struct credential *, const char *pin,
    struct err *);
bool vault_set_flags(struct vault *, struct credential *, uint32_t flags,
    struct err *);
void vault_remove(struct vault *, struct credential *);

struct agent *vault_put_agent(struct vault *, const struct agent *,
    struct err *);
void vault_remove_agent(struct vault *, struct agent *);
