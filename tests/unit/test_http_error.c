/* SPDX-License-Identifier: ISC */
/* What an agent is told when something is refused. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/http_error.h"

static struct json_object *
member(struct json_object *o, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(o, name, &value);
	return value;
}

static const char *
text(struct json_object *o, const char *name)
{
	const char *value = json_object_get_string(member(o, name));

	return value != NULL ? value : "";
}

static struct json_object *
body_of(enum err_code code, enum dialect dialect, const char *id)
{
	char body[HTTP_ERROR_MAX];
	struct err err;
	struct http_error e = { .err = &err, .dialect = dialect, .id = id,
	    .request_id = "req_1" };
	size_t len;

	err_set(&err, code, "about \"%s\"", "it");
	len = http_error_body(&e, body);
	cr_assert_eq(len, strlen(body));
	return json_tokener_parse(body);
}

Test(http_error, is_json_in_the_dialects_shape_for_every_error)
{
	for (int code = ERR_NONE + 1; code < ERR_CODES; code++) {
		struct json_object *a = body_of((enum err_code)code,
		    DIALECT_ANTHROPIC, "x");
		struct json_object *o = body_of((enum err_code)code,
		    DIALECT_CHAT, "x");
		const char *name = err_name((enum err_code)code);

		cr_assert_not_null(a, "%s", name);
		cr_assert_not_null(o, "%s", name);
		cr_expect_str_eq(text(a, "type"), "error");
		cr_expect_str_eq(text(a, "request_id"), "req_1");
		cr_expect_str_eq(text(member(a, "error"), "code"), name);
		cr_expect_neq(text(member(a, "error"), "type")[0], '\0');
		cr_expect_str_eq(text(member(o, "error"), "code"), name);
		cr_expect_neq(text(member(o, "error"), "type")[0], '\0');
		cr_expect(json_object_object_get_ex(member(o, "error"),
		    "param", NULL));
		json_object_put(a);
		json_object_put(o);
	}
}

Test(http_error, names_the_command_with_the_provider_filled_in)
{
	struct json_object *o = body_of(ERR_NO_CREDENTIAL, DIALECT_CHAT,
	    "xiangxin");

	cr_expect(strstr(text(member(o, "error"), "message"),
	    "cofferdam providers add xiangxin") != NULL);
	json_object_put(o);
	o = body_of(ERR_NO_CREDENTIAL, DIALECT_CHAT, NULL);
	cr_expect(strstr(text(member(o, "error"), "message"), "<id>") != NULL);
	json_object_put(o);
}

Test(http_error, says_whether_trying_again_makes_sense)
{
	struct err err = { .code = ERR_VAULT_LOCKED };

	cr_expect_str_eq(http_error_should_retry(&err), "false");
	cr_expect_null(http_error_retry_after(&err));
	err.code = ERR_BROKER_UNAVAILABLE;
	cr_expect_str_eq(http_error_should_retry(&err), "true");
	cr_expect_str_eq(http_error_retry_after(&err), "1");
	err.code = ERR_UPSTREAM_TIMEOUT;
	cr_expect_str_eq(http_error_should_retry(&err), "true");
	cr_expect_null(http_error_retry_after(&err));
}

static void
expect_event(enum dialect dialect, const char *start)
{
	struct err err = { .code = ERR_UPSTREAM_BROKEN, .about = "reset" };
	struct http_error e = { .err = &err, .dialect = dialect,
	    .request_id = "req_1" };
	char event[HTTP_ERROR_MAX], *data;
	size_t len = http_error_event(&e, event);
	struct json_object *o;

	cr_expect_eq(strncmp(event, start, strlen(start)), 0, "%s", event);
	cr_expect_eq(strcmp(event + len - 2, "\n\n"), 0);
	data = strstr(event, "data: ");
	cr_assert_not_null(data);
	cr_expect_null(strstr(event, "[DONE]"));
	o = json_tokener_parse(data + 6);
	cr_expect_not_null(o, "%s", data);
	json_object_put(o);
}

Test(http_error, ends_a_stream_with_the_dialects_own_event)
{
	expect_event(DIALECT_ANTHROPIC, "event: error\ndata: {\"type\":"
	    "\"error\"");
	expect_event(DIALECT_CHAT, "data: {\"error\":{");
	expect_event(DIALECT_RESPONSES, "event: response.failed\ndata: "
	    "{\"type\":\"response.failed\",\"response\":{");
}

Test(http_error, is_a_whole_answer_with_its_true_length)
{
	struct err err = { .code = ERR_REQUEST_TOO_LARGE };
	struct http_error e = { .err = &err, .dialect = DIALECT_CHAT,
	    .request_id = "" };
	char answer[HTTP_ERROR_ANSWER_MAX], *length, *body;
	size_t len = http_error_answer(&e, answer);

	cr_expect_eq(len, strlen(answer));
	cr_expect_eq(strncmp(answer, "HTTP/1.1 413 ", 13), 0);
	length = strstr(answer, "Content-Length: ");
	body = strstr(answer, "\r\n\r\n");
	cr_assert(length != NULL && body != NULL);
	cr_expect_eq(strtoul(length + 16, NULL, 10), strlen(body + 4));
	cr_expect_not_null(strstr(answer, "Connection: close\r\n"));
	cr_expect_not_null(strstr(answer, "x-should-retry: false\r\n"));
}
