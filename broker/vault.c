/* SPDX-License-Identifier: ISC */
#include "broker/vault.h"

#include <stdlib.h>
#include <string.h>

#include "broker/seal.h"
#include "broker/vault_image.h"
#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"

/* 128 MiB and half a second of one core, today. */
#define SCRYPT_LOG2_N 17
#define SCRYPT_R 8
#define SCRYPT_P 1

#define BOUND_MAX 2048

static void
credential_free(struct credential *c)
{
	free(c->sealed_key);
	free(c);
}

void
vault_init(struct vault *v)
{
	*v = (struct vault) { 0 };
	LIST_INIT(&v->credentials);
	LIST_INIT(&v->agents);
}

void
vault_lock(struct vault *v)
{
	struct credential *c;
	struct agent *a;

	secret_free(v->master);
	secret_free(v->signing);
	v->master = v->signing = NULL;
	while ((c = LIST_FIRST(&v->credentials)) != NULL) {
		LIST_REMOVE(c, next);
		credential_free(c);
	}
	while ((a = LIST_FIRST(&v->agents)) != NULL) {
		LIST_REMOVE(a, next);
		secret_wipe(a, sizeof *a);
		free(a);
	}
	v->n_credentials = v->n_agents = 0;
}

void
vault_reset(struct vault *v)
{
	vault_lock(v);
	free(v->image);
	vault_init(v);
}

bool
vault_load(struct vault *v, uint8_t *image, size_t len, struct err *err)
{
	struct vault_head head;

	if (!vault_image_read_head(image, len, &head, err)) {
		free(image);
		return false;
	}
	free(v->image);
	v->image = image;
	v->image_len = len;
	v->wrapping = head.wrapping;
	v->generation = head.generation;
	return true;
}

bool
vault_new_wrapping(struct vault_wrapping *w, enum vault_wrap kind,
    struct err *err)
{
	*w = (struct vault_wrapping) { .kind = kind };
	if (kind == WRAP_PASSPHRASE) {
		w->log2_n = SCRYPT_LOG2_N;
		w->r = SCRYPT_R;
		w->p = SCRYPT_P;
	}
	return seal_random(w->salt, sizeof w->salt, err);
}

bool
vault_create(struct vault *v, struct err *err)
{
	vault_lock(v);
	v->generation = 0;
	v->anchor = (struct vault_anchor) { 0 };
	v->master = secret_new(SEAL_KEY_LEN, err);
	v->signing = seal_signing_key(err);
	if (v->master != NULL && v->signing != NULL &&
	    seal_random(secret_bytes(v->master), SEAL_KEY_LEN, err))
		return true;
	vault_lock(v);
	return false;
}

bool
vault_wrap(struct vault *v, const struct vault_wrapping *wrapping,
    const struct secret *kek, struct err *err)
{
	uint8_t wrapped[VAULT_WRAPPED_LEN];

	if (!vault_image_wrap(v->master, kek, wrapped, err))
		return false;
	v->wrapping = *wrapping;
	memcpy(v->wrapped, wrapped, sizeof v->wrapped);
	return true;
}

static struct secret *
unwrap(const struct vault *v, const struct vault_head *head,
    const struct secret *kek, struct err *err)
{
	struct secret *master = seal_unseal(kek, v->image, head->bound_len,
	    head->wrapped, sizeof head->wrapped, err);

	if (master == NULL && err->code == ERR_VAULT_DAMAGED)
		err_set(err, ERR_WRONG_PASSPHRASE, "vault");
	return master;
}

bool
vault_unlock(struct vault *v, const struct secret *kek, struct err *err)
{
	struct vault_head head;
	struct secret *master;

	if (v->image == NULL)
		return err_set(err, ERR_NO_VAULT, "vault/vault");
	if (!vault_image_read_head(v->image, v->image_len, &head, err))
		return false;
	master = unwrap(v, &head, kek, err);
	if (master == NULL)
		return false;
	vault_lock(v);
	v->master = master;
	*err = (struct err) { 0 };
	if (vault_image_read_entries(v, &head, err))
		return true;
	vault_lock(v);
	return false;
}

