/* SPDX-License-Identifier: ISC */
/* Files that belong to somebody else's program: replaced whole, or left. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/config_file.h"
#include "common/errors.h"

static char folder[] = "/tmp/cofferdam-config.XXXXXX";
static char path[64];

static void
make_folder(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/file", folder);
}

static void
remove_folder(void)
{
	char command[96];

	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(config_file, .init = make_folder, .fini = remove_folder);

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void
expect_file(const char *text)
{
	struct config_file f;
	struct err err;

	cr_assert(config_file_open(&f, path, &err));
	cr_expect_str_eq(f.text, text);
	config_file_close(&f);
}

static struct config_file
open_file(void)
{
	struct config_file f;
	struct err err;

	cr_assert(config_file_open(&f, path, &err), "%s", err.about);
	return f;
}

static void
expect_refused(enum err_code code)
{
	struct config_file f;
	struct err err;

	cr_expect_not(config_file_open(&f, path, &err));
	cr_expect_eq(err.code, code, "%s", err.about);
	config_file_close(&f);
}

Test(config_file, is_replaced_with_the_mode_that_is_asked_for)
{
	struct config_file f;
	struct stat st;
	struct err err;

	write_file("old");
	f = open_file();
	cr_expect(config_file_save(&f, "new", 0640, &err));
	config_file_close(&f);
	expect_file("new");
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0640);
}

Test(config_file, that_somebody_wrote_meanwhile_is_left_alone)
{
	struct config_file f;
	struct err err;

	write_file("old");
	f = open_file();
	write_file("theirs");
	cr_expect_not(config_file_save(&f, "ours", 0600, &err));
	cr_expect_eq(err.code, ERR_CONFIG_CHANGED);
	cr_expect_not(config_file_remove(&f, &err));
	config_file_close(&f);
	expect_file("theirs");
}

Test(config_file, that_appeared_meanwhile_is_left_alone)
{
	struct config_file f = open_file();
	struct err err;

	cr_expect_not(f.is_there);
	write_file("theirs");
	cr_expect_not(config_file_save(&f, "ours", 0600, &err));
	cr_expect_eq(err.code, ERR_CONFIG_CHANGED);
	config_file_close(&f);
	expect_file("theirs");
}

Test(config_file, leaves_nothing_beside_it_when_it_fails)
{
	struct config_file f = open_file();
	char command[128];
	struct err err;

	write_file("theirs");
	config_file_save(&f, "ours", 0600, &err);
	config_file_close(&f);
	snprintf(command, sizeof command, "test \"$(ls '%s')\" = file", folder);
	cr_expect_eq(system(command), 0);
}

Test(config_file, behind_a_link_is_replaced_and_the_link_stays)
{
	struct config_file f;
	char target[72];
	struct stat st;
	struct err err;

	write_file("old");
	snprintf(target, sizeof target, "%s/target", folder);
	cr_assert_eq(rename(path, target), 0);
	cr_assert_eq(symlink("target", path), 0);
	f = open_file();
	cr_expect(f.is_link);
	cr_expect(config_file_save(&f, "new", 0600, &err), "%s", err.about);
	config_file_close(&f);
	cr_assert_eq(lstat(path, &st), 0);
	cr_expect(S_ISLNK(st.st_mode));
	expect_file("new");
}

Test(config_file, that_is_no_file_of_the_users_is_refused)
{
	cr_assert_eq(mkdir(path, 0700), 0);
	expect_refused(ERR_CONFIG_NOT_UNDERSTOOD);
	cr_assert_eq(rmdir(path), 0);
	cr_assert_eq(mkfifo(path, 0600), 0);
	expect_refused(ERR_CONFIG_NOT_UNDERSTOOD);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(symlink("nowhere", path), 0);
	expect_refused(ERR_FILE_FAILED);
	cr_assert_eq(unlink(path), 0);
	write_file("theirs");
	if (geteuid() == 0) {
		cr_assert_eq(chown(path, 12345, 12345), 0);
		expect_refused(ERR_CONFIG_NOT_UNDERSTOOD);
	}
}

Test(config_file, is_made_with_its_folders)
{
	struct config_file f;
	struct err err;

	snprintf(path, sizeof path, "%s/a/b/file", folder);
	f = open_file();
	cr_expect_str_eq(f.text, "");
	cr_expect(config_file_save(&f, "new", 0600, &err), "%s", err.about);
	config_file_close(&f);
	expect_file("new");
}
