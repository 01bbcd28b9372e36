/* SPDX-License-Identifier: ISC */
/* Who may use which key, for what (I2). */
#include <criterion/criterion.h>
#include <string.h>

#include "broker/grant.h"
#include "broker/seal.h"
#include "broker/vault.h"
#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/secret.h"

static struct vault v;
static const char *users = "*";

static struct grant_ask
lawful(void)
{
	static const char pin[] = "https://one.example/v1";
	struct grant_ask ask = { .request = { .method = "POST", .token = { 7 },
	    .uid = 1000 }, .provider = "one", .path = "/messages",
	    .path_len = 9 };

	digest_sha256(pin, sizeof pin - 1, ask.request.origin);
	return ask;
}

static void
setup(void)
{
	struct credential c = { .provider = "one", .scheme = AUTH_BEARER,
	    .pin = "https://one.example/v1", .uid = IPC_UID_UNKNOWN };
	struct agent a = { .id = "bot", .token = { 7 } };
	struct err err = { 0 };
	struct secret *key;

	cr_assert(digest_open(&err) && seal_start(&err));
	vault_init(&v);
	cr_assert(vault_create(&v, &err));
	key = secret_new(16, &err);
	cr_assert_not_null(vault_put(&v, &c, key, &err));
	cr_assert_not_null(vault_put_agent(&v, &a, &err));
}

static enum err_code
answer(const struct grant_ask *ask)
{
	struct grant_parties parties;
	struct err err = { 0 };

	grant_may_use(&v, users, ask, &parties, &err);
	return err.code;
}

TestSuite(grant, .init = setup);

Test(grant, is_given_to_a_known_agent_for_a_pinned_provider)
{
	struct grant_ask ask = lawful();

	cr_expect_eq(answer(&ask), ERR_NONE);
}

Test(grant, is_refused_while_the_vault_is_locked)
{
	struct grant_ask ask = lawful();

	v.image = (uint8_t *)"";
	vault_lock(&v);
	cr_expect_eq(answer(&ask), ERR_VAULT_LOCKED);
}

Test(grant, is_refused_to_an_unknown_token)
{
	struct grant_ask ask = lawful();

	ask.request.token[31] = 1;
	cr_expect_eq(answer(&ask), ERR_UNAUTHENTICATED);
}

Test(grant, is_refused_without_a_credential)
{
	struct grant_ask ask = lawful();

	strcpy(ask.provider, "two");
	cr_expect_eq(answer(&ask), ERR_NO_CREDENTIAL);
}

Test(grant, is_refused_for_any_origin_but_the_pin)
{
	struct grant_ask ask = lawful();
	struct grant_parties parties;
	struct err err = { 0 };

	ask.request.origin[5] ^= 1;
	cr_expect_not(grant_may_use(&v, users, &ask, &parties, &err));
	cr_expect_eq(err.code, ERR_ORIGIN_CHANGED);
	cr_expect_str_eq(err.about, "https://one.example/v1", "the pin");
}

Test(grant, obeys_the_uid_rule_of_the_credential)
{
	struct grant_ask ask = lawful();

	vault_find(&v, "one", "")->uid = 1000;
	cr_expect_eq(answer(&ask), ERR_NONE);
	ask.request.uid = IPC_UID_UNKNOWN;
	cr_expect_eq(answer(&ask), ERR_NOT_PERMITTED);
}

/* The proxy may lie about a user, and a stolen token knows none. */
Test(grant, is_refused_to_a_user_who_is_not_named)
{
	struct grant_ask ask = lawful();

	users = "0 1000";
	cr_expect_eq(answer(&ask), ERR_NONE);
	ask.request.uid = 0;
	cr_expect_eq(answer(&ask), ERR_NONE);
	ask.request.uid = 1001;
	cr_expect_eq(answer(&ask), ERR_FOREIGN_USER);
	ask.request.uid = IPC_UID_UNKNOWN;
	cr_expect_eq(answer(&ask), ERR_FOREIGN_USER);
	users = "";
	ask.request.uid = 0;
	cr_expect_eq(answer(&ask), ERR_FOREIGN_USER);
}

