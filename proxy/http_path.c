/* SPDX-License-Identifier: ISC */
#include "proxy/http_path.h"

#include <string.h>

#include "common/errors.h"
#include "common/url.h"

enum { GET = 1, HEAD = 2, POST = 4, ANY = 8 };
enum match { WHOLE, BELOW };

static const struct {
	const char *path;
	enum match match;
	unsigned methods;
	enum path_kind kind;
	enum dialect dialect;
} paths[] = {
	{ "/health", WHOLE, GET | HEAD, PATH_HEALTH, DIALECT_NONE },
	{ "/", WHOLE, HEAD, PATH_HEALTH, DIALECT_NONE },
	{ "/api/hello", WHOLE, HEAD, PATH_HEALTH, DIALECT_NONE },
	{ "/v1/messages", WHOLE, POST, PATH_RUN, DIALECT_ANTHROPIC },
	{ "/v1/messages/count_tokens", WHOLE, POST, PATH_COUNT,
	    DIALECT_ANTHROPIC },
	{ "/v1/chat/completions", WHOLE, POST, PATH_RUN, DIALECT_CHAT },
	{ "/v1/responses", WHOLE, POST, PATH_RUN, DIALECT_RESPONSES },
	{ "/v1/models", WHOLE, GET | HEAD, PATH_MODELS, DIALECT_NONE },
	{ "/v1/models/", BELOW, GET | HEAD, PATH_MODEL, DIALECT_NONE },
	{ "/v1/messages/", BELOW, ANY, PATH_OTHER, DIALECT_ANTHROPIC },
	{ "/v1/chat/", BELOW, ANY, PATH_OTHER, DIALECT_CHAT },
	{ "/v1/responses/", BELOW, ANY, PATH_OTHER, DIALECT_RESPONSES },
	{ "/v1/", BELOW, ANY, PATH_OTHER, DIALECT_NONE },
};

static unsigned
method_bit(const char *method)
{
	return strcmp(method, "GET") == 0 ? GET :
	    strcmp(method, "HEAD") == 0 ? HEAD :
	    strcmp(method, "POST") == 0 ? POST : 0;
}

static bool
matches(size_t row, const char *path, size_t len)
{
	size_t n = strlen(paths[row].path);

	return paths[row].match == WHOLE ?
	    len == n && memcmp(path, paths[row].path, n) == 0 :
	    len > n && memcmp(path, paths[row].path, n) == 0;
}

/* What a path that is known does not take. */
static bool
refuse_method(size_t row, const char *method, enum path_upgrade upgrade,
    struct err *err)
{
	/* Codex goes on to POST without a word at 426, and only then. */
	if (upgrade == PATH_WEBSOCKET &&
	    paths[row].dialect == DIALECT_RESPONSES)
		return err_set(err, ERR_UPGRADE_REFUSED, "websocket");
	return err_set(err, ERR_METHOD_NOT_ALLOWED, "%.16s %s", method,
	    paths[row].path);
}

static bool
is_lawful(const char *target)
{
	return strcmp(target, "/") == 0 ||
	    url_path_is_below(target, strlen(target));
}

bool
http_path_find(const char *method, const char *target,
    enum path_upgrade upgrade, struct http_path *found, struct err *err)
{
	const char *path = target;
	size_t len;

	*found = (struct http_path) { .kind = PATH_NOTHING };
	/* Some agents add their own "/v1" to a base URL that has one. */
	while (strncmp(path, "/v1/v1/", 7) == 0)
		path += 3;
	len = strcspn(path, "?");
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		if (!matches(i, path, len))
			continue;
		*found = (struct http_path) { paths[i].kind, paths[i].dialect,
		    path, path + strlen(paths[i].path) };
		if (!is_lawful(path))
			return err_set(err, ERR_NOT_FOUND, "%.100s", path);
		if (strcmp(method, "OPTIONS") == 0)
			found->kind = PATH_PREFLIGHT;
		else if (paths[i].methods != ANY &&
		    (paths[i].methods & method_bit(method)) == 0)
			return refuse_method(i, method, upgrade, err);
		return true;
	}
	return err_set(err, ERR_NOT_FOUND, "%.100s", path);
}
