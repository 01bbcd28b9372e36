/* SPDX-License-Identifier: ISC */
/* What a command line means, and what is never repeated of it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "cli/invocation.h"
#include "common/errors.h"

static const struct command_option options[] = {
	{ "label", "L", "" }, { "listen", "A...", "" }, { "quiet", NULL, "" },
	{ "n", "N", "" }, { NULL, NULL, NULL },
};

static const struct command commands[] = {
	{ .name = "things", .most = 0 },
	{ .name = "things add", .operands = "<id>", .least = 1, .most = 2,
	    .options = options },
	{ .name = "up", .options = options },
	{ .name = "far away", .options = options },
	{ .name = NULL },
};

const struct command *const command_tables[] = { commands, NULL };

#define WORDS_MAX 16

static bool
parse(struct invocation *inv, const char *line, struct err *err)
{
	static char copy[256];
	static char *words[WORDS_MAX];
	int n = 0;

	snprintf(copy, sizeof copy, "%s", line);
	words[n++] = (char *)"cofferdam";
	for (char *w = strtok(copy, " "); w != NULL; w = strtok(NULL, " "))
		words[n++] = w;
	words[n] = NULL;
	*err = (struct err) { .code = ERR_NONE };
	return invocation_parse(inv, n, words, err);
}

Test(invocation, the_longest_name_is_the_command)
{
	struct invocation inv;
	struct err err;

	cr_assert(parse(&inv, "things", &err));
	cr_expect_str_eq(inv.command->name, "things");
	cr_assert(parse(&inv, "things add a b", &err));
	cr_expect_str_eq(inv.command->name, "things add");
	cr_expect_eq(inv.n_operands, 2);
	cr_expect_str_eq(inv.operands[1], "b");
}

Test(invocation, json_may_stand_anywhere_and_is_seen_before_a_mistake)
{
	static const char *const lines[] = { "--json things", "things --json",
		"things add --json a", "things add a --label --json x",
		"nonsense --json", "--json", "things add --nope --json" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct invocation inv;
		struct err err;

		parse(&inv, lines[i], &err);
		cr_expect_eq(inv.form, OUTPUT_JSON, "%s", lines[i]);
	}
}

Test(invocation, options_and_operands_may_be_mixed)
{
	struct invocation inv;
	struct err err;

	cr_assert(parse(&inv, "things add a --label=x - --quiet", &err));
	cr_expect_str_eq(inv.operands[0], "a");
	cr_expect_str_eq(inv.operands[1], "-");
	cr_expect_str_eq(invocation_option(&inv, "label"), "x");
	cr_expect_str_eq(invocation_option(&inv, "quiet"), "");
	cr_expect_null(invocation_option(&inv, "listen"));
	cr_assert(parse(&inv, "up --listen 1 --listen 2", &err));
	cr_expect_str_eq(invocation_option_at(&inv, "listen", 1), "2");
	cr_expect_null(invocation_option_at(&inv, "listen", 2));
	cr_expect(parse(&inv, "up --quiet --quiet", &err), "says the same");
}

Test(invocation, refuses_what_it_does_not_know)
{
	static const char *const lines[] = { "", "nope", "things nope",
		"things add", "things add a b c", "things add a --nope",
		"things add a -x", "things add a --label", "up now",
		"things add a --quiet=1", "things add a --label x --label y",
		"things add a --label x --label x" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct invocation inv;
		struct err err;

		cr_expect_not(parse(&inv, lines[i], &err), "%s", lines[i]);
		cr_expect_eq(err.code, ERR_USAGE, "%s", lines[i]);
	}
}

/* I5: a key in the wrong place is not shown again. */
Test(invocation, repeats_no_word_that_could_be_a_key)
{
	static const char *const lines[] = { "sk-Secret1", "things sk-Secret1",
		"things add a b sk-Secret1", "things add a --key=sk-Secret1",
		"up sk-Secret1", "things add a --n sk-Secret1",
		"secretsecretsecretsecret", "things add a b c secretsecret" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct invocation inv;
		unsigned n;
		struct err err;

		cr_expect_not(parse(&inv, lines[i], &err) &&
		    invocation_number(&inv, "n", 9, &n, &err), "%s", lines[i]);
		cr_expect_null(strcasestr(err.about, "secret"), "%s",
		    err.about);
	}
}

Test(invocation, numbers_have_limits)
{
	static const char *const bad[] = { "things add a --n -1",
		"things add a --n 10", "things add a --n 1x",
		"things add a --n 99999999999999999999" };
	struct invocation inv;
	unsigned n = 7;
	struct err err;

	cr_assert(parse(&inv, "things add a", &err));
	cr_expect(invocation_number(&inv, "n", 9, &n, &err));
	cr_expect_eq(n, 7, "stays when it was not given");
	cr_assert(parse(&inv, "things add a --n 9", &err));
	cr_expect(invocation_number(&inv, "n", 9, &n, &err));
	cr_expect_eq(n, 9);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_assert(parse(&inv, bad[i], &err));
		cr_expect_not(invocation_number(&inv, "n", 9, &n, &err), "%s",
		    bad[i]);
	}
}

Test(invocation, a_noun_alone_has_help_and_nothing_else)
{
	struct invocation inv;
	struct err err = { 0 };

	cr_expect(parse(&inv, "far --help", &err) && inv.wants_help);
	cr_expect_str_eq(inv.noun, "far");
	cr_expect_not(parse(&inv, "far", &err));
	cr_expect_eq(err.code, ERR_USAGE);
	cr_expect_not(parse(&inv, "fa --help", &err));
}

Test(invocation, help_asks_for_nothing_else)
{
	struct invocation inv;
	struct err err;

	cr_expect(parse(&inv, "things add --help", &err));
	cr_expect(inv.wants_help);
	cr_expect(parse(&inv, "--help", &err) && inv.wants_help);
	cr_expect(parse(&inv, "--version", &err) && inv.wants_version);
}
