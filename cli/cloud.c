/* SPDX-License-Identifier: ISC */
#include "cli/cloud.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/credential.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "common/errors.h"
#include "common/ipc_bodies.h"
#include "common/scoped.h"

static bool
write_identity(struct invocation *inv, const char *url, const char *label,
    struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "cloud", err);
	struct json_object *identity;
	char now[MOMENT_TEXT];
	bool ok;

	if (folder == -1)
		return false;
	moment_format_now(now);
	identity = json_object_new_object();
	field_set_text(identity, "baseUrl", url);
	field_set_null(identity, "deviceId");
	field_set_null(identity, "workspaceId");
	field_set_text(identity, "label", label);
	field_set_text(identity, "loggedInAt", now);
	ok = field_save(identity, folder, "identity.json", err);
	json_object_put(identity);
	return ok;
}

bool
cloud_remember(struct invocation *inv, const char *url, const char *label,
    const struct secret *token, struct err *err)
{
	struct credential_add add = { .provider = CLOUD_ENTRY, .url = url,
	    .scheme = AUTH_BEARER, .uid = IPC_UID_UNKNOWN,
	    .flags = CREDENTIAL_IS_CLOUD };
	struct call_end end;

	return credential_send(inv->home, &add, token, &end, err) &&
	    write_identity(inv, url, label, err);
}

/* true when it was there, or when it was not; *was_there tells which. */
static bool
remove_file(int folder, const char *name, bool *was_there, struct err *err)
{
	*was_there = unlinkat(folder, name, 0) == 0;
	return *was_there || errno == ENOENT ||
	    err_set_os(err, ERR_FILE_FAILED, "%.100s", name);
}

/* One segment after the other: a queue that is dropped is nobody's any more. */
bool
cloud_drop_queue(struct invocation *inv, struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "runs", err);
	AUTO_CLOSE int listed = folder != -1 ? openat(folder, ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	DIR *dir = listed != -1 ? fdopendir(listed) : NULL;
	struct dirent *entry;
	bool ok = true, ignored;

	if (dir == NULL)
		return folder == -1 ? false :
		    err_set_os(err, ERR_FILE_FAILED, "runs");
	take_fd(&listed);
	while (ok && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "pending", 7) == 0)
			ok = remove_file(folder, entry->d_name, &ignored, err);
	closedir(dir);
	return ok;
}

bool
cloud_forget(struct invocation *inv, bool *was_logged_in, struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "cloud", err);
	bool had_token, had_identity, ignored;

	if (folder == -1)
		return false;
	if (!credential_remove_one(inv->home, CLOUD_ENTRY, NULL, &had_token,
	    err) ||
	    !remove_file(folder, "snapshot.json", &ignored, err) ||
	    !remove_file(folder, "last_error.json", &ignored, err) ||
	    !remove_file(folder, "identity.json", &had_identity, err) ||
	    !cloud_drop_queue(inv, err))
		return false;
	*was_logged_in = had_token || had_identity;
	return fsync(folder) == 0 ||
	    err_set_os(err, ERR_FILE_FAILED, "cloud");
}
