/* SPDX-License-Identifier: ISC */
#include "cli/route_entry.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/policy_entry.h"
#include "common/errors.h"
#include "common/json/json_text.h"

/* "claude-haiku-*=groq/llama", or "claude-haiku-*=" to remove it */
static bool
parse_alias(struct route_alias *a, const char *text, struct err *err)
{
	const char *sign = strchr(text, '=');
	size_t len = sign != NULL ? (size_t)(sign - text) : 0;

	if (len == 0 || len >= sizeof a->pattern)
		return err_set(err, ERR_USAGE,
		    "--model wants a pattern, '=' and a target");
	memcpy(a->pattern, text, len);
	a->pattern[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
			return err_set(err, ERR_USAGE,
			    "character %zu of the pattern", i + 1);
	a->is_removed = sign[1] == '\0';
	return a->is_removed || routing_target_parse(&a->target, sign + 1, err);
}

bool
route_change_parse(struct route_change *c, const struct invocation *inv,
    struct err *err)
{
	bool is_pinned = invocation_option(inv, "pin") != NULL;
	bool is_unpinned = invocation_option(inv, "unpin") != NULL;
	const char *text;

	*c = (struct route_change) { .pin = is_pinned ? ROUTE_PINNED :
	    is_unpinned ? ROUTE_UNPINNED : ROUTE_AS_IT_IS };
	if (is_pinned && is_unpinned)
		return err_set(err, ERR_USAGE, "--pin or --unpin");
	for (int i = 0; (text = invocation_option_at(inv, "model", i)) != NULL;
	    i++)
		if (!parse_alias(&c->aliases[c->n_aliases++], text, err))
			return false;
	return routing_target_parse(&c->target, inv->operands[1], err);
}

static struct json_object *
copy(struct json_object *from)
{
	struct json_object *to = NULL;

	if (from == NULL || json_object_deep_copy(from, &to, NULL) == -1)
		return json_object_new_object();
	return to;
}

struct json_object *
route_entry_change(struct json_object *previous, const struct route_change *c)
{
	struct json_object *entry = copy(previous), *aliases;

	field_set_text(entry, "provider", c->target.provider);
	field_set_text(entry, "model", c->target.model);
	aliases = routing_file_map(entry, "aliases");
	for (size_t i = 0; i < c->n_aliases; i++) {
		const struct route_alias *a = &c->aliases[i];

		if (a->is_removed)
			json_object_object_del(aliases, a->pattern);
		else
			json_object_object_add(aliases, a->pattern,
			    policy_target(&a->target));
	}
	if (json_object_object_length(aliases) == 0)
		json_object_object_del(entry, "aliases");
	if (c->pin == ROUTE_PINNED)
		field_set_true(entry, "pinned");
	else if (c->pin == ROUTE_UNPINNED)
		json_object_object_del(entry, "pinned");
	return entry;
}

struct json_object *
route_entry_view(struct json_object *entry)
{
	struct json_object *view = json_object_new_object(), *aliases;
	bool is_pinned = false;

	field_copy(view, entry, "provider");
	field_copy(view, entry, "model");
	aliases = json_text_object(entry, "aliases");
	json_object_object_add(view, "aliases", aliases != NULL ?
	    json_object_get(aliases) : json_object_new_object());
	json_text_bool(entry, "pinned", &is_pinned);
	field_set_flag(view, "pinned", is_pinned);
	return view;
}
