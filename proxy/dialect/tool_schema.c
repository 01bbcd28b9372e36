/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/tool_schema.h"

#include <string.h>

#include "proxy/dialect/value.h"

#define PROPERTIES_MAX 1000	/* of one object; OpenAI takes no more */

struct value *
tool_schema_clean(struct arena *a, const struct value *schema)
{
	struct value *clean = value_new_object(a);

	for (size_t i = 0; value_is(schema, VALUE_OBJECT) && i < schema->n; i++)
		if (strcmp(schema->members[i].name, "$schema") != 0)
			value_append(clean, schema->members[i].name,
			    schema->members[i].value);
	if (!text_is(text_member(clean, "type"), "object"))
		text_put(clean, "type", WORDS("object"));
	if (!value_is(value_find(clean, "properties"), VALUE_OBJECT))
		value_put(clean, "properties", value_new_object(a));
	return clean;
}

struct value *
tool_schema_of_custom(struct arena *a)
{
	struct value *schema = value_new_object(a);
	struct value *properties = value_new_object(a);
	struct value *input = value_new_object(a);
	struct value *required = value_new_array(a);

	text_put(input, "type", WORDS("string"));
	value_put(properties, "input", input);
	value_add(required, value_new_string(a, WORDS("input")));
	text_put(schema, "type", WORDS("object"));
	value_put(schema, "properties", properties);
	value_put(schema, "required", required);
	value_put(schema, "additionalProperties", value_of_bool(false));
	return schema;
}

static bool
is_in(const struct value *list, const char *name)
{
	for (size_t i = 0; value_is(list, VALUE_ARRAY) && i < list->n; i++)
		if (text_is(text_value(value_at(list, i)), name))
			return true;
	return false;
}

/* An object's own part of the rules. */
static bool
is_closed(const struct value *schema)
{
	const struct value *properties = value_find(schema, "properties");
	const struct value *others = value_find(schema, "additionalProperties");
	const struct value *required = value_find(schema, "required");

	if (!value_is(others, VALUE_BOOL) || others->is_true ||
	    value_len(required) > PROPERTIES_MAX)
		return false;
	if (!value_is(properties, VALUE_OBJECT))
		return true;
	if (properties->n > PROPERTIES_MAX)
		return false;
	for (size_t i = 0; i < properties->n; i++)
		if (!is_in(required, properties->members[i].name))
			return false;
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

static bool is_strict_value(const struct value *value, bool is_schema);

static bool
is_strict_object(const struct value *object, bool is_schema)
{
	const struct value *type = value_find(object, "type");

	if (is_schema && (text_is(text_value(type), "object") ||
	    is_in(type, "object")) && !is_closed(object))
		return false;
	for (size_t i = 0; i < object->n; i++) {
		const char *name = object->members[i].name;
		/* Names of properties are names, whatever they say. */
		bool are_names = is_schema && (strcmp(name, "properties") == 0
		    || strcmp(name, "$defs") == 0 ||
		    strcmp(name, "definitions") == 0);
		bool is_data = is_schema && (strcmp(name, "enum") == 0 ||
		    strcmp(name, "const") == 0 || strcmp(name, "default") == 0
		    || strcmp(name, "examples") == 0);

		if (is_schema && is_refused_word(name))
			return false;
		if (!is_data && !is_strict_value(
		    object->members[i].value, !are_names))
			return false;
	}
	return true;
}

static bool
is_strict_value(const struct value *value, bool is_schema)
{
	if (value_is(value, VALUE_OBJECT))
		return is_strict_object(value, is_schema);
	if (!value_is(value, VALUE_ARRAY))
		return true;
	for (size_t i = 0; i < value_len(value); i++)
		if (!is_strict_value(value_at(value, i),
		    is_schema))
			return false;
	return true;
}

bool
tool_schema_is_strict(const struct value *schema)
{
	struct value *s = (struct value *)(uintptr_t)schema;

	return value_is(s, VALUE_OBJECT) && is_closed(s) &&
	    is_strict_object(s, true);
}

struct text
tool_schema_describe_custom(struct arena *a, struct text description,
    struct value *grammar)
{
	struct value *inner = value_find(grammar, "grammar");
	struct value *rules = inner != NULL ? inner : grammar;
	struct text definition = text_member(rules, "definition");
	const struct text pieces[] = { description,
	    WORDS("\n\nThe input is a text that follows this "),
	    text_member(rules, "syntax"), WORDS(" grammar:\n"), definition };

	return definition.at == NULL ? description :
	    text_join(a, pieces, 5);
}
