/* SPDX-License-Identifier: ISC */
/* config check: is the settings file right? */
#include <json-c/json.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/settings_file.h"
#include "common/allowed_users.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/settings.h"

/* Are those there who are named?  The daemon would not start without them. */
static bool
has_users(const struct invocation *inv, const struct settings *settings,
    struct err *err)
{
	char passwd[HOME_PATH_MAX + 16];
	char numbers[sizeof settings->users] = "";

	snprintf(passwd, sizeof passwd, "%s/etc/passwd", inv->install.root);
	return allowed_users_resolve(&(struct allowed_users) { numbers,
	    sizeof numbers }, settings->users, passwd, err);
}

static bool
run_check(struct invocation *inv, struct json_object **data, struct err *err)
{
	AUTO_CLOSE int folder = invocation_settings_folder(inv, err);
	struct settings settings;
	struct json_object *values;
	char file[HOME_PATH_MAX + sizeof SETTINGS_FILE_NAME + 1];

	if (folder == -1 && err->code != ERR_NOT_RUNNING)
		return false;
	settings_default(&settings);
	if (folder != -1 && (!settings_file_read(folder, &settings, err) ||
	    !has_users(inv, &settings, err)))
		return false;
	snprintf(file, sizeof file, "%s/%s", inv->install.settings,
	    SETTINGS_FILE_NAME);
	*data = json_object_new_object();
	field_set_true(*data, "ok");
	field_set_text(*data, "file", file);
	values = field_set_object(*data, "settings");
#define TEXT(name, ...) field_set_text(values, #name, settings.name);
#define NUMBER(name, field, ...)					\
	field_set_number(values, #name, (int64_t)settings.field);
	SETTINGS_TABLE(TEXT, NUMBER)
#undef TEXT
#undef NUMBER
	return true;
}

static void
print_check(struct json_object *data)
{
	printf("%s is right\n", output_clean(json_text_string(data, "file")));
}

const struct command config_commands[] = {
	{ .name = "config check", .help = "Says whether the settings file is "
	    "right.",
	    .run = run_check, .print = print_check },
	{ .name = NULL },
};
