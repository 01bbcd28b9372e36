/* SPDX-License-Identifier: ISC */
/* prices: what a million tokens of a model cost. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/amount.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/price_file.h"
#include "cli/question.h"
#include "cli/routing_file.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/json/json_text.h"

static bool
run_show(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct price_list list;
	struct json_object *rows;

	if (!price_file_load(&list, inv, err)) {
		price_list_reset(&list);
		return false;
	}
	*data = json_object_new_object();
	rows = field_set_array(*data, "prices");
	for (size_t i = 0; i < list.n; i++)
		price_file_describe(field_append_object(rows), &list.items[i]);
	price_list_reset(&list);
	return true;
}

static void
format_usd(struct json_object *row, const char *name, char text[24])
{
	double usd = 0;

	json_text_number(json_text_object(row, "pricePerMillion"), name, &usd);
	snprintf(text, 24, "%.10g", usd);
}

static void
add_row(struct output_table *table, struct json_object *row)
{
	static const char *const names[] = { "input", "output", "cacheRead",
		"cacheWrite" };
	char model[PRICE_KEY_MAX], usd[4][24];

	snprintf(model, sizeof model, "%s/%s",
	    json_text_string(row, "provider"), json_text_string(row, "model"));
	for (size_t i = 0; i < 4; i++)
		format_usd(row, names[i], usd[i]);
	output_table_add(table, (const char *const[]) { model, usd[0], usd[1],
	    usd[2], usd[3], json_text_string(row, "tier"),
	    json_text_string(row, "protocol"),
	    json_text_string(row, "source") });
}

static void
print_show(struct json_object *data)
{
	struct json_object *rows = json_text_array(data, "prices");
	struct output_table table = { .n_columns = 8 };

	output_table_add(&table, (const char *const[]) { "MODEL", "INPUT",
	    "OUTPUT", "CACHE READ", "CACHE WRITE", "TIER", "PROTOCOL",
	    "FROM" });
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		add_row(&table, json_object_array_get_idx(rows, i));
	output_table_print(&table);
	puts("US dollars for a million tokens");
}

static const struct {
	const char *option, *member;
	bool is_needed;
} amounts[] = {
	{ "input", "input", true },
	{ "output", "output", true },
	{ "cache-read", "cacheRead", false },
	{ "cache-write", "cacheWrite", false },
};

static bool
parse_entry(struct json_object *entry, const struct invocation *inv,
    struct err *err)
{
	static const char *const kinds[] = { "tier", "protocol" };
	const char *tier = invocation_option(inv, "tier");
	const char *protocol = invocation_option(inv, "protocol");

	for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
		const char *text = invocation_option(inv, amounts[i].option);
		char what[24];
		struct amount a;

		snprintf(what, sizeof what, "--%s", amounts[i].option);
		if (text == NULL && amounts[i].is_needed)
			return err_set(err, ERR_USAGE, "%s is needed", what);
		if (text != NULL && !amount_parse(&a, text, what, err))
			return false;
		if (text != NULL)
			json_object_object_add(entry, amounts[i].member,
			    amount_json(&a));
	}
	if (tier != NULL && price_tier_find(tier) == TIER_NONE)
		return err_set(err, ERR_USAGE, "--tier is premium, balanced "
		    "or cheap");
	if (protocol != NULL && price_protocol_find(protocol) == NULL)
		return err_set(err, ERR_USAGE, "--protocol is anthropic, "
		    "openai or responses");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (invocation_option(inv, kinds[i]) != NULL)
			field_set_text(entry, kinds[i],
			    invocation_option(inv, kinds[i]));
	return true;
}

/* Whether there was an entry; without 'entry' it is taken away. */
static bool
change(struct invocation *inv, const char *key, struct json_object *entry,
    bool *was_there, struct err *err)
{
	struct json_object *prices, *previous;
	struct routing_file f;
	bool ok;

	ok = routing_file_open(&f, inv, PRICE_FILE_NAME, err);
	if (ok) {
		prices = routing_file_map(f.root, "prices");
		previous = json_object_get(json_text_object(prices, key));
		*was_there = previous != NULL;
		if (entry != NULL)
			json_object_object_add(prices, key,
			    json_object_get(entry));
		else
			json_object_object_del(prices, key);
		ok = json_object_equal(previous, entry) ||
		    routing_file_save(&f, err);
		json_object_put(previous);
	}
	routing_file_close(&f);
	/* Prices can be set before anything runs. */
	return ok && (!daemon_serves(inv->home) ||
	    question_reload(inv->home, NULL, err));
}

