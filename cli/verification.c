/* SPDX-License-Identifier: ISC */
#include "cli/verification.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/audit_segments.h"
#include "cli/fields.h"
#include "cli/program.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define FIRST_SEGMENT_FD 3
#define ANSWER_MAX (1u << 20)	/* bytes */
#define LENGTH_TEXT 24

/* What the auditor is started with. */
struct launch {
	char path[PROGRAM_PATH_MAX];
	const struct audit_segments *segments;
	int key, answer;
	char head[VERIFICATION_HEAD_TEXT + 8];	/* "--head=...", or "" */
};

/*
 * In the child: each descriptor first to a number above all that are to be
 * taken, then to its own.
 */
static bool
place(int from, int to, int above)
{
	int high = fcntl(from, F_DUPFD_CLOEXEC, above);

	return high != -1 && dup2(high, to) != -1 && close(high) == 0;
}

static bool
arrange_descriptors(const struct launch *l)
{
	int n = (int)l->segments->n, above = 0, high[AUDIT_SEGMENTS_MAX];

	/* Above everything that is open. */
	for (int i = 0; i < n; i++)
		if (l->segments->all[i].fd > above)
			above = l->segments->all[i].fd;
	above += FIRST_SEGMENT_FD + n + 2;
	if (!place(l->key, STDIN_FILENO, above) ||
	    !place(l->answer, STDOUT_FILENO, above))
		return false;
	for (int i = 0; i < n; i++) {
		high[i] = fcntl(l->segments->all[i].fd, F_DUPFD_CLOEXEC, above);
		if (high[i] == -1)
			return false;
	}
	for (int i = 0; i < n; i++)
		if (dup2(high[i], FIRST_SEGMENT_FD + i) == -1)
			return false;
	program_close_from(FIRST_SEGMENT_FD + n);
	return true;
}

static void
become_auditor(const struct launch *l)
{
	static char lengths[AUDIT_SEGMENTS_MAX][LENGTH_TEXT];
	static char *words[AUDIT_SEGMENTS_MAX + 3];
	char *nothing[] = { NULL };
	size_t n = l->segments->n, n_words = 0;

	words[n_words++] = (char *)"cofferdam-auditor";
	if (l->head[0] != '\0')
		words[n_words++] = (char *)l->head;
	for (size_t i = 0; i < n; i++) {
		snprintf(lengths[i], LENGTH_TEXT, "%" PRIu64,
		    l->segments->all[i].len);
		words[n_words++] = lengths[i];
	}
	if (arrange_descriptors(l))
		execve(l->path, words, nothing);
	_exit(EX_OSERR);
}

static bool
read_answer(int fd, char *text, size_t *len, struct err *err)
{
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, text + *len, ANSWER_MAX - *len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_set_os(err, ERR_FILE_FAILED, "auditor");
		if (n == 0)
			return true;
		*len += (size_t)n;
		if (*len == ANSWER_MAX)
			return err_set(err, ERR_IPC_BROKEN, "auditor");
	}
}

/* A problem, or the last line with the sums. */
static bool
take_line(struct json_object *result, struct json_object *problems,
    struct json_object *line)
{
	static const char *const sums[] = { "ok", "records", "firstSeq",
		"lastSeq", "lastSigned", "unfinished", "uncleanStarts" };
	bool ok;

	if (json_text_string(line, "remark") != NULL) {
		json_object_array_add(json_text_array(result, "remarks"),
		    json_object_get(line));
		return false;
	}

	if (!json_text_bool(line, "ok", &ok)) {
		json_object_array_add(problems, json_object_get(line));
		return false;
	}
	for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
		field_copy(result, line, sums[i]);
	return true;
}

static bool
parse_answer(char *text, size_t len, struct json_object *result,
    struct err *err)
{
	struct json_object *problems = json_object_new_array();
	bool is_complete = false;

	field_set_array(result, "remarks");
	for (char *start = text, *end; !is_complete && (end = memchr(start,
	    '\n', len - (size_t)(start - text))) != NULL; start = end + 1) {
		struct json_text json = { .text = start,
		    .len = (size_t)(end - start), .code = ERR_IPC_BROKEN };
		struct json_object *line;

		if (!json_text_parse(&json, &line, err))
			break;
		is_complete = take_line(result, problems, line);
		json_object_put(line);
	}
	json_object_object_add(result, "problems", problems);
	return is_complete;
}

static bool
collect(int answer, int pid, struct json_object **result, struct err *err)
{
	AUTO_FREE char *text = malloc(ANSWER_MAX);
	size_t len = 0;
	int status = -1;
	bool ok;

	ok = text != NULL ? read_answer(answer, text, &len, err) :
	    err_set(err, ERR_NO_MEMORY, "auditor");
	close(answer);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (!ok)
		return false;
	*result = json_object_new_object();
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OK &&
	    parse_answer(text, len, *result, err))
		return true;
	json_object_put(*result);
	*result = NULL;
	return err_set(err, ERR_START_FAILED, WIFSIGNALED(status) ?
	    "auditor was stopped by signal %d" : "auditor ended with %d",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

bool
verification_run(const struct audit_segments *segments, int key,
    const char *head, struct json_object **result, struct err *err)
{
	struct launch l = { .segments = segments, .key = key };
	int ends[2], pid;

	if (head[0] != '\0')
		snprintf(l.head, sizeof l.head, "--head=%s", head);
	if (!program_find("../libexec/cofferdam/cofferdam-auditor",
	    PKGLIBEXECDIR "/cofferdam-auditor", l.path, err))
		return false;
	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_set_os(err, ERR_START_FAILED, "pipe");
	l.answer = ends[1];
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		become_auditor(&l);
	close(ends[1]);
	if (pid == -1) {
		close(ends[0]);
		return err_set_os(err, ERR_START_FAILED, "fork");
	}
	return collect(ends[0], pid, result, err);
}
