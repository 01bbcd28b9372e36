/* SPDX-License-Identifier: ISC */
#include "cli/advice.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/run_call.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define USUAL_TRIGGER_USD 5

enum advice_objective
advice_objective_find(const char *name)
{
	static const char *const names[] = { [ADVICE_QUALITY] = "quality",
		[ADVICE_BALANCED] = "balanced", [ADVICE_COST] = "cost" };

	for (int i = ADVICE_QUALITY; i <= ADVICE_COST; i++)
		if (strcmp(names[i], name) == 0)
			return (enum advice_objective)i;
	return 0;
}

/* Anthropic counts what was cached besides the input, the others in it. */
void
advice_history_add(struct advice_history *h, const struct run_call *c,
    const struct price_list *prices)
{
	const struct price *p = c->provider != NULL && c->model != NULL ?
	    price_list_find(prices, c->provider, c->model) : NULL;
	bool is_apart = p != NULL && p->protocol != NULL ?
	    strcmp(p->protocol, "anthropic") == 0 : c->provider != NULL &&
	    strcmp(c->provider, "anthropic") == 0;
	uint64_t cached = (uint64_t)c->cache_read + (uint64_t)c->cache_write;
	uint64_t input = (uint64_t)c->input;

	h->n_calls++;
	h->input += is_apart ? input : input > cached ? input - cached : 0;
	h->output += (uint64_t)c->output;
	h->cache_read += (uint64_t)c->cache_read;
	h->cache_write += (uint64_t)c->cache_write;
}

static bool
has_key(const struct advice_case *c, const struct price *p)
{
	size_t n = c->credentials != NULL ?
	    json_object_array_length(c->credentials) : 0;
	size_t len = strcspn(p->key, "/");

	for (size_t i = 0; i < n; i++) {
		const char *id = json_text_string(
		    json_object_array_get_idx(c->credentials, i), "id");

		if (id != NULL && strlen(id) == len &&
		    memcmp(id, p->key, len) == 0)
			return true;
	}
	return false;
}

static bool
fits(const struct advice_case *c, const struct price *p, enum price_tier tier)
{
	bool is_openai = p->protocol != NULL &&
	    strcmp(p->protocol, "anthropic") != 0;

	if (p->tier != tier || p->protocol == NULL)
		return false;
	return c->protocol == NULL || (strcmp(c->protocol, "anthropic") == 0 ?
	    !is_openai : is_openai);
}

/* The cheapest of a tier, one with a key before all that have none. */
static const struct price *
choose(const struct advice_case *c, enum price_tier tier)
{
	const struct price *best = NULL;

	for (size_t i = 0; i < c->prices->n; i++) {
		const struct price *p = &c->prices->items[i];
		bool is_better;

		if (!fits(c, p, tier))
			continue;
		is_better = best == NULL || (has_key(c, p) != has_key(c, best) ?
		    has_key(c, p) :
		    p->input + p->output < best->input + best->output);
		if (is_better)
			best = p;
	}
	return best;
}

/* US dollars of a day; false without history. */
static bool
estimate(const struct advice_case *c, const struct price *p, double *usd)
{
	const struct advice_history *h = &c->history;
	struct price_usage usage = { .input = h->input, .output = h->output,
		.cache_read = h->cache_read, .cache_write = h->cache_write,
		.counts = INPUT_WITHOUT_CACHE };

	*usd = price_cost(p, &usage) / ADVICE_DAYS;
	return h->n_calls > 0;
}

static double
round_cents(double usd)
{
	return (double)(uint64_t)(usd * 100 + 0.5) / 100;
}

static double
trigger_of(const struct advice_case *c, const struct price *premium)
{
	double usd;

	if (c->budget_usd > 0)
		return c->budget_usd;
	/* Half of nothing would never let the premium model answer. */
	if (estimate(c, premium, &usd) && round_cents(usd / 2) > 0)
		return round_cents(usd / 2);
	return USUAL_TRIGGER_USD;
}

char *
advice_quote(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@:+=,-";
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	if (*word != '\0' && word[strspn(word, plain)] == '\0')
		return strdup(word);
	out = open_memstream(&text, &size);
	if (out == NULL)
		return NULL;
	fputc('\'', out);
	for (; *word != '\0'; word++)
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	fputc('\'', out);
	return fclose(out) == 0 ? text : NULL;
}

static void
set_ref(struct json_object *o, const char *name, const struct price *p)
{
	size_t len = strcspn(p->key, "/");
	struct json_object *ref = field_set_object(o, name);

	json_object_object_add(ref, "provider",
	    json_object_new_string_len(p->key, (int)len));
	field_set_text(ref, "model", p->key + len + 1);
}

