/* SPDX-License-Identifier: ISC */
#include "syncer/sync_difference.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/json/json_text.h"

#define VALUE_MAX 1024	/* bytes; more legs than that are not listed */

static const char *
or_nothing(const char *text)
{
	return text != NULL ? text : "-";
}

static size_t
add_target(char *text, size_t at, const char *before,
    const struct json_object *target)
{
	int n = target == NULL || at >= VALUE_MAX ? 0 :
	    snprintf(text + at, VALUE_MAX - at, "%s%s/%s", before,
	    or_nothing(json_text_string(target, "providerId")),
	    or_nothing(json_text_string(target, "model")));

	return at + (n > 0 ? (size_t)n : 0);
}

static void
describe_provider(const struct json_object *o, char text[VALUE_MAX])
{
	snprintf(text, VALUE_MAX, "%s %s",
	    or_nothing(json_text_string(o, "protocol")),
	    or_nothing(json_text_string(o, "originBaseUrl")));
}

static void
describe_binding(const struct json_object *o, char text[VALUE_MAX])
{
	const char *kind = json_text_string(o, "bindingKind");
	size_t at = (size_t)snprintf(text, VALUE_MAX, "%s", or_nothing(kind));

	if (kind != NULL && strcmp(kind, "static") == 0)
		add_target(text, at, " ", json_text_object(o, "staticTarget"));
	else if (at < VALUE_MAX)
		snprintf(text + at, VALUE_MAX - at, " %s",
		    or_nothing(json_text_string(o, "targetId")));
}

static const char *
enabled(const struct json_object *o)
{
	bool is_enabled = true;

	json_text_bool(o, "enabled", &is_enabled);
	return is_enabled ? "" : "disabled, ";
}

/* A step's trigger, and where it leads to. */
static size_t
add_step(char *text, size_t at, const struct json_object *step)
{
	char trigger[64] = "; then ";
	double usd = 0;
	int64_t calls = 0;

	if (json_text_number(step, "triggerSpendDayUsd", &usd))
		snprintf(trigger, sizeof trigger, "; from %g USD a day ", usd);
	else if (json_text_int(step, "triggerCallsDay", &calls))
		snprintf(trigger, sizeof trigger, "; from %lld calls a day ",
		    (long long)calls);
	return add_target(text, at, trigger,
	    json_text_object(step, "fallback"));
}

static void
describe_policy(const struct json_object *o, char text[VALUE_MAX])
{
	const struct json_object *spec = json_text_object(o, "spec");
	const struct json_object *steps = json_text_array(spec, "cascade");
	size_t n = steps != NULL ? json_object_array_length(steps) : 0;
	size_t at;

	text[0] = '\0';
	at = add_target(text, 0, enabled(o), json_text_object(spec, "primary"));

	for (size_t i = 0; i < n; i++)
		at = add_step(text, at, json_object_array_get_idx(steps, i));
	add_target(text, at, "; on failure ",
	    json_text_object(spec, "failoverTo"));
}

static void
describe_bundle(const struct json_object *o, char text[VALUE_MAX])
{
	const struct json_object *spec = json_text_object(o, "spec");
	const struct json_object *legs = json_text_array(spec, "legs");
	size_t n = legs != NULL ? json_object_array_length(legs) : 0;
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at = add_target(text, at, i == 0 ? enabled(o) : ", ",
		    json_object_array_get_idx(legs, i));
}

static const struct kind {
	const char *name, *id;
	void (*describe)(const struct json_object *, char text[VALUE_MAX]);
} kinds[] = {
	{ "providers", "providerId", describe_provider },
	{ "bindings", "agentId", describe_binding },
	{ "policies", "id", describe_policy },
	{ "bundles", "id", describe_bundle },
};
#define N_KINDS (sizeof kinds / sizeof kinds[0])

/* The entries of a kind by their ids; json_object_put() it. */
static struct json_object *
by_id(const struct kind *kind, const struct json_object *content)
{
	struct json_object *all = json_object_new_object();
	const struct json_object *list = json_text_array(content, kind->name);
	size_t n = list != NULL ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);
		const char *id = json_text_string(o, kind->id);

		if (id != NULL)
			json_object_object_add(all, id, json_object_get(o));
	}
	return all;
}

static bool
is_time(const char *name)
{
	return strcmp(name, "updatedAt") == 0 || strcmp(name, "createdAt") == 0;
}

