/* SPDX-License-Identifier: ISC */
/*
 * The queue of run records, between a proxy that writes and a syncer that takes:
 * no record falls between the two.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proxy/run_queue.h"

static char folder[] = "/tmp/run-queue-XXXXXX";
static int runs;
static struct run_queue *queue;

static void
write_file(const char *name, const char *text)
{
	int fd = openat(runs, name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	cr_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* What is in the file, "" when it is not there. */
static const char *
content(const char *name)
{
	static char text[4096];
	int fd = openat(runs, name, O_RDONLY);
	ssize_t n = fd != -1 ? read(fd, text, sizeof text - 1) : 0;

	text[n > 0 ? n : 0] = '\0';
	if (fd != -1)
		close(fd);
	return text;
}

static void
add(const char *line)
{
	run_queue_add(queue, line, strlen(line));
}

static void
open_queue(void)
{
	cr_assert(mkdtemp(folder) != NULL);
	runs = open(folder, O_RDONLY | O_DIRECTORY);
	write_file("identity.json", "{}");
	queue = run_queue_new(dup(runs), dup(runs));
}

static void
close_queue(void)
{
	char command[64];

	run_queue_free(queue);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	cr_assert(system(command) == 0);
}

TestSuite(run_queue, .init = open_queue, .fini = close_queue);

Test(run_queue, appends_while_somebody_is_logged_in)
{
	add("{1}\n");
	add("{2}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{1}\n{2}\n");
	unlinkat(runs, "identity.json", 0);
	add("{3}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{1}\n{2}\n");
}

Test(run_queue, does_not_write_to_a_file_that_was_taken)
{
	add("{1}\n");
	renameat(runs, "pending.jsonl", runs, "pending-1.jsonl");
	add("{2}\n");
	cr_expect_str_eq(content("pending-1.jsonl"), "{1}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{2}\n");
}

Test(run_queue, does_not_take_another_file_of_that_name_for_its_own)
{
	add("{1}\n");
	renameat(runs, "pending.jsonl", runs, "pending-1.jsonl");
	write_file("pending.jsonl", "{another}\n");
	add("{2}\n");
	cr_expect_str_eq(content("pending-1.jsonl"), "{1}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{another}\n\n{2}\n");
}

/* Renamed and locked, and back under its old name: the lock alone tells. */
Test(run_queue, does_not_write_to_a_file_that_is_locked)
{
	int fd;

	add("{1}\n");
	fd = openat(runs, "pending.jsonl", O_RDWR);
	cr_assert(flock(fd, LOCK_EX | LOCK_NB) == 0,
	    "the writer keeps no lock");
	add("{2}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{1}\n");
	close(fd);
	add("{3}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{1}\n\n{3}\n");
}

Test(run_queue, ends_a_line_that_an_earlier_proxy_left_torn)
{
	write_file("pending.jsonl", "{torn");
	add("{1}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{torn\n{1}\n");
}

static void
fill(const char *name)
{
	int fd = openat(runs, name, O_WRONLY | O_CREAT, 0600);

	cr_assert(ftruncate(fd, RUN_QUEUE_SEGMENT) == 0);
	close(fd);
}

Test(run_queue, moves_a_full_file_to_a_free_number)
{
	write_file("pending-1.jsonl", "{old}\n");
	fill("pending.jsonl");
	add("{1}\n");
	cr_expect_str_eq(content("pending-1.jsonl"), "{old}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{1}\n");
	cr_expect(faccessat(runs, "pending-2.jsonl", F_OK, 0) == 0);
}

Test(run_queue, drops_the_oldest_when_full_and_says_so)
{
	char name[32];

	for (int i = 1; i <= RUN_QUEUE_SEGMENTS; i++) {
		struct timespec times[2] = { { .tv_sec = 1000 },
			{ .tv_sec = i == 7 ? 500 : 1000 + i } };

		snprintf(name, sizeof name, "pending-%d.jsonl", i);
		write_file(name, "{a}\n{b}\n{c}\n#4\n");
		utimensat(runs, name, times, 0);
	}
	fill("pending.jsonl");
	add("{1}\n");
	cr_expect_str_eq(content("pending.jsonl"), "{1}\n");
	cr_expect_str_eq(content("pending-1.jsonl"), "{a}\n{b}\n{c}\n#4\n");
	cr_expect_str_neq(content("pending-7.jsonl"), "{a}\n{b}\n{c}\n#4\n");
	cr_expect(strstr(content("dropped.jsonl"), "\"records\":2}") != NULL,
	    "%s", content("dropped.jsonl"));
}
