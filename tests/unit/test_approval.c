/* SPDX-License-Identifier: ISC */
/* I2: who has to say that a key may go to a base URL. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "cli/approval.h"
#include "common/errors.h"
#include "common/json/json_text.h"

#define HERE "https://here.example/v1"
#define THERE "https://there.example/v1"

static enum approval
of_key(struct approval_case c, enum err_code *code)
{
	struct err err = { .code = ERR_NONE };
	enum approval answer;

	c.id = "x";
	answer = approval_of_key(&c, &err);
	*code = err.code;
	cr_expect((answer == APPROVAL_REFUSED) == (err.code != ERR_NONE));
	return answer;
}

static enum approval
of_pin(struct approval_case c, enum err_code *code)
{
	struct err err = { .code = ERR_NONE };
	enum approval answer;

	c.id = "x";
	answer = approval_of_pin(&c, &err);
	*code = err.code;
	cr_expect((answer == APPROVAL_REFUSED) == (err.code != ERR_NONE));
	return answer;
}

Test(approval, a_person_is_asked_about_a_new_pin)
{
	enum err_code code;

	for (int from_cloud = 0; from_cloud < 2; from_cloud++)
		cr_expect_eq(of_key((struct approval_case) { .url = HERE,
		    .has_terminal = true, .is_from_cloud = from_cloud }, &code),
		    APPROVAL_TO_ASK);
}

Test(approval, without_a_person_the_word_of_the_cloud_is_not_enough)
{
	enum err_code code;

	cr_expect_eq(of_key((struct approval_case) { .url = HERE,
	    .is_from_cloud = true }, &code), APPROVAL_REFUSED);
	cr_expect_eq(code, ERR_APPROVAL_NEEDED);
}

Test(approval, without_a_person_naming_the_url_is_the_approval)
{
	enum err_code code;

	cr_expect_eq(of_key((struct approval_case) { .url = HERE,
	    .is_from_cloud = true, .given = "https://HERE.example:443/v1/" },
	    &code), APPROVAL_GIVEN);
	cr_expect_eq(of_key((struct approval_case) { .url = HERE,
	    .is_from_cloud = true, .given = THERE }, &code), APPROVAL_REFUSED);
	cr_expect_eq(code, ERR_APPROVAL_NEEDED);
	cr_expect_eq(of_key((struct approval_case) { .url = HERE,
	    .given = "ftp://here" }, &code), APPROVAL_REFUSED);
	cr_expect_eq(code, ERR_URL_INVALID);
}

Test(approval, a_wrong_url_on_the_command_line_is_never_asked_away)
{
	enum err_code code;

	cr_expect_eq(of_key((struct approval_case) { .url = HERE,
	    .has_terminal = true, .given = THERE }, &code), APPROVAL_REFUSED);
}

Test(approval, a_provider_of_this_machine_needs_none)
{
	enum err_code code;

	cr_expect_eq(of_key((struct approval_case) { .url = HERE }, &code),
	    APPROVAL_GIVEN);
}

Test(approval, another_key_for_the_same_pin_needs_none)
{
	enum err_code code;

	cr_expect_eq(of_key((struct approval_case) { .url = HERE, .pin = HERE,
	    .is_from_cloud = true }, &code), APPROVAL_GIVEN);
}

Test(approval, adding_a_key_never_moves_a_pin)
{
	enum err_code code;

	for (int has_terminal = 0; has_terminal < 2; has_terminal++) {
		cr_expect_eq(of_key((struct approval_case) { .url = HERE,
		    .pin = THERE, .given = HERE, .has_terminal = has_terminal },
		    &code), APPROVAL_REFUSED);
		cr_expect_eq(code, ERR_ORIGIN_CHANGED);
	}
}

Test(approval, moving_a_pin_needs_a_person_or_the_url)
{
	enum err_code code;

	cr_expect_eq(of_pin((struct approval_case) { .url = HERE,
	    .pin = THERE }, &code), APPROVAL_REFUSED);
	cr_expect_eq(code, ERR_APPROVAL_NEEDED);
	cr_expect_eq(of_pin((struct approval_case) { .url = HERE,
	    .pin = THERE, .has_terminal = true }, &code), APPROVAL_TO_ASK);
	cr_expect_eq(of_pin((struct approval_case) { .url = HERE,
	    .pin = THERE, .given = HERE }, &code), APPROVAL_GIVEN);
	cr_expect_eq(of_pin((struct approval_case) { .url = HERE,
	    .pin = THERE, .given = THERE, .has_terminal = true }, &code),
	    APPROVAL_REFUSED);
	cr_expect_eq(of_pin((struct approval_case) { .url = HERE }, &code),
	    APPROVAL_REFUSED);
	cr_expect_eq(code, ERR_NO_CREDENTIAL);
}

Test(approval, no_message_names_the_url_to_approve)
{
	struct approval_case c = { .id = "x", .url = HERE, .pin = THERE,
		.is_from_cloud = true };
	char text[ERR_TEXT_MAX];
	struct err err;

	approval_of_pin(&c, &err);
	err_format(&err, text);
	cr_expect_null(strstr(text, "here.example"), "%s", text);
	c.given = THERE;
	approval_of_pin(&c, &err);
	err_format(&err, text);
	cr_expect_null(strstr(text, "://here.example"), "%s", text);
	c.pin = NULL;
	c.given = NULL;
	approval_of_key(&c, &err);
	err_format(&err, text);
	cr_expect_null(strstr(text, "here.example"), "%s", text);
}

static struct json_object *
parse(const char *text)
{
	struct json_text json = { text, strlen(text), 0, ERR_FILE_DAMAGED };
	struct json_object *value;
	struct err err;

	cr_assert(json_text_parse(&json, &value, &err), "%s", text);
	return value;
}

Test(approval, one_entry_that_is_pinned_elsewhere_decides)
{
	struct json_object *all = parse("[{\"id\":\"x\",\"pin\":\"" HERE "\"},"
	    "{\"id\":\"x\",\"agent\":\"a\",\"pin\":\"" THERE "\"},"
	    "{\"id\":\"y\",\"pin\":\"https://y\"},"
	    "{\"id\":\"z\",\"pin\":\"https://z\",\"isCloud\":true}]");

	cr_expect_str_eq(approval_pin(all, "x", HERE), THERE);
	cr_expect_str_eq(approval_pin(all, "x", THERE), HERE);
	cr_expect_str_eq(approval_pin(all, "y", "https://y"), "https://y");
	cr_expect_null(approval_pin(all, "w", HERE));
	cr_expect_null(approval_pin(all, "z", "https://z"),
	    "the device token is no provider's key");
	json_object_put(all);
}