bool
vault_revert(struct vault *v, struct err *err)
{
	struct secret *master = v->master;
	struct vault_head head;

	v->master = NULL;
	vault_lock(v);
	v->master = master;
	*err = (struct err) { 0 };
	if (v->image == NULL)
		err_set(err, ERR_NO_VAULT, "vault/vault");
	else if (vault_image_read_head(v->image, v->image_len, &head, err)) {
		/* A locked one too is opened by what is stored. */
		v->wrapping = head.wrapping;
		v->generation = head.generation;
		if (master == NULL)
			err_set(err, ERR_VAULT_LOCKED, "vault");
		else if (vault_image_read_entries(v, &head, err))
			return true;
	}
	vault_lock(v);
	return false;
}

bool
vault_opens_with(const struct vault *v, const struct secret *kek)
{
	struct vault_head head;
	struct err err;
	AUTO_WIPE struct secret *master = NULL;

	if (v->image != NULL &&
	    vault_image_read_head(v->image, v->image_len, &head, &err))
		master = unwrap(v, &head, kek, &err);
	return master != NULL;
}

bool
vault_encode(struct vault *v, uint8_t **image, size_t *len, struct err *err)
{
	size_t max = 4096 + v->n_credentials * 4096 + v->n_agents * 256;
	const struct credential *c;
	struct writer w = { 0 };

	LIST_FOREACH(c, &v->credentials, next)
		max += c->sealed_len;
	w = (struct writer) { .bytes = malloc(max), .max = max };
	if (w.bytes == NULL)
		return err_set(err, ERR_NO_MEMORY, "vault image");
	if (!vault_image_write(v, v->generation + 1, &w, err)) {
		free(w.bytes);
		return false;
	}
	v->generation++;
	*image = w.bytes;
	*len = w.len;
	return true;
}

struct credential *
vault_find_exact(const struct vault *v, const char *provider,
    const char *agent)
{
	struct credential *c;

	LIST_FOREACH(c, &v->credentials, next)
		if (strcmp(c->provider, provider) == 0 &&
		    strcmp(c->agent, agent) == 0)
			return c;
	return NULL;
}

struct credential *
vault_find(const struct vault *v, const char *provider, const char *agent)
{
	struct credential *own = vault_find_exact(v, provider, agent);

	return own != NULL ? own : vault_find_exact(v, provider, "");
}

struct agent *
vault_find_agent(const struct vault *v, const char *id)
{
	struct agent *a;

	LIST_FOREACH(a, &v->agents, next)
		if (strcmp(a->id, id) == 0)
			return a;
	return NULL;
}

struct agent *
vault_find_token(const struct vault *v, const uint8_t token[32])
{
	struct agent *a, *found = NULL;

	LIST_FOREACH(a, &v->agents, next)
		if (secret_bytes_equal(a->token, token, sizeof a->token))
			found = a;
	return found;
}

static bool
seal_key(const struct vault *v, struct credential *c, const struct secret *key,
    struct err *err)
{
	uint8_t bound[BOUND_MAX];
	struct writer w = { .bytes = bound, .max = sizeof bound };
	AUTO_WIPE struct secret *under = NULL;
	uint8_t *sealed;

	if (key == NULL)
		return true;
	vault_image_bind(c, &w);
	under = seal_derive(v->master, "key 1", bound, w.len, err);
	sealed = malloc(secret_len(key) + SEAL_OVERHEAD);
	if (under == NULL || sealed == NULL || w.is_full ||
	    !seal_close(under, bound, w.len, key, sealed, err)) {
		free(sealed);
		return err->code != ERR_NONE ? false :
		    err_set(err, ERR_NO_MEMORY, "credential");
	}
	free(c->sealed_key);
	c->sealed_key = sealed;
	c->sealed_len = secret_len(key) + SEAL_OVERHEAD;
	return true;
}