static void
set_usd(struct json_object *o, const char *name, bool is_known, double usd)
{
	json_object_object_add(o, name, is_known ?
	    json_object_new_double(usd) : NULL);
}

static void
set_command(const struct advice_case *c, struct json_object *o,
    const struct price *primary, const struct price *cheaper, double trigger)
{
	AUTO_FREE char *first = advice_quote(primary->key), *command = NULL;
	AUTO_FREE char *step = NULL, *quoted = NULL;
	int n;

	if (cheaper != NULL) {
		if (asprintf(&step, "%.10g=%s", trigger, cheaper->key) == -1)
			step = NULL;
		quoted = step != NULL ? advice_quote(step) : NULL;
		n = asprintf(&command, "cofferdam policy set %s --primary %s "
		    "--at %s", c->agent, first, quoted);
	} else if (c->has_policy)
		n = asprintf(&command, "cofferdam policy set %s --primary %s",
		    c->agent, first);
	else
		n = asprintf(&command, "cofferdam route %s %s", c->agent,
		    first);
	if (n == -1)
		command = NULL;
	field_set_text(o, "applyCommand", command);
}

static struct json_object *
new_suggestion(const struct advice_case *c, const char *rationale,
    const struct price *primary)
{
	struct json_object *o = json_object_new_object(), *policy;

	field_set_text(o, "agent", c->agent);
	field_set_text(o, "rationale", rationale);
	policy = field_set_object(o, "policy");
	set_ref(policy, "primary", primary);
	field_set_null(policy, "fallback");
	field_set_null(policy, "cascade");
	if (c->credentials != NULL)
		field_set_flag(o, "hasKey", has_key(c, primary));
	else
		field_set_null(o, "hasKey");
	return o;
}

static struct json_object *
suggest_one(const struct advice_case *c, const char *rationale,
    const struct price *p)
{
	struct json_object *o = new_suggestion(c, rationale, p);
	double usd;
	bool is_known = estimate(c, p, &usd);

	set_usd(o, "estimatedSpendDay", is_known, usd);
	set_command(c, o, p, NULL, 0);
	return o;
}

static struct json_object *
suggest_cascade(const struct advice_case *c, const struct price *premium,
    const struct price *cheap)
{
	double trigger = trigger_of(c, premium), usd, cheap_usd;
	struct json_object *o, *cascade;
	char rationale[160];
	bool is_known = estimate(c, premium, &usd);

	estimate(c, cheap, &cheap_usd);
	if (is_known && usd > trigger)
		usd = trigger + cheap_usd * (1 - trigger / usd);
	snprintf(rationale, sizeof rationale, "the premium model until $%.2f "
	    "are spent on a day, then the cheap one", trigger);
	o = new_suggestion(c, rationale, premium);
	cascade = field_set_object(json_text_object(o, "policy"), "cascade");
	json_object_object_add(cascade, "triggerSpendDay",
	    json_object_new_double(trigger));
	set_ref(cascade, "cheaper", cheap);
	set_usd(o, "estimatedSpendDay", is_known, usd);
	set_command(c, o, premium, cheap, trigger);
	return o;
}

void
advice_give(const struct advice_case *c, struct json_object *suggestions)
{
	static const int orders[][3] = {
		[ADVICE_QUALITY] = { 0, 1, 2 },
		[ADVICE_BALANCED] = { 1, 0, 2 },
		[ADVICE_COST] = { 2, 1, 0 },
	};
	const struct price *premium = choose(c, TIER_PREMIUM);
	const struct price *balanced = choose(c, TIER_BALANCED);
	const struct price *cheap = choose(c, TIER_CHEAP);
	struct json_object *all[3] = { NULL, NULL, NULL };

	premium = premium != NULL ? premium : balanced;
	cheap = cheap != NULL ? cheap : balanced;
	if (premium != NULL)
		all[0] = suggest_one(c, "the best model for every call",
		    premium);
	if (premium != NULL && cheap != NULL && premium != cheap)
		all[1] = suggest_cascade(c, premium, cheap);
	if (cheap != NULL && cheap != premium)
		all[2] = suggest_one(c, "the cheapest model for every call",
		    cheap);
	for (size_t i = 0; i < 3; i++)
		if (all[orders[c->objective][i]] != NULL)
			json_object_array_add(suggestions,
			    all[orders[c->objective][i]]);
}
