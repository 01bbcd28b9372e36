/* SPDX-License-Identifier: ISC */
/*
 * An agent's body that is passed on with another model's name: the pieces are
 * the original but for three listed places, and what goes out is an object in
 * which the model is the one that was chosen.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/model_splice.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct spliced *s, const struct splice_wish *wish)
{
	struct json_member model = { .name = "model" };
	struct json_object_text object;
	char *text = malloc(s->len + 1), value[JSON_TEXT_ROOM];
	struct err err;
	size_t len = 0;

	assert(text != NULL);
	for (int i = 0; i < s->n_pieces; i++) {
		memcpy(text + len, s->pieces[i].iov_base,
		    s->pieces[i].iov_len);
		len += s->pieces[i].iov_len;
	}
	assert(len == s->len);
	assert(json_members_find(text, len, &object, &model, 1, &err));
	if (wish->model != NULL) {
		assert(model.is_found);
		assert(json_string_value(text, &model, value));
		assert(strcmp(value, wish->model) == 0);
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct splice_wish wish;
	struct spliced s;
	struct err err = { 0 };
	char *text;

	if (len < 1)
		return 0;
	text = malloc(len);
	assert(text != NULL);
	memcpy(text, bytes + 1, len - 1);
	wish = (struct splice_wish) { .text = text, .len = len - 1,
	    .dialect = (enum dialect)(1 + bytes[0] % 3),
	    .model = bytes[0] & 4 ? "other\"model" : NULL,
	    .identity = bytes[0] & 8 ? IDENTITY_DROPPED : IDENTITY_KEPT };
	if (model_splice(&wish, &s, &err))
		check(&s, &wish);
	else
		assert(err.code == ERR_INVALID_REQUEST);
	free(text);
	return 0;
}
