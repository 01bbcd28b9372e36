/* SPDX-License-Identifier: ISC */
/*
 * routing/providers.json and routing/routes.json at the proxy: the user's files,
 * which another program of the user can write.
 */
#include <assert.h>
#include <string.h>

#include "common/errors.h"
#include "common/url.h"
#include "proxy/problems.h"
#include "proxy/providers.h"
#include "proxy/routes.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct problems problems;
	static bool is_open;
	struct provider_list providers = { 0 };
	struct route_list routes = { 0 };
	struct url url;
	struct err err = { 0 };

	if (!is_open)
		is_open = digest_open(&err);
	problems.n = 0;
	if (providers_parse(&providers, (const char *)bytes, len, &problems,
	    &err))
		for (size_t i = 0; i < providers.n; i++)
			assert(url_parse(&url, providers.items[i].base_url,
			    strlen(providers.items[i].base_url), &err));
	if (routes_parse(&routes, (const char *)bytes, len, &problems, &err))
		for (size_t i = 0; i < routes.n; i++)
			assert(routes_find(&routes, routes.items[i].agent) !=
			    NULL);
	providers_reset(&providers);
	routes_reset(&routes);
	return 0;
}
