/* SPDX-License-Identifier: ISC */
/* What a sync would change, as its user reads it. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "syncer/sync_difference.h"

#define BEFORE "{\"providers\":[" \
	"{\"providerId\":\"stays\",\"protocol\":\"openai\"," \
	"\"originBaseUrl\":\"https://s/v1\",\"updatedAt\":\"1\"}," \
	"{\"providerId\":\"moves\",\"protocol\":\"openai\"," \
	"\"originBaseUrl\":\"https://a/v1\"}," \
	"{\"providerId\":\"goes\",\"protocol\":\"anthropic\"," \
	"\"originBaseUrl\":\"https://g\"}],\"bindings\":[" \
	"{\"agentId\":\"bot\",\"bindingKind\":\"static\",\"targetId\":null," \
	"\"staticTarget\":{\"providerId\":\"stays\",\"model\":\"m\"}}]}"
#define AFTER "{\"providers\":[" \
	"{\"providerId\":\"stays\",\"protocol\":\"openai\"," \
	"\"originBaseUrl\":\"https://s/v1\",\"updatedAt\":\"2\"}," \
	"{\"providerId\":\"moves\",\"protocol\":\"openai\"," \
	"\"originBaseUrl\":\"https://b/v1\"}," \
	"{\"providerId\":\"comes\",\"protocol\":\"openai\"," \
	"\"originBaseUrl\":\"https://c\"}],\"bindings\":[" \
	"{\"agentId\":\"bot\",\"bindingKind\":\"policy\",\"targetId\":\"pol\"}]," \
	"\"policies\":[{\"id\":\"pol\",\"enabled\":false,\"spec\":{" \
	"\"primary\":{\"providerId\":\"stays\",\"model\":\"m\"}," \
	"\"cascade\":[{\"triggerSpendDayUsd\":5,\"fallback\":" \
	"{\"providerId\":\"comes\",\"model\":\"n\"}}]," \
	"\"failoverTo\":{\"providerId\":\"moves\",\"model\":\"o\"}}}]}"

static char *
difference(const char *before, const char *after)
{
	struct json_object *a = before != NULL ? json_tokener_parse(before) :
	    NULL;
	struct json_object *b = json_tokener_parse(after);
	struct json_object *d = sync_difference(a, b);
	size_t len;
	char *text = sync_difference_format(d, &len);

	cr_assert(text != NULL && strlen(text) == len);
	json_object_put(a);
	json_object_put(b);
	json_object_put(d);
	return text;
}

Test(sync_difference, tells_what_comes_changes_and_goes)
{
	char *text = difference(BEFORE, AFTER);

	cr_expect_str_eq(text,
	    "providers\n"
	    "  + comes  openai https://c\n"
	    "  ~ moves  openai https://a/v1 -> openai https://b/v1\n"
	    "  - goes  anthropic https://g\n"
	    "bindings\n"
	    "  ~ bot  static stays/m -> policy pol\n"
	    "policies\n"
	    "  + pol  disabled, stays/m; from 5 USD a day comes/n; "
	    "on failure moves/o\n");
	free(text);
}

Test(sync_difference, takes_a_new_time_for_no_change)
{
	char *text = difference("{\"policies\":[{\"id\":\"p\",\"spec\":{},"
	    "\"createdAt\":\"1\",\"updatedAt\":\"1\"}]}",
	    "{\"policies\":[{\"id\":\"p\",\"spec\":{},"
	    "\"createdAt\":\"1\",\"updatedAt\":\"2\"}]}");

	cr_expect_str_eq(text, "a sync would change nothing\n");
	free(text);
}

Test(sync_difference, takes_everything_for_new_without_a_snapshot)
{
	char *text = difference(NULL, AFTER);

	cr_expect(strstr(text, "+ stays") != NULL, "%s", text);
	cr_expect(strstr(text, "~") == NULL, "%s", text);
	free(text);
}

Test(sync_difference, moves_no_cursor)
{
	char *text = difference(NULL, "{\"bundles\":[{\"id\":\"b\",\"spec\":{"
	    "\"legs\":[{\"providerId\":\"p\",\"model\":"
	    "\"\\u001b[2Jx\\u009b\\u202e\"}]}}]}");

	for (const char *c = text; *c != '\0'; c++)
		cr_expect((*c >= ' ' && *c <= '~') || *c == '\n');
	free(text);
}
