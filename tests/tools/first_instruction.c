/* SPDX-License-Identifier: ISC */
/*
 * first_instruction UID PROGRAM: executes it as that user and stops it before
 * its first instruction; 0 when nobody else of that user could look into it by
 * then, 1 when he could, 2 when this cannot be tried here.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
become(uid_t uid, char *path)
{
	char *words[] = { path, NULL };

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 ||
	    setresgid(uid, uid, uid) == -1 || setresuid(uid, uid, uid) == -1)
		_exit(2);
	execv(path, words);
	_exit(2);
}

int
main(int argc, char *argv[])
{
	uid_t uid = argc == 3 ? (uid_t)atoi(argv[1]) : 0;
	char path[64];
	struct stat st;
	int status;
	pid_t pid;

	if (uid == 0)
		return 2;
	pid = fork();
	if (pid == 0)
		become(uid, argv[2]);
	if (pid == -1 || waitpid(pid, &status, 0) != pid ||
	    !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP)
		return 2;
	/* What is in /proc of a process that is not dumpable is root's. */
	snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
	status = stat(path, &st) == -1 ? 2 : st.st_uid == 0 ? 0 : 1;
	kill(pid, SIGKILL);
	return status;
}
