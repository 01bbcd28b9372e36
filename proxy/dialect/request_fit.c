/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/request_fit.h"

#include <json-c/json.h>

#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_fit_reasoning.h"

#define DEFAULT_TOKENS 32000	/* where a limit has to be said */
#define RESPONSES_MIN 16	/* tokens */
#define CHAT_STOPS_MAX 4

static bool
is_to(const struct reading *r, enum dialect dialect)
{
	return r->options->to == dialect;
}

static void
report(struct reading *r, enum loss_kind kind, const char *path)
{
	losses_add(r->losses, kind, "%s", path);
}

static void
fit_limit(struct reading *r)
{
	int64_t most = r->target->output_max, *limit = &r->request->max_tokens;

	if (*limit == 0 && is_to(r, DIALECT_ANTHROPIC)) {
		*limit = DEFAULT_TOKENS;
		if (most > 0 && most < *limit)
			*limit = most;
	} else if (most > 0 && *limit > most) {
		*limit = most;
		report(r, LOSS_ALTERED, r->words->max_tokens);
	} else if (*limit > 0 && *limit < RESPONSES_MIN &&
	    is_to(r, DIALECT_RESPONSES)) {
		*limit = RESPONSES_MIN;
		report(r, LOSS_ALTERED, r->words->max_tokens);
	}
}

/* A sampling value that the model does not take; 1 is what it does anyway. */
static void
drop_number(struct reading *r, struct json_object **value, const char *name)
{
	if (*value != NULL && json_object_get_double(*value) != 1.0)
		report(r, LOSS_DROPPED, name);
	*value = NULL;
}

static void
fit_sampling(struct reading *r)
{
	struct neutral_request *q = r->request;
	bool is_fixed = model_has(r->target, FIXED_SAMPLING) ||
	    (!is_to(r, DIALECT_ANTHROPIC) && model_has(r->target, IS_OPENAI) &&
	    model_has(r->target, TAKES_EFFORT));

	if (is_fixed) {
		drop_number(r, &q->temperature, "temperature");
		drop_number(r, &q->top_p, "top_p");
		drop_number(r, &q->top_k, "top_k");
		drop_number(r, &q->top_logprobs, "top_logprobs");
	}
	if (!is_to(r, DIALECT_ANTHROPIC))
		return;
	if (q->temperature != NULL &&
	    json_object_get_double(q->temperature) > 1.0) {
		q->temperature = arena_keep(r->arena, json_object_new_int(1));
		report(r, LOSS_ALTERED, "temperature");
	}
	if (q->temperature == NULL || q->top_p == NULL ||
	    !model_has(r->target, IS_CLAUDE))
		return;
	/* One of both; the one that says nothing gives way. */
	if (json_object_get_double(q->temperature) == 1.0)
		q->temperature = NULL;
	else
		drop_number(r, &q->top_p, "top_p");
}

/* Messages refuses those of blanks alone: we cut at them, too. */
static size_t
put_blank_stops_last(struct reading *r)
{
	struct neutral_request *q = r->request;
	struct text *sorted = arena_alloc(r->arena, (q->n_stops + 1) *
	    sizeof *sorted);
	size_t n = 0, n_said;

	for (size_t i = 0; i < q->n_stops; i++)
		if (!text_is_blank(q->stops[i]))
			sorted[n++] = q->stops[i];
	n_said = n;
	for (size_t i = 0; i < q->n_stops; i++)
		if (text_is_blank(q->stops[i]))
			sorted[n++] = q->stops[i];
	q->stops = sorted;
	return n_said;
}

static void
fit_stops(struct reading *r)
{
	struct neutral_request *q = r->request;
	size_t most = is_to(r, DIALECT_RESPONSES) ||
	    (is_to(r, DIALECT_CHAT) && model_has(r->target, IS_OPENAI) &&
	    model_has(r->target, TAKES_EFFORT)) ? 0 :
	    is_to(r, DIALECT_CHAT) ? CHAT_STOPS_MAX :
	    put_blank_stops_last(r);

	if (q->n_stops <= most)
		return;
	report(r, LOSS_DROPPED, r->words->stops);
	r->cut_stops = q->stops + most;
	r->n_cut_stops = q->n_stops - most;
	q->n_stops = most;
}

static void
fit_tier(struct reading *r)
{
	struct neutral_request *q = r->request;
	bool is_taken = is_to(r, DIALECT_ANTHROPIC) ?
	    q->tier == TIER_AUTO || q->tier == TIER_DEFAULT :
	    model_has(r->target, IS_OPENAI);

	if (is_taken || q->tier == TIER_UNSAID)
		return;
	if (q->tier == TIER_FLEX || q->tier == TIER_PRIORITY)
		report(r, LOSS_DROPPED, "service_tier");
	q->tier = TIER_UNSAID;
}

/* Messages takes schemas alone; everybody else any JSON, and most a schema. */
static bool
takes_format(const struct reading *r, enum format_kind kind)
{
	if (kind == FORMAT_JSON)
		return !is_to(r, DIALECT_ANTHROPIC);
	return model_has(r->target, TAKES_FORMAT) ||
	    is_to(r, DIALECT_RESPONSES) || (is_to(r, DIALECT_CHAT) &&
	    model_has(r->target, IS_OPENAI));
}

