/* SPDX-License-Identifier: ISC */
/* Scripts that start an agent: whatever its path, a shell sees one word. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/client.h"

static const struct client_facts facts = { .url = "http://127.0.0.1:1",
	.token = "cfd_secret", .shim_token = "/h/it's/a.token" };

Test(client, has_a_script_without_the_token_in_it)
{
	char *text = client_shim(client_find("claude-code"), &facts,
	    "/usr/bin/claude");

	cr_expect_null(strstr(text, "cfd_secret"));
	cr_expect_not_null(strstr(text, "unset ANTHROPIC_API_KEY\n"));
	cr_expect_not_null(strstr(text,
	    "ANTHROPIC_BASE_URL='http://127.0.0.1:1'\n"));
	cr_expect_not_null(strstr(text,
	    "$(cat '/h/it'\\''s/a.token') || exit 77"));
	free(text);
}

Test(client, has_a_script_that_quotes_the_program)
{
	char *text = client_shim(client_find("hermes"), &facts,
	    "/a b/$(id)/`id`/\"q\"/it's");

	cr_expect_not_null(strstr(text, "\nexec "
	    "'/a b/$(id)/`id`/\"q\"/it'\\''s' \"$@\"\n"), "%s", text);
	free(text);
}

Test(client, is_known_by_its_exact_name_alone)
{
	static const char *const strangers[] = { "", "claude", "Codex",
		"constructor", "__proto__", "codex " };

	for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
		cr_expect_null(client_find(strangers[i]), "%s", strangers[i]);
	for (size_t i = 0; client_at(i) != NULL; i++)
		cr_expect_eq(client_find(client_at(i)->id), client_at(i));
}

Test(client, finds_the_program_behind_our_own_folder)
{
	char base[] = "/tmp/cofferdam-client.XXXXXX", path[256], own[64];
	struct client_search s;

	cr_assert_not_null(mkdtemp(base));
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%d", base, i);
		cr_assert_eq(mkdir(path, 0700), 0);
		snprintf(path, sizeof path, "%s/%d/hermes", base, i);
		close(open(path, O_WRONLY | O_CREAT, 0700));
	}
	snprintf(own, sizeof own, "%s/0", base);
	s.not_here = open(own, O_RDONLY | O_DIRECTORY);
	snprintf(path, sizeof path, "%s/./0:relative:%s/1", base, base);
	setenv("PATH", path, 1);
	cr_expect(client_search(client_find("hermes"), &s));
	snprintf(path, sizeof path, "%s/1/hermes", base);
	cr_expect_str_eq(s.path, path);
	cr_expect(s.is_shadowed);
	setenv("PATH", own, 1);
	cr_expect_not(client_search(client_find("hermes"), &s));
	setenv("PATH", "/usr/bin:/bin", 1);
	snprintf(path, sizeof path, "rm -r '%s'", base);
	cr_assert_eq(system(path), 0);
}
