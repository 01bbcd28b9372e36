/* SPDX-License-Identifier: ISC */
#include "broker/vault_image.h"

#include <stdlib.h>

#include "broker/seal.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/scoped.h"
#include "common/secret.h"

#define MAGIC "CFDVAULT"
#define VERSION 1u
#define BOUND_LEN 12		/* bytes of magic and version */
#define SEALED_MAX (SECRET_MAX + SEAL_OVERHEAD)

/*
 * A hostile file must not make us spend memory or hours: N is at most 2^20
 * with r 8 (1 GiB), and below 2^14 the passphrase would be too cheap to guess.
 */
static bool
is_bearable(const struct vault_wrapping *w)
{
	if (w->kind == WRAP_KEY_FILE)
		return w->log2_n == 0 && w->r == 0 && w->p == 0;
	return w->kind == WRAP_PASSPHRASE && w->log2_n >= 14 &&
	    w->log2_n <= 20 && w->r == 8 && w->p >= 1 && w->p <= 4;
}

bool
vault_image_read_head(const uint8_t *image, size_t len,
    struct vault_head *head, struct err *err)
{
	struct reader r = { .bytes = image, .len = len };
	uint8_t magic[8] = { 0 }, sum[DIGEST_LEN];

	if (len < 2 * DIGEST_LEN)
		return err_set(err, ERR_VAULT_DAMAGED, "%zu bytes", len);
	digest_sha256(image, len - DIGEST_LEN, sum);
	if (memcmp(sum, image + len - DIGEST_LEN, DIGEST_LEN) != 0)
		return err_set(err, ERR_VAULT_DAMAGED, "checksum");
	get_array(&r, magic, sizeof magic);
	if (memcmp(magic, MAGIC, sizeof magic) != 0 ||
	    get_number(&r, 4) != VERSION)
		return err_set(err, ERR_VAULT_DAMAGED, "version");
	head->generation = get_number(&r, 8);
	head->wrapping.kind = (uint32_t)get_number(&r, 4);
	head->wrapping.log2_n = (uint32_t)get_number(&r, 4);
	head->wrapping.r = (uint32_t)get_number(&r, 4);
	head->wrapping.p = (uint32_t)get_number(&r, 4);
	get_array(&r, head->wrapping.salt, sizeof head->wrapping.salt);
	head->bound_len = BOUND_LEN;	/* generation may move on */
	get_array(&r, head->wrapped, sizeof head->wrapped);
	head->end = r.at;
	return (!r.is_short && is_bearable(&head->wrapping)) ||
	    err_set(err, ERR_VAULT_DAMAGED, "head");
}

void
vault_image_bind(const struct credential *c, struct writer *w)
{
	put_text(w, c->provider);
	put_text(w, c->agent);
	put_text(w, c->header);
	put_text(w, c->pin);
	put_number(w, c->scheme, 4);
	put_number(w, c->uid, 4);
	put_number(w, c->flags, 4);
}

static void
write_credential(const struct credential *c, struct writer *w)
{
	vault_image_bind(c, w);
	put_number(w, c->created_s, 8);
	put_number(w, c->used_s, 8);
	put_number(w, c->sealed_len, 4);
	put_bytes(w, c->sealed_key, c->sealed_len);
}

static bool
read_credential(struct reader *r, struct vault *v, struct err *err)
{
	struct credential *c = calloc(1, sizeof *c);

	if (c == NULL)
		return err_set(err, ERR_NO_MEMORY, "credential");
	LIST_INSERT_HEAD(&v->credentials, c, next);
	v->n_credentials++;
	get_text(r, c->provider, sizeof c->provider);
	get_text(r, c->agent, sizeof c->agent);
	get_text(r, c->header, sizeof c->header);
	get_text(r, c->pin, sizeof c->pin);
	c->scheme = (uint32_t)get_number(r, 4);
	c->uid = (uint32_t)get_number(r, 4);
	c->flags = (uint32_t)get_number(r, 4);
	c->created_s = get_number(r, 8);
	c->used_s = get_number(r, 8);
	c->sealed_len = (size_t)get_number(r, 4);
	if (r->is_short || c->sealed_len > SEALED_MAX ||
	    c->scheme >= AUTH_SCHEMES)
		return err_set(err, ERR_VAULT_DAMAGED, "credential");
	if (c->sealed_len > 0) {
		c->sealed_key = malloc(c->sealed_len);
		if (c->sealed_key == NULL)
			return err_set(err, ERR_NO_MEMORY, "credential");
		get_array(r, c->sealed_key, c->sealed_len);
	}
	return !r->is_short || err_set(err, ERR_VAULT_DAMAGED, "credential");
}

