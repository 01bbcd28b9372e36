/* SPDX-License-Identifier: ISC */
/*
 * A snapshot is replaced whole or not at all: its writer is killed at every one
 * of its system calls, and what is there then is the old one or the new one.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/errors.h"
#include "syncer/snapshot_file.h"

#define STOPS_MAX 500	/* far more than a write takes */

static char path[] = "/tmp/snapshot-file-XXXXXX";
static int folder;

static struct json_object *
content(const char *what)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "etag", json_object_new_string(what));
	json_object_object_add(o, "sourceUrl",
	    json_object_new_string("https://cloud"));
	return o;
}

static bool
write_snapshot(const char *what)
{
	struct snapshot_before none = { 0 };
	struct json_object *o = content(what);
	struct err err;
	bool changed, ok;

	ok = snapshot_file_write(folder, o, &none, 1000, &changed, &err);
	json_object_put(o);
	return ok;
}

/* The etag of what is there, "" when that is not a whole snapshot. */
static const char *
what_is_there(void)
{
	static struct snapshot_before before;

	json_object_put(before.content);
	snapshot_file_read(folder, "https://cloud", &before);
	return before.content != NULL ? before.etag : "";
}

/* A child that writes, and is stopped before it does. */
static pid_t
start_writer(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	_exit(write_snapshot("new") ? 0 : 1);
}

/* Lets it go on to its n-th stop at a system call; false: it ended before. */
static bool
run_to_stop(pid_t pid, int n)
{
	int status;

	waitpid(pid, &status, 0);
	cr_assert(WIFSTOPPED(status));
	for (int i = 0; i < n; i++) {
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
		waitpid(pid, &status, 0);
		if (!WIFSTOPPED(status))
			return false;
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return true;
}

static void
open_folder(void)
{
	cr_assert(mkdtemp(path) != NULL);
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", path);
	cr_assert(system(command) == 0);
}

TestSuite(snapshot_file, .init = open_folder, .fini = remove_folder);

Test(snapshot_file, is_the_old_or_the_new_one_wherever_its_writer_dies)
{
	int n_old = 0, n_new = 0, n;

	for (n = 1; n < STOPS_MAX; n++) {
		bool was_killed;

		cr_assert(write_snapshot("old"));
		was_killed = run_to_stop(start_writer(), n);
		if (strcmp(what_is_there(), "old") == 0)
			n_old++;
		else if (strcmp(what_is_there(), "new") == 0)
			n_new++;
		else
			cr_assert_fail("stop %d: neither old nor new", n);
		if (!was_killed)
			break;
	}
	cr_expect(n < STOPS_MAX, "it came to its end");
	cr_expect(n_old > 10 && n_new > 1, "%d old, %d new", n_old, n_new);
	cr_expect(write_snapshot("last"), "what they left is no obstacle");
	cr_expect_str_eq(what_is_there(), "last");
}

Test(snapshot_file, believes_a_tag_of_the_same_control_plane_alone)
{
	struct snapshot_before before;

	cr_assert(write_snapshot("\"tag\""));
	snapshot_file_read(folder, "https://cloud", &before);
	cr_expect_str_eq(before.etag, "\"tag\"");
	snapshot_file_read(folder, "https://another", &before);
	cr_expect_str_empty(before.etag);
}

Test(snapshot_file, takes_a_damaged_file_for_none)
{
	static const char *const texts[] = { "", "{", "nonsense", "[" };
	struct snapshot_before before;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		int fd = openat(folder, SNAPSHOT_FILE,
		    O_WRONLY | O_CREAT | O_TRUNC, 0600);

		cr_assert(write(fd, texts[i], strlen(texts[i])) ==
		    (ssize_t)strlen(texts[i]));
		close(fd);
		snapshot_file_read(folder, "https://cloud", &before);
		cr_expect(before.content == NULL, "%s", texts[i]);
		cr_expect_str_empty(before.etag);
	}
}
