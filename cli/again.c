/* SPDX-License-Identifier: ISC */
#include "cli/again.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/environment.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define ANSWER_MAX 65536	/* bytes */

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

/* What it wrote, all of it. */
static bool
read_answer(int file, struct json_object **answer, struct err *err)
{
	struct json_text parse = { .code = ERR_START_FAILED };
	char text[ANSWER_MAX];
	ssize_t n = pread(file, text, sizeof text, 0);

	if (n == -1 || n == sizeof text)
		return err_set(err, ERR_START_FAILED, "its answer");
	parse.text = text;
	parse.len = (size_t)n;
	return json_text_parse(&parse, answer, err);
}

bool
again_ask(struct again *a, struct json_object **answer, struct err *err)
{
	AUTO_CLOSE int file = memfd_create("answer", MFD_CLOEXEC);
	AUTO_CLOSE int kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int status;
	bool ok;

	*answer = NULL;
	fflush(NULL);
	if (file == -1 || kept == -1 || dup2(file, STDOUT_FILENO) == -1)
		return err_set_os(err, ERR_START_FAILED, "standard output");
	ok = again_run(a, &status, err);
	if (dup2(kept, STDOUT_FILENO) == -1)
		return err_set_os(err, ERR_START_FAILED, "standard output");
	return ok && read_answer(file, answer, err);
}