struct secret *
vault_open_key(const struct vault *v, const struct credential *c,
    struct err *err)
{
	uint8_t bound[BOUND_MAX];
	struct writer w = { .bytes = bound, .max = sizeof bound };
	AUTO_WIPE struct secret *under = NULL;

	vault_image_bind(c, &w);
	under = seal_derive(v->master, "key 1", bound, w.len, err);
	return under == NULL ? NULL : seal_unseal(under, bound, w.len,
	    c->sealed_key, c->sealed_len, err);
}

struct credential *
vault_put(struct vault *v, const struct credential *new,
    const struct secret *key, struct err *err)
{
	struct credential *old = vault_find_exact(v, new->provider, new->agent);
	struct credential *c;

	*err = (struct err) { 0 };
	if (old == NULL && v->n_credentials >= VAULT_CREDENTIALS_MAX) {
		err_set(err, ERR_OVERLOADED, "the vault is full");
		return NULL;
	}
	c = malloc(sizeof *c);
	if (c == NULL) {
		err_set(err, ERR_NO_MEMORY, "credential");
		return NULL;
	}
	*c = *new;
	c->sealed_key = NULL;
	c->sealed_len = 0;
	if (!seal_key(v, c, key, err)) {
		credential_free(c);
		return NULL;
	}
	if (old != NULL)
		vault_remove(v, old);
	LIST_INSERT_HEAD(&v->credentials, c, next);
	v->n_credentials++;
	return c;
}

/* The key is opened as '*c' and sealed again as 'changed', which *c becomes. */
static bool
reseal(struct vault *v, struct credential *c, struct credential *changed,
    struct err *err)
{
	AUTO_WIPE struct secret *key = NULL;

	*err = (struct err) { 0 };
	if (c->sealed_key != NULL) {
		key = vault_open_key(v, c, err);
		if (key == NULL)
			return false;
	}
	changed->sealed_key = NULL;
	changed->sealed_len = 0;
	if (!seal_key(v, changed, key, err))
		return false;
	memcpy(c->pin, changed->pin, sizeof c->pin);
	c->flags = changed->flags;
	free(c->sealed_key);
	c->sealed_key = changed->sealed_key;
	c->sealed_len = changed->sealed_len;
	return true;
}

bool
vault_move_pin(struct vault *v, struct credential *c, const char *pin,
    struct err *err)
{
	struct credential moved = *c;

	strncpy(moved.pin, pin, sizeof moved.pin - 1);
	moved.pin[sizeof moved.pin - 1] = '\0';
	return reseal(v, c, &moved, err);
}

bool
vault_set_flags(struct vault *v, struct credential *c, uint32_t flags,
    struct err *err)
{
	struct credential changed = *c;

	changed.flags = flags;
	return reseal(v, c, &changed, err);
}

void
vault_remove(struct vault *v, struct credential *c)
{
	LIST_REMOVE(c, next);
	v->n_credentials--;
	credential_free(c);
}

struct agent *
vault_put_agent(struct vault *v, const struct agent *new, struct err *err)
{
	struct agent *a = vault_find_agent(v, new->id);

	if (a == NULL) {
		if (v->n_agents >= VAULT_AGENTS_MAX ||
		    (a = calloc(1, sizeof *a)) == NULL) {
			err_set(err, ERR_OVERLOADED, "the vault is full");
			return NULL;
		}
		LIST_INSERT_HEAD(&v->agents, a, next);
		v->n_agents++;
	}
	memcpy(a->id, new->id, sizeof a->id);
	memcpy(a->token, new->token, sizeof a->token);
	a->dialect = new->dialect;
	a->created_s = new->created_s;
	a->used_s = new->used_s;
	return a;
}

void
vault_remove_agent(struct vault *v, struct agent *a)
{
	LIST_REMOVE(a, next);
	v->n_agents--;
	secret_wipe(a, sizeof *a);
	free(a);
}
