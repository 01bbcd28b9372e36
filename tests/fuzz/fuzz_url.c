/* SPDX-License-Identifier: ISC */
/*
 * A base URL, from the cloud or from a person: what passes is canonical, and
 * parsing it again changes nothing.
 */
#include <assert.h>
#include <string.h>

#include "common/errors.h"
#include "common/url.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct url *u)
{
	struct url again;
	struct err err;

	assert(url_parse(&again, u->text, strlen(u->text), &err));
	assert(strcmp(again.text, u->text) == 0);
	assert(strcmp(again.host, u->host) == 0 && again.port == u->port);
	assert(strncmp(u->text, u->is_tls ? "https://" : "http://",
	    u->is_tls ? 8 : 7) == 0);
	assert(strpbrk(u->text, "?#\\%") == NULL);
	assert(strpbrk(u->host, "@/") == NULL);
	assert(u->port != 0 && u->host[0] != '\0');
	for (const char *p = u->text; *p != '\0'; p++)
		assert(*p > ' ' && *p < 0x7f);
	assert(strstr(u->path, "//") == NULL && strstr(u->path, "/../") == NULL);
	assert(*u->path == '\0' || *u->path == '/');
	assert(*u->path == '\0' || u->path[strlen(u->path) - 1] != '/');
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct url u;
	struct err err;

	if (url_parse(&u, (const char *)bytes, len, &err))
		check(&u);
	else
		assert(err.code == ERR_URL_INVALID);
	if (url_path_is_below((const char *)bytes, len))
		for (size_t i = 0; i < len; i++)
			assert(bytes[i] > ' ' && bytes[i] < 0x7f &&
			    bytes[i] != '\\' && bytes[i] != '#');
	return 0;
}
