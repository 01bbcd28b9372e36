/* SPDX-License-Identifier: ISC */
#include "cli/fields.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/moment.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"

void
field_set_text(struct json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name,
	    text != NULL ? json_object_new_string(text) : NULL);
}

void
field_set_number(struct json_object *object, const char *name, int64_t value)
{
	json_object_object_add(object, name, json_object_new_int64(value));
}

void
field_set_flag(struct json_object *object, const char *name, uint64_t value)
{
	json_object_object_add(object, name,
	    json_object_new_boolean(value != 0));
}

void
field_set_true(struct json_object *object, const char *name)
{
	field_set_flag(object, name, 1);
}

void
field_set_false(struct json_object *object, const char *name)
{
	field_set_flag(object, name, 0);
}

void
field_set_null(struct json_object *object, const char *name)
{
	json_object_object_add(object, name, NULL);
}

void
field_set_moment(struct json_object *object, const char *name, uint64_t s)
{
	char text[MOMENT_TEXT];

	moment_format(s, text);
	field_set_text(object, name, s != 0 ? text : NULL);
}

struct json_object *
field_set_object(struct json_object *object, const char *name)
{
	struct json_object *member = json_object_new_object();

	json_object_object_add(object, name, member);
	return member;
}

struct json_object *
field_set_array(struct json_object *object, const char *name)
{
	struct json_object *member = json_object_new_array();

	json_object_object_add(object, name, member);
	return member;
}

struct json_object *
field_append_object(struct json_object *array)
{
	struct json_object *element = json_object_new_object();

	json_object_array_add(array, element);
	return element;
}

void
field_copy_as(struct json_object *to, const char *as,
    const struct json_object *from, const char *name)
{
	struct json_object *member = NULL;

	json_object_object_get_ex(from, name, &member);
	json_object_object_add(to, as, json_object_get(member));
}

void
field_copy(struct json_object *to, const struct json_object *from,
    const char *name)
{
	field_copy_as(to, name, from, name);
}

bool
field_save(struct json_object *object, int folder, const char *name,
    struct err *err)
{
	const char *text = json_object_to_json_string_ext(object,
	    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
	    JSON_C_TO_STRING_NOSLASHESCAPE);
	AUTO_FREE char *line = NULL;
	int len;

	len = text != NULL ? asprintf(&line, "%s\n", text) : -1;
	if (len == -1) {
		line = NULL;
		return err_set(err, ERR_NO_MEMORY, "%s", name);
	}
	return home_replace(folder, name, line, (size_t)len, NULL, err);
}
