/* SPDX-License-Identifier: ISC */
/* What "route" makes of the route before. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "cli/route_entry.h"
#include "common/errors.h"

static struct route_change
change(const char *provider, const char *model)
{
	struct route_change c = { .n_aliases = 0 };

	strcpy(c.target.provider, provider);
	strcpy(c.target.model, model);
	return c;
}

static void
add_alias(struct route_change *c, const char *pattern, const char *model)
{
	struct route_alias *a = &c->aliases[c->n_aliases++];

	strcpy(a->pattern, pattern);
	a->is_removed = model == NULL;
	strcpy(a->target.provider, "q");
	if (model != NULL)
		strcpy(a->target.model, model);
}

/* Frees 'previous'. */
static struct json_object *
expect_change(struct json_object *previous, const struct route_change *c,
    const char *text)
{
	struct json_object *entry = route_entry_change(previous, c);

	cr_expect_str_eq(json_object_to_json_string_ext(entry,
	    JSON_C_TO_STRING_PLAIN), text);
	json_object_put(previous);
	return entry;
}

Test(route_entry, keeps_aliases_and_the_pin_of_the_one_before)
{
	struct route_change c = change("p", "m");
	struct json_object *entry;

	add_alias(&c, "haiku-*", "small");
	c.pin = ROUTE_PINNED;
	entry = expect_change(NULL, &c, "{\"provider\":\"p\",\"model\":\"m\","
	    "\"aliases\":{\"haiku-*\":{\"provider\":\"q\","
	    "\"model\":\"small\"}},\"pinned\":true}");
	c = change("r", "n");
	entry = expect_change(entry, &c, "{\"provider\":\"r\",\"model\":\"n\","
	    "\"aliases\":{\"haiku-*\":{\"provider\":\"q\","
	    "\"model\":\"small\"}},\"pinned\":true}");
	json_object_put(entry);
}

Test(route_entry, drops_an_alias_and_the_pin_when_told)
{
	struct route_change c = change("p", "m");
	struct json_object *entry;

	add_alias(&c, "haiku-*", "small");
	c.pin = ROUTE_PINNED;
	entry = route_entry_change(NULL, &c);
	c = change("p", "m");
	add_alias(&c, "haiku-*", NULL);
	c.pin = ROUTE_UNPINNED;
	json_object_put(expect_change(entry, &c,
	    "{\"provider\":\"p\",\"model\":\"m\"}"));
}

Test(route_entry, leaves_the_entry_before_as_it_was)
{
	struct route_change c = change("p", "m");
	struct json_object *before = route_entry_change(NULL, &c), *after;

	c = change("q", "n");
	add_alias(&c, "x", "y");
	after = route_entry_change(before, &c);
	cr_expect_str_eq(json_object_to_json_string_ext(before,
	    JSON_C_TO_STRING_PLAIN), "{\"provider\":\"p\",\"model\":\"m\"}");
	json_object_put(after);
	json_object_put(before);
}

static bool
parse(struct route_change *c, char *words[], int n, struct err *err)
{
	char *argv[16] = { (char[]) { "cofferdam" }, (char[]) { "route" },
		(char[]) { "agent" }, (char[]) { "p/m" } };
	struct invocation inv;

	for (int i = 0; i < n; i++)
		argv[4 + i] = words[i];
	return invocation_parse(&inv, 4 + n, argv, err) &&
	    route_change_parse(c, &inv, err);
}

Test(route_entry, reads_patterns_and_pins)
{
	char *words[] = { (char[]) { "--model" }, (char[]) { "a-*=q/x=y" },
		(char[]) { "--model=b=" }, (char[]) { "--pin" } };
	struct route_change c;
	struct err err;

	cr_assert(parse(&c, words, 4, &err), "%s", err.about);
	cr_expect_eq(c.n_aliases, 2);
	cr_expect_str_eq(c.aliases[0].pattern, "a-*");
	cr_expect_str_eq(c.aliases[0].target.model, "x=y");
	cr_expect(c.aliases[1].is_removed);
	cr_expect_eq(c.pin, ROUTE_PINNED);
}

Test(route_entry, refuses_patterns_that_are_none)
{
	static const char *const bad[] = { "", "a", "=p/m", "a=p", "a b=p/m" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char word[32];
		char *words[] = { (char[]) { "--model" }, word };
		struct route_change c;
		struct err err;

		strcpy(word, bad[i]);
		cr_expect_not(parse(&c, words, 2, &err), "'%s'", bad[i]);
	}
}
