/* SPDX-License-Identifier: ISC */
/* The run records, backwards: every line once, whatever is among them. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/invocation.h"
#include "cli/run_files.h"
#include "common/errors.h"

static char home[] = "/tmp/cofferdam-runs.XXXXXX";

static void
make_home(void)
{
	char path[64];

	cr_assert_not_null(mkdtemp(home));
	snprintf(path, sizeof path, "%s/runs", home);
	cr_assert_eq(mkdir(path, 0700), 0);
	cr_assert_eq(setenv("COFFERDAM_HOME", home, 1), 0);
}

static void
remove_home(void)
{
	char command[96];

	snprintf(command, sizeof command, "rm -rf '%s'", home);
	cr_assert_eq(system(command), 0);
}

TestSuite(run_files, .init = make_home, .fini = remove_home);

static FILE *
create(const char *name)
{
	char path[96];
	int fd;

	snprintf(path, sizeof path, "%s/runs/%s", home, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	cr_assert_neq(fd, -1);
	return fdopen(fd, "w");
}

static void
write_file(const char *name, const char *text)
{
	FILE *f = create(name);

	fputs(text, f);
	fclose(f);
}

struct seen {
	char text[400];
	size_t n, stop_at;
};

static bool
see(const char *line, size_t len, void *arg)
{
	struct seen *s = arg;

	if (strlen(s->text) + len + 2 < sizeof s->text) {
		strncat(s->text, line, len);
		strcat(s->text, "|");
	}
	return ++s->n != s->stop_at;
}

static unsigned long
scan(struct seen *s)
{
	struct invocation inv = { .home = -1 };
	struct run_files files;
	unsigned long n_bad;
	struct err err;

	cr_assert(run_files_open(&files, &inv, &err), "%s", err.about);
	cr_assert(run_files_scan(&files, see, s, &err), "%s", err.about);
	n_bad = files.n_bad;
	run_files_close(&files);
	invocation_close(&inv);
	return n_bad;
}

Test(run_files, come_newest_line_first_across_rotated_files)
{
	struct seen s = { .n = 0 };

	write_file("runs.jsonl", "5\n6\n");
	write_file("runs.jsonl.1", "3\n4\n");
	write_file("runs.jsonl.2", "2\n");
	write_file("runs.jsonl.10", "1\n");
	write_file("runs.jsonl.x", "no\n");
	write_file("pending.jsonl", "no\n");
	scan(&s);
	cr_expect_str_eq(s.text, "6|5|4|3|2|1|");
}

Test(run_files, may_be_absent_or_empty)
{
	struct seen s = { .n = 0 };

	scan(&s);
	write_file("runs.jsonl", "");
	scan(&s);
	cr_expect_eq(s.n, 0);
}

Test(run_files, leave_out_a_line_that_is_being_written)
{
	struct seen s = { .n = 0 };

	write_file("runs.jsonl", "1\n2\n{\"half");
	scan(&s);
	cr_expect_str_eq(s.text, "2|1|");
}

Test(run_files, end_when_the_reader_has_had_enough)
{
	struct seen s = { .stop_at = 3 };

	write_file("runs.jsonl", "4\n5\n");
	write_file("runs.jsonl.1", "1\n2\n3\n");
	scan(&s);
	cr_expect_str_eq(s.text, "5|4|3|");
}

/* Each line is its number, as wide as the number says. */
static bool
expect_next(const char *line, size_t len, void *arg)
{
	size_t *next = arg;
	char text[40];

	--*next;
	snprintf(text, sizeof text, "%0*zu", (int)(*next % 23) + 1, *next);
	cr_assert(strlen(text) == len && memcmp(text, line, len) == 0,
	    "'%.*s', not %s", (int)len, line, text);
	return true;
}

/* Lines of every length around the size of a piece, each seen whole, once. */
Test(run_files, keep_lines_whole_across_pieces)
{
	FILE *f = create("runs.jsonl");
	struct invocation inv = { .home = -1 };
	struct run_files files;
	size_t next = 300000;
	struct err err;

	for (size_t i = 0; i < next; i++)
		fprintf(f, "%0*zu\n", (int)(i % 23) + 1, i);
	fclose(f);
	cr_assert(run_files_open(&files, &inv, &err));
	cr_assert(run_files_scan(&files, expect_next, &next, &err));
	cr_expect_eq(next, 0);
	cr_expect_eq(files.n_bad, 0);
	run_files_close(&files);
	invocation_close(&inv);
}

Test(run_files, pass_over_a_line_that_none_of_ours_can_be)
{
	FILE *f = create("runs.jsonl");
	struct seen s = { .n = 0 };

	fputs("1\n", f);
	for (size_t i = 0; i < 5000000; i++)
		fputc('x', f);
	fputs("\n2\n", f);
	fclose(f);
	cr_expect_geq(scan(&s), 1);
	cr_expect_eq(strncmp(s.text, "2|", 2), 0);
	cr_expect_str_eq(s.text + strlen(s.text) - 2, "1|");
}

Test(run_files, find_a_text_member_without_parsing)
{
	const char line[] = "{\"runId\":\"a-1\",\"x\":\"q\\\"\",\"y\":7}";
	const char *text;
	size_t len;

	text = run_line_text(line, sizeof line - 1, "runId", &len);
	cr_assert_not_null(text);
	cr_expect_eq(len, 3);
	cr_expect_eq(memcmp(text, "a-1", 3), 0);
	cr_expect_null(run_line_text(line, sizeof line - 1, "x", &len));
	cr_expect_null(run_line_text(line, sizeof line - 1, "y", &len));
	cr_expect_null(run_line_text(line, sizeof line - 1, "z", &len));
}
