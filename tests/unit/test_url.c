/* SPDX-License-Identifier: ISC */
/* Which base URLs may be pinned, and which paths may follow them. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "common/url.h"

static const struct { const char *given, *canonical; } good[] = {
	{ "https://api.example.com", "https://api.example.com" },
	{ "https://api.example.com/", "https://api.example.com" },
	{ "https://api.example.com///", "https://api.example.com" },
	{ "HTTPS://API.Example.COM:443/v1/", "https://api.example.com/v1" },
	{ "https://h:8443/a/v1", "https://h:8443/a/v1" },
	{ "http://127.0.0.1:80/v1", "http://127.0.0.1/v1" },
	{ "http://127.9.9.9", "http://127.9.9.9" },
	{ "http://localhost:1234", "http://localhost:1234" },
	{ "http://[::1]:51168", "http://[::1]:51168" },
	{ "https://[2001:DB8::1]", "https://[2001:db8::1]" },
};

static const char *const bad[] = {
	"", "api.example.com", "ftp://h", "https://", "https:///v1",
	"https://user@h", "https://user:pw@h", "https://h?x=1", "https://h#f",
	"https://h/a?b", "https://h/../b", "https://h/./b", "https://h//b",
	"https://h/%2e%2e/b", "https://h/a b", "https://h/a\\b",
	"https://h:0", "https://h:65536", "https://h:", "https://h:12x",
	"https://-\x80", "https://h..x", "https://.h", "https://h.",
	"https://h\r\nx", "http://example.com", "http://10.0.0.1",
	"http://127.0.0.1.example.com", "http://[::2]", "https://[::1",
	"https://[::1]x", "https://h/a%20b", "https://h/\x7f",
};

Test(url, has_one_canonical_form)
{
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct url url;
		struct err err;

		cr_expect(url_parse(&url, good[i].given,
		    strlen(good[i].given), &err), "%s", good[i].given);
		cr_expect_str_eq(url.text, good[i].canonical);
		cr_expect(url_parse(&url, url.text, strlen(url.text), &err),
		    "%s is a fixed point", url.text);
	}
}

Test(url, refuses_what_could_be_read_in_two_ways)
{
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct url url;
		struct err err = { 0 };

		cr_expect_not(url_parse(&url, bad[i], strlen(bad[i]), &err),
		    "%s became %s", bad[i], url.text);
		cr_expect_eq(err.code, ERR_URL_INVALID);
	}
}

Test(url, refuses_a_nul_and_one_that_is_too_long)
{
	static char text[URL_MAX + 8];
	struct url url;
	struct err err;

	cr_expect_not(url_parse(&url, "https://h\0evil", 14, &err));
	memset(text, 'a', sizeof text);
	memcpy(text, "https://h/", 10);
	cr_expect_not(url_parse(&url, text, sizeof text, &err));
}

static const char *const below[] = { "/", "/v1/messages", "/v1/messages?beta=true",
	"/models/a.b-c_d", "/chat/completions?x=..%2f", "/a:b", "/models/org/name"
};
static const char *const not_below[] = { "", "v1", "/..", "/../x", "/a/../b",
	"/a/.", "/a/./b", "//x", "/a//b", "/%2e%2e/x", "/%2E%2e/x", "/a%2fb",
	"/a%5cb", "/a\\b", "/a#b", "/a b", "/a\tb", "/a\x80", "/..;/x",
	"/a/..;x", "/%252e%252e/x", "/a%00" };

Test(url, keeps_paths_below_the_base)
{
	for (size_t i = 0; i < sizeof below / sizeof below[0]; i++)
		cr_expect(strcmp(below[i], "/") == 0 ||
		    url_path_is_below(below[i], strlen(below[i])), "%s",
		    below[i]);
	for (size_t i = 0; i < sizeof not_below / sizeof not_below[0]; i++)
		cr_expect_not(url_path_is_below(not_below[i],
		    strlen(not_below[i])), "%s", not_below[i]);
}

Test(url, knows_whether_a_base_has_a_version)
{
	static const struct { const char *text; bool has; } rows[] = {
		{ "https://h/v1", true }, { "https://h/v1/x", true },
		{ "https://h/a/v1", true }, { "https://h", false },
		{ "https://h/v10", false }, { "https://h/av1", false },
	};
	struct url url;
	struct err err;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		cr_assert(url_parse(&url, rows[i].text, strlen(rows[i].text),
		    &err));
		cr_expect_eq(url_has_version(&url), rows[i].has, "%s",
		    rows[i].text);
	}
}
