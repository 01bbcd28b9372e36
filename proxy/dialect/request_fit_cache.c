/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/reading.h"
#include "proxy/dialect/request_fit.h"

#define MARKS_MAX 4

struct marks {
	enum cache_mark *all[MARKS_MAX];	/* the newest */
	size_t n;
};

/* The oldest one gives way: a newer one covers what stands before it. */
static void
note(struct reading *r, struct marks *marks, enum cache_mark *mark)
{
	if (*mark == CACHE_UNMARKED)
		return;
	if (marks->n >= MARKS_MAX) {
		*marks->all[marks->n % MARKS_MAX] = CACHE_UNMARKED;
		losses_add(r->losses, LOSS_DROPPED, "%s", r->words->cache);
	}
	marks->all[marks->n++ % MARKS_MAX] = mark;
}

/* Last tool, last of the system prompt, last of the newest turn. */
static void
add_marks(struct reading *r)
{
	struct neutral_request *q = r->request;
	struct part *system = NULL, *turn = NULL;

	for (struct message *m = q->messages.first; m != NULL; m = m->next) {
		if (m->parts.last == NULL)
			continue;
		if (m->speaker == SPEAKER_USER)
			turn = m->parts.last;
		else if (m->speaker != SPEAKER_ASSISTANT && turn == NULL)
			system = m->parts.last;
	}
	if (q->tools.last != NULL)
		q->tools.last->cache = CACHE_SHORT;
	if (system != NULL)
		system->cache = CACHE_SHORT;
	if (turn != NULL)
		turn->cache = CACHE_SHORT;
}

/* Who names a cache wants one, where it does not come by itself. */
static bool
wants_cache(const struct reading *r)
{
	return r->request->cache_key.len > 0 && model_has(r->target, IS_CLAUDE);
}

void
request_fit_cache(struct reading *r)
{
	struct neutral_request *q = r->request;
	struct marks marks = { .n = 0 };

	if (r->options->to != DIALECT_ANTHROPIC &&
	    !model_has(r->target, TAKES_BREAKPOINTS))
		return;
	for (struct tool *t = q->tools.first; t != NULL; t = t->next)
		note(r, &marks, &t->cache);
	for (struct message *m = q->messages.first; m != NULL; m = m->next)
		for (struct part *p = m->parts.first; p != NULL; p = p->next)
			note(r, &marks, &p->cache);
	if (marks.n == 0 && r->options->to == DIALECT_ANTHROPIC &&
	    (r->options->caching == CACHE_MARKS_ADDED || wants_cache(r)))
		add_marks(r);
}