/* Is all of 'a', but its times, in 'b' too? */
static bool
is_within(struct json_object *a, struct json_object *b)
{
	json_object_object_foreach(a, name, value) {
		struct json_object *other = NULL;

		if (!is_time(name) &&
		    (!json_object_object_get_ex(b, name, &other) ||
		    !json_object_equal(value, other)))
			return false;
	}
	return true;
}

static void
set(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void
add_one(struct json_object *list, const struct kind *kind, const char *id,
    const struct json_object *entry)
{
	struct json_object *o = json_object_new_object();
	char text[VALUE_MAX];

	kind->describe(entry, text);
	set(o, "id", id);
	set(o, "value", text);
	json_object_array_add(list, o);
}

static void
add_two(struct json_object *list, const struct kind *kind, const char *id,
    struct json_object *const entries[2])
{
	struct json_object *o = json_object_new_object();
	char text[VALUE_MAX];

	set(o, "id", id);
	kind->describe(entries[0], text);
	set(o, "before", text);
	kind->describe(entries[1], text);
	set(o, "after", text);
	json_object_array_add(list, o);
}

/* true when there is any. */
static bool
compare(const struct kind *kind, struct json_object *before,
    struct json_object *after, struct json_object *out)
{
	struct json_object *added = json_object_new_array();
	struct json_object *changed = json_object_new_array();
	struct json_object *removed = json_object_new_array();
	struct json_object *old = NULL;

	json_object_object_add(out, "added", added);
	json_object_object_add(out, "changed", changed);
	json_object_object_add(out, "removed", removed);
	json_object_object_foreach(after, id, new) {
		if (!json_object_object_get_ex(before, id, &old))
			add_one(added, kind, id, new);
		else if (!is_within(old, new) || !is_within(new, old))
			add_two(changed, kind, id,
			    (struct json_object *[2]) { old, new });
	}
	json_object_object_foreach(before, gone, entry) {
		if (!json_object_object_get_ex(after, gone, NULL))
			add_one(removed, kind, gone, entry);
	}
	return json_object_array_length(added) > 0 ||
	    json_object_array_length(changed) > 0 ||
	    json_object_array_length(removed) > 0;
}

struct json_object *
sync_difference(const struct json_object *before,
    const struct json_object *after)
{
	struct json_object *all = json_object_new_object();
	bool has_changed = false;

	json_object_object_add(all, "changed", NULL);
	for (size_t i = 0; i < N_KINDS; i++) {
		struct json_object *old = by_id(&kinds[i], before);
		struct json_object *new = by_id(&kinds[i], after);
		struct json_object *out = json_object_new_object();

		json_object_object_add(all, kinds[i].name, out);
		has_changed |= compare(&kinds[i], old, new, out);
		json_object_put(old);
		json_object_put(new);
	}
	json_object_object_add(all, "changed",
	    json_object_new_boolean(has_changed));
	return all;
}

static void
print_changes(FILE *out, const struct json_object *kind, const char *name,
    char sign)
{
	const struct json_object *list = json_text_array(kind, name);

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const struct json_object *o = json_object_array_get_idx(list,
		    i);

		if (sign == '~')
			fprintf(out, "  ~ %s  %s -> %s\n",
			    json_text_string(o, "id"),
			    json_text_string(o, "before"),
			    json_text_string(o, "after"));
		else
			fprintf(out, "  %c %s  %s\n", sign,
			    json_text_string(o, "id"),
			    json_text_string(o, "value"));
	}
}

static bool
has_any(const struct json_object *kind)
{
	return json_object_array_length(json_text_array(kind, "added")) +
	    json_object_array_length(json_text_array(kind, "changed")) +
	    json_object_array_length(json_text_array(kind, "removed")) > 0;
}

static void
clean(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n')
			text[i] = '?';
}

char *
sync_difference_format(const struct json_object *difference, size_t *len)
{
	static const struct { const char *name; char sign; } changes[] = {
		{ "added", '+' }, { "changed", '~' }, { "removed", '-' } };
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	bool has_changed = false;

	if (out == NULL)
		return NULL;
	json_text_bool(difference, "changed", &has_changed);
	if (!has_changed)
		fputs("a sync would change nothing\n", out);
	for (size_t i = 0; has_changed && i < N_KINDS; i++) {
		const struct json_object *kind = json_text_object(difference,
		    kinds[i].name);

		if (has_any(kind))
			fprintf(out, "%s\n", kinds[i].name);
		for (size_t c = 0; c < 3; c++)
			print_changes(out, kind, changes[c].name,
			    changes[c].sign);
	}
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	clean(text, *len);
	return text;
}
