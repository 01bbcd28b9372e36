/* SPDX-License-Identifier: ISC */
/*
 * The cloud's snapshot at the proxy.  Whatever it says: what comes out is
 * canonical base URLs and ids, and nothing of a built-in provider.
 */
#include <assert.h>
#include <string.h>

#include "common/errors.h"
#include "common/url.h"
#include "proxy/problems.h"
#include "proxy/snapshot.h"
#include "tests/fuzz/fuzz.h"

static void
check_id(const char *id)
{
	struct ipc_name name;
	struct err err;

	assert(ipc_name_set(&name, id, &err));
}

static void
check_providers(const struct provider_list *list)
{
	struct url url;
	struct err err;

	assert(list->n <= PROVIDERS_MAX);
	for (size_t i = 0; i < list->n; i++) {
		const struct provider *p = &list->items[i];

		check_id(p->id);
		assert(p->source == SOURCE_CLOUD);
		assert(url_parse(&url, p->base_url, strlen(p->base_url), &err));
		assert(strcmp(url.text, p->base_url) == 0);
		assert(providers_find(list, p->id) == p);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct problems problems;
	static bool is_open;
	struct err err = { 0 };
	struct snapshot *s;

	if (!is_open)
		is_open = digest_open(&err);
	if (len > SNAPSHOT_FILE_MAX)
		return 0;
	problems.n = 0;
	s = snapshot_parse((const char *)bytes, len, &problems, &err);
	if (s == NULL) {
		assert(err.code == ERR_FILE_DAMAGED);
		return 0;
	}
	check_providers(&s->providers);
	assert(memchr(s->source_url, '\0', sizeof s->source_url) != NULL);
	snapshot_free(s);
	return 0;
}