/* Where a format cannot be asked for, the model is told. */
static void
fit_format(struct reading *r)
{
	struct output_format *f = &r->request->format;
	struct text pieces[] = { WORDS("Answer with a single JSON object and "
	    "nothing else."), NO_TEXT, NO_TEXT };
	struct message *m;

	if (f->kind == FORMAT_UNSAID || takes_format(r, f->kind))
		return;
	if (f->kind == FORMAT_SCHEMA) {
		pieces[1] = WORDS(" It follows this JSON schema: ");
		pieces[2] = text_json(r->arena, f->schema);
	}
	m = r->request->messages.first;
	if (m == NULL || m->speaker != SPEAKER_SYSTEM) {
		m = arena_alloc(r->arena, sizeof *m);
		m->speaker = SPEAKER_SYSTEM;
		m->next = r->request->messages.first;
		r->request->messages.first = m;
		if (m->next == NULL)
			r->request->messages.last = m;
	}
	parts_add_text(r->arena, &m->parts, text_join(r->arena, pieces, 3));
	f->kind = is_to(r, DIALECT_CHAT) ? FORMAT_JSON : FORMAT_UNSAID;
	report(r, LOSS_ALTERED, r->words->format);
}

static void
fit_verbosity(struct reading *r)
{
	struct neutral_request *q = r->request;

	if (q->verbosity.at == NULL || is_to(r, DIALECT_ANTHROPIC) ||
	    (model_has(r->target, IS_OPENAI) &&
	    model_has(r->target, TAKES_EFFORT)))
		return;
	if (!text_is(q->verbosity, "medium"))
		report(r, LOSS_DROPPED, r->words->verbosity);
	q->verbosity = NO_TEXT;
}

static bool
is_allowed(const struct allowed_tool *allowed, const struct tool_name *name)
{
	for (; allowed != NULL; allowed = allowed->next)
		if (allowed->name == name)
			return true;
	return false;
}

static struct tool *
find_tool(const struct tools *tools, const struct tool_name *name)
{
	struct tool *t = tools->first;

	while (t != NULL && t->name != name)
		t = t->next;
	return t;
}

/* The provider's own search: only where the model has it. */
static bool
is_missing_search(struct reading *r, const struct tool *t)
{
	bool has_it = is_to(r, DIALECT_ANTHROPIC) ?
	    model_has(r->target, IS_CLAUDE) : is_to(r, DIALECT_CHAT) ?
	    model_has(r->target, SEARCHES) : model_has(r->target, IS_OPENAI);

	if (t->name->kind != TOOL_WEB_SEARCH || has_it)
		return false;
	report(r, LOSS_DROPPED, "tools[].web_search");
	return true;
}

/* What a later entry says of a tool that is there. */
static void
change_tool(struct tool *t, const struct tool *later)
{
	struct tool *next = t->next;

	if (later->change == TOOL_REDEFINED) {
		*t = *later;
		t->next = next;
	}
	if (later->change != TOOL_DECLARED)
		t->is_withdrawn = later->change == TOOL_REMOVED;
}

/* One entry for each name, with all that was said of it. */
static void
settle_tools(struct reading *r)
{
	struct tools *tools = &r->request->tools;
	struct tools settled = { NULL, NULL };

	for (struct tool *t = tools->first, *next; t != NULL; t = next) {
		struct tool *known = find_tool(&settled, t->name);

		next = t->next;
		if (known != NULL)
			change_tool(known, t);
		else if (t->change <= TOOL_REDEFINED)
			tools_append(&settled, t);
	}
	*tools = settled;
}

/* Of these, what is offered in the end and what the choice allows. */
static void
fit_tools(struct reading *r)
{
	struct neutral_request *q = r->request;
	struct tools kept = { NULL, NULL };
	bool is_filtered = q->choice.allowed != NULL &&
	    !is_to(r, DIALECT_RESPONSES);

	settle_tools(r);
	for (struct tool *t = q->tools.first, *next; t != NULL; t = next) {
		next = t->next;
		if (!t->is_withdrawn && !is_missing_search(r, t) &&
		    (!is_filtered || is_allowed(q->choice.allowed, t->name)))
			tools_append(&kept, t);
	}
	q->tools = kept;
	if (is_filtered)
		q->choice.allowed = NULL;
}

/*
 * A choice needs its tool: that of another vendor may have been dropped.  Where
 * none may be forced, the model is trusted to do what it was told.
 */
static void
fit_choice(struct reading *r)
{
	struct neutral_request *q = r->request;

	if (q->choice.kind == CHOICE_TOOL &&
	    find_tool(&q->tools, q->choice.tool) == NULL) {
		report(r, LOSS_DROPPED, "tool_choice");
		q->choice.kind = CHOICE_UNSAID;
	}
	if ((q->choice.kind == CHOICE_TOOL ||
	    q->choice.kind == CHOICE_REQUIRED) && is_to(r, DIALECT_ANTHROPIC) &&
	    model_has(r->target, NO_FORCED_TOOL)) {
		report(r, LOSS_ALTERED, "tool_choice");
		q->choice.kind = CHOICE_AUTO;
	}
	if (q->tools.first != NULL)
		return;
	q->choice = (struct tool_choice) { CHOICE_UNSAID, NULL, NULL };
	q->parallel = SAID_NOTHING;
}

void
request_fit(struct reading *r)
{
	fit_limit(r);
	fit_sampling(r);
	fit_stops(r);
	fit_tier(r);
	fit_format(r);
	fit_verbosity(r);
	fit_tools(r);
	fit_choice(r);
	request_fit_reasoning(r);
}
