/* SPDX-License-Identifier: ISC */
/*
 * price_list: what models cost, as built in, with routing/prices.json over it.
 *
 *	{"prices":{"<provider>/<model>":{"input":3,"output":15,
 *		"cacheRead":0.3,"cacheWrite":3.75,
 *		"protocol":"anthropic","tier":"balanced"}}}
 *
 * USD per million tokens; "input" and "output" have to be there.  A cache price
 * that nobody set is the input price times what the provider is known to take
 * (anthropic: read 0.1, write 1.25; openai and groq: read 0.5; deepseek and
 * kimi: read 0.25); else the input price itself, which is never too little.
 * Reasoning is part of the output in all dialects and costs nothing besides.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define PRICES_FILE_MAX (1 << 20)	/* bytes of routing/prices.json */
#define PRICES_MAX 10000		/* entries of it */
#define PRICE_KEY_MAX 264		/* bytes, with the NUL */
#define PRICE_USD_MAX 1e6		/* for a million tokens */

enum price_source { PRICE_BUILTIN = 1, PRICE_OVERLAY };
enum price_tier { TIER_NONE, TIER_PREMIUM, TIER_BALANCED, TIER_CHEAP, TIERS };

struct price {
	char key[PRICE_KEY_MAX];	/* "provider/model" */
	double input, output, cache_read, cache_write;
	const char *protocol;	/* "anthropic", "openai", "responses"; or NULL */
	enum price_tier tier;
	enum price_source source;
};

/* Built-in ones in the table's order, then others in the file's. */
struct price_list {
	struct price *items;
	size_t n;
	const struct price **by_key;
};

/* Called for each entry that is left out, with a line for people. */
struct price_problems {
	void (*tell)(void *arg, const char *line);
	void *arg;
};

/*
 * From the text of the file, or NULL for the built-in ones alone.  A bad entry
 * is left out and told.  false with ERR_FILE_DAMAGED, when nothing can be used,
 * or ERR_NO_MEMORY; then the list is empty.
 */
bool price_list_parse(struct price_list *, const char *text, size_t len,
    const struct price_problems *, struct err *);
void price_list_reset(struct price_list *);

/*
 * The price of exactly this model, else of the same without its date
 * ("-20251001", "-2024-08-06", "@20251001" or "-latest" at its end), else NULL.
 */
const struct price *price_list_find(const struct price_list *,
    const char *provider, const char *model);

/* Tokens of one call.  Anthropic counts what was cached besides the input. */
enum price_input { INPUT_WITHOUT_CACHE, INPUT_WITH_CACHE };
struct price_usage {
	uint64_t input, output, cache_read, cache_write, reasoning;
	enum price_input counts;
};

/* USD. */
double price_cost(const struct price *, const struct price_usage *);

/* "premium", or NULL for TIER_NONE; static storage. */
const char *price_tier_name(enum price_tier);

/* TIER_NONE when the name is none. */
enum price_tier price_tier_find(const char *name);

/* The protocol's name in static storage, or NULL when it is none. */
const char *price_protocol_find(const char *name);
