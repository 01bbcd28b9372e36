/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/answer_writer.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/dialect/carrier.h"
#include "proxy/dialect/tool_names.h"

#define CALL_ID_MAX 63		/* characters that Responses takes */

void
answer_writer_init(struct answer_writer *w,
    const struct dialect_answer_options *options)
{
	size_t max = options->held_max;

	*w = (struct answer_writer) { .options = options, .text.max = max,
	    .items.max = max, .prose.max = max, .refusal.max = max,
	    .reasoning.max = max, .details.max = max };
}

void
answer_writer_close(struct answer_writer *w)
{
	dialect_output_free(&w->text);
	dialect_output_free(&w->items);
	dialect_output_free(&w->prose);
	dialect_output_free(&w->refusal);
	dialect_output_free(&w->reasoning);
	dialect_output_free(&w->details);
}

bool
answer_writer_is_plain(const struct answer_writer *w)
{
	return w->options->to_form == ANSWER_PLAIN;
}

/* --- ids --- */

/* Spreads 64 bits over 64 bits.  source: splitmix64 (public domain). */
static uint64_t
mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static void
format_id(const char *prefix, uint64_t high, uint64_t low,
    char id[ANSWER_OWN_ID])
{
	snprintf(id, ANSWER_OWN_ID, "%s%016llx%08llx", prefix,
	    (unsigned long long)high,
	    (unsigned long long)(low & 0xffffffffu));
}

void
answer_writer_make_id(struct answer_writer *w, const char *prefix,
    char id[ANSWER_OWN_ID])
{
	uint64_t halves[2];

	_Static_assert(sizeof halves == ANSWER_SEED_LEN, "two halves");
	memcpy(halves, w->options->seed, sizeof halves);
	w->n_ids++;
	halves[0] = mix(halves[0] ^ mix(halves[1] + w->n_ids));
	format_id(prefix, halves[0], mix(halves[0] ^ halves[1]), id);
}

static bool
is_good_call_id(const char *id)
{
	size_t n = 0;

	for (; id[n] != '\0'; n++)
		if (!isalnum((unsigned char)id[n]) && id[n] != '_' &&
		    id[n] != '-')
			return false;
	return n > 0 && n <= CALL_ID_MAX;
}

static void
set_call_id(struct answer_writer *w, const char *id)
{
	const char *prefix = w->options->to == DIALECT_ANTHROPIC ? "toolu_"
	    : "call_";
	uint64_t high = 0, low = 1;

	if (id == NULL) {
		answer_writer_make_id(w, prefix, w->call_id);
	} else if (is_good_call_id(id)) {
		snprintf(w->call_id, sizeof w->call_id, "%s", id);
	} else {
		for (; *id != '\0'; id++) {
			high = mix(high ^ (unsigned char)*id);
			low = mix(low + high);
		}
		format_id(prefix, high, low, w->call_id);
	}
}

/* --- blocks --- */

void
answer_writer_begin(struct answer_writer *w, const struct neutral_event *e)
{
	w->n_blocks++;
	w->has_text = false;
	w->tool = NULL;
	dialect_output_cut(&w->text, 0);
	if (e->block != BLOCK_TOOL)
		return;
	w->n_tools++;
	set_call_id(w, e->id);
	if (w->options->names != NULL)
		w->tool = tool_names_find_sent(w->options->names, e->name);
	snprintf(w->name, sizeof w->name, "%s", w->tool != NULL
	    ? w->tool->name : e->name);
}

static enum carrier_kind
kind_of_seal(const struct answer_writer *w, const struct neutral_event *e)
{
	switch (w->options->from) {
	case DIALECT_ANTHROPIC:
		return e->block == BLOCK_REDACTED ? CARRIER_REDACTED
		    : CARRIER_SIGNATURE;
	case DIALECT_RESPONSES:
		return CARRIER_ENCRYPTED;
	default:
		return CARRIER_DETAILS;
	}
}

static struct carrier_text
counted(const char *text)
{
	return (struct carrier_text) { text != NULL ? text : "",
	    text != NULL ? strlen(text) : 0 };
}

char *
answer_writer_wrap(const struct answer_writer *w,
    const struct neutral_event *e)
{
	struct carrier c = {
		.kind = kind_of_seal(w, e),
		.issuer = counted(w->options->issuer),
		.family = counted(w->options->family),
		.item_id = counted(e->seal_id),
		.sealed = counted(e->seal),
	};
	char *list = NULL, *wrapped;

	/* Its own vendor would refuse it unsealed: we must know it again. */
	if (e->seal == NULL && e->block == BLOCK_REASONING &&
	    w->options->to != DIALECT_CHAT)
		c.kind = CARRIER_PLAIN;
	else if (e->seal == NULL)
		return NULL;
	if (w->options->from == w->options->to &&
	    w->options->from != DIALECT_CHAT)
		return e->seal != NULL ? strdup(e->seal) : NULL;
	if (w->options->key == NULL)
		return NULL;
	if (c.kind == CARRIER_DETAILS && asprintf(&list, "[%s]", e->seal) > 0)
		c.sealed = counted(list);
	wrapped = carrier_wrap(w->options->key, &c);
	free(list);
	return wrapped;
}

bool
answer_writer_is_custom(const struct answer_writer *w)
{
	return w->tool != NULL && w->tool->kind == TOOL_CUSTOM;
}

const char *
answer_writer_arguments(const struct answer_writer *w)
{
	return w->text.len > 0 ? dialect_output_peek(&w->text) : "{}";
}

void
answer_writer_input(const struct answer_writer *w, struct dialect_output *out)
{
	struct json_text t = { dialect_output_peek(&w->text), w->text.len, 0,
	    ERR_UPSTREAM_BROKEN };
	struct json_object *value = NULL, *input = NULL;
	struct err err;

	/* What does not keep to the form is what the model wanted to say. */
	if (!json_text_parse(&t, &value, &err) ||
	    !json_object_is_type(value, json_type_object) ||
	    !json_object_object_get_ex(value, "input", &input) ||
	    !json_object_is_type(input, json_type_string))
		dialect_output_add(out, t.text, t.len);
	else
		dialect_output_add(out, json_object_get_string(input),
		    (size_t)json_object_get_string_len(input));
	json_object_put(value);
}

void
answer_writer_comma(struct dialect_output *o)
{
	if (o->len > 0)
		dialect_output_add(o, ",", 1);
}
