/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/returned_carriers.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/carrier.h"
#include "proxy/dialect/model_traits.h"

#define DEPTH_MAX 256

bool
returned_carriers_maybe(const char *body, size_t len)
{
	return memmem(body, len, "\"" CARRIER_TAG, sizeof CARRIER_TAG) != NULL;
}

static bool
is_same(struct carrier_text text, const char *name)
{
	return text.len == strlen(name) && memcmp(text.at, name, text.len) == 0;
}

/* The members of a block that may hold a carrier, and what it then is. */
static const struct {
	const char *type, *member;
	enum carrier_kind kind;
} places[] = {
	{ "thinking", "signature", CARRIER_SIGNATURE },
	{ "redacted_thinking", "data", CARRIER_REDACTED },
	{ "reasoning", "encrypted_content", CARRIER_ENCRYPTED },
};

/* false: it is another's, and the block goes. */
static bool
open_member(const struct returned_carriers *r, struct json_object *block,
    size_t place)
{
	const char *text = json_text_string(block, places[place].member);
	struct carrier carrier;
	char *room = NULL;
	bool is_ours;

	if (text == NULL || !carrier_looks_like_one(text, strlen(text)))
		return true;
	is_ours = carrier_unwrap(r->key, (struct carrier_text) { text,
	    strlen(text) }, &carrier, &room) &&
	    carrier.kind == places[place].kind &&
	    is_same(carrier.issuer, r->issuer) &&
	    is_same(carrier.family, model_family(r->model));
	if (is_ours) {
		json_object_object_add(block, places[place].member,
		    json_object_new_string_len(carrier.sealed.at,
		    (int)carrier.sealed.len));
		if (carrier.item_id.len > 0)
			json_object_object_add(block, "id",
			    json_object_new_string_len(carrier.item_id.at,
			    (int)carrier.item_id.len));
	}
	free(room);
	return is_ours;
}

/* Does it hold a carrier in a place that only another dialect would use? */
static bool
has_stray_carrier(struct json_object *block)
{
	json_object_object_foreach(block, name, value) {
		const char *text = json_object_is_type(value, json_type_string) ?
		    json_object_get_string(value) : NULL;

		(void)name;
		if (text != NULL && carrier_looks_like_one(text, strlen(text)))
			return true;
	}
	return false;
}

static bool
may_stay(const struct returned_carriers *r, struct json_object *block)
{
	const char *type = json_text_string(block, "type");

	if (!json_object_is_type(block, json_type_object))
		return true;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (type != NULL && strcmp(type, places[i].type) == 0)
			return open_member(r, block, i);
	return !has_stray_carrier(block);
}

static void
clean_list(const struct returned_carriers *r, struct json_object *list)
{
	for (size_t i = json_object_array_length(list); i > 0; i--)
		if (!may_stay(r, json_object_array_get_idx(list, i - 1)))
			json_object_array_del_idx(list, i - 1, 1);
}

/* A turn that was nothing but another's reasoning has nothing to say. */
static void
clean_messages(const struct returned_carriers *r, struct json_object *messages)
{
	static const char *const lists[] = { "content", "reasoning_details" };

	for (size_t i = json_object_array_length(messages); i > 0; i--) {
		struct json_object *m = json_object_array_get_idx(messages,
		    i - 1);
		bool is_empty = false;

		for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
			struct json_object *list = json_text_array(m, lists[k]);
			size_t before = list != NULL ?
			    json_object_array_length(list) : 0;

			if (before == 0)
				continue;
			clean_list(r, list);
			if (json_object_array_length(list) > 0)
				continue;
			if (k == 0)
				is_empty = true;
			else
				json_object_object_del(m, lists[k]);
		}
		if (is_empty)
			json_object_array_del_idx(messages, i - 1, 1);
	}
}

char *
returned_carriers_open(const struct returned_carriers *r, const char *body,
    size_t len, size_t *out_len, struct err *err)
{
	struct json_text text = { .text = body, .len = len,
	    .depth = DEPTH_MAX, .code = ERR_INVALID_REQUEST };
	struct json_object *request = NULL, *list;
	struct returned_carriers asked = *r;
	const char *clean;
	char *out;

	if (!json_text_parse(&text, &request, err))
		return NULL;
	if (asked.model == NULL)
		asked.model = json_text_string(request, "model");
	if (asked.model == NULL)
		asked.model = "";
	if ((list = json_text_array(request, "messages")) != NULL)
		clean_messages(&asked, list);
	if ((list = json_text_array(request, "input")) != NULL)
		clean_list(&asked, list);
	clean = json_object_to_json_string_length(request,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, out_len);
	out = malloc(*out_len + 1);
	if (out != NULL)
		memcpy(out, clean, *out_len + 1);
	else
		err_set(err, ERR_OVERLOADED, "memory");
	json_object_put(request);
	return out;
}
