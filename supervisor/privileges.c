/* SPDX-License-Identifier: ISC */
#include "supervisor/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/errors.h"

#define KEPT (1u << CAP_SETUID | 1u << CAP_SETGID | 1u << CAP_KILL)
/* Being uid 0 means nothing any more, and nobody can change that. */
#define NOTHING_FOR_ROOT (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED)

static bool
bound(void)
{
	for (int c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) != -1; c++)
		if ((c > 31 || (KEPT >> c & 1) == 0) &&
		    prctl(PR_CAPBSET_DROP, c, 0, 0, 0) == -1)
			return false;
	return true;
}

bool
privileges_drop(gid_t group, struct err *err)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct kept[2] = { { KEPT, KEPT, 0 } };

	/* A service manager that bounds us may have taken SETPCAP: it did it. */
	if (setgroups(1, &group) == -1 ||
	    (!bound() && errno != EPERM) ||
	    (prctl(PR_SET_SECUREBITS, NOTHING_FOR_ROOT, 0, 0, 0) == -1 &&
	    errno != EPERM) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    syscall(SYS_capset, &header, kept) == -1)
		return err_set_os(err, ERR_CONFINE_FAILED, "privileges");
	return true;
}
