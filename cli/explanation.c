/* SPDX-License-Identifier: ISC */
#include "cli/explanation.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/output.h"
#include "common/json/json_text.h"

#define DETAIL_MAX 1024

struct json_object *
explanation_new(const char *type, const char *id)
{
	struct json_object *o = json_object_new_object();
	struct json_object *subject = field_set_object(o, "subject");

	field_set_text(subject, "type", type);
	field_set_text(subject, "id", id);
	field_set_text(o, "narrative", "");
	field_set_array(o, "facts");
	return o;
}

void
explanation_add(struct json_object *o, const char *kind, const char *at,
    const char *fmt, ...)
{
	struct json_object *fact = field_append_object(
	    json_text_array(o, "facts"));
	char detail[DETAIL_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof detail, fmt, ap);
	va_end(ap);
	field_set_text(fact, "kind", kind);
	field_set_text(fact, "detail", detail);
	field_set_text(fact, "at", at);
}

void
explanation_tell(struct json_object *o, const char *fmt, ...)
{
	const char *before = json_text_string(o, "narrative");
	char all[4 * DETAIL_MAX];
	size_t len = (size_t)snprintf(all, sizeof all, "%s%s", before,
	    *before != '\0' ? " " : "");
	va_list ap;

	if (len >= sizeof all)
		return;
	va_start(ap, fmt);
	vsnprintf(all + len, sizeof all - len, fmt, ap);
	va_end(ap);
	field_set_text(o, "narrative", all);
}

void
explanation_format_usd(double usd, bool is_known,
    char text[EXPLANATION_USD_MAX])
{
	if (is_known)
		snprintf(text, EXPLANATION_USD_MAX, "$%.6f", usd);
	else
		snprintf(text, EXPLANATION_USD_MAX, "unknown");
}

void
explanation_print(struct json_object *o)
{
	struct json_object *facts = json_text_array(o, "facts");

	puts(output_clean(json_text_string(o, "narrative")));
	for (size_t i = 0; i < json_object_array_length(facts); i++) {
		struct json_object *fact = json_object_array_get_idx(facts, i);
		const char *at = json_text_string(fact, "at");

		printf("  %-14s %s%s%s%s\n",
		    output_clean(json_text_string(fact, "kind")),
		    output_clean(json_text_string(fact, "detail")),
		    at != NULL ? " (" : "", at != NULL ? output_clean(at) : "",
		    at != NULL ? ")" : "");
	}
}
