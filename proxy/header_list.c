/* SPDX-License-Identifier: ISC */
#include "proxy/header_list.h"

#include <string.h>
#include <strings.h>

/* A name that ends in '*' stands for all that begin so. */
static const char *const upwards[] = {
	"accept", "anthropic-*", "content-type", "openai-*", "user-agent",
	"x-claude-code-*", "x-stainless-*",
};

static const char *const downwards[] = {
	"anthropic-ratelimit-*", "content-length", "content-type",
	"openai-model", "openai-processing-ms", "openai-version", "request-id",
	"retry-after", "retry-after-ms", "x-ratelimit-*", "x-request-id",
	"x-should-retry",
};

static bool
is_listed(const char *const *list, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++) {
		size_t listed = strlen(list[i]);
		bool is_prefix = list[i][listed - 1] == '*';

		listed -= is_prefix;
		if ((is_prefix ? len > listed : len == listed) &&
		    strncasecmp(list[i], name, listed) == 0)
			return true;
	}
	return false;
}

bool
header_goes_up(const char *name)
{
	return is_listed(upwards, sizeof upwards / sizeof upwards[0], name,
	    strlen(name));
}

bool
header_is_vendors(const char *name)
{
	static const char *const prefixes[] = { "anthropic-", "openai-",
	    "x-stainless-", "x-claude-" };

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (strncasecmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

bool
header_comes_down(const char *name, size_t len)
{
	return is_listed(downwards, sizeof downwards / sizeof downwards[0],
	    name, len);
}

void
header_lines_begin(struct header_lines *lines, const char *path)
{
	lines->len = strnlen(path, sizeof lines->text);
	memcpy(lines->text, path, lines->len);
}

bool
header_lines_add(struct header_lines *lines, const char *name,
    const char *value)
{
	size_t name_len = strlen(name), value_len = strlen(value);
	char *at = lines->text + lines->len;

	if (name_len + value_len + 3 > sizeof lines->text - lines->len)
		return false;
	for (size_t i = 0; i < name_len; i++)
		*at++ = (char)(name[i] >= 'A' && name[i] <= 'Z'
		    ? name[i] - 'A' + 'a' : name[i]);
	*at++ = ':';
	*at++ = ' ';
	/* A tab is the one control character that a value may have. */
	for (size_t i = 0; i < value_len; i++)
		*at++ = value[i] == '\t' ? ' ' : value[i];
	*at++ = '\n';
	lines->len = (size_t)(at - lines->text);
	return true;
}
