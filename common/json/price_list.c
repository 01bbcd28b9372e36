/* SPDX-License-Identifier: ISC */
#include "common/json/price_list.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"

static const char *const protocols[] = { "anthropic", "openai", "responses" };

static const char *const tiers[TIERS] = {
	[TIER_PREMIUM] = "premium",
	[TIER_BALANCED] = "balanced",
	[TIER_CHEAP] = "cheap",
};

static const struct {
	const char *key, *protocol;
	double input, output;
	enum price_tier tier;
} builtin[] = {
	{ "anthropic/claude-opus-4-7", "anthropic", 15, 75, TIER_PREMIUM },
	{ "anthropic/claude-sonnet-4-6", "anthropic", 3, 15, TIER_BALANCED },
	{ "anthropic/claude-haiku-4-5", "anthropic", 1, 5, TIER_CHEAP },
	{ "openai/gpt-4o", "openai", 2.5, 10, TIER_PREMIUM },
	{ "openai/o1", "openai", 15, 60, TIER_PREMIUM },
	{ "openai/o1-mini", "openai", 3, 12, TIER_BALANCED },
	{ "openai/gpt-4o-mini", "openai", 0.15, 0.6, TIER_CHEAP },
	{ "deepseek/deepseek-reasoner", "openai", 0.55, 2.19,
	    TIER_BALANCED },
	{ "deepseek/deepseek-chat", "openai", 0.27, 1.1, TIER_CHEAP },
	{ "groq/llama-3.3-70b-versatile", "openai", 0.59, 0.79, TIER_CHEAP },
	{ "kimi/moonshot-v1-128k", "openai", 0.84, 0.84, TIER_CHEAP },
};
#define BUILTINS (sizeof builtin / sizeof builtin[0])

/* What of the input's price a token costs that a cache has, or gets. */
static const struct {
	const char *prefix;
	double read, written;
} cache_shares[] = {
	{ "anthropic/", 0.1, 1.25 },
	{ "openai/", 0.5, 1 },
	{ "groq/", 0.5, 1 },
	{ "deepseek/", 0.25, 1 },
	{ "kimi/", 0.25, 1 },
	{ "", 1, 1 },
};

const char *
price_tier_name(enum price_tier tier)
{
	return tier < TIERS ? tiers[tier] : NULL;
}

enum price_tier
price_tier_find(const char *name)
{
	for (int i = TIER_NONE + 1; i < TIERS; i++)
		if (strcmp(tiers[i], name) == 0)
			return (enum price_tier)i;
	return TIER_NONE;
}

const char *
price_protocol_find(const char *name)
{
	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
		if (strcmp(protocols[i], name) == 0)
			return protocols[i];
	return NULL;
}

static void
set_cache_prices(struct price *p)
{
	size_t i = 0;

	while (strncmp(p->key, cache_shares[i].prefix,
	    strlen(cache_shares[i].prefix)) != 0)
		i++;
	p->cache_read = p->input * cache_shares[i].read;
	p->cache_write = p->input * cache_shares[i].written;
}

static void
add_builtin(struct price_list *list)
{
	for (size_t i = 0; i < BUILTINS; i++) {
		struct price *p = &list->items[list->n++];

		*p = (struct price) { .input = builtin[i].input,
		    .output = builtin[i].output,
		    .protocol = builtin[i].protocol,
		    .tier = builtin[i].tier, .source = PRICE_BUILTIN };
		strncpy(p->key, builtin[i].key, sizeof p->key - 1);
		set_cache_prices(p);
	}
}

/* Leaves *value alone when the member is not there. */
static bool
read_usd(struct json_object *entry, const char *name, double *value,
    struct err *err)
{
	double usd;

	if (json_text_is_absent(entry, name))
		return true;
	if (!json_text_number(entry, name, &usd) || usd < 0 ||
	    usd > PRICE_USD_MAX)
		return err_set(err, ERR_FILE_DAMAGED, "%s", name);
	*value = usd;
	return true;
}

static bool
read_prices(struct price *p, struct json_object *entry, struct err *err)
{
	p->input = p->output = -1;
	if (!read_usd(entry, "input", &p->input, err) ||
	    !read_usd(entry, "output", &p->output, err))
		return false;
	if (p->input < 0 || p->output < 0)
		return err_set(err, ERR_FILE_DAMAGED,
		    p->input < 0 ? "input" : "output");
	set_cache_prices(p);
	return read_usd(entry, "cacheRead", &p->cache_read, err) &&
	    read_usd(entry, "cacheWrite", &p->cache_write, err);
}

/* What the entry leaves open stays as it is built in. */
static bool
read_kind(struct price *p, struct json_object *entry, struct err *err)
{
	const char *protocol = json_text_string(entry, "protocol");
	const char *tier = json_text_string(entry, "tier");

	if (!json_text_is_absent(entry, "protocol")) {
		p->protocol = protocol != NULL ?
		    price_protocol_find(protocol) : NULL;
		if (p->protocol == NULL)
			return err_set(err, ERR_FILE_DAMAGED, "protocol");
	}
	if (!json_text_is_absent(entry, "tier")) {
		p->tier = tier != NULL ? price_tier_find(tier) : TIER_NONE;
		if (p->tier == TIER_NONE)
			return err_set(err, ERR_FILE_DAMAGED, "tier");
	}
	return true;
}

/* "provider/model", both at least one visible character long. */
static bool
is_key(const char *key)
{
	const char *slash = strchr(key, '/');

	if (slash == NULL || slash == key || slash[1] == '\0' ||
	    strlen(key) >= PRICE_KEY_MAX)
		return false;
	for (; *key != '\0'; key++)
		if ((unsigned char)*key <= ' ' || *key == 0x7f)
			return false;
	return true;
}