#define AGENT_LEN (32 + SEAL_OVERHEAD)

/* The token's digest is sealed too: who may call is nobody's business. */
static bool
write_agent(const struct vault *v, const struct agent *a, struct writer *w,
    struct err *err)
{
	AUTO_WIPE struct secret *token = secret_new(sizeof a->token, err);
	AUTO_WIPE struct secret *key = seal_derive(v->master, "agent 1", a->id,
	    strlen(a->id), err);
	uint8_t sealed[AGENT_LEN];

	if (token == NULL || key == NULL)
		return false;
	memcpy(secret_bytes(token), a->token, sizeof a->token);
	if (!seal_close(key, a->id, strlen(a->id), token, sealed, err))
		return false;
	put_text(w, a->id);
	put_number(w, a->dialect, 4);
	put_number(w, a->created_s, 8);
	put_number(w, a->used_s, 8);
	put_bytes(w, sealed, sizeof sealed);
	return true;
}

static bool
read_agent(struct reader *r, struct vault *v, struct err *err)
{
	struct agent *a = calloc(1, sizeof *a);
	uint8_t sealed[AGENT_LEN] = { 0 };
	AUTO_WIPE struct secret *token = NULL;
	AUTO_WIPE struct secret *key = NULL;

	if (a == NULL)
		return err_set(err, ERR_NO_MEMORY, "agent");
	LIST_INSERT_HEAD(&v->agents, a, next);
	v->n_agents++;
	get_text(r, a->id, sizeof a->id);
	a->dialect = (uint32_t)get_number(r, 4);
	a->created_s = get_number(r, 8);
	a->used_s = get_number(r, 8);
	get_array(r, sealed, sizeof sealed);
	if (r->is_short)
		return err_set(err, ERR_VAULT_DAMAGED, "agent");
	key = seal_derive(v->master, "agent 1", a->id, strlen(a->id), err);
	if (key != NULL)
		token = seal_unseal(key, a->id, strlen(a->id), sealed,
		    sizeof sealed, err);
	if (token == NULL)
		return false;
	memcpy(a->token, secret_peek(token), sizeof a->token);
	return true;
}

static bool
has_right_mac(const struct vault *v, struct err *err)
{
	AUTO_WIPE struct secret *key = seal_derive(v->master, "image 1", "", 0,
	    err);
	size_t len = v->image_len - 2 * DIGEST_LEN;
	struct digest_piece all = { v->image, len };
	uint8_t mac[DIGEST_LEN];

	if (key == NULL)
		return false;
	digest_hmac(secret_peek(key), secret_len(key), &all, 1, mac);
	return secret_bytes_equal(mac, v->image + len, sizeof mac) ||
	    err_set(err, ERR_VAULT_DAMAGED, "authentication");
}

static bool
read_signing_key(struct reader *r, struct vault *v, struct err *err)
{
	AUTO_WIPE struct secret *key = seal_derive(v->master, "signing 1", "",
	    0, err);
	uint8_t sealed[32 + SEAL_OVERHEAD] = { 0 };

	get_array(r, sealed, sizeof sealed);
	if (key != NULL)
		v->signing = seal_unseal(key, "", 0, sealed, sizeof sealed,
		    err);
	return v->signing != NULL;
}

