/* SPDX-License-Identifier: ISC */
#include "syncer/identity_file.h"

#include <errno.h>
#include <json-c/json.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/home.h"
#include "syncer/snapshot_file.h"

#define IDENTITY_FILE "identity.json"

static void
set_text(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name,
	    *text != '\0' ? json_object_new_string(text) : NULL);
}

bool
identity_file_write(int folder, const struct identity *i, struct err *err)
{
	struct json_object *o = json_object_new_object();
	char when[SNAPSHOT_TIME_TEXT];
	const char *text;
	size_t len;
	bool ok;

	snapshot_format_time((uint64_t)time(NULL), when);
	set_text(o, "baseUrl", i->base_url);
	set_text(o, "deviceId", i->device_id);
	set_text(o, "workspaceId", i->workspace_id);
	set_text(o, "label", i->label);
	set_text(o, "loggedInAt", when);
	text = json_object_to_json_string_length(o, JSON_C_TO_STRING_PRETTY |
	    JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	ok = home_replace(folder, IDENTITY_FILE, text, len, NULL, err);
	json_object_put(o);
	return ok;
}

bool
identity_file_forget(int folder, struct err *err)
{
	static const char *const names[] = { SNAPSHOT_FILE,
		SNAPSHOT_ERROR_FILE, IDENTITY_FILE };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (unlinkat(folder, names[i], 0) == -1 && errno != ENOENT)
			return err_set_os(err, ERR_FILE_FAILED, "cloud/%s",
			    names[i]);
	return fsync(folder) == 0 ||
	    err_set_os(err, ERR_FILE_FAILED, "cloud");
}
