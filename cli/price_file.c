/* SPDX-License-Identifier: ISC */
#include "cli/price_file.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/routing_file.h"
#include "common/errors.h"

static void
ignore(void *arg, const char *line)
{
	(void)arg;
	(void)line;
}

static bool
parse(struct price_list *list, struct json_object *root,
    const struct price_problems *problems, struct err *err)
{
	const char *text = json_object_to_json_string_ext(root,
	    JSON_C_TO_STRING_PLAIN);

	return text != NULL ? price_list_parse(list, text, strlen(text),
	    problems, err) : err_set(err, ERR_NO_MEMORY, "prices");
}

bool
price_file_load(struct price_list *list, struct invocation *inv,
    struct err *err)
{
	const struct price_problems problems = { .tell = ignore };
	struct json_object *root;
	bool ok;

	*list = (struct price_list) { .n = 0 };
	if (!routing_file_read(inv, PRICE_FILE_NAME, &root, err))
		return false;
	routing_file_map(root, "prices");
	ok = parse(list, root, &problems, err);
	json_object_put(root);
	return ok;
}

static void
remember(void *arg, const char *line)
{
	err_set(arg, ERR_USAGE, "%.120s", line);
}

bool
price_file_check(const char *key, struct json_object *entry, struct err *err)
{
	struct json_object *root = json_object_new_object();
	struct price_problems problems = { .tell = remember, .arg = err };
	struct price_list list = { .n = 0 };
	bool ok;

	err->code = ERR_NONE;
	json_object_object_add(routing_file_map(root, "prices"), key,
	    json_object_get(entry));
	ok = parse(&list, root, &problems, err) && err->code == ERR_NONE;
	price_list_reset(&list);
	json_object_put(root);
	return ok;
}

const struct price *
price_file_find(const struct price_list *list, const char *key)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i].key, key) == 0)
			return &list->items[i];
	return NULL;
}

static void
set_usd(struct json_object *o, const char *name, double usd)
{
	char text[32];

	snprintf(text, sizeof text, "%.10g", usd);
	json_object_object_add(o, name, json_object_new_double_s(usd, text));
}

void
price_file_describe(struct json_object *row, const struct price *p)
{
	const char *slash = strchr(p->key, '/');
	char provider[PRICE_KEY_MAX];
	struct json_object *usd;

	snprintf(provider, sizeof provider, "%.*s", (int)(slash - p->key),
	    p->key);
	field_set_text(row, "provider", provider);
	field_set_text(row, "model", slash + 1);
	usd = field_set_object(row, "pricePerMillion");
	set_usd(usd, "input", p->input);
	set_usd(usd, "output", p->output);
	set_usd(usd, "cacheRead", p->cache_read);
	set_usd(usd, "cacheWrite", p->cache_write);
	field_set_text(row, "source", p->source == PRICE_OVERLAY ? "overlay" :
	    "builtin");
	field_set_text(row, "tier", price_tier_name(p->tier));
	field_set_text(row, "protocol", p->protocol);
}
