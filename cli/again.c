/* SPDX-License-Identifier: ISC */
#include "cli/again.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/environment.h"
#include "common/errors.h"

void
again_add(struct again *a, const char *word)
{
	assert(a->n_words < AGAIN_WORDS_MAX);
	a->words[++a->n_words] = word;
}

void
again_add_option(struct again *a, const char *option, const char *value)
{
	if (value == NULL)
		return;
	again_add(a, option);
	again_add(a, value);
}

bool
again_become(struct again *a, struct err *err)
{
	char *variables[ENVIRONMENT_MAX];

	environment_harmless(variables);
	a->words[0] = "cofferdam";
	a->words[a->n_words + 1] = NULL;
	fflush(NULL);
	execve("/proc/self/exe", (char *const *)a->words, variables);
	return err_set_os(err, ERR_START_FAILED, "/proc/self/exe");
}

bool
again_run(struct again *a, int *status, struct err *err)
{
	pid_t pid;
	int how;

	fflush(NULL);
	pid = fork();
	if (pid == -1)
		return err_set_os(err, ERR_START_FAILED, "fork");
	if (pid == 0) {
		again_become(a, err);
		_exit(EX_OSERR);
	}
	while (waitpid(pid, &how, 0) == -1)
		if (errno != EINTR)
			return err_set_os(err, ERR_START_FAILED, "wait");
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : EX_SOFTWARE;
	return true;
}
