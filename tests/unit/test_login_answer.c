/* SPDX-License-Identifier: ISC */
/* What a control plane may say while a machine logs in, and what it means. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "syncer/login_answer.h"

#define BEGUN "\"device_code\":\"dc\",\"user_code\":\"AB-12\"," \
	"\"verification_uri\":\"https://h/device\",\"expires_in\":600"

static bool
begins(const char *text, struct login_begun *begun, struct err *err)
{
	return login_answer_begun(text, strlen(text), begun, err);
}

Test(login_answer, takes_a_beginning_with_its_defaults)
{
	struct login_begun b;
	struct err err;

	cr_assert(begins("{" BEGUN "}", &b, &err), "%s", err.about);
	cr_expect_str_eq(b.device_code, "dc");
	cr_expect_str_eq(b.user_code, "AB-12");
	cr_expect_str_eq(b.uri, "https://h/device");
	cr_expect_str_empty(b.complete);
	cr_expect_eq(b.interval_s, 5);
	cr_expect_eq(b.expires_s, 600);
}

Test(login_answer, keeps_times_within_limits)
{
	static const struct {
		const char *times;
		uint32_t interval_s, expires_s;
	} cases[] = {
		{ "\"interval\":0,\"expires_in\":1", 1, 1 },
		{ "\"interval\":-3,\"expires_in\":60", 1, 60 },
		{ "\"interval\":100000,\"expires_in\":9999999", 60, 1800 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[256];
		struct login_begun b;
		struct err err;

		snprintf(text, sizeof text, "{" BEGUN ",%s}", cases[i].times);
		cr_assert(begins(text, &b, &err), "%s", err.about);
		cr_expect_eq(b.interval_s, cases[i].interval_s, "%s", text);
		cr_expect_eq(b.expires_s, cases[i].expires_s, "%s", text);
	}
}

Test(login_answer, names_what_cannot_be_shown_or_used)
{
	static const struct { const char *text, *about; } cases[] = {
		{ "[]", "not an object" },
		{ "{}", "device_code" },
		{ "{" BEGUN ",\"device_code\":\"\"}", "device_code" },
		{ "{" BEGUN ",\"device_code\":\"a b\"}", "device_code" },
		{ "{" BEGUN ",\"device_code\":7}", "device_code" },
		{ "{" BEGUN ",\"user_code\":\"\\u001b[2J\"}", "user_code" },
		{ "{" BEGUN ",\"user_code\":\"\\u202e12\"}", "user_code" },
		{ "{" BEGUN ",\"user_code\":null}", "user_code" },
		{ "{" BEGUN ",\"verification_uri\":\"javascript:x\"}",
		    "verification_uri" },
		{ "{" BEGUN ",\"verification_uri\":\"-a\"}",
		    "verification_uri" },
		{ "{" BEGUN ",\"verification_uri\":\"http://h/\"}",
		    "verification_uri" },
		{ "{" BEGUN ",\"verification_uri\":\"https://h/'\"}",
		    "verification_uri" },
		{ "{" BEGUN ",\"verification_uri_complete\":\"file:///x\"}",
		    "verification_uri_complete" },
		{ "{" BEGUN ",\"expires_in\":0}", "expires_in" },
		{ "{" BEGUN ",\"expires_in\":\"600\"}", "expires_in" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct login_begun b;
		struct err err;

		cr_expect_not(begins(cases[i].text, &b, &err), "%s",
		    cases[i].text);
		cr_expect_eq(err.code, ERR_CLOUD_INVALID);
		cr_expect_str_eq(err.about, cases[i].about, "%s",
		    cases[i].text);
	}
}

Test(login_answer, refuses_a_code_that_is_too_long)
{
	char text[1024], code[LOGIN_USER_CODE_MAX + 2] = "";
	struct login_begun b;
	struct err err;

	memset(code, 'x', sizeof code - 1);
	snprintf(text, sizeof text, "{" BEGUN ",\"user_code\":\"%s\"}", code);
	cr_expect_not(begins(text, &b, &err));
	code[LOGIN_USER_CODE_MAX] = '\0';
	snprintf(text, sizeof text, "{" BEGUN ",\"user_code\":\"%s\"}", code);
	cr_expect(begins(text, &b, &err));
}

Test(login_answer, takes_a_token_that_the_vault_would_take)
{
	static const char *const bad[] = { "{}", "{\"device_token\":\"short\"}",
		"{\"device_token\":\"has a blank in it\"}",
		"{\"device_token\":\"12345678\",\"device_id\":\"a\\nb\"}" };
	const char *good = "{\"device_token\":\"12345678\","
	    "\"workspace_id\":\"w\",\"device_id\":\"d\"}";
	struct login_token t;
	struct err err;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_not(login_answer_token(bad[i], strlen(bad[i]), &t,
		    &err), "%s", bad[i]);
	cr_assert(login_answer_token(good, strlen(good), &t, &err));
	cr_expect_str_eq(t.token, "12345678");
	cr_expect_str_eq(t.workspace_id, "w");
	cr_expect_str_eq(t.device_id, "d");
}

Test(login_answer, judges_every_answer_to_a_poll)
{
	static const struct {
		long status;
		const char *text;
		enum login_verdict verdict;
		enum err_code code;
	} cases[] = {
		{ 200, "{}", VERDICT_TOKEN, ERR_NONE },
		{ 400, "{\"detail\":{\"error\":\"authorization_pending\"}}",
		    VERDICT_WAIT, ERR_NONE },
		{ 400, "{\"error\":\"authorization_pending\"}",
		    VERDICT_WAIT, ERR_NONE },
		{ 400, "{\"detail\":{\"error\":\"slow_down\"}}",
		    VERDICT_SLOWER, ERR_NONE },
		{ 429, "{\"error\":\"slow_down\"}", VERDICT_SLOWER, ERR_NONE },
		{ 400, "{\"error\":\"access_denied\"}", VERDICT_OVER,
		    ERR_LOGIN_DENIED },
		{ 403, "{\"detail\":{\"error\":\"access_denied\"}}",
		    VERDICT_OVER, ERR_LOGIN_DENIED },
		{ 400, "{\"detail\":{\"error\":\"expired_token\"}}",
		    VERDICT_OVER, ERR_LOGIN_EXPIRED },
		{ 429, "", VERDICT_TROUBLE, ERR_NONE },
		{ 408, "{}", VERDICT_TROUBLE, ERR_NONE },
		{ 500, "{\"error\":\"access_denied\"}", VERDICT_TROUBLE,
		    ERR_NONE },
		{ 503, "<html>", VERDICT_TROUBLE, ERR_NONE },
		{ 400, "{\"detail\":\"authorization_pending\"}", VERDICT_OVER,
		    ERR_CLOUD_INVALID },
		{ 400, "{\"error\":\"what_is_this\"}", VERDICT_OVER,
		    ERR_CLOUD_INVALID },
		{ 422, "{\"detail\":[]}", VERDICT_OVER, ERR_CLOUD_INVALID },
		{ 307, "", VERDICT_OVER, ERR_CLOUD_INVALID },
		{ 204, "", VERDICT_OVER, ERR_CLOUD_INVALID },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err err = { 0 };

		cr_expect_eq(login_answer_judge(cases[i].status,
		    cases[i].text, strlen(cases[i].text), &err),
		    cases[i].verdict, "%ld %s", cases[i].status,
		    cases[i].text);
		cr_expect_eq(err.code, cases[i].code, "%ld %s",
		    cases[i].status, cases[i].text);
	}
}

Test(login_pace, is_polite)
{
	struct login_pace pace = { .interval_s = 5 };

	cr_expect_eq(login_pace_next(&pace, VERDICT_WAIT, 0), 5);
	cr_expect_eq(login_pace_next(&pace, VERDICT_SLOWER, 0), 10);
	cr_expect_eq(login_pace_next(&pace, VERDICT_WAIT, 0), 10,
	    "slower for good");
	cr_expect_eq(login_pace_next(&pace, VERDICT_TROUBLE, 0), 20);
	cr_expect_eq(login_pace_next(&pace, VERDICT_TROUBLE, 0), 40);
	cr_expect_eq(login_pace_next(&pace, VERDICT_TROUBLE, 0), 60);
	cr_expect_eq(login_pace_next(&pace, VERDICT_TROUBLE, 300), 300,
	    "as long as it says");
	cr_expect_eq(login_pace_next(&pace, VERDICT_WAIT, 0), 10,
	    "an answer ends the trouble");
	cr_expect_eq(login_pace_next(&pace, VERDICT_TROUBLE, 3), 20,
	    "never sooner than by itself");
}
