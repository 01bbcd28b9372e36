/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/answer_reader.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/losses.h"

#define COUNT_MAX (INT64_C(1) << 50)	/* sums of them do not wrap */

bool
answer_reader_fail(struct answer_reader *r, struct json_object *error)
{
	if (r->has_error)
		return true;
	r->has_error = true;
	upstream_error_take(&r->error, 0, error);
	return true;
}

void
answer_reader_close(struct answer_reader *r)
{
	answer_blocks_close(&r->blocks);
	json_object_put(r->detail);
	dialect_output_free(&r->detail_text);
	free(r->losses);
	r->losses = NULL;
}

void
answer_reader_lose(struct answer_reader *r, const char *where,
    const char *kind)
{
	if (r->losses == NULL)
		r->losses = losses_new();
	if (r->losses != NULL)
		losses_add(r->losses, LOSS_DROPPED, "%s%s", where,
		    kind != NULL ? kind : "type");
}

void
answer_reader_lose_list(struct answer_reader *r, struct json_object *holder,
    const char *where, const char *name)
{
	struct json_object *list = json_text_array(holder, name);

	if (list != NULL && json_object_array_length(list) > 0)
		answer_reader_lose(r, where, name);
}

void
answer_reader_id(struct answer_reader *r, struct json_object *holder)
{
	const char *id = json_text_string(holder, "id");
	const char *model = json_text_string(holder, "model");

	if (id != NULL && r->id[0] == '\0')
		snprintf(r->id, sizeof r->id, "%s", id);
	if (model != NULL && r->model[0] == '\0' &&
	    strlen(model) < sizeof r->model)
		snprintf(r->model, sizeof r->model, "%s", model);
}

void
answer_reader_stop(struct answer_reader *r, enum neutral_stop stop)
{
	r->stop = stop;
	r->has_stop = true;
}

/* --- counts --- */

static void
raise(uint64_t *count, struct json_object *object, const char *name)
{
	int64_t n;

	if (json_text_int(object, name, &n) && n > 0 && n <= COUNT_MAX &&
	    (uint64_t)n > *count)
		*count = (uint64_t)n;
}

void
answer_usage_anthropic(struct answer_reader *r, struct json_object *usage)
{
	struct neutral_usage *u = &r->usage;
	struct json_object *details = json_text_object(usage,
	    "output_tokens_details");

	if (usage == NULL)
		return;
	u->is_known = true;
	raise(&u->input, usage, "input_tokens");
	raise(&u->cache_read, usage, "cache_read_input_tokens");
	raise(&u->cache_write, usage, "cache_creation_input_tokens");
	raise(&u->output, usage, "output_tokens");
	raise(&u->reasoning, details, "thinking_tokens");
	raise(&u->reasoning, details, "reasoning_tokens");
}

static void
raise_details(struct neutral_usage *u, struct json_object *usage)
{
	static const char *const holders[] = { "prompt_tokens_details",
	    "input_tokens_details", "completion_tokens_details",
	    "output_tokens_details" };

	for (size_t i = 0; i < sizeof holders / sizeof holders[0]; i++) {
		struct json_object *details = json_text_object(usage,
		    holders[i]);

		raise(&u->cache_read, details, "cached_tokens");
		raise(&u->cache_write, details, "cache_write_tokens");
		raise(&u->reasoning, details, "reasoning_tokens");
	}
}

void
answer_usage_openai(struct answer_reader *r, struct json_object *usage)
{
	struct neutral_usage *u = &r->usage;
	uint64_t cached;

	if (usage == NULL)
		return;
	u->is_known = true;
	raise(&r->openai_input, usage, "prompt_tokens");
	raise(&r->openai_input, usage, "input_tokens");
	raise(&u->output, usage, "completion_tokens");
	raise(&u->output, usage, "output_tokens");
	raise(&u->cache_read, usage, "prompt_cache_hit_tokens");
	raise_details(u, usage);
	cached = u->cache_read + u->cache_write;
	u->input = r->openai_input > cached ? r->openai_input - cached : 0;
}

/* --- text --- */

const char *
answer_string(struct json_object *object, const char *name, size_t *len)
{
	struct json_object *value;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	*len = (size_t)json_object_get_string_len(value);
	return json_object_get_string(value);
}

bool
answer_say_member(struct answer_reader *r, struct answer_block *block,
    struct json_object *object, const char *name, struct err *err)
{
	size_t len;
	const char *text = answer_string(object, name, &len);

	return text == NULL || len == 0 ||
	    answer_blocks_say(&r->blocks, block, text, len, err);
}

bool
answer_say_json(struct answer_reader *r, struct answer_block *block,
    struct json_object *value, struct err *err)
{
	size_t len;
	const char *text = json_object_to_json_string_length(value,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	return text == NULL || answer_blocks_say(&r->blocks, block, text, len,
	    err);
}
