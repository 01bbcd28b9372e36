/* SPDX-License-Identifier: ISC */
/* The messages of a Chat request, written. */
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_chat.h"

static struct value *
new_message(struct reading *r, const char *role, struct value *list)
{
	struct value *m = value_new_object(r->arena);

	text_put(m, "role", text_of(role));
	value_add(list, m);
	return m;
}

static struct value *
write_image(struct reading *r, const struct part *p)
{
	struct value *image = value_new_object(r->arena);

	text_put(image, "url", media_url(r->arena, &p->media, "image/png"));
	text_put(image, "detail", p->media.detail);
	return image;
}

static struct value *
write_file(struct reading *r, const struct part *p)
{
	struct value *file = value_new_object(r->arena);

	text_put(file, "filename", p->media.name.len > 0 ? p->media.name :
	    WORDS("document.pdf"));
	text_put(file, "file_data", media_url(r->arena, &p->media,
	    "application/pdf"));
	return file;
}

static struct value *
write_audio(struct reading *r, const struct part *p)
{
	struct value *audio = value_new_object(r->arena);

	text_put(audio, "data", p->media.data);
	text_put(audio, "format", p->media.type);
	return audio;
}

static struct value *
write_part(struct reading *r, const struct part *p)
{
	static const char *const kinds[] = { [PART_TEXT] = "text",
		[PART_REFUSAL] = "refusal", [PART_IMAGE] = "image_url",
		[PART_DOCUMENT] = "file", [PART_AUDIO] = "input_audio" };
	struct value *o = value_new_object(r->arena);

	text_put(o, "type", text_of(kinds[p->kind]));
	if (p->kind == PART_IMAGE)
		value_put(o, "image_url", write_image(r, p));
	else if (p->kind == PART_DOCUMENT)
		value_put(o, "file", write_file(r, p));
	else if (p->kind == PART_AUDIO)
		value_put(o, "input_audio", write_audio(r, p));
	else
		text_put(o, kinds[p->kind], p->text);
	if (p->cache != CACHE_UNMARKED &&
	    model_has(r->target, TAKES_BREAKPOINTS)) {
		struct value *mark = value_new_object(r->arena);

		text_put(mark, "mode", WORDS("explicit"));
		value_put(o, "prompt_cache_breakpoint", mark);
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
static struct value *
write_content(struct reading *r, const struct parts *list)
{
	const struct part *only = list->first;
	struct value *parts;

	if (only != NULL && only->next == NULL && only->kind == PART_TEXT &&
	    (only->cache == CACHE_UNMARKED ||
	    !model_has(r->target, TAKES_BREAKPOINTS)))
		return value_new_string(r->arena, only->text);
	parts = value_new_array(r->arena);
	for (const struct part *p = list->first; p != NULL; p = p->next)
		value_add(parts, write_part(r, p));
	return parts;
}

static struct value *
write_call(struct reading *r, const struct call *c)
{
	struct value *o = value_new_object(r->arena);
	struct value *inner = value_new_object(r->arena);
	struct value *wrapped;

	text_put(o, "id", c->id);
	text_put(o, "type", WORDS("function"));
	text_put(inner, "name", text_of(c->tool->sent));
	if (c->kind == TOOL_CUSTOM) {
		wrapped = value_new_object(r->arena);
		text_put(wrapped, "input", c->input);
		text_put(inner, "arguments", text_json(r->arena, wrapped));
	} else {
		text_put(inner, "arguments", c->input.len > 0 ? c->input :
		    WORDS("{}"));
	}
	value_put(o, "function", inner);
	return o;
}

static void
write_thought(struct reading *r, const struct thought *t,
    struct value *message)
{
	struct value *all = member_of(message, "reasoning_details");
	struct value *more;
	struct err ignored;

	if (!t->is_details) {
		text_put(message, "reasoning_content", t->text);
		return;
	}
	/* Each sealed thought is a list of its own; the host gave one. */
	more = value_parse(r->arena, t->sealed, &ignored);
	if (all == NULL && items_of(more) > 0) {
		all = value_new_array(r->arena);
		value_put(message, "reasoning_details", all);
	}
	for (size_t i = 0; i < items_of(more); i++)
		value_add(all, value_at(more, i));
}

static void
write_assistant(struct reading *r, const struct message *m,
    struct value *list)
{
	struct value *o = new_message(r, "assistant", list);
	struct value *calls = value_new_array(r->arena);
	struct text text = join_texts(r, &m->parts, PART_TEXT, WORDS("\n\n"));

	value_put(o, "content", NULL);
	text_put(o, "content", text);
	text_put(o, "refusal", join_texts(r, &m->parts, PART_REFUSAL,
	    WORDS("\n")));
	for (const struct part *p = m->parts.first; p != NULL; p = p->next) {
		if (p->kind == PART_THOUGHT)
			write_thought(r, &p->thought, o);
		else if (p->kind == PART_CALL)
			value_add(calls, write_call(r, &p->call));
	}
	if (value_len(calls) > 0)
		value_put(o, "tool_calls", calls);
	/* Something has to be there: a thought alone is not enough. */
	if (text.at == NULL && member_of(o, "tool_calls") == NULL &&
	    member_of(o, "refusal") == NULL)
		text_put(o, "content", WORDS(""));
}

/* Some hosts take no list there. */
static struct value *
write_prompt(struct reading *r, const struct parts *list)
{
	return model_has(r->target, IS_OPENAI) ? write_content(r, list) :
	    value_new_string(r->arena, join_texts(r, list, PART_TEXT,
	    WORDS("\n\n")));
}

/* Results are messages of their own, before what the user says. */
static void
write_user(struct reading *r, const struct message *m,
    struct value *list)
{
	struct parts rest = { m->parts.first, m->parts.last };

	for (; rest.first != NULL && rest.first->kind == PART_RESULT;
	    rest.first = rest.first->next) {
		const struct result *result = &rest.first->result;
		struct value *o = new_message(r, "tool", list);
		struct text text = join_texts(r, &result->parts, PART_TEXT,
		    WORDS("\n"));

		text_put(o, "tool_call_id", result->id);
		text_put(o, "content", text.at != NULL ? text : WORDS(""));
	}
	if (rest.first != NULL)
		value_put(new_message(r, "user", list), "content",
		    write_content(r, &rest));
}

struct value *
request_chat_write_messages(struct reading *r)
{
	struct value *list = value_new_array(r->arena);
	const struct message *m;

	for (m = r->request->messages.first; m != NULL; m = m->next) {
		if (m->speaker == SPEAKER_ASSISTANT)
			write_assistant(r, m, list);
		else if (m->speaker == SPEAKER_USER)
			write_user(r, m, list);
		else
			value_put(new_message(r,
			    m->speaker == SPEAKER_DEVELOPER &&
			    model_has(r->target, TAKES_DEVELOPER) ?
			    "developer" : "system", list), "content",
			    write_prompt(r, &m->parts));
	}
	return list;
}
