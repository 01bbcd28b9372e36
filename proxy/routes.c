/* SPDX-License-Identifier: ISC */
#include "proxy/routes.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/problems.h"

static bool
is_model(const char *text)
{
	if (text == NULL || strlen(text) >= MODEL_MAX)
		return false;
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

bool
model_ref_read(struct model_ref *ref, const struct json_object *object,
    const char *provider, const char *model, struct err *err)
{
	const char *id = json_text_string(object, provider);
	const char *name = json_text_string(object, model);
	struct ipc_name checked;

	*ref = (struct model_ref) { .provider = "" };
	if (id == NULL || !ipc_name_set(&checked, id, err))
		return err_set(err, ERR_ID_INVALID, "%s", provider);
	if (!is_model(name))
		return err_set(err, ERR_FILE_DAMAGED, "%s", model);
	strncpy(ref->provider, id, sizeof ref->provider - 1);
	strncpy(ref->model, name, sizeof ref->model - 1);
	return true;
}

bool
model_ref_equals(const struct model_ref *a, const struct model_ref *b)
{
	return strcmp(a->provider, b->provider) == 0 &&
	    strcmp(a->model, b->model) == 0;
}

static int
by_agent(const void *a, const void *b)
{
	return strcmp(((const struct route *)a)->agent,
	    ((const struct route *)b)->agent);
}

const struct route *
routes_find(const struct route_list *list, const char *agent)
{
	struct route wanted = { .agent = "" };

	strncpy(wanted.agent, agent, sizeof wanted.agent - 1);
	if (list->n == 0)
		return NULL;
	return bsearch(&wanted, list->items, list->n, sizeof wanted, by_agent);
}

const struct route_alias *
route_alias_find(const struct route *r, const char *model)
{
	for (size_t i = 0; i < r->n_aliases; i++) {
		const struct route_alias *a = &r->aliases[i];

		if (strncmp(model, a->pattern, a->len) == 0 &&
		    (a->is_prefix || model[a->len] == '\0'))
			return a;
	}
	return NULL;
}

void
routes_reset(struct route_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].aliases);
	free(list->items);
	*list = (struct route_list) { .n = 0 };
}

/* Whole names first, then the longer beginnings. */
static int
by_precision(const void *a, const void *b)
{
	const struct route_alias *x = a, *y = b;

	if (x->is_prefix != y->is_prefix)
		return x->is_prefix ? 1 : -1;
	if (x->len != y->len)
		return x->len > y->len ? -1 : 1;
	return strcmp(x->pattern, y->pattern);
}

static bool
read_alias(struct route_alias *a, const char *pattern,
    struct json_object *entry, struct err *err)
{
	size_t len = strlen(pattern);

	*a = (struct route_alias) { .is_prefix = len > 0 &&
	    pattern[len - 1] == '*' };
	a->len = len - a->is_prefix;
	if (len == 0 || !is_model(pattern) ||
	    memchr(pattern, '*', a->len) != NULL)
		return err_set(err, ERR_FILE_DAMAGED, "pattern");
	memcpy(a->pattern, pattern, a->len);
	return model_ref_read(&a->target, entry, "provider", "model", err);
}

/* A bad alias is left out like a bad route. */
static bool
read_aliases(struct route *r, struct json_object *entry,
    struct problems *problems, struct err *err)
{
	struct json_object *aliases = json_text_object(entry, "aliases");
	size_t n = aliases != NULL ?
	    (size_t)json_object_object_length(aliases) : 0;

	if (aliases == NULL && !json_text_is_absent(entry, "aliases"))
		return err_set(err, ERR_FILE_DAMAGED, "aliases");
	if (n > ROUTE_ALIASES_MAX)
		return err_set(err, ERR_FILE_DAMAGED, "more than %d aliases",
		    ROUTE_ALIASES_MAX);
	if (n == 0)
		return true;
	r->aliases = calloc(n, sizeof *r->aliases);
	if (r->aliases == NULL)
		return err_set(err, ERR_NO_MEMORY, "aliases");
	json_object_object_foreach(aliases, pattern, target) {
		struct err why;

		if (read_alias(&r->aliases[r->n_aliases], pattern, target,
		    &why))
			r->n_aliases++;
		else
			problems_add(problems, "route of %s: alias %.64s: "
			    "%s: %s", r->agent, pattern,
			    err_sentence(why.code), why.about);
	}
	qsort(r->aliases, r->n_aliases, sizeof *r->aliases, by_precision);
	return true;
}

static bool
read_route(struct route *r, const char *agent, struct json_object *entry,
    struct err *err)
{
	struct ipc_name checked;

	*r = (struct route) { .agent = "" };
	if (!ipc_name_set(&checked, agent, err))
		return false;
	strncpy(r->agent, agent, sizeof r->agent - 1);
	if (!json_text_is_absent(entry, "pinned") &&
	    !json_text_bool(entry, "pinned", &r->is_pinned))
		return err_set(err, ERR_FILE_DAMAGED, "pinned");
	return model_ref_read(&r->target, entry, "provider", "model", err);
}

static bool
read_routes(struct route_list *list, struct json_object *routes,
    struct problems *problems, struct err *err)
{
	size_t n = (size_t)json_object_object_length(routes);

	list->items = calloc(n + 1, sizeof *list->items);
	if (list->items == NULL)
		return err_set(err, ERR_NO_MEMORY, "routes");
	json_object_object_foreach(routes, agent, entry) {
		struct route *r = &list->items[list->n];
		struct err why;

		if (read_route(r, agent, entry, &why) &&
		    read_aliases(r, entry, problems, &why))
			list->n++;
		else
			problems_add(problems, "route of %.64s: %s: %s", agent,
			    err_sentence(why.code), why.about);
	}
	qsort(list->items, list->n, sizeof *list->items, by_agent);
	return true;
}

bool
routes_parse(struct route_list *list, const char *text, size_t len,
    struct problems *problems, struct err *err)
{
	struct json_object *file, *routes;
	bool ok;

	*list = (struct route_list) { .n = 0 };
	if (!json_text_parse(&(struct json_text) { .text = text, .len = len,
	    .code = ERR_FILE_DAMAGED }, &file, err))
		return false;
	routes = json_text_object(file, "routes");
	ok = routes != NULL ? read_routes(list, routes, problems, err) :
	    err_set(err, ERR_FILE_DAMAGED, "no object \"routes\"");
	json_object_put(file);
	return ok;
}