static void
warn_of_stranger(struct invocation *inv, const struct routing_target *target,
    struct json_object *data)
{
	struct question_provider provider;
	struct err err;

	if (daemon_serves(inv->home) && !question_provider(inv->home,
	    target->provider, &provider, &err) &&
	    err.code == ERR_UNKNOWN_PROVIDER)
		warning_add(data, "no provider %s is known", target->provider);
}

/* What holds now, and what is built in. */
static bool
describe(struct invocation *inv, const char *key, struct json_object *data,
    struct err *err)
{
	struct price_list list, builtin = { .n = 0 };
	const struct price *p;
	bool ok;

	ok = price_file_load(&list, inv, err) &&
	    price_list_parse(&builtin, NULL, 0, &(struct price_problems) {
	    .tell = NULL }, err);
	p = ok ? price_file_find(&list, key) : NULL;
	if (p != NULL)
		price_file_describe(data, p);
	if (ok)
		field_set_flag(data, "overridesBuiltin",
		    price_file_find(&builtin, key) != NULL);
	price_list_reset(&list);
	price_list_reset(&builtin);
	return ok;
}

static bool
run_set(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *key = inv->operands[0];
	struct json_object *entry = json_object_new_object();
	struct routing_target target;
	bool ok, was_there = false;

	*data = json_object_new_object();
	ok = routing_target_parse(&target, key, err) &&
	    parse_entry(entry, inv, err) && price_file_check(key, entry, err) &&
	    change(inv, key, entry, &was_there, err) &&
	    describe(inv, key, *data, err);
	json_object_put(entry);
	if (!ok)
		return false;
	field_set_flag(*data, "replacedExisting", was_there);
	warn_of_stranger(inv, &target, *data);
	return true;
}

static bool
run_unset(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *key = inv->operands[0];
	struct routing_target target;
	bool was_there = false;

	if (!routing_target_parse(&target, key, err) ||
	    !change(inv, key, NULL, &was_there, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "provider", target.provider);
	field_set_text(*data, "model", target.model);
	field_set_flag(*data, "removed", was_there);
	return true;
}

static void
print_set(struct json_object *data)
{
	char input[24], output[24];

	format_usd(data, "input", input);
	format_usd(data, "output", output);
	printf("%s/%s costs $%s in, $%s out for a million tokens\n",
	    output_clean(json_text_string(data, "provider")),
	    output_clean(json_text_string(data, "model")), input, output);
	warning_print(data);
}

static void
print_unset(struct json_object *data)
{
	bool is_removed = false;

	json_text_bool(data, "removed", &is_removed);
	printf("%s/%s %s\n",
	    output_clean(json_text_string(data, "provider")),
	    output_clean(json_text_string(data, "model")),
	    is_removed ? "has no price of yours any more" :
	    "had no price of yours");
}

static const struct command_option set_options[] = {
	{ "input", "USD", "for a million tokens sent" },
	{ "output", "USD", "for a million tokens received" },
	{ "cache-read", "USD", "for those that came from the cache" },
	{ "cache-write", "USD", "for those that went to the cache" },
	{ "tier", "T", "premium, balanced or cheap; for recommend" },
	{ "protocol", "P", "anthropic, openai or responses; for recommend" },
	{ NULL, NULL, NULL },
};

const struct command prices_commands[] = {
	{ .name = "prices", .help = "The same as prices show.",
	    .visibility = COMMAND_HIDDEN, .run = run_show,
	    .print = print_show },
	{ .name = "prices show", .envelope = "prices", .help = "Lists what "
	    "models cost.", .run = run_show, .print = print_show },
	{ .name = "prices set", .operands = "<provider/model>",
	    .help = "Sets what a model costs.", .options = set_options,
	    .least = 1, .most = 1, .run = run_set, .print = print_set },
	{ .name = "prices unset", .operands = "<provider/model>",
	    .help = "Forgets a price of yours.", .least = 1, .most = 1,
	    .run = run_unset, .print = print_unset },
	{ .name = NULL },
};
