/* SPDX-License-Identifier: ISC */
/* What "audit report" counts and shows, and of which lines. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit_tally.h"
#include "cli/flat_line.h"
#include "cli/report_page.h"

static const char hostile[] = "</td><script>alert(1)</script>\"'&\x1b[2J\n";

static struct audit_tally tally;

static void
add(enum tally_count count, const char *day, const char *agent)
{
	audit_tally_add(&tally, count, (const char *[TALLY_KINDS]) { day,
	    agent, "openai", "" });
}

static char *
page(void)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	report_page_print(f, &tally, hostile);
	fclose(f);
	return text;
}

Test(report, shows_no_name_as_markup_and_loads_nothing)
{
	char *text;

	add(TALLY_USES, hostile, hostile);
	add(TALLY_DENIED, "2026-11-22", hostile);
	text = page();
	cr_expect_null(strstr(text, "<script"));
	cr_expect_null(strchr(text, '\x1b'));
	cr_expect_not_null(strstr(text, "&lt;script&gt;alert(1)&lt;/script&gt;"
	    "&quot;&#39;&amp;?[2J?"));
	cr_expect_not_null(strstr(text, "default-src 'none'"));
	cr_expect_null(strstr(text, "src="));
	cr_expect_null(strstr(text, "href"));
	cr_expect_null(strstr(text, "url("));
	cr_expect_not_null(strstr(text, "<rect class=\"denied\""));
	free(text);
}

Test(report, counts_the_rest_as_one_when_there_are_too_many_names)
{
	char name[32];

	for (int i = 0; i < TALLY_ROWS + 500; i++) {
		snprintf(name, sizeof name, "agent-%d", i);
		add(TALLY_USES, "2026-11-22", name);
	}
	cr_expect_eq(tally.tables[TALLY_AGENT].n, TALLY_ROWS + 1);
	cr_expect_eq(tally.tables[TALLY_AGENT].rows[TALLY_ROWS].counts[0], 500);
	audit_tally_sort(&tally);
	cr_expect_str_eq(tally.tables[TALLY_AGENT].rows[0].name, TALLY_OTHERS);
	cr_expect_eq(tally.totals[TALLY_USES], TALLY_ROWS + 500);
}

Test(report, sorts_days_by_date_and_agents_by_use)
{
	add(TALLY_USES, "2026-11-22", "few");
	add(TALLY_USES, "2026-11-21", "many");
	add(TALLY_USES, "2026-11-22", "many");
	audit_tally_sort(&tally);
	cr_expect_str_eq(tally.tables[TALLY_DAY].rows[0].name, "2026-11-21");
	cr_expect_str_eq(tally.tables[TALLY_AGENT].rows[0].name, "many");
}

static void
count_member(const struct flat_member *m, void *arg)
{
	*(size_t *)arg += m->value_len;
}

/* What passes as it is must be JSON whatever is around it. */
Test(flat_line, takes_only_what_is_surely_an_object)
{
	static const struct { const char *line; bool is_flat; } cases[] = {
		{ "{\"seq\":15,\"agent\":\"a b\",\"uid\":null}", true },
		{ "{\"a\":true,\"b\":false,\"c\":0}", true },
		{ "", false }, { "{", false }, { "{}", false },
		{ "{\"a\":1", false }, { "{\"a\":1}}", false },
		{ "{\"a\":1},{\"b\":2}", false }, { "{\"a\":1,}", false },
		{ "{\"a\":01}", false }, { "{\"a\":1.5}", false },
		{ "{\"a\":-}", false }, { "{\"a\":}", false },
		{ "{\"a\":nul}", false }, { "{\"a\":truefalse}", false },
		{ "{\"a\":\"x\\\"y\"}", false }, { "{\"a\":\"\t\"}", false },
		{ "{\"a\":\"\xc3\xbc\"}", false }, { "{\"a\":{}}", false },
		{ "{\"a\":[1]}", false }, { "{a:1}", false },
		{ "{\"a\" :1}", false }, { "[\"a\"]", false },
		{ "{\"a\":\"x}", false }, { "{\"a\"1}", false },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t len = strlen(cases[i].line);
		char *exact = malloc(len + 1);	/* nothing is read behind it */

		memcpy(exact, cases[i].line, len);
		cr_expect_eq(flat_line_parse(exact, len, NULL, NULL),
		    cases[i].is_flat, "%s", cases[i].line);
		free(exact);
	}
	cr_expect(flat_line_parse(cases[0].line, strlen(cases[0].line),
	    count_member, &n));
	cr_expect_eq(n, strlen("15") + strlen("a b") + strlen("null"));
}
