/* SPDX-License-Identifier: ISC */
/* The messages of a Chat request, written. */
#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_chat.h"
#include "proxy/dialect/written_list.h"

static struct json_object *
new_message(const char *role, struct json_object *list)
{
	struct json_object *m = json_object_new_object();

	text_put(m, "role", text_of(role));
	json_object_array_add(list, m);
	return m;
}

static struct json_object *
write_image(struct reading *r, const struct part *p)
{
	struct json_object *image = json_object_new_object();

	text_put(image, "url", media_url(r->arena, &p->media, "image/png"));
	text_put(image, "detail", p->media.detail);
	return image;
}

static struct json_object *
write_file(struct reading *r, const struct part *p)
{
	struct json_object *file = json_object_new_object();

	text_put(file, "filename", p->media.name.len > 0 ? p->media.name :
	    WORDS("document.pdf"));
	text_put(file, "file_data", media_url(r->arena, &p->media,
	    "application/pdf"));
	return file;
}

static struct json_object *
write_audio(const struct part *p)
{
	struct json_object *audio = json_object_new_object();

	text_put(audio, "data", p->media.data);
	text_put(audio, "format", p->media.type);
	return audio;
}

static struct json_object *
write_part(struct reading *r, const struct part *p)
{
	static const char *const kinds[] = { [PART_TEXT] = "text",
		[PART_REFUSAL] = "refusal", [PART_IMAGE] = "image_url",
		[PART_DOCUMENT] = "file", [PART_AUDIO] = "input_audio" };
	struct json_object *o = json_object_new_object();

	text_put(o, "type", text_of(kinds[p->kind]));
	if (p->kind == PART_IMAGE)
		member_put(o, "image_url", write_image(r, p));
	else if (p->kind == PART_DOCUMENT)
		member_put(o, "file", write_file(r, p));
	else if (p->kind == PART_AUDIO)
		member_put(o, "input_audio", write_audio(p));
	else
		text_put(o, kinds[p->kind], p->text);
	if (p->cache != CACHE_UNMARKED &&
	    model_has(r->target, TAKES_BREAKPOINTS)) {
		struct json_object *mark = json_object_new_object();

		text_put(mark, "mode", WORDS("explicit"));
		member_put(o, "prompt_cache_breakpoint", mark);
	}
	return o;
}

/* The texts alone, with a line's end between them. */
static struct text
join_texts(struct reading *r, const struct parts *list, enum part_kind kind,
    struct text between)
{
	struct text *pieces;
	size_t n = 0;

	for (const struct part *p = list->first; p != NULL; p = p->next)
		n += 2;
	pieces = arena_alloc(r->arena, (n + 1) * sizeof *pieces);
	n = 0;
	for (const struct part *p = list->first; p != NULL; p = p->next) {
		if (p->kind != kind)
			continue;
		if (n > 0)
			pieces[n++] = between;
		pieces[n++] = p->text;
	}
	return n == 0 ? NO_TEXT : n == 1 ? pieces[0] :
	    text_join(r->arena, pieces, n);
}

/* One text is a string, which every host takes; more are parts. */
static struct json_object *
write_content(struct reading *r, const struct parts *list)
{
	const struct part *only = list->first;
	struct json_object *parts;

	if (only != NULL && only->next == NULL && only->kind == PART_TEXT &&
	    (only->cache == CACHE_UNMARKED ||
	    !model_has(r->target, TAKES_BREAKPOINTS)))
		return text_new(only->text);
	parts = json_object_new_array();
	for (const struct part *p = list->first; p != NULL; p = p->next)
		json_object_array_add(parts, write_part(r, p));
	return parts;
}

static struct json_object *
write_call(const struct call *c)
{
	struct json_object *o = json_object_new_object();
	struct json_object *inner = json_object_new_object();
	struct json_object *wrapped;

	text_put(o, "id", c->id);
	text_put(o, "type", WORDS("function"));
	text_put(inner, "name", text_of(c->tool->sent));
	if (c->kind == TOOL_CUSTOM) {
		wrapped = json_object_new_object();
		text_put(wrapped, "input", c->input);
		member_put(inner, "arguments",
		    json_object_new_string(json_object_to_json_string_ext(
		    wrapped, JSON_C_TO_STRING_PLAIN |
		    JSON_C_TO_STRING_NOSLASHESCAPE)));
		json_object_put(wrapped);
	} else {
		text_put(inner, "arguments", c->input.len > 0 ? c->input :
		    WORDS("{}"));
	}
	member_put(o, "function", inner);
	return o;
}

