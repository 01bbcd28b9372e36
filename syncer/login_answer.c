/* SPDX-License-Identifier: ISC */
#include "syncer/login_answer.h"

#include <json-c/json.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"

#define SLOWER_S 5u	/* source: RFC 8628, 3.5 */

/* 'least' to 'max' visible characters, none of 'except'. */
static bool
copy_visible(char *out, size_t max, const char *text, const char *except)
{
	size_t len = text != NULL ? strlen(text) : 0;

	if (len > max)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f ||
		    strchr(except, text[i]) != NULL)
			return false;
	memcpy(out, text != NULL ? text : "", len + 1);
	return true;
}

/* It is shown, and given to a browser: a page, and nothing that acts. */
static bool
copy_uri(char *out, const char *text)
{
	static const char *const beginnings[] = { "https://",
		"http://localhost", "http://127.0.0.1", "http://[::1]" };

	if (!copy_visible(out, LOGIN_URI_MAX, text, "\"'<>\\^`{|}"))
		return false;
	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
		if (strncmp(out, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

static bool
parse(const char *text, size_t len, struct json_object **object,
    struct err *err)
{
	struct json_text parse = { .text = text, .len = len,
	    .code = ERR_CLOUD_INVALID };

	if (!json_text_parse(&parse, object, err))
		return false;
	if (json_object_is_type(*object, json_type_object))
		return true;
	json_object_put(*object);
	return err_set(err, ERR_CLOUD_INVALID, "not an object");
}

static uint32_t
within(int64_t value, uint32_t least, uint32_t most)
{
	return value < least ? least : value > most ? most : (uint32_t)value;
}

static bool
read_begun(const struct json_object *o, struct login_begun *b,
    struct err *err)
{
	int64_t interval_s = LOGIN_INTERVAL_S, expires_s = 0;

	if (!copy_visible(b->device_code, LOGIN_DEVICE_CODE_MAX,
	    json_text_string(o, "device_code"), "") ||
	    b->device_code[0] == '\0')
		return err_set(err, ERR_CLOUD_INVALID, "device_code");
	if (!copy_visible(b->user_code, LOGIN_USER_CODE_MAX,
	    json_text_string(o, "user_code"), "") || b->user_code[0] == '\0')
		return err_set(err, ERR_CLOUD_INVALID, "user_code");
	if (!copy_uri(b->uri, json_text_string(o, "verification_uri")))
		return err_set(err, ERR_CLOUD_INVALID, "verification_uri");
	if (!json_text_is_absent(o, "verification_uri_complete") &&
	    !copy_uri(b->complete, json_text_string(o,
	    "verification_uri_complete")))
		return err_set(err, ERR_CLOUD_INVALID,
		    "verification_uri_complete");
	if (!json_text_int(o, "expires_in", &expires_s) || expires_s < 1)
		return err_set(err, ERR_CLOUD_INVALID, "expires_in");
	json_text_int(o, "interval", &interval_s);
	b->interval_s = within(interval_s, 1, LOGIN_WAIT_MAX_S);
	b->expires_s = within(expires_s, 1, LOGIN_EXPIRES_MAX_S);
	return true;
}

bool
login_answer_begun(const char *text, size_t len, struct login_begun *begun,
    struct err *err)
{
	struct json_object *o;
	bool ok;

	*begun = (struct login_begun) { .interval_s = 0 };
	if (!parse(text, len, &o, err))
		return false;
	ok = read_begun(o, begun, err);
	json_object_put(o);
	return ok;
}

static bool
read_token(const struct json_object *o, struct login_token *t,
    struct err *err)
{
	if (!copy_visible(t->token, sizeof t->token - 1,
	    json_text_string(o, "device_token"), "") || strlen(t->token) < 8)
		return err_set(err, ERR_CLOUD_INVALID, "device_token");
	if (!copy_visible(t->workspace_id, LOGIN_ID_MAX,
	    json_text_string(o, "workspace_id"), ""))
		return err_set(err, ERR_CLOUD_INVALID, "workspace_id");
	return copy_visible(t->device_id, LOGIN_ID_MAX,
	    json_text_string(o, "device_id"), "") ||
	    err_set(err, ERR_CLOUD_INVALID, "device_id");
}

bool
login_answer_token(const char *text, size_t len, struct login_token *token,
    struct err *err)
{
	struct json_object *o;
	bool ok;

	*token = (struct login_token) { .token = "" };
	if (!parse(text, len, &o, err))
		return false;
	ok = read_token(o, token, err);
	json_object_put(o);
	return ok;
}

static const struct {
	const char *word;
	enum login_verdict verdict;
	enum err_code code;
} words[] = {
	{ "authorization_pending", VERDICT_WAIT, ERR_NONE },
	{ "slow_down", VERDICT_SLOWER, ERR_NONE },
	{ "access_denied", VERDICT_OVER, ERR_LOGIN_DENIED },
	{ "expired_token", VERDICT_OVER, ERR_LOGIN_EXPIRED },
};

/* {"detail":{"error":"..."}}, or {"error":"..."} as the RFC has it. */
static enum login_verdict
judge_word(const struct json_object *o, struct err *err)
{
	const char *word = json_text_string(json_text_object(o, "detail"),
	    "error");

	if (word == NULL)
		word = json_text_string(o, "error");
	for (size_t i = 0; word != NULL && i < sizeof words / sizeof words[0];
	    i++)
		if (strcmp(word, words[i].word) == 0) {
			if (words[i].verdict == VERDICT_OVER)
				err_set(err, words[i].code, "%s", word);
			return words[i].verdict;
		}
	return VERDICT_NOTHING;
}

enum login_verdict
login_answer_judge(long status, const char *text, size_t len, struct err *err)
{
	enum login_verdict verdict = VERDICT_NOTHING;
	struct json_object *o = NULL;
	struct err ignored;

	if (status == 200)
		return VERDICT_TOKEN;
	if (status >= 400 && status < 500 && parse(text, len, &o, &ignored))
		verdict = judge_word(o, err);
	if (o != NULL)
		json_object_put(o);
	if (verdict != VERDICT_NOTHING)
		return verdict;
	if (status == 408 || status == 429 || status >= 500)
		return VERDICT_TROUBLE;
	err_set(err, ERR_CLOUD_INVALID, "HTTP %ld at the login", status);
	return VERDICT_OVER;
}

uint32_t
login_pace_next(struct login_pace *pace, enum login_verdict verdict,
    uint32_t retry_after_s)
{
	uint32_t wait_s;

	if (verdict == VERDICT_SLOWER)
		pace->interval_s += SLOWER_S;
	if (verdict != VERDICT_TROUBLE) {
		pace->n_troubles = 0;
		return pace->interval_s;
	}
	if (pace->n_troubles < 6)
		pace->n_troubles++;
	wait_s = pace->interval_s << pace->n_troubles;
	if (wait_s > LOGIN_WAIT_MAX_S)
		wait_s = LOGIN_WAIT_MAX_S;
	if (wait_s < pace->interval_s)
		wait_s = pace->interval_s;
	return retry_after_s > wait_s ? retry_after_s : wait_s;
}
