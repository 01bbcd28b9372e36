/* SPDX-License-Identifier: ISC */
/* What a settings file may say. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "common/settings.h"
#include "common/waiver.h"

static bool
parses(const char *text, struct settings *s, struct err *err)
{
	settings_default(s);
	return settings_parse(s, text, strlen(text), err);
}

Test(settings, have_defaults_within_their_own_limits)
{
	const struct settings_row *rows;
	struct settings s;
	struct err err = { 0 };
	size_t n;

	settings_default(&s);
	rows = settings_rows(&n);
	for (size_t i = 0; i < n; i++)
		cr_expect(settings_set(&s, rows[i].name, rows[i].initial,
		    &err), "%s: %s", rows[i].name, err.about);
	cr_expect_eq(s.max_body_len, 32 << 20);
	cr_expect_eq(s.connect_timeout_ms, 10000);
}

Test(settings, read_units_blanks_and_comments)
{
	struct settings s;
	struct err err;

	cr_assert(parses("# a comment\n\n  max_body = 2M\n"
	    "first_byte_timeout=1500ms\r\nidle_timeout\t=\t2m", &s, &err),
	    "%s", err.about);
	cr_expect_eq(s.max_body_len, 2 << 20);
	cr_expect_eq(s.first_byte_timeout_ms, 1500);
	cr_expect_eq(s.idle_timeout_ms, 120000);
}

Test(settings, read_flags_and_intervals)
{
	struct settings s;
	struct err err;

	cr_assert(parses("", &s, &err));
	cr_expect_eq(s.uploads_runs, 1);
	cr_expect_eq(s.uploads_texts, 0);
	cr_assert(parses("upload_runs = off\nupload_texts = on\n"
	    "sync_interval = 0\nsnapshot_max_age = 1d", &s, &err), "%s",
	    err.about);
	cr_expect_eq(s.uploads_runs, 0);
	cr_expect_eq(s.uploads_texts, 1);
	cr_expect_eq(s.sync_interval_ms, 0);
	cr_expect_eq(s.snapshot_max_age_ms, 86400000);
	/* Nobody asks a control plane a hundred times a second. */
	cr_expect_not(parses("sync_interval = 10ms", &s, &err));
	cr_expect_not(parses("sync_interval = 2d", &s, &err));
	cr_expect_not(parses("upload_runs = 1", &s, &err));
	cr_expect_not(parses("upload_runs = ON", &s, &err));
}

Test(settings, waive_what_is_named_for_who_is_named_and_no_more)
{
	static const char list[] = "broker:landlock proxy:seccomp "
	    "proxy:landlock";

	cr_expect(waiver_list_is_good(list));
	cr_expect_eq(waiver_of(list, BROKER), WAIVE_LANDLOCK);
	cr_expect_eq(waiver_of(list, PROXY), WAIVE_LANDLOCK | WAIVE_SECCOMP);
	cr_expect_eq(waiver_of(list, EGRESS), WAIVE_NOTHING);
	cr_expect_eq(waiver_of("", BROKER), WAIVE_NOTHING);
}

Test(settings, name_users_by_number_by_name_or_all)
{
	struct settings s;
	struct err err = { 0 };

	cr_expect(parses("users = 0 1000 alice b.o-b_2$\n", &s, &err), "%s",
	    err.about);
	cr_expect(parses("users = *\n", &s, &err));
	cr_expect(parses("users =\n", &s, &err));
}

Test(settings, name_the_line_that_is_wrong)
{
	static const struct { const char *text, *about; } rows[] = {
		{ "\nnonsense = 1\n", "line 2" },
		{ "max_body\n", "line 1" },
		{ "max_body = 2M\nmax_body = 3M\n", "line 2" },
		{ "max_body = 12\n", "line 1" },
		{ "max_body = 99999999999999999999\n", "line 1" },
		{ "max_body = -1\n", "line 1" },
		{ "max_body = 2X\n", "line 1" },
		{ "users = -1\n", "line 1" },
		{ "users = 4294967295\n", "line 1" },
		{ "users = 99999999999\n", "line 1" },
		{ "users = 1000,1001\n", "line 1" },
		{ "users = alice/bob\n", "line 1" },
		{ "users = a-name-that-is-longer-than-32-byte-s\n", "line 1" },
		{ "waive = landlock\n", "line 1" },
		{ "waive = broker:\n", "line 1" },
		{ "waive = nobody:landlock\n", "line 1" },
		{ "waive = supervisor:landlock\n", "line 1" },
		{ "waive = broker:landlock broker:all\n", "line 1" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct settings s;
		struct err err = { 0 };

		cr_expect_not(parses(rows[i].text, &s, &err), "%s",
		    rows[i].text);
		cr_expect_eq(err.code, ERR_SETTINGS_INVALID);
		cr_expect_not_null(strstr(err.about, rows[i].about), "%s",
		    err.about);
	}
}

Test(settings, refuse_what_looks_like_a_key)
{
	static const char *const keys[] = {
		"ca_file = sk-ant-REDACTED\n",
		"allow_origin = AIzaSyAabcdefgh\n",
		"ca_file = 0123456789abcdef0123456789abcdef\n",
	};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		struct settings s;
		struct err err = { 0 };

		cr_expect_not(parses(keys[i], &s, &err), "%s", keys[i]);
		cr_expect_null(strstr(err.about, "abcdef"),
		    "the message must not repeat it: %s", err.about);
	}
}
