/* SPDX-License-Identifier: ISC */
/* One line of the audit log: always whole, always JSON, never too long. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "broker/audit_record.h"

#define PREVIOUS \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct audit_record
record(void)
{
	return (struct audit_record) { .event = AUDIT_BEGIN,
	    .time_ms = 1763800000123, .request = 0xabc, .generation = 4,
	    .uid = 1000, .method = "POST", .agent = "bot", .provider = "one",
	    .path = "/v1/messages" };
}

static struct json_object *
parsed(const struct audit_record *r, size_t *len)
{
	char line[AUDIT_LINE_MAX];

	*len = audit_record_format(r, 9, PREVIOUS, line);
	cr_assert_leq(*len, AUDIT_LINE_MAX);
	cr_assert_eq(line[*len - 1], '\n');
	cr_assert_null(memchr(line, '\n', *len - 1));
	line[*len - 1] = '\0';
	return json_tokener_parse(line);
}

static const char *
text(struct json_object *o, const char *name)
{
	return json_object_get_string(json_object_object_get(o, name));
}

Test(audit_record, is_json_with_the_fields_of_the_contract)
{
	struct audit_record r = record();
	size_t len;
	struct json_object *o = parsed(&r, &len);

	cr_assert_not_null(o);
	cr_expect_eq(json_object_get_int(json_object_object_get(o, "seq")), 9);
	cr_expect_str_eq(text(o, "time"), "2025-11-22T08:26:40.123Z");
	cr_expect_str_eq(text(o, "event"), "begin");
	cr_expect_str_eq(text(o, "agent"), "bot");
	cr_expect_str_eq(text(o, "provider"), "one");
	cr_expect_str_eq(text(o, "requestId"), "req_0000000000000abc");
	cr_expect_str_eq(text(o, "uid"), "1000");
	cr_expect_null(text(o, "pid"));
	cr_expect_str_eq(text(o, "outcome"), "granted");
	cr_expect_str_eq(text(o, "prev"), PREVIOUS);
}

Test(audit_record, escapes_what_a_client_chose)
{
	struct audit_record r = record();
	struct json_object *o;
	size_t len;

	strcpy(r.path, "/v1/\"},{\"x\":\"\\\n\t\x01\xff");
	o = parsed(&r, &len);
	cr_assert_not_null(o);
	cr_expect_eq(strncmp(text(o, "path"), "/v1/\"},{\"x\":\"\\\n\t\x01", 16),
	    0);
	cr_expect_null(json_object_object_get(o, "x"));
}

Test(audit_record, stays_whole_with_the_longest_fields)
{
	struct audit_record r = record();
	size_t len;

	memset(r.path, '\x01', sizeof r.path - 1);
	memset(r.about, '"', sizeof r.about - 1);
	memset(r.agent, 'a', sizeof r.agent - 1);
	memset(r.provider, 'p', sizeof r.provider - 1);
	r.code = ERR_UPSTREAM_REFLECTED_KEY;
	r.event = AUDIT_END;
	r.sent = r.received = UINT64_MAX;
	cr_expect_not_null(parsed(&r, &len));
}

Test(audit_record, is_found_again_at_the_end_of_a_log)
{
	char line[AUDIT_LINE_MAX];
	struct audit_record r = record();
	struct audit_last last;

	for (enum audit_event e = AUDIT_BEGIN; e < AUDIT_EVENT_COUNT; e++) {
		size_t len;

		r.event = e;
		len = audit_record_format(&r, 77, PREVIOUS, line);
		cr_assert(audit_record_parse_last(line, len - 1, &last), "%s",
		    audit_event_name(e));
		cr_expect_eq(last.seq, 77);
		cr_expect_eq(last.generation, 4);
		cr_expect_not(audit_record_parse_last(line, len - 2, &last));
	}
	cr_expect_not(audit_record_parse_last("{\"seq\":1}", 9, &last));
}
