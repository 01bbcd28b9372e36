/* SPDX-License-Identifier: ISC */
/* install_folders: whose each folder of a system install is. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/install.h"
#include "common/scoped.h"

/*
 * Files in a folder that several may enter are readable to whoever gets in; who
 * gets in is what these modes say.  Where a role and the administrators share
 * one, the role owns it and the group is theirs.
 */
static const struct {
	const char *name;
	enum role owner;	/* SUPERVISOR: root */
	enum role group;	/* CLI: the administrators' */
	mode_t mode;
} folders[] = {
	{ "vault", SUPERVISOR, SUPERVISOR, 0700 },
	/* The broker looks whether the log is still there: no more. */
	{ "audit", SUPERVISOR, BROKER, 0710 },
	{ "routing", PROXY, CLI, 02570 },
	{ "cloud", SYNCER, PROXY, 02750 },
	{ "runs", PROXY, CLI, 02750 },
	{ "agents", SUPERVISOR, SUPERVISOR, 0700 },
	{ "bin", SUPERVISOR, SUPERVISOR, 0700 },
	{ "log", SUPERVISOR, SUPERVISOR, 0700 },
};

struct wanted {
	uid_t uid;
	gid_t gid;
	mode_t mode;
};

static bool
is_as_wanted(int fd, const char *name, const struct wanted *w,
    struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", name);
	if (st.st_uid != w->uid || st.st_gid != w->gid ||
	    (st.st_mode & 07777) != w->mode)
		return err_set(err, ERR_HOME_UNSAFE, "%.40s: is %u:%u %04o, "
		    "not %u:%u %04o", name, st.st_uid, st.st_gid,
		    st.st_mode & 07777, w->uid, w->gid, w->mode);
	return true;
}

/* The mode last: until then it is root's alone. */
static bool
make_folder(int at, const char *name, const struct wanted *w,
    struct err *err)
{
	bool is_new = mkdirat(at, name, 0700) == 0;
	AUTO_CLOSE int fd = is_new || errno == EEXIST ? openat(at, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;

	if (fd == -1 || (is_new && (fchown(fd, w->uid, w->gid) == -1 ||
	    fchmod(fd, w->mode) == -1)))
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", name);
	return is_as_wanted(fd, name, w, err);
}

/* Of the system's own folders only the last step is ours. */
static bool
make_path(const char *path, const struct wanted *w, struct err *err)
{
	char parent[HOME_PATH_MAX];

	for (size_t i = 1; path[i] != '\0'; i++)
		if (path[i] == '/') {
			snprintf(parent, sizeof parent, "%.*s", (int)i, path);
			if (mkdir(parent, 0700) == 0)
				chmod(parent, 0755);
		}
	return make_folder(AT_FDCWD, path, w, err);
}

static bool
link_run(int home, const struct install *i, struct err *err)
{
	char target[HOME_PATH_MAX];
	ssize_t n = readlinkat(home, "run", target, sizeof target);

	if (n == (ssize_t)strlen(i->run) &&
	    memcmp(target, i->run, (size_t)n) == 0)
		return true;
	unlinkat(home, "run", 0);
	return symlinkat(i->run, home, "run") == 0 ||
	    err_set_os(err, ERR_FILE_FAILED, "run");
}

bool
install_make(const struct install *i, const struct install_users *users,
    struct err *err)
{
	const struct wanted top = { 0, 0, 0711 }, etc = { 0, 0, 0755 };
	const struct wanted run = { 0, users->admin, 0750 };
	AUTO_CLOSE int home = -1;

	if (!make_path(i->home, &top, err) ||
	    !make_path(i->settings, &etc, err) ||
	    !make_path(i->run, &run, err))
		return false;
	home = open(i->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (home == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", i->home);
	for (size_t f = 0; f < sizeof folders / sizeof folders[0]; f++) {
		struct wanted w = { users->roles[folders[f].owner].uid,
		    folders[f].group == CLI ? users->admin :
		    users->roles[folders[f].group].gid, folders[f].mode };

		if (!make_folder(home, folders[f].name, &w, err))
			return false;
	}
	return link_run(home, i, err);
}
