/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/tool_schema.h"

#include <json-c/json.h>
#include <string.h>

#define PROPERTIES_MAX 1000	/* of one object; OpenAI takes no more */

struct json_object *
tool_schema_clean(struct json_object *schema)
{
	struct json_object *clean = json_object_new_object();
	struct json_object *type;

	if (json_object_is_type(schema, json_type_object)) {
		json_object_object_foreach(schema, name, value)
			if (strcmp(name, "$schema") != 0)
				json_object_object_add(clean, name,
				    json_object_get(value));
	}
	type = json_object_object_get(clean, "type");
	if (!json_object_is_type(type, json_type_string) ||
	    strcmp(json_object_get_string(type), "object") != 0)
		json_object_object_add(clean, "type",
		    json_object_new_string("object"));
	if (!json_object_is_type(json_object_object_get(clean, "properties"),
	    json_type_object))
		json_object_object_add(clean, "properties",
		    json_object_new_object());
	return clean;
}

struct json_object *
tool_schema_of_custom(void)
{
	struct json_object *schema = json_object_new_object();
	struct json_object *properties = json_object_new_object();
	struct json_object *input = json_object_new_object();
	struct json_object *required = json_object_new_array();

	json_object_object_add(input, "type", json_object_new_string("string"));
	json_object_object_add(properties, "input", input);
	json_object_array_add(required, json_object_new_string("input"));
	json_object_object_add(schema, "type",
	    json_object_new_string("object"));
	json_object_object_add(schema, "properties", properties);
	json_object_object_add(schema, "required", required);
	json_object_object_add(schema, "additionalProperties",
	    json_object_new_boolean(0));
	return schema;
}

static bool
is_in(struct json_object *list, const char *name)
{
	size_t n = json_object_is_type(list, json_type_array) ?
	    json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (json_object_is_type(item, json_type_string) &&
		    strcmp(json_object_get_string(item), name) == 0)
			return true;
	}
	return false;
}

/* An object's own part of the rules. */
static bool
is_closed(struct json_object *schema)
{
	struct json_object *properties = json_object_object_get(schema,
	    "properties");
	struct json_object *others = json_object_object_get(schema,
	    "additionalProperties");
	struct json_object *required = json_object_object_get(schema,
	    "required");

	if (!json_object_is_type(others, json_type_boolean) ||
	    json_object_get_boolean(others) ||
	    (json_object_is_type(required, json_type_array) &&
	    json_object_array_length(required) > PROPERTIES_MAX))
		return false;
	if (!json_object_is_type(properties, json_type_object))
		return true;
	if (json_object_object_length(properties) > PROPERTIES_MAX)
		return false;
	json_object_object_foreach(properties, name, value) {
		(void)value;
		if (!is_in(required, name))
			return false;
	}
	return true;
}

static bool
is_refused_word(const char *name)
{
	static const char *const words[] = { "allOf", "not", "if", "then",
		"else", "dependentRequired", "dependentSchemas", "oneOf",
		"patternProperties", "unevaluatedProperties" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i], name) == 0)
			return true;
	return false;
}

static bool is_strict_value(struct json_object *value, bool is_schema);

static bool
is_strict_object(struct json_object *object, bool is_schema)
{
	struct json_object *type = json_object_object_get(object, "type");

	if (is_schema && ((json_object_is_type(type, json_type_string) &&
	    strcmp(json_object_get_string(type), "object") == 0) ||
	    is_in(type, "object")) && !is_closed(object))
		return false;
	json_object_object_foreach(object, name, value) {
		/* Names of properties are names, whatever they say. */
		bool are_names = is_schema && (strcmp(name, "properties") == 0
		    || strcmp(name, "$defs") == 0 ||
		    strcmp(name, "definitions") == 0);
		bool is_data = is_schema && (strcmp(name, "enum") == 0 ||
		    strcmp(name, "const") == 0 || strcmp(name, "default") == 0
		    || strcmp(name, "examples") == 0);

		if (is_schema && is_refused_word(name))
			return false;
		if (!is_data && !is_strict_value(value, !are_names))
			return false;
	}
	return true;
}

static bool
is_strict_value(struct json_object *value, bool is_schema)
{
	if (json_object_is_type(value, json_type_object))
		return is_strict_object(value, is_schema);
	if (!json_object_is_type(value, json_type_array))
		return true;
	for (size_t i = 0; i < json_object_array_length(value); i++)
		if (!is_strict_value(json_object_array_get_idx(value, i),
		    is_schema))
			return false;
	return true;
}

bool
tool_schema_is_strict(const struct json_object *schema)
{
	struct json_object *s = (struct json_object *)(uintptr_t)schema;

	return json_object_is_type(s, json_type_object) && is_closed(s) &&
	    is_strict_object(s, true);
}

struct text
tool_schema_describe_custom(struct arena *a, struct text description,
    struct json_object *grammar)
{
	struct json_object *inner = json_object_object_get(grammar, "grammar");
	struct json_object *rules = inner != NULL ? inner : grammar;
	struct text definition = text_member(rules, "definition");
	const struct text pieces[] = { description,
	    WORDS("\n\nThe input is a text that follows this "),
	    text_member(rules, "syntax"), WORDS(" grammar:\n"), definition };

	return definition.at == NULL ? description :
	    text_join(a, pieces, 5);
}
