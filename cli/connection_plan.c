/* SPDX-License-Identifier: ISC */
/* connection_plan: what "connect" would do, worked out before it does it. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/connection.h"
#include "cli/fields.h"
#include "cli/file_change.h"
#include "cli/moment.h"
#include "cli/toml_edit.h"
#include "common/errors.h"
#include "common/scoped.h"

/* The change for one member; NULL with *err. */
static struct json_object *
make_change(const struct client *client, const struct client_member *m,
    const char *text, const char *value, struct err *err)
{
	if (client->form == CLIENT_JSON)
		return file_change_member(text, m->path, value, err);
	if (m->path[1] == NULL)
		return file_change_key(text, m->path[0], value, err);
	if (toml_edit_has_table(text, m->path[0])) {
		err_set(err, ERR_CONFIG_CONFLICT, "[%s] is there already",
		    m->path[0]);
		return NULL;
	}
	return file_change_append(text, value);
}

/* Had the member another value?  Then it is told, or a conflict. */
static bool
note_previous(struct connection *c, const struct client_member *m,
    struct json_object *change, const struct connection_wish *wish,
    struct err *err)
{
	char name[96] = "";
	size_t len = 0;

	if (file_change_previous(change) == NULL)
		return true;
	for (size_t i = 0; m->path[i] != NULL && len < sizeof name; i++)
		len += (size_t)snprintf(name + len, sizeof name - len, "%s%s",
		    i > 0 ? "." : "", m->path[i]);
	if (m->must_be_free && wish->values == CONNECTION_KEEP_VALUES)
		return err_set(err, ERR_CONFIG_CONFLICT, "%s in %.90s", name,
		    c->config.path);
	json_object_array_add(c->replaced, json_object_new_string(name));
	return true;
}

static bool
plan_member(struct connection *c, const struct client_member *m,
    const struct connection_wish *wish, struct json_object *changes,
    struct err *err)
{
	const struct client_facts facts = { .url = wish->url,
		.token = c->token };
	AUTO_FREE char *value = client_value(m->value, &facts);
	struct json_object *change;
	char *text;

	if (value == NULL)
		return err_set(err, ERR_NO_MEMORY, "plan");
	change = make_change(c->client, m, c->new_text, value, err);
	if (change == NULL)
		return false;
	json_object_array_add(changes, change);
	if (!note_previous(c, m, change, wish, err))
		return false;
	text = file_change_make(c->new_text, change);
	free(c->new_text);
	c->new_text = text;
	return text != NULL || err_set(err, ERR_NO_MEMORY, "plan");
}

static bool
has_folder(const char *path)
{
	char folder[CONFIG_PATH_MAX];
	char *slash;

	snprintf(folder, sizeof folder, "%s", path);
	slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
	return access(folder, F_OK) == 0;
}

static bool
is_installed(struct connection *c, const char *path)
{
	struct client_search search = { .not_here = c->bin };

	return has_folder(path) || client_search(c->client, &search);
}

static bool
plan_file(struct connection *c, const struct connection_wish *wish,
    struct err *err)
{
	struct json_object *file, *changes;
	char path[CONFIG_PATH_MAX];

	if (!client_config_path(c->client, path, sizeof path) ||
	    !is_installed(c, path))
		return err_set(err, ERR_AGENT_NOT_INSTALLED, "%s",
		    c->client->id);
	if (!config_file_open(&c->config, path, err))
		return false;
	c->new_text = strdup(c->config.is_there ? c->config.text :
	    c->client->form == CLIENT_JSON ? "{}\n" : "");
	if (c->new_text == NULL)
		return err_set(err, ERR_NO_MEMORY, "plan");
	file = field_set_object(c->journal, "file");
	field_set_text(file, "path", path);
	field_set_flag(file, "existed", c->config.is_there);
	field_set_flag(file, "folderMade", !has_folder(path));
	field_set_number(file, "mode", c->config.is_there ?
	    c->config.st.st_mode & 07777 : 0600);
	changes = field_set_array(file, "changes");
	for (const struct client_member *m = c->client->members;
	    m->path[0] != NULL; m++)
		if (!plan_member(c, m, wish, changes, err)) {
			/* Which file it is, unless it is told already. */
			if (err->code == ERR_CONFIG_NOT_UNDERSTOOD)
				err_set(err, err->code, "%.90s",
				    c->config.path);
			return false;
		}
	return true;
}

static bool
plan_shim(struct connection *c, const struct connection_wish *wish,
    struct err *err)
{
	const struct client_facts facts = { .url = wish->url,
		.token = c->token, .shim_token = c->token_path };
	struct client_search search = { .not_here = c->bin };
	struct json_object *shim;

	if (c->client->variables == NULL)
		return err_set(err, ERR_USAGE, "%s has no shim", c->client->id);
	if (!client_search(c->client, &search))
		return err_set(err, ERR_AGENT_NOT_INSTALLED, "%s",
		    c->client->id);
	c->is_shim_reached = search.is_shadowed;
	c->shim = client_shim(c->client, &facts, search.path);
	if (c->shim == NULL)
		return err_set(err, ERR_NO_MEMORY, "plan");
	if (faccessat(c->bin, c->client->binary, F_OK, 0) == 0)
		return err_set(err, ERR_CONFIG_CONFLICT,
		    "bin/%s in the home folder is not ours",
		    c->client->binary);
	shim = field_set_object(c->journal, "shim");
	field_set_text(shim, "original", search.path);
	field_set_text(shim, "text", c->shim);
	return true;
}

bool
connection_plan(struct connection *c, const struct connection_wish *wish,
    struct err *err)
{
	char now[MOMENT_TEXT];

	moment_format_now(now);
	json_object_put(c->journal);
	c->journal = json_object_new_object();
	c->replaced = json_object_new_array();
	field_set_text(c->journal, "agent", c->client->id);
	field_set_text(c->journal, "at", now);
	field_set_text(c->journal, "url", wish->url);
	return wish->way == CONNECTION_BY_SHIM || c->client->form == 0 ?
	    plan_shim(c, wish, err) : plan_file(c, wish, err);
}
