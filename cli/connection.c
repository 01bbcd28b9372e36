/* SPDX-License-Identifier: ISC */
#include "cli/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fields.h"
#include "cli/file_change.h"
#include "cli/invocation.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/secret.h"

#define JOURNAL_MAX (256u << 10)	/* bytes */

static void
name_file(const struct connection *c, const char *suffix, char name[80])
{
	snprintf(name, 80, "%s.%s", c->client->id, suffix);
}

static bool
read_journal(struct connection *c, struct err *err)
{
	struct json_text json = { .code = ERR_FILE_DAMAGED };
	AUTO_FREE char *text = NULL;
	char name[80];

	name_file(c, "json", name);
	if (!home_read(c->folder, name, JOURNAL_MAX, &text, &json.len, err))
		return err->code == ERR_FILE_FAILED && err->os == ENOENT;
	json.text = text;
	return (json_text_parse(&json, &c->journal, err) &&
	    json_object_is_type(c->journal, json_type_object)) ||
	    err_set(err, ERR_FILE_DAMAGED, "agents/%s", name);
}

static bool
read_token(struct connection *c, struct err *err)
{
	AUTO_FREE char *text = NULL;
	char name[80];
	size_t len;

	name_file(c, "token", name);
	if (!home_read(c->folder, name, CONNECTION_TOKEN_MAX, &text, &len, err))
		return err->code == ERR_FILE_FAILED && err->os == ENOENT;
	snprintf(c->token, sizeof c->token, "%.*s",
	    (int)strcspn(text, "\n"), text);
	secret_wipe(text, len);
	return true;
}

bool
connection_open(struct connection *c, struct invocation *inv,
    const struct client *client, struct err *err)
{
	*c = (struct connection) { .client = client, .home = -1, .folder = -1,
	    .bin = -1, .lock = -1 };
	c->home = invocation_home(inv, HOME_EXISTS, err);
	c->folder = c->home != -1 ? home_folder(c->home, "agents", err) : -1;
	c->bin = c->folder != -1 ? home_folder(c->home, "bin", err) : -1;
	c->lock = c->bin != -1 ? home_lock(c->folder, "lock", err) : -1;
	snprintf(c->token_path, sizeof c->token_path, "%s/agents/%s.token",
	    inv->home_path, client->id);
	return c->lock != -1 && read_journal(c, err) && read_token(c, err);
}

void
connection_close(struct connection *c)
{
	int fds[] = { c->folder, c->bin, c->lock };

	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
		if (fds[i] != -1)
			close(fds[i]);
	json_object_put(c->journal);
	json_object_put(c->replaced);
	config_file_close(&c->config);
	free(c->new_text);
	free(c->shim);
	secret_wipe(c->token, sizeof c->token);
}

const char *
connection_state(const struct connection *c)
{
	return json_text_string(c->journal, "state");
}

bool
connection_is_shim(const struct connection *c)
{
	return json_text_object(c->journal, "shim") != NULL;
}

bool
connection_agent_is_ours(const struct connection *c)
{
	bool is_ours = false;

	json_text_bool(c->journal, "agentAdded", &is_ours);
	return is_ours;
}

/* Is the shim as we wrote it? */
static bool
is_our_shim(struct connection *c, struct json_object *shim)
{
	AUTO_FREE char *text = NULL;
	struct err ignored;
	size_t len;

	return home_read(c->bin, c->client->binary, CONFIG_FILE_MAX, &text,
	    &len, &ignored) &&
	    strcmp(text, json_text_string(shim, "text")) == 0;
}

static bool
is_file_intact(struct json_object *file)
{
	struct json_object *changes = json_text_array(file, "changes");
	struct config_file f;
	struct err ignored;
	bool ok;

	ok = config_file_open(&f, json_text_string(file, "path"), &ignored) &&
	    changes != NULL;
	for (size_t i = 0; ok && i < json_object_array_length(changes); i++)
		ok = file_change_is_there(f.text,
		    json_object_array_get_idx(changes, i));
	config_file_close(&f);
	return ok;
}

bool
connection_is_intact(struct connection *c, const char *url)
{
	struct json_object *shim = json_text_object(c->journal, "shim");
	struct json_object *file = json_text_object(c->journal, "file");
	const char *was = json_text_string(c->journal, "url");

	return was != NULL && strcmp(was, url) == 0 && c->token[0] != '\0' &&
	    (shim == NULL || is_our_shim(c, shim)) &&
	    (file == NULL || is_file_intact(file));
}

static bool
save_journal(struct connection *c, struct err *err)
{
	char name[80];

	name_file(c, "json", name);
	return field_save(c->journal, c->folder, name, err);
}

