/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/reading.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "common/crypto/digest.h"

#define UNKNOWN_MAX 64		/* members that are forwarded */
#define PATH_MAX_LEN 96		/* bytes, with the NUL */

enum path_form { PATH_EXACT, PATH_PATTERN };

static size_t
format_path(const struct where *w, enum path_form form, char *text)
{
	size_t at = w->up != NULL ? format_path(w->up, form, text) : 0;
	size_t room = PATH_MAX_LEN - at;
	int n = snprintf(text + at, room, "%s%s", at > 0 ? "." : "", w->name);

	if (w->at >= 0 && n > 0 && (size_t)n < room) {
		at += (size_t)n;
		room -= (size_t)n;
		n = form == PATH_PATTERN ? snprintf(text + at, room, "[]") :
		    snprintf(text + at, room, "[%ld]", w->at);
	}
	return n < 0 || (size_t)n >= room ? PATH_MAX_LEN - 1 : at + (size_t)n;
}

bool
reading_refuse(struct reading *r, const struct where *w, const char *why)
{
	char path[PATH_MAX_LEN];

	format_path(w, PATH_EXACT, path);
	return err_set(r->err, ERR_INVALID_REQUEST, "%s: %s", path, why);
}

bool
reading_refuse_target(struct reading *r, const struct where *w)
{
	char path[PATH_MAX_LEN];

	format_path(w, PATH_EXACT, path);
	return err_set(r->err, ERR_INVALID_REQUEST,
	    "%s: cannot be carried to %s", path, dialect_name(r->options->to));
}

void
reading_lose(struct reading *r, enum loss_kind kind, const struct where *w)
{
	char path[PATH_MAX_LEN];

	format_path(w, PATH_PATTERN, path);
	losses_add(r->losses, kind, "%s", path);
}

static const char *
wanted_type(const char *types)
{
	switch (types[0] != '\0' && types[1] != '\0' ? '*' : types[0]) {
	case 's':
		return "a string is wanted";
	case 'n':
		return "a number is wanted";
	case 'i':
		return "a whole number is wanted";
	case 'b':
		return "true or false is wanted";
	case 'a':
		return "an array is wanted";
	case 'o':
		return "an object is wanted";
	default:
		return "it has a wrong type";
	}
}

static bool
has_type(const char *types, struct json_object *value)
{
	static const char letters[] = {
		[json_type_string] = 's', [json_type_double] = 'n',
		[json_type_int] = 'i', [json_type_boolean] = 'b',
		[json_type_array] = 'a', [json_type_object] = 'o',
	};
	char letter = letters[json_object_get_type(value)];

	return *types == '\0' || strchr(types, letter) != NULL ||
	    (letter == 'i' && strchr(types, 'n') != NULL);
}

static bool
is_harmless(const struct field_rule *rule, struct json_object *value)
{
	return rule->harmless != NULL &&
	    (!json_object_is_type(value, json_type_array) ||
	    json_object_array_length(value) <= 1) &&
	    strcmp(json_object_to_json_string_ext(value,
	    JSON_C_TO_STRING_PLAIN), rule->harmless) == 0;
}

static bool
apply_fate(struct reading *r, enum fate fate, const struct where *w)
{
	if (fate == FATE_REFUSED)
		return reading_refuse_target(r, w);
	if (fate == FATE_DROPPED)
		reading_lose(r, LOSS_DROPPED, w);
	else if (fate == FATE_PRIVATE)
		reading_lose(r, LOSS_PRIVATE, w);
	return true;
}

static int
n_unknown(const struct neutral_request *q)
{
	return q->unknown == NULL ? 0 : json_object_object_length(q->unknown);
}

/* D.1: only a Chat host that is not known as strict gets what is unknown. */
static bool
apply_unknown(struct reading *r, const struct where *w, const char *name,
    struct json_object *value)
{
	if (w->up == NULL && r->options->to == DIALECT_CHAT &&
	    model_has(r->target, TAKES_UNKNOWN) &&
	    n_unknown(r->request) < UNKNOWN_MAX) {
		if (r->request->unknown == NULL)
			r->request->unknown = arena_keep(r->arena,
			    json_object_new_object());
		json_object_object_add(r->request->unknown, name,
		    json_object_get(value));
		return true;
	}
	reading_lose(r, LOSS_DROPPED, w);
	return true;
}

