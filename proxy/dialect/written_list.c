/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/written_list.h"

#include <assert.h>
#include <json-c/json.h>

#include "proxy/dialect/reading.h"

void
written_list_init(struct written_list *l)
{
	*l = (struct written_list) {
		.items = json_object_new_array(),
		.text = { .max = REQUEST_LEN_MAX },
	};
	assert(l->items != NULL);
	dialect_output_text(&l->text, "[");
}

void
written_list_write(struct written_list *l)
{
	size_t n = json_object_array_length(l->items);
	struct text json;

	if (n == 0)
		return;
	json = text_written(l->items);
	if (json.at == NULL)
		l->text.has_failed = true;
	if (l->text.len > 1)
		dialect_output_text(&l->text, ",");
	/* Its brackets are those of the list. */
	if (json.at != NULL)
		dialect_output_add(&l->text, json.at + 1, json.len - 2);
	json_object_array_del_idx(l->items, 0, n);
}

struct json_object *
written_list_take(struct written_list *l, struct reading *r)
{
	written_list_write(l);
	dialect_output_text(&l->text, "]");
	if (l->text.has_failed) {
		r->is_too_long = true;
		dialect_output_free(&l->text);
		return l->items;
	}
	json_object_set_serializer(l->items,
	    json_object_userdata_to_json_string, l->text.text,
	    json_object_free_userdata);
	return l->items;
}