bool
connection_begin(struct connection *c, enum connection_agent agent,
    struct err *err)
{
	char name[80], line[CONNECTION_TOKEN_MAX + 1];

	field_set_text(c->journal, "state", "connecting");
	field_set_flag(c->journal, "agentAdded",
	    agent == CONNECTION_AGENT_IS_OURS);
	name_file(c, "token", name);
	snprintf(line, sizeof line, "%s\n", c->token);
	return save_journal(c, err) && home_replace(c->folder, name, line,
	    strlen(line), NULL, err);
}

static bool
write_shim(struct connection *c, struct err *err)
{
	return home_replace(c->bin, c->client->binary, c->shim,
	    strlen(c->shim), NULL, err) &&
	    (fchmodat(c->bin, c->client->binary, 0700, 0) == 0 ||
	    err_set_os(err, ERR_FILE_FAILED, "bin/%s", c->client->binary));
}

bool
connection_finish(struct connection *c, struct err *err)
{
	mode_t mode = c->config.is_there ? c->config.st.st_mode & 0700 : 0600;

	if (c->shim != NULL && !write_shim(c, err))
		return false;
	/* The token is in it: nobody else's to read. */
	if (c->new_text != NULL &&
	    !config_file_save(&c->config, c->new_text, mode | 0600, err))
		return false;
	field_set_text(c->journal, "state", "connected");
	return save_journal(c, err);
}

/* The configuration as it was, from what it is; NULL: it cannot be told. */
static char *
text_before(struct json_object *file, const char *text, struct err *err)
{
	struct json_object *changes = json_text_array(file, "changes");
	size_t n = changes != NULL ? json_object_array_length(changes) : 0;
	char *before = strdup(text);

	while (n > 0 && before != NULL) {
		char *less = file_change_take_back(before,
		    json_object_array_get_idx(changes, --n), err);

		free(before);
		before = less;
	}
	return before;
}

static bool
is_blank(const char *text)
{
	text += strspn(text, " \t\r\n");
	if (strncmp(text, "{", 1) == 0)
		text += 1 + strspn(text + 1, " \t\r\n");
	if (*text == '}')
		text++;
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* A folder of the agent's that is there for our file alone. */
static void
remove_folder(struct json_object *file, const char *path)
{
	char folder[CONFIG_PATH_MAX], *slash;
	bool is_ours = false;

	json_text_bool(file, "folderMade", &is_ours);
	snprintf(folder, sizeof folder, "%s", path);
	slash = strrchr(folder, '/');
	if (!is_ours || slash == NULL)
		return;
	*slash = '\0';
	rmdir(folder);
}

static bool
restore_file(struct json_object *file, struct err *err)
{
	AUTO_FREE char *before = NULL;
	struct config_file f;
	bool ok, existed = true;
	int64_t mode = 0600;

	json_text_bool(file, "existed", &existed);
	json_text_int(file, "mode", &mode);
	ok = config_file_open(&f, json_text_string(file, "path"), err);
	if (ok && f.is_there) {
		before = text_before(file, f.text, err);
		ok = before != NULL;
		if (ok && !existed && is_blank(before)) {
			ok = config_file_remove(&f, err);
			remove_folder(file, f.real);
		} else if (ok && (strcmp(before, f.text) != 0 ||
		    (f.st.st_mode & 07777) != (mode_t)mode))
			ok = config_file_save(&f, before, (mode_t)mode, err);
	}
	config_file_close(&f);
	return ok;
}

static bool
remove_ours(struct connection *c, const char *suffix, struct err *err)
{
	char name[80];

	name_file(c, suffix, name);
	return unlinkat(c->folder, name, 0) == 0 || errno == ENOENT ||
	    err_set_os(err, ERR_FILE_FAILED, "agents/%s", name);
}

bool
connection_take_back(struct connection *c, enum connection_end end,
    struct err *err)
{
	struct json_object *shim = json_text_object(c->journal, "shim");
	struct json_object *file = json_text_object(c->journal, "file");

	if (file != NULL && !restore_file(file, err))
		return false;
	/* One that somebody else wrote there stays. */
	if (shim != NULL && is_our_shim(c, shim) &&
	    unlinkat(c->bin, c->client->binary, 0) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "bin/%s",
		    c->client->binary);
	if (end == CONNECTION_FORGET && !remove_ours(c, "token", err))
		return false;
	if (!remove_ours(c, "json", err))
		return false;
	json_object_put(c->journal);
	c->journal = NULL;
	return true;
}
