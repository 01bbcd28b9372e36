/* SPDX-License-Identifier: ISC */
/*
 * install: which of the two installs this is, and where its folders are.
 *
 *	user	everything in the home: $COFFERDAM_HOME, else ~/.cofferdam;
 *		one user for all
 *	system	the home in LOCALSTATEDIR/lib, settings in SYSCONFDIR, sockets
 *		in RUNSTATEDIR; a user for each process, root supervises
 *
 * The home has the same layout in both; in a system install "run" in it is a
 * link to where the sockets are.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "common/home.h"
#include "common/ipc_messages.h"

struct err;

#define INSTALL_ADMIN_GROUP "cofferdam-admin"

enum install_kind { INSTALL_USER, INSTALL_SYSTEM };

struct install {
	enum install_kind kind;
	char root[HOME_PATH_MAX];	/* above it all; "" but in tests */
	char home[HOME_PATH_MAX];
	char settings[HOME_PATH_MAX];	/* the folder of cofferdam.conf */
	char run[HOME_PATH_MAX];	/* the folder of the sockets */
};

/* A user install in that home.  ERR_HOME_UNSAFE when the path is too long. */
bool install_in_home(struct install *, const char *home, struct err *);

/*
 * The system install, all of it below 'root' ("" but in tests).
 * ERR_HOME_UNSAFE when a path is too long.
 */
bool install_in_system(struct install *, const char *root, struct err *);

/*
 * What the user's command is about: what $COFFERDAM_HOME says; else
 * ~/.cofferdam if it is there; else the system install if it is there and we
 * are root or may reach its sockets; else ~/.cofferdam.  $COFFERDAM_ROOT, for
 * tests, is a system install below that folder.
 */
bool install_find(struct install *, struct err *);

/* Who the processes of a system install are. */
struct install_user {
	uid_t uid;
	gid_t gid;
};
struct install_users {
	struct install_user roles[ROLES];	/* of children; else 0 */
	gid_t admin;
};

/*
 * From the passwd and group files alone: no name service runs code in the
 * supervisor.  ERR_NO_SYSTEM_USER names who is missing, is root, or is two.
 */
bool install_read_users(const struct install *, struct install_users *,
    struct err *);

/*
 * Makes the folders of a system install that are missing, and refuses those
 * whose owner, group or mode is another than theirs.  Root only.
 * ERR_HOME_UNSAFE, ERR_FILE_FAILED.
 */
bool install_make(const struct install *, const struct install_users *,
    struct err *);
