/* SPDX-License-Identifier: ISC */
#include "tests/mock/cloud_items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/mock/allocate.h"
#include "tests/mock/cloud.h"

enum { COLLECTIONS = 4 };

static const struct collection {
	const char *path;
	const char *list;		/* member of a listing and of a sync */
	const char *id;			/* member of an item */
	const char *made_id;		/* its beginning; NULL: the client's */
	struct {
		const char *name;
		const char *otherwise;	/* JSON text; NULL: required */
	} members[5];
} collections[COLLECTIONS] = {
	{ "/v1/policies", "policies", "id", "pol", {
		{ "name", NULL },
		{ "spec", NULL },
		{ "enabled", "true" },
	} },
	{ "/v1/bundles", "bundles", "id", "bun", {
		{ "name", NULL },
		{ "spec", NULL },
		{ "enabled", "true" },
	} },
	{ "/v1/agents/bindings", "bindings", "agentId", NULL, {
		{ "bindingKind", NULL },
		{ "targetId", "null" },
		{ "staticTarget", "null" },
	} },
	{ "/v1/providers", "providers", "providerId", NULL, {
		{ "protocol", NULL },
		{ "originBaseUrl", "null" },
		{ "isBuiltin", "false" },
		{ "reportedByDeviceId", "null" },
	} },
};

struct items {
	struct json_object *by_id[COLLECTIONS];
	int n_made;
};

struct items *
items_new(void)
{
	struct items *items = allocate(sizeof *items);

	for (int i = 0; i < COLLECTIONS; i++)
		items->by_id[i] = json_object_new_object();
	return items;
}

void
items_free(struct items *items)
{
	if (items == NULL)
		return;
	for (int i = 0; i < COLLECTIONS; i++)
		json_object_put(items->by_id[i]);
	free(items);
}

static struct json_object *
values(struct json_object *by_id)
{
	struct json_object *list = json_object_new_array();

	json_object_object_foreach(by_id, id, item) {
		(void)id;
		json_object_array_add(list, json_object_get(item));
	}
	return list;
}

struct json_object *
items_document(const struct items *items)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "schemaVersion", json_object_new_int(1));
	for (int i = 0; i < COLLECTIONS; i++)
		json_object_object_add(o, collections[i].list,
		    values(items->by_id[i]));
	json_object_object_add(o, "redactRulesVersion", NULL);
	return o;
}

static struct json_object *
now(void)
{
	char text[32];
	time_t t = time(NULL);
	struct tm tm;

	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
	return json_object_new_string(text);
}

/*
 * The item that the body describes.  A member that is not given is that of
 * 'before', which may be NULL, or the default; NULL if there is neither.
 */
static struct json_object *
build(const struct collection *c, const char *id, struct json_object *body,
    struct json_object *before)
{
	struct json_object *item = json_object_new_object(), *value;

	json_object_object_add(item, c->id, json_object_new_string(id));
	for (int i = 0; c->members[i].name != NULL; i++) {
		const char *name = c->members[i].name;
		const char *otherwise = c->members[i].otherwise;

		if (json_object_object_get_ex(body, name, &value) &&
		    (value != NULL || before == NULL)) {
			json_object_get(value);
		} else if (before != NULL) {
			value = json_object_get(json_object_object_get(before,
			    name));
		} else if (otherwise != NULL) {
			value = json_tokener_parse(otherwise);
		} else {
			json_object_put(item);
			return NULL;
		}
		json_object_object_add(item, name, value);
	}
	if (c->made_id != NULL)
		json_object_object_add(item, "createdAt", before != NULL ?
		    json_object_get(json_object_object_get(before,
		    "createdAt")) : now());
	json_object_object_add(item, "updatedAt", now());
	return item;
}

/* POST on the collection, or PUT on the item 'id'. */
static void
put(struct items *items, int which, const char *id, const struct request *r,
    struct reply *reply)
{
	const struct collection *c = &collections[which];
	struct json_object *body = request_json(r), *item;
	struct json_object *before = NULL;
	char made[32];

	if (id == NULL && c->made_id != NULL) {
		snprintf(made, sizeof made, "%s_%d", c->made_id,
		    ++items->n_made);
		id = made;
	} else if (id == NULL) {
		id = json_object_get_string(json_object_object_get(body,
		    c->id));
	} else if (c->made_id != NULL && !json_object_object_get_ex(
	    items->by_id[which], id, &before)) {
		json_object_put(body);
		cloud_set_error(reply, 404, "not_found");
		return;
	}
	item = id != NULL ? build(c, id, body, before) : NULL;
	if (item != NULL) {
		json_object_object_add(items->by_id[which], id, item);
		reply_set(reply, 200, item);
	} else {
		cloud_set_invalid(reply);
	}
	json_object_put(body);
}

static void
list_all(const struct items *items, int which, struct reply *reply)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, collections[which].list,
	    values(items->by_id[which]));
	reply_set(reply, 200, o);
	json_object_put(o);
}

static void
answer(struct items *items, int which, const char *id, const struct request *r,
    struct reply *reply)
{
	struct json_object *item = NULL;
	const char *method = r->method;

	if (id == NULL && strcmp(method, "GET") == 0)
		list_all(items, which, reply);
	else if ((id == NULL && strcmp(method, "POST") == 0) ||
	    (id != NULL && strcmp(method, "PUT") == 0))
		put(items, which, id, r, reply);
	else if (id == NULL)
		cloud_set_error(reply, 405, "method_not_allowed");
	else if (!json_object_object_get_ex(items->by_id[which], id, &item))
		cloud_set_error(reply, 404, "not_found");
	else if (strcmp(method, "GET") == 0)
		reply_set(reply, 200, item);
	else if (strcmp(method, "DELETE") == 0) {
		json_object_object_del(items->by_id[which], id);
		reply->status = 204;
	} else {
		cloud_set_error(reply, 405, "method_not_allowed");
	}
}

bool
items_answer(struct items *items, const struct request *r,
    struct reply *reply)
{
	for (int i = 0; i < COLLECTIONS; i++) {
		size_t len = strlen(collections[i].path);
		const char *rest = r->path + len;

		if (strncmp(r->path, collections[i].path, len) != 0 ||
		    (*rest != '\0' && *rest != '/'))
			continue;
		answer(items, i, *rest == '/' ? rest + 1 : NULL, r, reply);
		return true;
	}
	return false;
}
