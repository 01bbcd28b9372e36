/* SPDX-License-Identifier: ISC */
/* Times as people type them and as our files write them. */
#include <criterion/criterion.h>

#include "cli/moment.h"
#include "common/errors.h"

#define NOW_S UINT64_C(1790000000)

static const struct { const char *text; uint64_t s; } spans[] = {
	{ "0", 0 }, { "90", 90 }, { "90s", 90 }, { "10m", 600 },
	{ "2h", 7200 }, { "1d", 86400 }, { "1w", 604800 },
};

static const char *const no_spans[] = {
	"", "m", "-1m", " 1m", "1 m", "1x", "1mm", "1.5h", "99999999999d",
	"18446744073709551616", "0x10",
};

Test(moment, knows_spans_with_a_unit)
{
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
		struct err err;
		uint64_t s = 1;

		cr_expect(moment_parse_span(spans[i].text, &s, &err));
		cr_expect_eq(s, spans[i].s, "%s", spans[i].text);
	}
}

Test(moment, refuses_what_is_no_span)
{
	for (size_t i = 0; i < sizeof no_spans / sizeof no_spans[0]; i++) {
		struct err err = { .code = ERR_NONE };
		uint64_t s;

		cr_expect_not(moment_parse_span(no_spans[i], &s, &err), "%s",
		    no_spans[i]);
		cr_expect_eq(err.code, ERR_USAGE);
	}
}

static const struct { const char *text; uint64_t s; } times[] = {
	{ "1970-01-01", 0 }, { "1970-01-02T00:00:01Z", 86401 },
	{ "2001-09-09T01:46:40Z", 1000000000 },
	{ "2001-09-09T01:46:40", 1000000000 },
	{ "2001-09-09 01:46:40", 1000000000 },
	{ "2001-09-09T01:46", 999999960 },
	{ "2001-09-09T01:46:40.123Z", 1000000000 },
	{ "2001-09-09T03:46:40+02:00", 1000000000 },
	{ "2001-09-08T21:46:40-04:00", 1000000000 },
};

static const char *const no_times[] = {
	"", "yesterday", "2001-09", "2001-13-01", "2001-09-09T25:00:00Z",
	"2001-09-09T01:46:40Zx", "2001-09-09T01:46:40+2", "2001-09-09x",
	"1969-12-31T23:59:59Z", "2001-09-09T01:46:40+02:0",
};

Test(moment, knows_the_times_that_files_hold)
{
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		uint64_t s = 1;

		cr_expect(moment_parse(times[i].text, &s), "%s",
		    times[i].text);
		cr_expect_eq(s, times[i].s, "%s", times[i].text);
	}
	for (size_t i = 0; i < sizeof no_times / sizeof no_times[0]; i++) {
		uint64_t s;

		cr_expect_not(moment_parse(no_times[i], &s), "%s",
		    no_times[i]);
	}
}

Test(moment, since_is_a_time_or_a_span_before_now)
{
	struct err err;
	uint64_t s;

	cr_expect(moment_parse_since("1h", NOW_S, &s, &err));
	cr_expect_eq(s, NOW_S - 3600);
	cr_expect(moment_parse_since("2001-09-09T01:46:40Z", NOW_S, &s, &err));
	cr_expect_eq(s, 1000000000);
	cr_expect(moment_parse_since("1d", 10, &s, &err));
	cr_expect_eq(s, 0, "never before the beginning of time");
	cr_expect_not(moment_parse_since("soon", NOW_S, &s, &err));
}

Test(moment, is_read_as_it_was_written)
{
	char text[MOMENT_TEXT];
	uint64_t s;

	moment_format(NOW_S, text);
	cr_expect(moment_parse(text, &s));
	cr_expect_eq(s, NOW_S);
	moment_format_now(text);
	cr_expect(moment_parse(text, &s), "%s", text);
}

Test(moment, shows_the_two_largest_units)
{
	char text[MOMENT_TEXT];

	moment_format_span(59, text);
	cr_expect_str_eq(text, "59s");
	moment_format_span(3599, text);
	cr_expect_str_eq(text, "59m 59s");
	moment_format_span(86399, text);
	cr_expect_str_eq(text, "23h 59m");
	moment_format_span(90000, text);
	cr_expect_str_eq(text, "1d 1h");
}
