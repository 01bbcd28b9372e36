/* SPDX-License-Identifier: ISC */
/* What an agent's path asks for. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/http_path.h"

static const struct {
	const char *method, *target;
	enum path_kind kind;
	enum dialect dialect;
	enum err_code code;
} cases[] = {
	{ "GET", "/health", PATH_HEALTH, DIALECT_NONE, ERR_NONE },
	{ "HEAD", "/health", PATH_HEALTH, DIALECT_NONE, ERR_NONE },
	{ "HEAD", "/", PATH_HEALTH, DIALECT_NONE, ERR_NONE },
	{ "HEAD", "/api/hello", PATH_HEALTH, DIALECT_NONE, ERR_NONE },
	{ "POST", "/v1/messages", PATH_RUN, DIALECT_ANTHROPIC, ERR_NONE },
	{ "POST", "/v1/messages?beta=true", PATH_RUN, DIALECT_ANTHROPIC,
	    ERR_NONE },
	{ "POST", "/v1/messages/count_tokens?beta=true", PATH_COUNT,
	    DIALECT_ANTHROPIC, ERR_NONE },
	{ "POST", "/v1/chat/completions", PATH_RUN, DIALECT_CHAT, ERR_NONE },
	{ "POST", "/v1/responses", PATH_RUN, DIALECT_RESPONSES, ERR_NONE },
	{ "POST", "/v1/v1/messages", PATH_RUN, DIALECT_ANTHROPIC, ERR_NONE },
	{ "GET", "/v1/models?limit=1000", PATH_MODELS, DIALECT_NONE,
	    ERR_NONE },
	{ "GET", "/v1/models/gpt-5", PATH_MODEL, DIALECT_NONE, ERR_NONE },
	{ "POST", "/v1/embeddings", PATH_OTHER, DIALECT_NONE, ERR_NONE },
	{ "DELETE", "/v1/files/f1", PATH_OTHER, DIALECT_NONE, ERR_NONE },
	{ "GET", "/v1/responses/r1", PATH_OTHER, DIALECT_RESPONSES, ERR_NONE },
	{ "POST", "/v1/messages/batches", PATH_OTHER, DIALECT_ANTHROPIC,
	    ERR_NONE },
	{ "OPTIONS", "/v1/messages", PATH_PREFLIGHT, DIALECT_ANTHROPIC,
	    ERR_NONE },
	{ "GET", "/v1/messages", PATH_RUN, DIALECT_ANTHROPIC,
	    ERR_METHOD_NOT_ALLOWED },
	{ "PUT", "/v1/chat/completions", PATH_RUN, DIALECT_CHAT,
	    ERR_METHOD_NOT_ALLOWED },
	{ "GET", "/v1/responses", PATH_RUN, DIALECT_RESPONSES,
	    ERR_METHOD_NOT_ALLOWED },
	{ "POST", "/health", PATH_HEALTH, DIALECT_NONE,
	    ERR_METHOD_NOT_ALLOWED },
	{ "GET", "/", PATH_HEALTH, DIALECT_NONE, ERR_METHOD_NOT_ALLOWED },
	{ "GET", "/v1", PATH_NOTHING, DIALECT_NONE, ERR_NOT_FOUND },
	{ "GET", "/v1/", PATH_NOTHING, DIALECT_NONE, ERR_NOT_FOUND },
	{ "POST", "/v2/messages", PATH_NOTHING, DIALECT_NONE, ERR_NOT_FOUND },
	{ "POST", "/healthy", PATH_NOTHING, DIALECT_NONE, ERR_NOT_FOUND },
	{ "POST", "/v1/../admin", PATH_OTHER, DIALECT_NONE, ERR_NOT_FOUND },
	{ "POST", "/v1/%2e%2e/admin", PATH_OTHER, DIALECT_NONE,
	    ERR_NOT_FOUND },
	{ "POST", "/v1//messages", PATH_OTHER, DIALECT_NONE, ERR_NOT_FOUND },
	{ "POST", "/v1/messages/", PATH_NOTHING, DIALECT_NONE,
	    ERR_NOT_FOUND },
};

Test(http_path, knows_the_paths_of_the_contract_and_refuses_all_others)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err err = { .code = ERR_NONE };
		struct http_path path;
		bool ok = http_path_find(cases[i].method, cases[i].target,
		    PATH_PLAIN, &path, &err);

		cr_expect_eq(ok ? ERR_NONE : err.code, cases[i].code, "%s %s",
		    cases[i].method, cases[i].target);
		if (!ok)
			continue;
		cr_expect_eq(path.kind, cases[i].kind, "%s", cases[i].target);
		cr_expect_eq(path.dialect, cases[i].dialect, "%s",
		    cases[i].target);
	}
}

Test(http_path, sends_codex_from_websocket_to_post)
{
	struct http_path path;
	struct err err;

	cr_expect_not(http_path_find("GET", "/v1/responses", PATH_WEBSOCKET,
	    &path, &err));
	cr_expect_eq(err.code, ERR_UPGRADE_REFUSED);
}

Test(http_path, keeps_the_query_and_drops_a_doubled_version)
{
	struct http_path path;
	struct err err;

	cr_assert(http_path_find("POST", "/v1/v1/messages?beta=true",
	    PATH_PLAIN, &path, &err));
	cr_expect_str_eq(path.rest, "/v1/messages?beta=true");
	cr_assert(http_path_find("GET", "/v1/models/a%20b?x", PATH_PLAIN,
	    &path, &err));
	cr_expect_str_eq(path.name, "a%20b?x");
}
