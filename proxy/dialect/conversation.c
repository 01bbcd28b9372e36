/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/conversation.h"

#include "proxy/dialect/reading.h"

static bool
is_to(const struct reading *r, enum dialect dialect)
{
	return r->options->to == dialect;
}

static void
report(struct reading *r)
{
	losses_add(r->losses, LOSS_ALTERED, "%s", r->words->messages);
}

/* Messages refuses a text of blanks alone; an empty one nobody wants. */
static bool
is_empty(const struct reading *r, const struct part *p)
{
	return p->kind == PART_TEXT && (p->text.len == 0 ||
	    (is_to(r, DIALECT_ANTHROPIC) && text_is_blank(p->text)));
}

/* Drops empty texts; a cache mark moves to the part before. */
static void
drop_empty(struct reading *r, struct parts *list)
{
	struct parts kept = { NULL, NULL };

	for (struct part *p = list->first, *next; p != NULL; p = next) {
		next = p->next;
		p->next = NULL;
		if (p->kind == PART_RESULT)
			drop_empty(r, &p->result.parts);
		if (!is_empty(r, p))
			parts_append(&kept, &(struct parts) { p, p });
		else if (kept.last != NULL && p->cache != CACHE_UNMARKED)
			kept.last->cache = p->cache;
	}
	*list = kept;
}

/*
 * Texts first, then calls; but items keep their order: each thought stands
 * before the call that it led to, and is refused elsewhere.
 */
static void
put_calls_last(struct reading *r, struct parts *list)
{
	struct parts calls = { NULL, NULL }, rest = { NULL, NULL };
	bool is_moved = false;

	if (is_to(r, DIALECT_RESPONSES))
		return;
	for (struct part *p = list->first, *next; p != NULL; p = next) {
		bool is_call = p->kind == PART_CALL;

		next = p->next;
		p->next = NULL;
		is_moved = is_moved || (!is_call && calls.first != NULL);
		parts_append(is_call ? &calls : &rest,
		    &(struct parts) { p, p });
	}
	parts_append(&rest, &calls);
	*list = rest;
	if (is_moved)
		report(r);
}

static bool
is_system(const struct message *m)
{
	return m->speaker == SPEAKER_SYSTEM || m->speaker == SPEAKER_DEVELOPER;
}

/* Two in a row of the same speaker that are one for the target. */
static bool
may_merge(const struct reading *r, const struct message *a,
    const struct message *b)
{
	return a->speaker == b->speaker && (a->speaker == SPEAKER_ASSISTANT ||
	    (is_to(r, DIALECT_ANTHROPIC) && a->speaker == SPEAKER_USER));
}

/*
 * Who may say what: calls and thoughts are the assistant's, pictures are not; a
 * system message with more than text in it is the user's.
 */
static bool
check_parts(struct reading *r, struct message *m)
{
	bool is_assistant = m->speaker == SPEAKER_ASSISTANT;

	for (struct part *p = m->parts.first; p != NULL; p = p->next) {
		bool is_text = p->kind == PART_TEXT || p->kind == PART_REFUSAL;
		bool is_act = p->kind == PART_CALL || p->kind == PART_THOUGHT;

		if (is_text && !is_assistant)
			p->kind = PART_TEXT;
		if (!is_text && is_system(m) && !is_act) {
			m->speaker = SPEAKER_USER;
			report(r);
		}
		if (!is_text && p->kind != PART_RESULT &&
		    is_act != is_assistant)
			return err_set(r->err, ERR_INVALID_REQUEST,
			    "%s: the %s cannot say this", r->words->messages,
			    is_assistant ? "assistant" : "user");
	}
	return true;
}

/* Drops messages without parts, joins those that are one. */
static void
compact(struct reading *r)
{
	struct messages *all = &r->request->messages;
	struct messages kept = { NULL, NULL };

	for (struct message *m = all->first, *next; m != NULL; m = next) {
		next = m->next;
		m->next = NULL;
		drop_empty(r, &m->parts);
		if (m->parts.first == NULL)
			continue;
		if (kept.last != NULL && may_merge(r, kept.last, m)) {
			parts_append(&kept.last->parts, &m->parts);
			continue;
		}
		if (kept.last != NULL)
			kept.last->next = m;
		else
			kept.first = m;
		kept.last = m;
	}
	*all = kept;
}