bool
reading_check(struct reading *r, const char *scope_name,
    const struct where *up, struct json_object *object)
{
	const struct field_scope *scope = field_scope_find(r->options->from,
	    scope_name);

	if (!json_object_is_type(object, json_type_object))
		return reading_refuse(r, up, "an object is wanted");
	json_object_object_foreach(object, name, value) {
		const struct field_rule *rule = field_rule_find(scope, name);
		const struct where *w = WHERE_MEMBER(up, name);
		enum fate fate;

		if (value == NULL)
			continue;
		if (rule == NULL) {
			if (!apply_unknown(r, w, name, value))
				return false;
			continue;
		}
		if (!has_type(rule->types, value))
			return reading_refuse(r, w, wanted_type(rule->types));
		fate = rule->to[r->options->to];
		if (fate != FATE_CARRIED && !is_harmless(rule, value) &&
		    !apply_fate(r, fate, w))
			return false;
	}
	return true;
}

bool
reading_kind(struct reading *r, const char *scope_name, const struct where *w,
    struct text kind, enum fate *fate)
{
	const struct field_scope *scope = field_scope_find(r->options->from,
	    scope_name);

	for (size_t i = 0; i < scope->n_rules; i++) {
		const struct field_rule *rule = &scope->rules[i];
		size_t len = strlen(rule->name);

		/* "web_search_" stands for all of its dated versions. */
		if (!text_is(kind, rule->name) &&
		    !(rule->name[len - 1] == '_' &&
		    text_begins(kind, rule->name)))
			continue;
		*fate = rule->to[r->options->to];
		return *fate == FATE_CARRIED || apply_fate(r, *fate,
		    WHERE_MEMBER(w, rule->name));
	}
	return reading_refuse_target(r, WHERE_MEMBER(w,
	    kind.at != NULL && kind.len < 40 ? kind.at : "type"));
}

struct json_object *
member_of(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, name, &value);
	return value;
}

bool
member_is_true(struct json_object *object, const char *name)
{
	struct json_object *value = member_of(object, name);

	return json_object_is_type(value, json_type_boolean) &&
	    json_object_get_boolean(value);
}

size_t
items_of(struct json_object *array)
{
	return json_object_is_type(array, json_type_array) ?
	    json_object_array_length(array) : 0;
}

bool
reading_text(struct reading *r, const struct where *w,
    struct json_object *object, const char *name, struct text *text)
{
	*text = text_member(object, name);
	return text->at != NULL ||
	    reading_refuse(r, WHERE_MEMBER(w, name), "a string is wanted");
}

bool
reading_tokens(struct reading *r, struct json_object *body, const char *name,
    int64_t *tokens)
{
	struct json_object *value = member_of(body, name);

	*tokens = value != NULL ? json_object_get_int64(value) : 0;
	return value == NULL || *tokens >= 1 || reading_refuse(r,
	    WHERE_MEMBER(NULL, name), "at least 1 is wanted");
}

const struct tool_name *
reading_tool(struct reading *r, struct text name, struct text space,
    enum tool_kind kind)
{
	const struct tool_name wanted = {
		.name = text_terminated(r->arena, name.at != NULL ? name :
		    WORDS("")),
		.space = text_terminated(r->arena, space),
		.kind = kind,
		.is_wrapped = kind == TOOL_CUSTOM &&
		    r->options->to != DIALECT_RESPONSES,
	};

	return tool_names_add(r->names, &wanted);
}

struct text
reading_user(struct reading *r, const char *purpose)
{
	const struct text id = r->request->user_id;
	const struct digest_piece pieces[] = {
		{ purpose, strlen(purpose) },
		{ id.at, id.len },
	};
	uint8_t mac[DIGEST_LEN];
	char *hex;

	if (id.len == 0)
		return NO_TEXT;
	hex = arena_alloc(r->arena, DIGEST_HEX);
	digest_hmac(r->options->key, r->options->key_len, pieces, 2, mac);
	digest_hex(mac, sizeof mac / 2, hex);
	return text_of(hex);
}
