/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/fuzz_request.h"

#include <assert.h>
#include <json-c/json.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/json/json_text.h"
#include "proxy/dialect/dialect_request.h"
#include "proxy/dialect/losses.h"

static const uint8_t key[32] = "0123456789abcdef0123456789abcdef";

static void
check_one(const struct dialect_request_options *o, const uint8_t *bytes,
    size_t len)
{
	struct dialect_request_result result;
	struct json_object *tree;
	struct err err = { 0 };

	if (dialect_translate_request(o, (const char *)bytes, len, &result,
	    &err)) {
		const struct json_text t = { result.body, result.len,
		    JSON_TEXT_DEPTH_MAX, ERR_INTERNAL };

		assert(strlen(result.body) == result.len);
		assert(json_text_parse(&t, &tree, &err));
		assert(json_object_is_type(tree, json_type_object));
		json_object_put(tree);
	} else {
		assert(err.code == ERR_INVALID_REQUEST &&
		    err.about[0] != '\0');
		assert(result.body == NULL);
	}
	dialect_request_free(&result);
}

void
fuzz_request(enum dialect from, const uint8_t *bytes, size_t len)
{
	static const char *const models[] = { "mock-small", "gpt-5.6",
		"claude-sonnet-5", "claude-haiku-4-5" };
	static bool is_open;
	struct err err;

	if (!is_open)
		is_open = digest_open(&err);
	assert(is_open);
	for (int to = DIALECT_ANTHROPIC; to < DIALECTS; to++)
		for (size_t m = 0; m < sizeof models / sizeof models[0]; m++)
			if (to != (int)from)
				check_one(&(struct dialect_request_options) {
				    .from = from, .to = (enum dialect)to,
				    .model = models[m], .issuer = "p",
				    .key = key, .key_len = sizeof key,
				    .caching = CACHE_MARKS_ADDED }, bytes, len);
}
