/* SPDX-License-Identifier: ISC */
#include "cli/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/settings_file.h"
#include "cli/vault_view.h"
#include "common/allowed_users.h"
#include "common/errors.h"
#include "common/ipc_bodies.h"
#include "common/scoped.h"
#include "common/settings.h"
#include "common/waiver.h"

static void
add_problem(struct json_object *data, const char *about, const char *text)
{
	struct json_object *problems, *p;

	if (json_object_object_get_ex(data, "problems", &problems)) {
		p = field_append_object(problems);
		field_set_text(p, "about", about);
		field_set_text(p, "problem", text);
	}
}

static void
add_error(struct json_object *data, const char *about, const struct err *err)
{
	char text[ERR_TEXT_MAX];

	err_format(err, text);
	add_problem(data, about, text);
}

/* Of the processes that run: those of a daemon, if there is one. */
static void
look_at_broker(struct invocation *inv, struct json_object *data)
{
	struct ipc_vault_status v;
	struct err err = { 0 };

	if (!vault_view_status(inv->home, &v, &err)) {
		add_error(data, "daemon", &err);
		return;
	}
	if (err_code_from_wire(v.vault_code) != ERR_NONE) {
		err_set(&err, err_code_from_wire(v.vault_code), "vault/vault");
		add_error(data, "vault", &err);
	}
	if (v.audit_code != ERR_NONE) {
		err_set(&err, err_code_from_wire(v.audit_code), "%s",
		    v.audit_about);
		err.os = (int)v.audit_os;
		add_error(data, "audit", &err);
	}
}

void
doctor_read(struct invocation *inv, struct settings *settings,
    struct json_object *data)
{
	AUTO_CLOSE int folder = -1;
	struct err err = { 0 };

	field_set_array(data, "problems");
	settings_default(settings);
	if (invocation_home(inv, HOME_EXISTS, &err) == -1)
		add_error(data, "home", &err);
	else if ((folder = invocation_settings_folder(inv, &err)) == -1 ||
	    !settings_file_read(folder, settings, &err)) {
		add_error(data, SETTINGS_FILE_NAME, &err);
		settings_default(settings);
	}
	if (access(settings->ca_file, R_OK) == -1) {
		err_set_os(&err, ERR_FILE_FAILED, "%.120s", settings->ca_file);
		add_error(data, "ca_file", &err);
	}
	if (inv->home != -1)
		look_at_broker(inv, data);
}

static const char *
find_program(const char *name, char path[512])
{
	const char *folders = getenv("PATH");

	while (folders != NULL && *folders != '\0') {
		size_t len = strcspn(folders, ":");

		snprintf(path, 512, "%.*s/%s", (int)len, folders, name);
		if (len > 0 && access(path, X_OK) == 0)
			return path;
		folders += len + (folders[len] == ':');
	}
	return NULL;
}

void
doctor_add_agents(struct json_object *data)
{
	static const struct { const char *id, *program; } known[] = {
		{ "claude-code", "claude" },
		{ "codex", "codex" },
		{ "openclaw", "openclaw" },
		{ "hermes", "hermes" },
	};
	struct json_object *agents = field_set_array(data, "agents");
	char path[512];

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		struct json_object *a = field_append_object(agents);

		field_set_text(a, "id", known[i].id);
		field_set_text(a, "path", find_program(known[i].program, path));
	}
}

static void
add_risk(struct json_object *data, const char *id, const char *text)
{
	struct json_object *risks, *r;

	if (json_object_object_get_ex(data, "acceptedRisks", &risks)) {
		r = field_append_object(risks);
		field_set_text(r, "id", id);
		field_set_text(r, "risk", text);
	}
}

static bool
is_ours_alone(const struct invocation *inv)
{
	struct stat st;

	return inv->home == -1 || (fstat(inv->home, &st) == 0 &&
	    st.st_uid == geteuid());
}

static bool
all_may_call(const struct invocation *inv, const struct settings *settings)
{
	return allowed_users_has(settings->users, IPC_UID_UNKNOWN) ||
	    (inv->install.kind == INSTALL_SYSTEM && settings->users[0] == '\0');
}

void
doctor_add_risks(struct invocation *inv, const struct settings *settings,
    struct json_object *data)
{
	char word[WAIVER_TEXT], text[96];

	field_set_array(data, "acceptedRisks");
	if (inv->install.kind == INSTALL_SYSTEM)
		add_risk(data, "administrators", "root and the members of "
		    "cofferdam-admin can use, add and remove keys, not read "
		    "them");
	else if (is_ours_alone(inv)) {
		add_risk(data, "same_user_commands", "a program of this user "
		    "can talk to broker.sock: use, add and remove keys, not "
		    "read them");
		add_risk(data, "same_user_stops", "a program of this user can "
		    "stop or kill our processes: then nothing is served");
	}
	if (inv->home != -1 && faccessat(inv->home, "vault/key", F_OK,
	    AT_SYMLINK_NOFOLLOW) == 0)
		add_risk(data, "key_file", "the vault opens with a key file: "
		    "who can read it and the vault can read the keys");
	else if (inv->home != -1 && faccessat(inv->home, "vault/vault", F_OK,
	    0) == 0)
		add_risk(data, "passphrase", "the vault opens with its "
		    "passphrase: who knows it and can read the vault can read "
		    "the keys");
	if (all_may_call(inv, settings))
		add_risk(data, "all_users", "every user of this machine may "
		    "call who has an agent's token: users in cofferdam.conf");
	add_risk(data, "root", "root can read everything while it is in use");
	for (size_t i = 0; settings_word(settings->waive, i, word,
	    sizeof word); i++) {
		snprintf(text, sizeof text, "cofferdam.conf waives %s", word);
		add_risk(data, "waiver", text);
	}
}
