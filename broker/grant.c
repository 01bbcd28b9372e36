/* SPDX-License-Identifier: ISC */
#include "broker/grant.h"

#include <string.h>

#include "broker/vault.h"
#include "common/allowed_users.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/secret.h"
#include "common/url.h"

/*
 * Below the base URL, with or without a "/v1" before; '*': the rest, any.  What
 * is a central server's to answer is nobody else's to be asked.
 */
static const struct {
	const char *method, *path;
	uint32_t flag;		/* that the credential has to have */
} allowed[] = {
	{ "POST", "/messages", 0 },
	{ "POST", "/messages/count_tokens", 0 },
	{ "POST", "/chat/completions", 0 },
	{ "POST", "/responses", 0 },
	{ "POST", "/embeddings", 0 },
	{ "GET", "/models", 0 },
	{ "GET", "/models/*", 0 },
	{ "HEAD", "/api/v1/llms/*", CREDENTIAL_IS_CENTRAL },
	{ "POST", "/api/v1/llms/*", CREDENTIAL_IS_CENTRAL },
};

/* 'n' bytes, a "/v1" and the query taken off. */
static bool
path_matches(const char *rule, const char *path, size_t n)
{
	size_t len = strlen(rule);

	return rule[len - 1] == '*' ?
	    n >= len && memcmp(path, rule, len - 1) == 0 :
	    n == len && memcmp(path, rule, n) == 0;
}

bool
grant_path_is_allowed(uint32_t flags, const char *method, const char *path,
    size_t len)
{
	const char *query = memchr(path, '?', len);
	size_t n = query != NULL ? (size_t)(query - path) : len;

	if (n > 4 && memcmp(path, "/v1/", 4) == 0) {
		path += 3;
		n -= 3;
	}
	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
		if ((allowed[i].flag & ~flags) == 0 &&
		    strcmp(allowed[i].method, method) == 0 &&
		    path_matches(allowed[i].path, path, n))
			return true;
	return false;
}

static bool
is_method(const char method[8])
{
	size_t len = strnlen(method, 8);

	if (len == 0 || len == 8)
		return false;
	for (size_t i = 0; i < 8; i++)
		if (i < len ? method[i] < 'A' || method[i] > 'Z' :
		    method[i] != '\0')
			return false;
	return true;
}

bool
grant_parse(const struct ipc_message *msg, struct grant_ask *ask,
    struct err *err)
{
	const struct ipc_grant_request *body = msg->body;

	*ask = (struct grant_ask) { .request = *body,
	    .path_len = msg->tail_len };
	if (!ipc_name_get(&body->provider, ask->provider, err))
		return false;
	if (!is_method(body->method)) {
		/* It may have no end; the record is to have one. */
		memset(ask->request.method, 0, sizeof ask->request.method);
		return err_set(err, ERR_IPC_BROKEN, "method");
	}
	if (!url_path_is_below((const char *)msg->tail, msg->tail_len))
		return err_set(err, ERR_NOT_PERMITTED, "path");
	memcpy(ask->path, msg->tail, msg->tail_len);
	ask->path[msg->tail_len] = '\0';
	return true;
}

static bool
pin_matches(const struct credential *c, const struct grant_ask *ask,
    struct err *err)
{
	uint8_t pin[DIGEST_LEN];

	/* I2: only the URL that the user approved, whoever asks. */
	digest_sha256(c->pin, strlen(c->pin), pin);
	return secret_bytes_equal(pin, ask->request.origin, sizeof pin) ||
	    err_set(err, ERR_ORIGIN_CHANGED, "%.150s", c->pin);
}

/* A query is nobody's business: agents put keys there. */
static int
shown_len(const char *path)
{
	size_t len = strcspn(path, "?");

	return len < 100 ? (int)len : 100;
}

/* The proxy has asked the same, and may lie: here it is the key's own rule. */
static bool
user_may_use(const struct credential *c, const char *users, uint32_t uid,
    struct err *err)
{
	if (c->uid != IPC_UID_UNKNOWN)
		return c->uid == uid ||
		    err_set(err, ERR_NOT_PERMITTED, "uid");
	return allowed_users_has(users, uid) ||
	    err_set(err, ERR_FOREIGN_USER, "uid");
}

static bool
rules_allow(const struct credential *c, const struct grant_ask *ask,
    struct err *err)
{
	if ((c->flags & CREDENTIAL_IS_CLOUD) != 0)
		return err_set(err, ERR_NOT_PERMITTED,
		    "%s: is the control plane's", c->provider);
	return grant_path_is_allowed(c->flags, ask->request.method, ask->path,
	    ask->path_len) ||
	    err_set(err, ERR_NOT_PERMITTED, "%s %.*s", ask->request.method,
	    shown_len(ask->path), ask->path);
}

bool
grant_may_use(const struct vault *v, const char *users,
    const struct grant_ask *ask, struct grant_parties *parties,
    struct err *err)
{
	*parties = (struct grant_parties) { 0 };
	if (vault_is_locked(v))
		return err_set(err, v->image == NULL ? ERR_NO_VAULT :
		    ERR_VAULT_LOCKED, "vault");
	parties->agent = vault_find_token(v, ask->request.token);
	if (parties->agent == NULL)
		return err_set(err, ERR_UNAUTHENTICATED, "token");
	parties->credential = vault_find(v, ask->provider, parties->agent->id);
	if (parties->credential == NULL)
		return err_set(err, ERR_NO_CREDENTIAL, "%s", ask->provider);
	return pin_matches(parties->credential, ask, err) &&
	    user_may_use(parties->credential, users, ask->request.uid, err) &&
	    rules_allow(parties->credential, ask, err);
}
