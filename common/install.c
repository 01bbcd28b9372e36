/* SPDX-License-Identifier: ISC */
#include "common/install.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"

/* design.md section 4: a name for each process that may be taken over. */
static const char *const user_names[ROLES] = {
	[BROKER] = "cofferdam-broker",
	[PROXY] = "cofferdam-proxy",
	[CONNECTOR] = "cofferdam-net",
	[EGRESS] = "cofferdam-egress",
	[SYNCER] = "cofferdam-sync",
	[KDF] = "cofferdam-kdf",
};

__attribute__((format(printf, 2, 3)))
static bool
set_path(char path[HOME_PATH_MAX], const char *format, ...)
{
	va_list words;
	int n;

	va_start(words, format);
	n = vsnprintf(path, HOME_PATH_MAX, format, words);
	va_end(words);
	return n < HOME_PATH_MAX;
}

bool
install_in_home(struct install *i, const char *home, struct err *err)
{
	*i = (struct install) { .kind = INSTALL_USER };
	return (set_path(i->home, "%s", home) &&
	    set_path(i->settings, "%s", home) &&
	    set_path(i->run, "%s/run", home)) ||
	    err_set(err, ERR_HOME_UNSAFE, "path of the home");
}

bool
install_in_system(struct install *i, const char *root, struct err *err)
{
	*i = (struct install) { .kind = INSTALL_SYSTEM };
	return (set_path(i->root, "%s", root) &&
	    set_path(i->home, "%s" LOCALSTATEDIR "/lib/cofferdam", root) &&
	    set_path(i->settings, "%s" SYSCONFDIR "/cofferdam", root) &&
	    set_path(i->run, "%s" RUNSTATEDIR "/cofferdam", root)) ||
	    err_set(err, ERR_HOME_UNSAFE, "path of the root");
}

static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/* A new user's first command makes a home of his own, not root's business. */
static bool
is_for_us(const struct install *system)
{
	return is_there(system->home) &&
	    (geteuid() == 0 || access(system->run, X_OK) == 0);
}

bool
install_find(struct install *i, struct err *err)
{
	const char *chosen = getenv("COFFERDAM_HOME");
	const char *root = getenv("COFFERDAM_ROOT");
	char home[HOME_PATH_MAX];
	struct install system;

	if (root != NULL && *root == '/')
		return install_in_system(i, root, err);
	if (!home_path(home, err) || !install_in_system(&system, "", err))
		return false;
	if (chosen == NULL || *chosen == '\0') {
		if (!is_there(home) && is_for_us(&system)) {
			*i = system;
			return true;
		}
	} else if (strcmp(home, system.home) == 0) {
		*i = system;
		return true;
	}
	return install_in_home(i, home, err);
}

static FILE *
open_accounts(const struct install *i, const char *name, struct err *err)
{
	char path[HOME_PATH_MAX + 16];
	FILE *f;

	snprintf(path, sizeof path, "%s/etc/%s", i->root, name);
	f = fopen(path, "re");
	if (f == NULL)
		err_set_os(err, ERR_NO_SYSTEM_USER, "%.100s", path);
	return f;
}

static bool
is_taken(const struct install_users *users, uid_t uid)
{
	for (enum role r = 0; r < ROLES; r++)
		if (users->roles[r].uid == uid)
			return true;
	return false;
}

/* 0 is root, or nobody yet: neither will do. */
static bool
read_passwd(FILE *f, struct install_users *users, struct err *err)
{
	const struct passwd *p;

	while ((p = fgetpwent(f)) != NULL)
		for (enum role r = 0; r < ROLES; r++) {
			if (user_names[r] == NULL ||
			    strcmp(user_names[r], p->pw_name) != 0)
				continue;
			if (is_taken(users, p->pw_uid) || p->pw_gid == 0)
				return err_set(err, ERR_NO_SYSTEM_USER,
				    "%s has another's id", p->pw_name);
			users->roles[r] = (struct install_user) {
			    p->pw_uid, p->pw_gid };
		}
	for (enum role r = 0; r < ROLES; r++)
		if (user_names[r] != NULL && users->roles[r].uid == 0)
			return err_set(err, ERR_NO_SYSTEM_USER, "%s",
			    user_names[r]);
	return true;
}

static bool
read_group(FILE *f, struct install_users *users, struct err *err)
{
	const struct group *g;

	while ((g = fgetgrent(f)) != NULL)
		if (strcmp(g->gr_name, INSTALL_ADMIN_GROUP) == 0)
			users->admin = g->gr_gid;
	return users->admin != 0 || err_set(err, ERR_NO_SYSTEM_USER,
	    "group " INSTALL_ADMIN_GROUP);
}

bool
install_read_users(const struct install *i, struct install_users *users,
    struct err *err)
{
	FILE *passwd = open_accounts(i, "passwd", err);
	FILE *group = passwd != NULL ? open_accounts(i, "group", err) : NULL;
	bool ok;

	*users = (struct install_users) { .admin = 0 };
	ok = group != NULL && read_passwd(passwd, users, err) &&
	    read_group(group, users, err);
	if (passwd != NULL)
		fclose(passwd);
	if (group != NULL)
		fclose(group);
	return ok;
}