Test(grant, goes_by_the_credentials_own_user_where_it_has_one)
{
	struct grant_ask ask = lawful();

	users = "1000";
	vault_find(&v, "one", "")->uid = 1001;
	cr_expect_eq(answer(&ask), ERR_NOT_PERMITTED);
	ask.request.uid = 1001;
	cr_expect_eq(answer(&ask), ERR_NONE);
}

Test(grant, never_lends_the_token_of_the_control_plane)
{
	struct grant_ask ask = lawful();

	vault_find(&v, "one", "")->flags = CREDENTIAL_IS_CLOUD;
	cr_expect_eq(answer(&ask), ERR_NOT_PERMITTED);
}

Test(grant, covers_model_calls_and_nothing_else_of_a_provider)
{
	static const struct { const char *method, *path; bool may; } rows[] = {
		{ "POST", "/v1/messages", true },
		{ "POST", "/messages?beta=true", true },
		{ "POST", "/v1/messages/count_tokens", true },
		{ "POST", "/chat/completions", true },
		{ "POST", "/v1/responses", true },
		{ "POST", "/embeddings", true },
		{ "GET", "/v1/models", true },
		{ "GET", "/models/org/name", true },
		{ "GET", "/v1/messages", false },
		{ "DELETE", "/v1/models/x", false },
		{ "POST", "/v1/files", false },
		{ "GET", "/v1/organizations", false },
		{ "POST", "/v1/messages/batches", false },
		{ "POST", "/v1/messagesx", false },
		{ "POST", "/", false },
		{ "POST", "/v1/", false },
		{ "GET", "/models/", false },
		{ "POST", "/v1/v1/messages", false },
		{ "HEAD", "/api/v1/llms/big", false },
		{ "POST", "/api/v1/llms/big/infer", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_eq(grant_path_is_allowed(0, rows[i].method,
		    rows[i].path, strlen(rows[i].path)), rows[i].may, "%s %s",
		    rows[i].method, rows[i].path);
}

Test(grant, covers_a_central_servers_own_paths_for_its_keys_alone)
{
	static const struct { const char *method, *path; bool may; } rows[] = {
		{ "HEAD", "/api/v1/llms/big", true },
		{ "POST", "/api/v1/llms/big/infer", true },
		{ "GET", "/api/v1/llms/big", false },
		{ "DELETE", "/api/v1/llms/big", false },
		{ "HEAD", "/api/v1/llms/", false },
		{ "HEAD", "/api/v1/users", false },
		{ "POST", "/chat/completions", true },
	};
	struct grant_ask ask = lawful();

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_eq(grant_path_is_allowed(CREDENTIAL_IS_CENTRAL,
		    rows[i].method, rows[i].path, strlen(rows[i].path)),
		    rows[i].may, "%s %s", rows[i].method, rows[i].path);
	strcpy(ask.request.method, "HEAD");
	strcpy(ask.path, "/api/v1/llms/big");
	ask.path_len = strlen(ask.path);
	cr_expect_eq(answer(&ask), ERR_NOT_PERMITTED);
	vault_find(&v, "one", "")->flags = CREDENTIAL_IS_CENTRAL;
	cr_expect_eq(answer(&ask), ERR_NONE);
}

static bool
parses(struct ipc_grant_request *body, const char *path)
{
	struct ipc_message msg = { .type = IPC_GRANT_REQUEST, .body = body,
	    .tail = (const uint8_t *)path, .tail_len = strlen(path) };
	struct grant_ask ask;
	struct err err;

	return grant_parse(&msg, &ask, &err);
}

Test(grant, checks_the_shape_of_a_question_first)
{
	struct ipc_grant_request body = { .method = "POST" };
	struct err err;

	cr_expect_not(parses(&body, "/messages"), "no provider");
	ipc_name_set(&body.provider, "one", &err);
	cr_expect(parses(&body, "/messages"));
	cr_expect_not(parses(&body, "/../messages"));
	cr_expect_not(parses(&body, ""));
	memcpy(body.method, "POSTPOST", 8);
	cr_expect_not(parses(&body, "/messages"), "no end");
	memcpy(body.method, "PO T\0\0\0\0", 8);
	cr_expect_not(parses(&body, "/messages"));
	memcpy(body.method, "POST\0X\0\0", 8);
	cr_expect_not(parses(&body, "/messages"), "after the end");
}
