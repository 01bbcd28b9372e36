/* SPDX-License-Identifier: ISC */
/*
 * old_kernel landlock|seccomp COMMAND...: runs it where the kernel says that it
 * has no Landlock, or no seccomp filters.  All that it starts is under it too.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

static int
refuse_landlock(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
	    SCMP_SYS(landlock_create_ruleset), 0);
}

static int
refuse_seccomp(scmp_filter_ctx ctx)
{
	int result = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
	    SCMP_SYS(seccomp), 0);

	return result != 0 ? result : seccomp_rule_add(ctx,
	    SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
	    SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
}

int
main(int argc, char *argv[])
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (argc < 3 || ctx == NULL)
		return EX_USAGE;
	if ((strcmp(argv[1], "landlock") == 0 ? refuse_landlock(ctx) :
	    refuse_seccomp(ctx)) != 0 || seccomp_load(ctx) != 0) {
		perror("old_kernel");
		return EX_OSERR;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return EX_UNAVAILABLE;
}
