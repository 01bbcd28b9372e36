/* SPDX-License-Identifier: ISC */
/* Files are replaced whole, and whatever lies in the way is not followed. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/home.h"

static char path[] = "/tmp/home-XXXXXX";
static int folder;

static void
open_folder(void)
{
	cr_assert(mkdtemp(path) != NULL);
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	umask(0);
}

static void
remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", path);
	cr_assert(system(command) == 0);
}

TestSuite(home, .init = open_folder, .fini = remove_folder);

static void
write_file(const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT, 0600);

	cr_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static const char *
text_of(const char *name)
{
	static char text[64];
	int fd = openat(folder, name, O_RDONLY);
	ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof text - 1);

	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static bool
replace(const char *name, const char *text, const char *keep)
{
	struct err err;

	return home_replace(folder, name, text, strlen(text), keep, &err);
}

Test(home, replaces_a_file_and_keeps_the_one_before)
{
	struct stat st;

	cr_assert(replace("f", "one", "f.prev") && replace("f", "two",
	    "f.prev"));
	cr_expect_str_eq(text_of("f"), "two");
	cr_expect_str_eq(text_of("f.prev"), "one");
	cr_assert(fstatat(folder, "f", &st, 0) == 0);
	cr_expect_eq(st.st_mode & 07777, 0600, "whatever the umask");
}

Test(home, writes_through_no_link)
{
	char aside[64];

	write_file("victim", "whole");
	snprintf(aside, sizeof aside, ".f.%d.new", (int)getpid());
	cr_assert(symlinkat("victim", folder, aside) == 0);
	cr_assert(symlinkat("victim", folder, "f") == 0);
	cr_expect(replace("f", "ours", NULL));
	cr_expect_str_eq(text_of("victim"), "whole");
	cr_expect_str_eq(text_of("f"), "ours");
}

Test(home, reads_nothing_that_another_may_have_put_there)
{
	struct err err = { 0 };
	size_t len;
	char *text;

	write_file("good", "good");
	cr_assert(symlinkat("good", folder, "link") == 0 &&
	    linkat(folder, "good", folder, "twice", 0) == 0 &&
	    mkfifoat(folder, "fifo", 0600) == 0);
	cr_expect_not(home_read(folder, "link", 10, &text, &len, &err));
	cr_expect_not(home_read(folder, "twice", 10, &text, &len, &err));
	cr_expect_not(home_read(folder, "fifo", 10, &text, &len, &err));
	write_file("open", "open");
	cr_assert(fchmodat(folder, "open", 0644, 0) == 0);
	cr_expect_not(home_read(folder, "open", 10, &text, &len, &err));
	write_file("long", "01234567890");
	cr_expect_not(home_read(folder, "long", 10, &text, &len, &err));
	write_file("mine", "mine");
	cr_assert(home_read(folder, "mine", 10, &text, &len, &err));
	cr_expect_str_eq(text, "mine");
	free(text);
}
