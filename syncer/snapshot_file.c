/* SPDX-License-Identifier: ISC */
#include "syncer/snapshot_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/log.h"
#include "common/scoped.h"

void
snapshot_format_time(uint64_t at_s, char text[SNAPSHOT_TIME_TEXT])
{
	time_t at = (time_t)at_s;
	struct tm utc;

	gmtime_r(&at, &utc);
	strftime(text, SNAPSHOT_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

void
snapshot_file_sweep(int folder)
{
	AUTO_CLOSE int fd = openat(folder, ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL)
		return;
	take_fd(&fd);
	while ((entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (entry->d_name[0] == '.' && len > 4 &&
		    strcmp(entry->d_name + len - 4, ".new") == 0)
			unlinkat(folder, entry->d_name, 0);
	}
	closedir(dir);
}

static void
set_text(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name,
	    *text != '\0' ? json_object_new_string(text) : NULL);
}

void
snapshot_file_read(int folder, const char *source,
    struct snapshot_before *before)
{
	AUTO_FREE char *text = NULL;
	struct json_text parse = { .code = ERR_FILE_DAMAGED };
	const char *etag, *from;
	struct err err;

	*before = (struct snapshot_before) { 0 };
	if (!home_read(folder, SNAPSHOT_FILE, SNAPSHOT_FILE_MAX, &text,
	    &parse.len, &err))
		return;
	parse.text = text;
	if (!json_text_parse(&parse, &before->content, &err))
		return;
	etag = json_text_string(before->content, "etag");
	from = json_text_string(before->content, "sourceUrl");
	/* Another control plane's tag would say nothing about this one's. */
	if (etag != NULL && from != NULL && strcmp(from, source) == 0 &&
	    strlen(etag) < sizeof before->etag)
		memcpy(before->etag, etag, strlen(etag) + 1);
}

static const char *const contents[] = { "policies", "bundles", "bindings",
	"providers", "redactRulesVersion", "sourceUrl" };

static bool
is_same(struct json_object *a, struct json_object *b)
{
	for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++)
		if (!json_object_equal(json_object_object_get(a, contents[i]),
		    json_object_object_get(b, contents[i])))
			return false;
	return true;
}

bool
snapshot_file_write(int folder, struct json_object *content,
    const struct snapshot_before *before, uint64_t synced_at_s, bool *changed,
    struct err *err)
{
	char when[SNAPSHOT_TIME_TEXT];
	const char *text;
	size_t len;

	snapshot_format_time(synced_at_s, when);
	set_text(content, "syncedAt", when);
	*changed = before->content == NULL ||
	    !is_same(before->content, content);
	text = json_object_to_json_string_length(content,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	if (len > SNAPSHOT_FILE_MAX)
		return err_set(err, ERR_CLOUD_INVALID, "%zu bytes", len);
	return home_replace(folder, SNAPSHOT_FILE, text, len, NULL, err);
}

void
snapshot_file_note(int folder, const struct err *outcome, uint64_t at_s)
{
	struct json_object *note;
	char message[ERR_TEXT_MAX], when[SNAPSHOT_TIME_TEXT];
	const char *text;
	struct err err;
	size_t len;

	if (outcome->code == ERR_NONE) {
		unlinkat(folder, SNAPSHOT_ERROR_FILE, 0);
		return;
	}
	note = json_object_new_object();
	err_format(outcome, message);
	snapshot_format_time(at_s, when);
	set_text(note, "at", when);
	set_text(note, "code", err_name(outcome->code));
	set_text(note, "message", message);
	text = json_object_to_json_string_length(note, JSON_C_TO_STRING_PLAIN,
	    &len);
	if (!home_replace(folder, SNAPSHOT_ERROR_FILE, text, len, NULL, &err))
		log_err("syncer", &err);
	json_object_put(note);
}