/* The end of the system prompt: the messages before anybody has spoken. */
static struct message **
end_of_prompt(struct messages *all)
{
	struct message **at = &all->first;

	while (*at != NULL && is_system(*at))
		at = &(*at)->next;
	return at;
}

/* An older model knows no system messages but the prompt. */
static void
hoist_systems(struct reading *r)
{
	struct messages *all = &r->request->messages;
	struct message **prompt = end_of_prompt(all), **at = prompt;

	while (*at != NULL) {
		struct message *m = *at;

		if (!is_system(m)) {
			at = &m->next;
			continue;
		}
		report(r);
		*at = m->next;
		m->next = *prompt;
		*prompt = m;
		prompt = &m->next;
	}
}

/* A newer one wants the user's turn before each: later by one turn, then. */
static void
delay_systems(struct reading *r)
{
	struct messages *all = &r->request->messages;
	struct message **at = end_of_prompt(all);

	for (; *at != NULL; at = &(*at)->next) {
		struct message *m = *at, *system = m->next;

		if (m->speaker != SPEAKER_ASSISTANT || system == NULL ||
		    !is_system(system))
			continue;
		if (system->next == NULL ||
		    system->next->speaker != SPEAKER_USER) {
			/* Nobody speaks behind it: it is the user's, then. */
			system->speaker = SPEAKER_USER;
		} else {
			m->next = system->next;
			system->next = m->next->next;
			m->next->next = system;
		}
		report(r);
	}
}

static void
find_last(struct messages *all)
{
	all->last = NULL;
	for (struct message *m = all->first; m != NULL; m = m->next)
		all->last = m;
}

static void
place_systems(struct reading *r)
{
	struct messages *all = &r->request->messages;

	if (!is_to(r, DIALECT_ANTHROPIC))
		return;
	if (model_has(r->target, TAKES_MID_SYSTEM))
		delay_systems(r);
	else
		hoist_systems(r);
	find_last(all);
	/* Turns of the user's may meet now. */
	compact(r);
}

/* Messages wants the user to begin. */
static void
begin_with_user(struct reading *r)
{
	struct message **at = end_of_prompt(&r->request->messages);
	struct message *m;

	if (!is_to(r, DIALECT_ANTHROPIC) || (*at != NULL &&
	    (*at)->speaker == SPEAKER_USER))
		return;
	m = arena_alloc(r->arena, sizeof *m);
	m->speaker = SPEAKER_USER;
	m->next = *at;
	*at = m;
	parts_add_text(r->arena, &m->parts, WORDS("(The conversation goes on "
	    "from here.)"));
	find_last(&r->request->messages);
	report(r);
}

static bool
check_end(struct reading *r)
{
	const struct message *last = r->request->messages.last;

	if (last == NULL)
		return err_set(r->err, ERR_INVALID_REQUEST,
		    "%s: all are empty", r->words->messages);
	/* Elsewhere the answer would begin anew, not go on with them. */
	if (last->speaker != SPEAKER_ASSISTANT ||
	    (is_to(r, DIALECT_ANTHROPIC) && !model_has(r->target, NO_PREFILL)))
		return true;
	return err_set(r->err, ERR_INVALID_REQUEST,
	    "%s: the assistant's words at the end cannot be carried to %s",
	    r->words->messages, dialect_name(r->options->to));
}

bool
conversation_order(struct reading *r)
{
	struct message *m;

	for (m = r->request->messages.first; m != NULL; m = m->next)
		if (!check_parts(r, m))
			return false;
	conversation_settle_thoughts(r);
	compact(r);
	conversation_pair_calls(r);
	compact(r);
	for (m = r->request->messages.first; m != NULL; m = m->next)
		if (m->speaker == SPEAKER_ASSISTANT)
			put_calls_last(r, &m->parts);
	place_systems(r);
	conversation_fit_results(r);
	if (!check_end(r))
		return false;
	begin_with_user(r);
	return true;
}
