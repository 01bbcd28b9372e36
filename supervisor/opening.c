/* SPDX-License-Identifier: ISC */
#include "supervisor/opening.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"
#include "supervisor/supervisor.h"

static const char *const folder_names[HOME_FOLDERS] = {
	[VAULT_FOLDER] = "vault",
	[AUDIT_FOLDER] = "audit",
	[ROUTING_FOLDER] = "routing",
	[CLOUD_FOLDER] = "cloud",
	[RUNS_FOLDER] = "runs",
	[RUN_FOLDER] = "run",
};

static bool
open_folders(struct supervisor *s, struct err *err)
{
	for (int f = 0; f < RUN_FOLDER; f++) {
		s->folders[f] = home_folder(s->home, folder_names[f], err);
		if (s->folders[f] == -1)
			return false;
	}
	if (!supervisor_is_system(s))
		return (s->folders[RUN_FOLDER] = home_folder(s->home, "run",
		    err)) != -1;
	s->folders[RUN_FOLDER] = open(s->options.install.run,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return s->folders[RUN_FOLDER] != -1 ||
	    err_set_os(err, ERR_FILE_FAILED, "%.100s", s->options.install.run);
}

bool
opening_home(struct supervisor *s, struct err *err)
{
	const struct install *install = &s->options.install;

	if (supervisor_is_system(s)) {
		if (geteuid() != 0)
			return err_set(err, ERR_NOT_ROOT, "cofferdamd");
		if (!install_read_users(install, &s->users, err) ||
		    !install_make(install, &s->users, err))
			return false;
	}
	s->home = home_open(install->home, supervisor_is_system(s) ?
	    HOME_OF_SYSTEM : HOME_MAKE, err);
	if (s->home == -1)
		return false;
	s->lock = home_lock(s->home, "lock", err);
	if (s->lock == -1)
		return false;
	s->settings_folder = open(install->settings,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->settings_folder == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s",
		    install->settings);
	return open_folders(s, err);
}

/* ../libexec/cofferdam beside our own folder, else where it was configured. */
static bool
find_programs(char folder[PATH_MAX], struct err *err)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 32);

	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		snprintf(folder, PATH_MAX, "%.*s/../libexec/cofferdam",
		    PATH_MAX - 32, self);
		if (access(folder, X_OK) == 0)
			return true;
	}
	snprintf(folder, PATH_MAX, "%s", PKGLIBEXECDIR);
	return access(folder, X_OK) == 0 ||
	    err_set_os(err, ERR_START_FAILED, "%.100s", folder);
}

bool
opening_programs(struct supervisor *s, struct err *err)
{
	static const enum role roles[] = { BROKER, PROXY, CONNECTOR, EGRESS,
	    SYNCER, KDF };
	char folder[PATH_MAX], path[PATH_MAX + 32];

	if (!find_programs(folder, err))
		return false;
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		snprintf(path, sizeof path, "%s/cofferdam-%s", folder,
		    role_name(roles[i]));
		s->programs[roles[i]] = open(path, O_PATH | O_CLOEXEC);
		if (s->programs[roles[i]] == -1)
			return err_set_os(err, ERR_START_FAILED, "%s",
			    role_name(roles[i]));
	}
	return true;
}

bool
opening_sockets(struct supervisor *s, struct err *err)
{
	static const enum role servers[] = { SUPERVISOR, BROKER, PROXY };
	char name[32];

	if (supervisor_is_daemon(s)) {
		s->n_listeners = listener_open_all(s->settings.listen,
		    s->listeners, err);
		if (s->n_listeners == 0)
			return false;
	}
	for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
		if (servers[i] == PROXY && !supervisor_is_daemon(s))
			continue;
		snprintf(name, sizeof name, "%s.sock", role_name(servers[i]));
		s->commands[servers[i]] = listener_open_commands(
		    s->folders[RUN_FOLDER], name, s->users.admin, err);
		if (s->commands[servers[i]] == -1)
			return false;
	}
	return true;
}
