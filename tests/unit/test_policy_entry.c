/* SPDX-License-Identifier: ISC */
/* What "policy set" makes of its command line. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "cli/command.h"
#include "cli/invocation.h"
#include "cli/policy_entry.h"
#include "common/errors.h"

/* Parses "policy set a" and these words, up to NULL. */
static bool
parse(struct policy *p, const char *const words[], struct err *err)
{
	static char texts[24][64];
	char *argv[25] = { texts[0], texts[1], texts[2], texts[3] };
	struct invocation inv;
	int argc = 4;

	strcpy(texts[0], "cofferdam");
	strcpy(texts[1], "policy");
	strcpy(texts[2], "set");
	strcpy(texts[3], "a");
	for (; words[argc - 4] != NULL; argc++)
		argv[argc] = strcpy(texts[argc], words[argc - 4]);
	argv[argc] = NULL;
	return invocation_parse(&inv, argc, argv, err) &&
	    policy_parse(p, &inv, err);
}

static void
expect_entry(const char *const words[], const char *text)
{
	struct json_object *entry;
	struct policy p;
	struct err err;

	cr_assert(parse(&p, words, &err), "%s", err.about);
	entry = policy_entry(&p);
	cr_expect_str_eq(json_object_to_json_string_ext(entry,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE), text);
	json_object_put(entry);
}

Test(policy_entry, may_be_a_primary_target_alone)
{
	const char *const words[] = { "--primary", "p/m", NULL };

	expect_entry(words, "{\"id\":\"cost-cascade\",\"primary\":"
	    "{\"provider\":\"p\",\"model\":\"m\"},\"cascade\":[]}");
}

Test(policy_entry, sorts_the_steps_of_each_kind)
{
	const char *const words[] = { "--at-calls", "50=p/c", "--at", "20=p/b",
		"--failover-to", "q/f", "--at", "2.5=p/a", "--primary", "p/m",
		NULL };

	expect_entry(words, "{\"id\":\"cost-cascade\",\"primary\":"
	    "{\"provider\":\"p\",\"model\":\"m\"},\"cascade\":["
	    "{\"triggerSpendDay\":2.5,\"fallback\":"
	    "{\"provider\":\"p\",\"model\":\"a\"}},"
	    "{\"triggerSpendDay\":20,\"fallback\":"
	    "{\"provider\":\"p\",\"model\":\"b\"}},"
	    "{\"triggerCallsDay\":50,\"fallback\":"
	    "{\"provider\":\"p\",\"model\":\"c\"}}],"
	    "\"failoverTo\":{\"provider\":\"q\",\"model\":\"f\"}}");
}

Test(policy_entry, refuses_what_it_does_not_understand)
{
	static const char *const bad[][5] = {
		{ "--at", "5=p/m" },
		{ "--primary", "p" },
		{ "--primary", "p/m", "--at", "5" },
		{ "--primary", "p/m", "--at", "abc=p/m" },
		{ "--primary", "p/m", "--at", "-5=p/m" },
		{ "--primary", "p/m", "--at", "nan=p/m" },
		{ "--primary", "p/m", "--at", "5=p" },
		{ "--primary", "p/m", "--at", "=p/m" },
		{ "--primary", "p/m", "--at-calls", "0=p/m" },
		{ "--primary", "p/m", "--at-calls", "1.5=p/m" },
		{ "--primary", "p/m", "--failover-to", "p" },
	};
	struct policy p;
	struct err err;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(parse(&p, bad[i], &err), "%zu", i);
}

Test(policy_entry, refuses_two_steps_at_one_amount)
{
	const char *const words[] = { "--primary", "p/m", "--at", "5=p/a",
		"--at", "5.0=p/b", NULL };
	struct policy p;
	struct err err;

	cr_expect_not(parse(&p, words, &err));
	cr_expect_eq(err.code, ERR_USAGE);
}

Test(policy_entry, shows_both_triggers_of_a_step)
{
	const char *const words[] = { "--primary", "p/m", "--at", "5=p/a",
		NULL };
	struct json_object *entry, *view;
	struct policy p;
	struct err err;

	cr_assert(parse(&p, words, &err));
	entry = policy_entry(&p);
	view = policy_view(entry);
	cr_expect_not_null(strstr(json_object_to_json_string_ext(view,
	    JSON_C_TO_STRING_PLAIN),
	    "\"triggerSpendDay\":5,\"triggerCallsDay\":null"));
	json_object_put(view);
	json_object_put(entry);
}