bool
vault_image_read_entries(struct vault *v, const struct vault_head *head,
    struct err *err)
{
	struct reader r = { .bytes = v->image, .at = head->end,
	    .len = v->image_len - 2 * DIGEST_LEN };
	uint64_t n;

	if (!has_right_mac(v, err))
		return false;
	v->generation = head->generation;
	v->wrapping = head->wrapping;
	memcpy(v->wrapped, head->wrapped, sizeof v->wrapped);
	v->anchor.seq = get_number(&r, 8);
	get_array(&r, v->anchor.hash, sizeof v->anchor.hash);
	if (!read_signing_key(&r, v, err))
		return false;
	for (n = get_number(&r, 4); n > 0; n--)
		if (v->n_credentials >= VAULT_CREDENTIALS_MAX ||
		    !read_credential(&r, v, err))
			return err->code != ERR_NONE ? false :
			    err_set(err, ERR_VAULT_DAMAGED, "credentials");
	for (n = get_number(&r, 4); n > 0; n--)
		if (v->n_agents >= VAULT_AGENTS_MAX || !read_agent(&r, v, err))
			return err->code != ERR_NONE ? false :
			    err_set(err, ERR_VAULT_DAMAGED, "agents");
	return (!r.is_short && r.at == r.len) ||
	    err_set(err, ERR_VAULT_DAMAGED, "end");
}

/* What every image begins with, and a wrapped key is bound to. */
static void
write_version(struct writer *w)
{
	put_bytes(w, MAGIC, 8);
	put_number(w, VERSION, 4);
}

bool
vault_image_wrap(const struct secret *master, const struct secret *kek,
    uint8_t wrapped[VAULT_WRAPPED_LEN], struct err *err)
{
	uint8_t version[BOUND_LEN];
	struct writer w = { .bytes = version, .max = sizeof version };

	write_version(&w);
	return seal_close(kek, version, sizeof version, master, wrapped, err);
}

static bool
write_signing_key(const struct vault *v, struct writer *w, struct err *err)
{
	AUTO_WIPE struct secret *key = seal_derive(v->master, "signing 1", "",
	    0, err);
	uint8_t sealed[32 + SEAL_OVERHEAD];

	if (key == NULL || !seal_close(key, "", 0, v->signing, sealed, err))
		return false;
	put_bytes(w, sealed, sizeof sealed);
	return true;
}

static bool
write_sums(const struct vault *v, struct writer *w, struct err *err)
{
	AUTO_WIPE struct secret *key = seal_derive(v->master, "image 1", "", 0,
	    err);
	struct digest_piece all = { w->bytes, w->len };
	uint8_t sum[DIGEST_LEN];

	if (key == NULL)
		return false;
	digest_hmac(secret_peek(key), secret_len(key), &all, 1, sum);
	put_bytes(w, sum, sizeof sum);
	digest_sha256(w->bytes, w->len, sum);
	put_bytes(w, sum, sizeof sum);
	return !w->is_full || err_set(err, ERR_INTERNAL, "vault too large");
}

bool
vault_image_write(const struct vault *v, uint64_t generation,
    struct writer *w, struct err *err)
{
	const struct credential *c;
	const struct agent *a;

	write_version(w);
	put_number(w, generation, 8);
	put_number(w, v->wrapping.kind, 4);
	put_number(w, v->wrapping.log2_n, 4);
	put_number(w, v->wrapping.r, 4);
	put_number(w, v->wrapping.p, 4);
	put_bytes(w, v->wrapping.salt, sizeof v->wrapping.salt);
	put_bytes(w, v->wrapped, sizeof v->wrapped);
	put_number(w, v->anchor.seq, 8);
	put_bytes(w, v->anchor.hash, sizeof v->anchor.hash);
	if (!write_signing_key(v, w, err))
		return false;
	put_number(w, v->n_credentials, 4);
	LIST_FOREACH(c, &v->credentials, next)
		write_credential(c, w);
	put_number(w, v->n_agents, 4);
	LIST_FOREACH(a, &v->agents, next)
		if (!write_agent(v, a, w, err))
			return false;
	return write_sums(v, w, err);
}
