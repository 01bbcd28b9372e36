/* SPDX-License-Identifier: ISC */
#include "cli/warning.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/output.h"
#include "common/json/json_text.h"

void
warning_add(struct json_object *data, const char *fmt, ...)
{
	struct json_object *all = json_text_array(data, "warnings");
	char text[512];
	va_list ap;

	if (all == NULL)
		all = field_set_array(data, "warnings");
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < json_object_array_length(all); i++)
		if (strcmp(json_object_get_string(
		    json_object_array_get_idx(all, i)), text) == 0)
			return;
	json_object_array_add(all, json_object_new_string(text));
}

void
warning_print(struct json_object *data)
{
	struct json_object *all = json_text_array(data, "warnings");
	size_t n = all != NULL ? json_object_array_length(all) : 0;

	for (size_t i = 0; i < n; i++)
		output_warn("%s", json_object_get_string(
		    json_object_array_get_idx(all, i)));
}
