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

void
routes_reset(struct route_list *list)
{
	free(list->items);
	*list = (struct route_list) { .n = 0 };
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
		struct err why;

		if (read_route(&list->items[list->n], agent, entry, &why))
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