static void
write_thought(struct reading *r, const struct thought *t,
    struct json_object *message)
{
	struct json_object *all = member_of(message, "reasoning_details");
	struct json_object *more;

	if (!t->is_details) {
		text_put(message, "reasoning_content", t->text);
		return;
	}
	/* Each sealed thought is a list of its own; the host gave one. */
	more = json_tokener_parse(text_terminated(r->arena, t->sealed));
	if (all == NULL && items_of(more) > 0) {
		all = json_object_new_array();
		member_put(message, "reasoning_details", all);
	}
	for (size_t i = 0; i < items_of(more); i++)
		json_object_array_add(all, json_object_get(
		    json_object_array_get_idx(more, i)));
	json_object_put(more);
}

static void
write_assistant(struct reading *r, const struct message *m,
    struct json_object *list)
{
	struct json_object *o = new_message("assistant", list);
	struct json_object *calls = json_object_new_array();
	struct text text = join_texts(r, &m->parts, PART_TEXT, WORDS("\n\n"));

	member_put(o, "content", text.at != NULL ? text_new(text) :
	    NULL);
	text_put(o, "refusal", join_texts(r, &m->parts, PART_REFUSAL,
	    WORDS("\n")));
	for (const struct part *p = m->parts.first; p != NULL; p = p->next) {
		if (p->kind == PART_THOUGHT)
			write_thought(r, &p->thought, o);
		else if (p->kind == PART_CALL)
			json_object_array_add(calls, write_call(&p->call));
	}
	if (json_object_array_length(calls) > 0)
		member_put(o, "tool_calls", calls);
	else
		json_object_put(calls);
	/* Another's turn has no thoughts of it; none is refused, as is "". */
	if (model_has(r->target, WANTS_REASONING_BACK) &&
	    member_of(o, "reasoning_content") == NULL &&
	    member_of(o, "reasoning_details") == NULL)
		text_put(o, "reasoning_content", WORDS("."));
	/* Something has to be there: a thought alone is not enough. */
	if (text.at == NULL && member_of(o, "tool_calls") == NULL &&
	    member_of(o, "refusal") == NULL)
		text_put(o, "content", WORDS(""));
}

/* Some hosts take no list there. */
static struct json_object *
write_prompt(struct reading *r, const struct parts *list)
{
	return model_has(r->target, IS_OPENAI) ? write_content(r, list) :
	    text_new(join_texts(r, list, PART_TEXT, WORDS("\n\n")));
}

/* Results are messages of their own, before what the user says. */
static void
write_user(struct reading *r, const struct message *m,
    struct json_object *list)
{
	struct parts rest = { m->parts.first, m->parts.last };

	for (; rest.first != NULL && rest.first->kind == PART_RESULT;
	    rest.first = rest.first->next) {
		const struct result *result = &rest.first->result;
		struct json_object *o = new_message("tool", list);
		struct text text = join_texts(r, &result->parts, PART_TEXT,
		    WORDS("\n"));

		text_put(o, "tool_call_id", result->id);
		text_put(o, "content", text.at != NULL ? text : WORDS(""));
	}
	if (rest.first != NULL)
		member_put(new_message("user", list), "content",
		    write_content(r, &rest));
}

struct json_object *
request_chat_write_messages(struct reading *r)
{
	struct written_list list;
	const struct message *m;

	written_list_init(&list);
	for (m = r->request->messages.first; m != NULL; m = m->next) {
		if (m->speaker == SPEAKER_ASSISTANT)
			write_assistant(r, m, list.items);
		else if (m->speaker == SPEAKER_USER)
			write_user(r, m, list.items);
		else
			member_put(new_message(
			    m->speaker == SPEAKER_DEVELOPER &&
			    model_has(r->target, TAKES_DEVELOPER) ?
			    "developer" : "system", list.items), "content",
			    write_prompt(r, &m->parts));
		written_list_write(&list);
	}
	return written_list_take(&list, r);
}
