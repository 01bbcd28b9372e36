/* SPDX-License-Identifier: ISC */
#include "tests/mock/template.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

void
template_add(struct evbuffer *out, const char *template, ...)
{
	const char *at = template, *text;
	va_list args;

	va_start(args, template);
	while (*at != '\0') {
		size_t n = strcspn(at, "'%");

		evbuffer_add(out, at, n);
		at += n;
		if (*at == '\'') {
			evbuffer_add(out, "\"", 1);
			at++;
		} else if (strncmp(at, "%s", 2) == 0) {
			text = va_arg(args, const char *);
			evbuffer_add(out, text, strlen(text));
			at += 2;
		} else if (strncmp(at, "%ld", 3) == 0) {
			evbuffer_add_printf(out, "%ld", va_arg(args, long));
			at += 3;
		} else if (*at != '\0') {
			abort();	/* a conversion not in the contract */
		}
	}
	va_end(args);
}

char *
template_quote(const char *text)
{
	struct json_object *o = json_object_new_string(text);
	const char *quoted = json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_NOSLASHESCAPE);
	char *bare = strndup(quoted + 1, strlen(quoted) - 2);

	if (bare == NULL)
		abort();
	json_object_put(o);
	return bare;
}
