/* SPDX-License-Identifier: ISC */
#include "cli/cloud_files.h"

#include <json-c/json.h>
#include <stddef.h>

#include "cli/invocation.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define CLOUD_FILES_IDENTITY_MAX 65536	/* bytes */

static struct json_object *
read_object(struct invocation *inv, const char *name, size_t max,
    struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "cloud", err);
	struct json_text json = { .code = ERR_FILE_DAMAGED };
	struct json_object *object = NULL;
	AUTO_FREE char *text = NULL;
	struct err why;

	if (folder == -1 ||
	    !home_read(folder, name, max, &text, &json.len, err))
		return NULL;
	json.text = text;
	if (!json_text_parse(&json, &object, &why)) {
		err_set(err, why.code, "cloud/%s: %s", name, why.about);
		return NULL;
	}
	if (json_object_is_type(object, json_type_object))
		return object;
	json_object_put(object);
	err_set(err, ERR_FILE_DAMAGED, "cloud/%s", name);
	return NULL;
}

struct json_object *
cloud_files_snapshot(struct invocation *inv, struct err *err)
{
	return read_object(inv, "snapshot.json", CLOUD_FILES_SNAPSHOT_MAX, err);
}

struct json_object *
cloud_files_identity(struct invocation *inv, struct err *err)
{
	return read_object(inv, "identity.json", CLOUD_FILES_IDENTITY_MAX, err);
}
