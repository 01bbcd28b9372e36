/* SPDX-License-Identifier: ISC */
/*
 * GRANT_REQUEST at the broker, from a proxy in an attacker's hands: body, then
 * path.  Against a vault with one credential: what is allowed has its provider,
 * its pin and a path of the list, and no other.
 */
#include <assert.h>
#include <string.h>

#include "broker/grant.h"
#include "broker/seal.h"
#include "broker/vault.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/secret.h"
#include "common/url.h"
#include "tests/fuzz/fuzz.h"

static const char pin[] = "https://p.example/v1";
static const char token[] = "0123456789abcdef";
static struct vault vault;

static void
make_vault(void)
{
	struct credential c = { .provider = "p", .scheme = AUTH_BEARER,
	    .uid = IPC_UID_UNKNOWN };
	struct agent a = { .id = "bot" };
	struct err err;
	struct secret *key;

	assert(digest_open(&err) && seal_start(&err));
	vault_init(&vault);
	assert(vault_create(&vault, &err));
	strcpy(c.pin, pin);
	key = secret_new(8, &err);
	assert(key != NULL);
	assert(vault_put(&vault, &c, key, &err) != NULL);
	secret_free(key);
	digest_sha256(token, strlen(token), a.token);
	assert(vault_put_agent(&vault, &a, &err) != NULL);
}

/* So that what stands behind the digests is reached. */
static void
mend(struct ipc_grant_request *body, uint8_t how)
{
	if (how & 1)
		digest_sha256(token, strlen(token), body->token);
	if (how & 2)
		digest_sha256(pin, strlen(pin), body->origin);
	if (how & 4)
		ipc_name_set(&body->provider, "p", &(struct err) { 0 });
	if (how & 8)
		memcpy(body->method, "POST\0\0\0", sizeof body->method);
}

/* A segment ".." before the query? */
static bool
climbs(const char *path)
{
	size_t len = strcspn(path, "?");

	for (size_t i = 0; i + 3 <= len; i++)
		if (memcmp(path + i, "/..", 3) == 0 &&
		    (i + 3 == len || path[i + 3] == '/'))
			return true;
	return false;
}

static void
check_allowed(const struct grant_ask *ask, const struct grant_parties *p)
{
	assert(p->agent != NULL && p->credential != NULL);
	assert(strcmp(ask->provider, "p") == 0);
	assert(strlen(ask->path) == ask->path_len);
	assert(url_path_is_below(ask->path, ask->path_len));
	assert(grant_path_is_allowed(p->credential->flags,
	    ask->request.method, ask->path, ask->path_len));
	assert(!climbs(ask->path));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct grant_ask ask;
	struct ipc_grant_request body = { 0 };
	struct ipc_message msg = { .type = IPC_GRANT_REQUEST, .body = &body };
	struct grant_parties parties = { 0 };
	struct err err = { 0 };

	if (vault.master == NULL)
		make_vault();
	if (len < 1 + sizeof body || len > 1 + sizeof body + 2048)
		return 0;
	memcpy(&body, bytes + 1, sizeof body);
	mend(&body, bytes[0]);
	msg.tail = bytes + 1 + sizeof body;
	msg.tail_len = len - 1 - sizeof body;
	if (grant_parse(&msg, &ask, &err) &&
	    grant_may_use(&vault, "*", &ask, &parties, &err))
		check_allowed(&ask, &parties);
	else
		assert(err.code != ERR_NONE);
	return 0;
}
