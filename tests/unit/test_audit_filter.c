/* SPDX-License-Identifier: ISC */
/* Which records "audit list" shows. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/audit_filter.h"
#include "common/errors.h"
#include "common/json/json_text.h"

static const char record[] = "{\"seq\":5,\"time\":\"2001-09-09T01:46:40.500Z\","
    "\"event\":\"denied\",\"agent\":\"codex\",\"provider\":\"openai\","
    "\"outcome\":\"denied\",\"reason\":\"no_credential\"}";

static bool
matches(struct audit_filter f)
{
	struct json_text json = { record, strlen(record), 0,
		ERR_FILE_DAMAGED };
	struct json_object *value;
	struct err err;
	bool answer;

	cr_assert(json_text_parse(&json, &value, &err));
	answer = audit_filter_matches(&f, value);
	json_object_put(value);
	return answer;
}

Test(audit_filter, lets_all_through_when_nothing_is_asked)
{
	cr_expect(matches((struct audit_filter) { .since_s = 0 }));
}

Test(audit_filter, compares_whole_names)
{
	cr_expect(matches((struct audit_filter) { .agent = "codex" }));
	cr_expect_not(matches((struct audit_filter) { .agent = "code" }));
	cr_expect(matches((struct audit_filter) { .provider = "openai" }));
	cr_expect_not(matches((struct audit_filter) { .agent = "codex",
	    .provider = "kimi" }), "all conditions hold");
}

Test(audit_filter, takes_an_outcome_or_its_reason)
{
	cr_expect(matches((struct audit_filter) { .outcome = "denied" }));
	cr_expect(matches((struct audit_filter) {
	    .outcome = "no_credential" }));
	cr_expect_not(matches((struct audit_filter) { .outcome = "ok" }));
}

Test(audit_filter, knows_what_is_too_old)
{
	cr_expect(matches((struct audit_filter) { .since_s = 1000000000 }));
	cr_expect_not(matches((struct audit_filter) {
	    .since_s = 1000000001 }));
}

static bool
may_match(struct audit_filter f, const char *needle, const char *since)
{
	static const char line[] = "{\"seq\":12,\"time\":"
	    "\"2026-08-23T10:00:00.123Z\",\"event\":\"denied\","
	    "\"agent\":\"codex\",\"outcome\":\"denied\",\"detail\":"
	    "\"\\\"agent\\\":\\\"evil\\\"\"}";

	snprintf(f.needles[0], sizeof f.needles[0], "%s", needle);
	snprintf(f.since, sizeof f.since, "%s", since);
	return audit_filter_may_match(&f, line, sizeof line - 1);
}

Test(audit_filter, passes_over_lines_that_cannot_match)
{
	struct audit_filter none = { .since_s = 0 };

	cr_expect(may_match(none, "", ""));
	cr_expect(may_match(none, "\"agent\":\"codex\"", ""));
	cr_expect_not(may_match(none, "\"agent\":\"evil\"", ""));
	cr_expect(may_match(none, "", "2026-08-23T10:00:00"));
	cr_expect_not(may_match(none, "", "2026-08-23T10:00:01"));
}
