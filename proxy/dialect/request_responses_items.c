/* SPDX-License-Identifier: ISC */
/* The items of a Responses request, written. */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_responses.h"
#include "proxy/dialect/written_list.h"

struct items {
	struct reading *r;
	struct written_list list;
};

static struct json_object *
new_item(struct items *i, const char *type)
{
	struct json_object *o = json_object_new_object();

	text_put(o, "type", text_of(type));
	json_object_array_add(i->list.items, o);
	return o;
}

static void
write_file(struct reading *r, const struct part *p, struct json_object *o)
{
	text_put(o, "type", WORDS("input_file"));
	if (p->media.source == MEDIA_URL) {
		text_put(o, "file_url", p->media.data);
		return;
	}
	text_put(o, "filename", p->media.name.len > 0 ? p->media.name :
	    WORDS("document.pdf"));
	text_put(o, "file_data", media_url(r->arena, &p->media,
	    "application/pdf"));
}

static struct json_object *
write_part(struct reading *r, const struct part *p, const char *text_type)
{
	struct json_object *o = json_object_new_object(), *inner;

	switch (p->kind) {
	case PART_IMAGE:
		text_put(o, "type", WORDS("input_image"));
		text_put(o, "image_url", media_url(r->arena, &p->media,
		    "image/png"));
		text_put(o, "detail", p->media.detail);
		break;
	case PART_DOCUMENT:
		write_file(r, p, o);
		break;
	case PART_AUDIO:
		inner = json_object_new_object();
		text_put(inner, "data", p->media.data);
		text_put(inner, "format", p->media.type);
		text_put(o, "type", WORDS("input_audio"));
		member_put(o, "input_audio", inner);
		break;
	case PART_REFUSAL:
		text_put(o, "type", WORDS("refusal"));
		text_put(o, "refusal", p->text);
		break;
	default:
		text_put(o, "type", text_of(text_type));
		text_put(o, "text", p->text);
		break;
	}
	if (p->cache != CACHE_UNMARKED &&
	    model_has(r->target, TAKES_BREAKPOINTS)) {
		inner = json_object_new_object();
		text_put(inner, "mode", WORDS("explicit"));
		member_put(o, "prompt_cache_breakpoint", inner);
	}
	return o;
}

static void
write_message(struct items *i, const char *role, const struct part *from,
    const struct part *end)
{
	struct json_object *o, *content;
	bool is_assistant = text_is(text_of(role), "assistant");

	if (from == end)
		return;
	o = new_item(i, "message");
	content = json_object_new_array();
	text_put(o, "role", text_of(role));
	for (; from != end; from = from->next)
		json_object_array_add(content, write_part(i->r, from,
		    is_assistant ? "output_text" : "input_text"));
	member_put(o, "content", content);
}

/* One text is a string; anything else is a list of parts. */
static void
write_result(struct items *i, const struct result *result)
{
	bool is_custom = result->kind == TOOL_CUSTOM;
	const struct part *only = result->parts.first;
	struct json_object *o = new_item(i, is_custom ?
	    "custom_tool_call_output" : "function_call_output"), *list;

	text_put(o, "call_id", result->id);
	if (only == NULL || (only->next == NULL && only->kind == PART_TEXT)) {
		text_put(o, "output", only != NULL ? only->text : WORDS(""));
		return;
	}
	list = json_object_new_array();
	for (; only != NULL; only = only->next)
		json_object_array_add(list, write_part(i->r, only,
		    "input_text"));
	member_put(o, "output", list);
}

static void
write_call(struct items *i, const struct call *c)
{
	bool is_custom = c->kind == TOOL_CUSTOM;
	struct json_object *o = new_item(i, is_custom ? "custom_tool_call" :
	    "function_call");

	text_put(o, "call_id", c->id);
	text_put(o, "name", text_of(c->tool->sent));
	if (is_custom)
		text_put(o, "input", c->input);
	else
		text_put(o, "arguments", c->input.len > 0 ? c->input :
		    WORDS("{}"));
}

/* The ciphertext is bound to the item's own id. */
static void
write_thought(struct items *i, const struct thought *t)
{
	struct json_object *o = new_item(i, "reasoning");
	struct json_object *list = json_object_new_array(), *summary;

	if (t->item_id.len > 0)
		text_put(o, "id", t->item_id);
	if (t->text.len > 0) {
		summary = json_object_new_object();
		text_put(summary, "type", WORDS("summary_text"));
		text_put(summary, "text", t->text);
		json_object_array_add(list, summary);
	}
	member_put(o, "summary", list);
	text_put(o, "encrypted_content", t->sealed);
}

static void
write_turn(struct items *i, const struct message *m)
{
	const char *role = m->speaker == SPEAKER_ASSISTANT ? "assistant" :
	    m->speaker == SPEAKER_USER ? "user" :
	    m->speaker == SPEAKER_DEVELOPER ? "developer" : "system";
	const struct part *from = m->parts.first, *p;

	for (p = from; p != NULL; p = p->next) {
		if (p->kind != PART_RESULT && p->kind != PART_CALL &&
		    p->kind != PART_THOUGHT)
			continue;
		write_message(i, role, from, p);
		from = p->next;
		if (p->kind == PART_RESULT)
			write_result(i, &p->result);
		else if (p->kind == PART_CALL)
			write_call(i, &p->call);
		else
			write_thought(i, &p->thought);
	}
	write_message(i, role, from, NULL);
}

/* A prompt of plain texts; one with marks keeps its parts, as a message. */
static bool
are_instructions(const struct reading *r, const struct message *m)
{
	if (m == NULL || m->speaker != SPEAKER_SYSTEM)
		return false;
	for (const struct part *p = m->parts.first; p != NULL; p = p->next)
		if (p->kind != PART_TEXT || (p->cache != CACHE_UNMARKED &&
		    model_has(r->target, TAKES_BREAKPOINTS)))
			return false;
	return true;
}

static struct text
join_prompt(struct reading *r, const struct parts *list)
{
	struct text *pieces;
	size_t n = 0;

	for (const struct part *p = list->first; p != NULL; p = p->next)
		n += 2;
	pieces = arena_alloc(r->arena, (n + 1) * sizeof *pieces);
	n = 0;
	for (const struct part *p = list->first; p != NULL; p = p->next) {
		pieces[n] = n > 0 ? WORDS("\n\n") : WORDS("");
		pieces[n + 1] = p->text;
		n += 2;
	}
	return text_join(r->arena, pieces, n);
}

void
request_responses_write_input(struct reading *r, struct json_object *body)
{
	const struct message *m = r->request->messages.first;
	struct items items = { .r = r };

	written_list_init(&items.list);
	if (are_instructions(r, m)) {
		text_put(body, "instructions", join_prompt(r, &m->parts));
		m = m->next;
	}
	for (; m != NULL; m = m->next) {
		write_turn(&items, m);
		written_list_write(&items.list);
	}
	member_put(body, "input", written_list_take(&items.list, r));
}
