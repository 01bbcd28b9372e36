/* SPDX-License-Identifier: ISC */
/* What may reach a terminal, and what an envelope looks like. */
#include <criterion/criterion.h>
#include <string.h>

#include "cli/invocation.h"
#include "cli/output.h"

Test(output, shows_no_control_characters)
{
	cr_expect_str_eq(output_clean("a\033[2Jb\x7f" "c\n"), "a?[2Jb?c?");
	cr_expect_str_eq(output_clean("\xc2\x9b" "2J"), "??2J",
	    "the eight-bit escape too");
	cr_expect_str_eq(output_clean("gr\xc3\xbc\xc3\x9f"),
	    "gr\xc3\xbc\xc3\x9f");
	cr_expect_str_eq(output_clean(NULL), "-");
}

Test(output, has_no_colours_where_there_is_no_terminal)
{
	cr_expect_str_eq(output_colour(OUTPUT_BAD), "");
}

Test(output, names_the_command_with_dots)
{
	static const struct command add = { .name = "providers add" };
	static const struct command second = { .name = "providers add-approved",
		.envelope = "providers add" };
	struct invocation inv = { .command = &add };
	const char start[] = "{\"schemaVersion\":1,"
	    "\"command\":\"providers.add\",\"generatedAt\":\"20";
	char head[OUTPUT_HEAD_MAX];

	output_head(&inv, head);
	cr_expect_eq(strncmp(head, start, strlen(start)), 0, "%s", head);
	inv.command = &second;
	output_head(&inv, head);
	cr_expect_not_null(strstr(head, "\"providers.add\""));
	inv.command = NULL;
	output_head(&inv, head);
	cr_expect_not_null(strstr(head, "\"cofferdam\""));
}
