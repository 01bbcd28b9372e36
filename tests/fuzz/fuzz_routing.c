/* SPDX-License-Identifier: ISC */
/*
 * The files of routing/ at the proxy: the user's, which another program of the
 * user can write.
 */
#include <assert.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/price_list.h"
#include "common/url.h"
#include "proxy/plan_choice.h"
#include "proxy/problems.h"
#include "proxy/providers.h"
#include "proxy/routes.h"
#include "tests/fuzz/fuzz.h"

static void
use_policies(const char *text, size_t len, struct problems *problems)
{
	struct plan_list plans = { 0 };
	struct plan_choice choice;
	struct err err;

	if (plans_parse_local(&plans, text, len, problems, &err))
		for (size_t i = 0; i < plans.n; i++) {
			plan_choose(&plans.items[i], plans.items[i].agent,
			    NULL, &choice);
			assert(choice.ref != NULL);
		}
	plans_reset(&plans);
}

static void
ignore(void *arg, const char *line)
{
	(void)arg;
	assert(line[0] != '\0');
}

static void
use_prices(const char *text, size_t len)
{
	static const struct price_problems problems = { ignore, NULL };
	struct price_usage usage = { .input = 1, .output = 1 };
	struct price_list prices;
	struct err err;

	if (!price_list_parse(&prices, text, len, &problems, &err))
		return;
	for (size_t i = 0; i < prices.n; i++)
		assert(price_cost(&prices.items[i], &usage) >= 0);
	price_list_reset(&prices);
}

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
	use_policies((const char *)bytes, len, &problems);
	use_prices((const char *)bytes, len);
	providers_reset(&providers);
	routes_reset(&routes);
	return 0;
}
