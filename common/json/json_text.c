/* SPDX-License-Identifier: ISC */
#include "common/json/json_text.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "common/errors.h"

/*
 * By the byte before it or that opens it, what a value counts.  json-c gives an
 * object a table of sixteen entries, some 700 bytes.
 */
static const uint8_t counts[UINT8_MAX + 1] = { [','] = 1, ['['] = 1, ['{'] = 8 };

/*
 * Behind the string that starts at 'at', 'len' when it has no end, 0 when there
 * is a control character in it; *has_nul when an escape stands for a NUL.
 */
static size_t
skip_string(const char *text, size_t len, size_t at, bool *has_nul)
{
	*has_nul = false;
	for (at++; at < len && text[at] != '"'; at++) {
		if ((unsigned char)text[at] < ' ')
			return 0;
		if (text[at] != '\\')
			continue;
		at++;
		if (len - at >= 5 && memcmp(text + at, "u0000", 5) == 0)
			*has_nul = true;
	}
	return at < len ? at + 1 : len;
}

static bool
is_name(const char *text, size_t len, size_t at)
{
	while (at < len && (text[at] == ' ' || text[at] == '\t' ||
	    text[at] == '\n' || text[at] == '\r'))
		at++;
	return at < len && text[at] == ':';
}

/*
 * What json-c lets pass although it is no JSON: NaN and Infinity, control
 * characters; and a NUL in a name, at which json-c would cut it, so that two
 * readers would see two names.  The offset of the first, or 'len'; *n_values is
 * how many values there are at most, before it.
 */
static size_t
find_trap(const char *text, size_t len, size_t *n_values)
{
	*n_values = 1;
	for (size_t at = 0; at < len;) {
		bool has_nul;
		size_t end;

		if (text[at] == 'N' || text[at] == 'I' || text[at] == '\0')
			return at;
		if (text[at] != '"') {
			*n_values += counts[(uint8_t)text[at]];
			at++;
			continue;
		}
		end = skip_string(text, len, at, &has_nul);
		if (end == 0 || (has_nul && is_name(text, len, end)))
			return at;
		at = end;
	}
	return len;
}

bool
json_text_parse(const struct json_text *t, struct json_object **value,
    struct err *err)
{
	int depth = t->depth != 0 ? t->depth : JSON_TEXT_DEPTH;
	struct json_tokener *tok;
	enum json_tokener_error result;
	size_t at, n_values;

	*value = NULL;
	if (t->len >= INT_MAX)
		return err_set(err, t->code, "%zu bytes", t->len);
	at = find_trap(t->text, t->len, &n_values);
	if (n_values > JSON_TEXT_VALUES_MAX)
		return err_set(err, t->code, "more than %u values",
		    JSON_TEXT_VALUES_MAX);
	if (at < t->len)
		return err_set(err, t->code, "byte %zu: not JSON", at + 1);
	tok = json_tokener_new_ex(depth);
	if (tok == NULL)
		return err_set(err, ERR_NO_MEMORY, "JSON");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
	    JSON_TOKENER_VALIDATE_UTF8);
	*value = json_tokener_parse_ex(tok, t->text, (int)t->len);
	result = json_tokener_get_error(tok);
	at = json_tokener_get_parse_end(tok);
	/* A number may go on: only the NUL that ends the text ends it. */
	if (result == json_tokener_continue) {
		*value = json_tokener_parse_ex(tok, "", 1);
		result = json_tokener_get_error(tok);
	}
	json_tokener_free(tok);
	if (result == json_tokener_success)
		return true;
	json_object_put(*value);
	*value = NULL;
	return err_set(err, t->code, "byte %zu: %s", at + 1,
	    json_tokener_error_desc(result));
}

static struct json_object *
member(const struct json_object *object, const char *name, json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

const char *
json_text_string(const struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name, json_type_string);
	const char *text;

	if (value == NULL)
		return NULL;
	text = json_object_get_string(value);
	if (strlen(text) != (size_t)json_object_get_string_len(value))
		return NULL;
	return text;
}

struct json_object *
json_text_object(const struct json_object *object, const char *name)
{
	return member(object, name, json_type_object);
}

struct json_object *
json_text_array(const struct json_object *object, const char *name)
{
	return member(object, name, json_type_array);
}

bool
json_text_int(const struct json_object *object, const char *name,
    int64_t *value)
{
	struct json_object *found = member(object, name, json_type_int);
	int64_t n;

	if (found == NULL)
		return false;
	n = json_object_get_int64(found);
	/* json-c says "too large" with the nearest value that fits. */
	if (n == INT64_MAX || n == INT64_MIN)
		return false;
	*value = n;
	return true;
}

bool
json_text_number(const struct json_object *object, const char *name,
    double *value)
{
	struct json_object *found = member(object, name, json_type_double);
	double n;

	if (found == NULL)
		found = member(object, name, json_type_int);
	if (found == NULL)
		return false;
	n = json_object_get_double(found);
	if (!isfinite(n))
		return false;
	*value = n;
	return true;
}

bool
json_text_bool(const struct json_object *object, const char *name,
    bool *value)
{
	struct json_object *found = member(object, name, json_type_boolean);

	if (found != NULL)
		*value = json_object_get_boolean(found) != 0;
	return found != NULL;
}

bool
json_text_is_absent(const struct json_object *object, const char *name)
{
	struct json_object *value;

	return !json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value) || value == NULL;
}
