/* SPDX-License-Identifier: ISC */
#include "cli/routing_file.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/fields.h"
#include "cli/invocation.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/ipc.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define LOCK_TRIES 100
#define LOCK_PAUSE_NS 50000000L	/* between two of them: 5 s in all */

static bool
take_lock(struct routing_file *f, struct err *err)
{
	const struct timespec pause = { 0, LOCK_PAUSE_NS };

	for (int i = 0; i < LOCK_TRIES; i++) {
		f->lock = home_lock(f->folder, "lock", err);
		if (f->lock != -1)
			return true;
		if (err->code != ERR_ALREADY_RUNNING)
			return false;
		nanosleep(&pause, NULL);
	}
	return err_set(err, ERR_TIMED_OUT, "another command changes routing/");
}

static bool
read_root(int folder, const char *name, struct json_object **root,
    struct err *err)
{
	struct json_text json = { .code = ERR_FILE_DAMAGED };
	AUTO_FREE char *text = NULL;

	if (!home_read(folder, name, ROUTING_FILE_MAX, &text, &json.len, err)) {
		if (err->code != ERR_FILE_FAILED || err->os != ENOENT)
			return false;
		*root = json_object_new_object();
		return *root != NULL || err_set(err, ERR_NO_MEMORY, "%s", name);
	}
	json.text = text;
	if (json_text_parse(&json, root, err) &&
	    json_object_is_type(*root, json_type_object))
		return true;
	return err_set(err, ERR_FILE_DAMAGED, "routing/%s", name);
}

bool
routing_file_read(struct invocation *inv, const char *name,
    struct json_object **root, struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "routing", err);

	*root = NULL;
	if (folder != -1 && read_root(folder, name, root, err))
		return true;
	json_object_put(*root);
	return false;
}

bool
routing_file_open(struct routing_file *f, struct invocation *inv,
    const char *name, struct err *err)
{
	*f = (struct routing_file) { .name = name, .folder = -1, .lock = -1 };
	f->folder = invocation_folder(inv, "routing", err);
	return f->folder != -1 && take_lock(f, err) &&
	    read_root(f->folder, name, &f->root, err);
}

bool
routing_file_save(struct routing_file *f, struct err *err)
{
	return field_save(f->root, f->folder, f->name, err);
}

void
routing_file_close(struct routing_file *f)
{
	json_object_put(f->root);
	if (f->lock != -1)
		close(f->lock);
	if (f->folder != -1)
		close(f->folder);
	*f = (struct routing_file) { .folder = -1, .lock = -1 };
}

/* The index of the provider's entry, or -1. */
static int
find_provider(struct json_object *providers, const char *id)
{
	size_t n = providers != NULL ? json_object_array_length(providers) : 0;

	for (size_t i = 0; i < n; i++) {
		const char *found = json_text_string(
		    json_object_array_get_idx(providers, i), "id");

		if (found != NULL && strcmp(found, id) == 0)
			return (int)i;
	}
	return -1;
}

bool
routing_file_put_provider(struct json_object *root, const char *id,
    struct json_object *entry)
{
	struct json_object *providers = json_text_array(root, "providers");
	int i = find_provider(providers, id);

	if (providers == NULL)
		providers = field_set_array(root, "providers");
	if (i == -1)
		json_object_array_add(providers, entry);
	else
		json_object_array_put_idx(providers, (size_t)i, entry);
	return i != -1;
}

bool
routing_file_remove_provider(struct json_object *root, const char *id)
{
	struct json_object *providers = json_text_array(root, "providers");
	int i = find_provider(providers, id);

	return i != -1 &&
	    json_object_array_del_idx(providers, (size_t)i, 1) == 0;
}

struct json_object *
routing_file_provider(struct json_object *root, const char *id)
{
	struct json_object *providers = json_text_array(root, "providers");
	int i = find_provider(providers, id);

	return i != -1 ? json_object_array_get_idx(providers, (size_t)i) : NULL;
}

static bool
stands_in(struct json_object *entry, const char *name)
{
	struct json_object *names = json_text_array(entry, "failoverFor");
	const char *one = json_text_string(entry, "failoverFor");
	size_t n = names != NULL ? json_object_array_length(names) : 0;

	if (one != NULL)
		return strcmp(one, name) == 0;
	for (size_t i = 0; i < n; i++) {
		const char *text = json_object_get_string(
		    json_object_array_get_idx(names, i));

		if (text != NULL && strcmp(text, name) == 0)
			return true;
	}
	return false;
}

const char *
routing_file_failover_owner(struct json_object *root, const char *name,
    const char *id)
{
	struct json_object *providers = json_text_array(root, "providers");
	size_t n = providers != NULL ? json_object_array_length(providers) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *entry = json_object_array_get_idx(providers,
		    i);
		const char *owner = json_text_string(entry, "id");

		if (owner != NULL && strcmp(owner, id) != 0 &&
		    stands_in(entry, name))
			return owner;
	}
	return NULL;
}

struct json_object *
routing_file_map(struct json_object *root, const char *name)
{
	struct json_object *map = json_text_object(root, name);

	return map != NULL ? map : field_set_object(root, name);
}

bool
routing_target_parse(struct routing_target *t, const char *text,
    struct err *err)
{
	const char *slash = strchr(text, '/');
	struct ipc_name name;
	size_t len;

	if (slash == NULL)
		return err_set(err, ERR_USAGE,
		    "a target is <provider>/<model>");
	snprintf(t->provider, sizeof t->provider, "%.*s",
	    (int)(slash - text), text);
	if ((size_t)(slash - text) >= sizeof t->provider ||
	    !ipc_name_set(&name, t->provider, err))
		return err_set(err, ERR_ID_INVALID, "provider in '%.80s'",
		    text);
	len = strlen(slash + 1);
	if (len == 0 || len >= sizeof t->model)
		return err_set(err, ERR_USAGE, "the model is %zu bytes long",
		    len);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)slash[1 + i] < 0x20 || slash[1 + i] == 0x7f)
			return err_set(err, ERR_USAGE,
			    "character %zu of the model", i + 1);
	snprintf(t->model, sizeof t->model, "%s", slash + 1);
	return true;
}

bool
routing_target_equals(const struct routing_target *a,
    const struct routing_target *b)
{
	return strcmp(a->provider, b->provider) == 0 &&
	    strcmp(a->model, b->model) == 0;
}