static struct price *
find_builtin(struct price_list *list, const char *key)
{
	for (size_t i = 0; i < BUILTINS; i++)
		if (strcmp(list->items[i].key, key) == 0)
			return &list->items[i];
	return NULL;
}

static bool
add_entry(struct price_list *list, const char *key, struct json_object *entry,
    struct err *err)
{
	struct price *old = find_builtin(list, key);
	struct price p = { .tier = TIER_NONE };

	if (!is_key(key))
		return err_set(err, ERR_FILE_DAMAGED,
		    "no \"<provider>/<model>\"");
	if (old != NULL)
		p = *old;
	strncpy(p.key, key, sizeof p.key - 1);
	p.source = PRICE_OVERLAY;
	if (!read_prices(&p, entry, err) || !read_kind(&p, entry, err))
		return false;
	if (old != NULL)
		*old = p;
	else
		list->items[list->n++] = p;
	return true;
}

static void
add_overlay(struct price_list *list, struct json_object *prices,
    const struct price_problems *problems)
{
	json_object_object_foreach(prices, key, entry) {
		char line[256];
		struct err why;

		if (add_entry(list, key, entry, &why))
			continue;
		snprintf(line, sizeof line, "price of %.100s: %s: %.80s", key,
		    err_sentence(why.code), why.about);
		problems->tell(problems->arg, line);
	}
}

static int
by_key(const void *a, const void *b)
{
	return strcmp((*(const struct price *const *)a)->key,
	    (*(const struct price *const *)b)->key);
}

static bool
build(struct price_list *list, struct json_object *prices,
    const struct price_problems *problems, struct err *err)
{
	size_t n = prices != NULL ?
	    (size_t)json_object_object_length(prices) : 0;

	if (n > PRICES_MAX)
		return err_set(err, ERR_FILE_DAMAGED, "more than %d prices",
		    PRICES_MAX);
	list->items = calloc(BUILTINS + n, sizeof *list->items);
	list->by_key = calloc(BUILTINS + n, sizeof *list->by_key);
	if (list->items == NULL || list->by_key == NULL)
		return err_set(err, ERR_NO_MEMORY, "prices");
	add_builtin(list);
	if (prices != NULL)
		add_overlay(list, prices, problems);
	for (size_t i = 0; i < list->n; i++)
		list->by_key[i] = &list->items[i];
	qsort(list->by_key, list->n, sizeof *list->by_key, by_key);
	return true;
}

bool
price_list_parse(struct price_list *list, const char *text, size_t len,
    const struct price_problems *problems, struct err *err)
{
	struct json_object *file = NULL, *prices = NULL;
	bool ok;

	*list = (struct price_list) { .n = 0 };
	if (text != NULL) {
		if (!json_text_parse(&(struct json_text) { .text = text,
		    .len = len, .code = ERR_FILE_DAMAGED }, &file, err))
			return false;
		prices = json_text_object(file, "prices");
		if (prices == NULL) {
			json_object_put(file);
			return err_set(err, ERR_FILE_DAMAGED,
			    "no object \"prices\"");
		}
	}
	ok = build(list, prices, problems, err);
	json_object_put(file);
	if (!ok)
		price_list_reset(list);
	return ok;
}

void
price_list_reset(struct price_list *list)
{
	free(list->items);
	free(list->by_key);
	*list = (struct price_list) { .n = 0 };
}

/* How many of the characters at the end of 'model' are its date; 0: none. */
static size_t
date_len(const char *model, size_t len)
{
	/* 'd' is a digit; everything else is itself. */
	static const char *const forms[] = { "-dddddddd", "-dddd-dd-dd",
		"@dddddddd", "-latest" };

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		size_t n = strlen(forms[i]), same = 0;

		if (len <= n)
			continue;
		while (same < n && (forms[i][same] == 'd' ?
		    isdigit((unsigned char)model[len - n + same]) :
		    model[len - n + same] == forms[i][same]))
			same++;
		if (same == n)
			return n;
	}
	return 0;
}

static const struct price *
find_key(const struct price_list *list, const char *key)
{
	struct price wanted = { .tier = TIER_NONE };
	const struct price *at = &wanted, **found;

	if (list->n == 0)
		return NULL;
	strncpy(wanted.key, key, sizeof wanted.key - 1);
	found = bsearch(&at, list->by_key, list->n, sizeof at, by_key);
	return found != NULL ? *found : NULL;
}

const struct price *
price_list_find(const struct price_list *list, const char *provider,
    const char *model)
{
	const struct price *found;
	char key[PRICE_KEY_MAX];
	int len = snprintf(key, sizeof key, "%s/%s", provider, model);

	if (len < 0 || (size_t)len >= sizeof key)
		return NULL;
	found = find_key(list, key);
	if (found != NULL)
		return found;
	key[(size_t)len - date_len(model, strlen(model))] = '\0';
	return find_key(list, key);
}

double
price_cost(const struct price *p, const struct price_usage *u)
{
	uint64_t cached = u->cache_read + u->cache_write;
	uint64_t fresh = u->input;

	if (u->counts == INPUT_WITH_CACHE)
		fresh -= cached < fresh ? cached : fresh;
	return ((double)fresh * p->input +
	    (double)u->output * p->output +
	    (double)u->cache_read * p->cache_read +
	    (double)u->cache_write * p->cache_write) / 1e6;
}
