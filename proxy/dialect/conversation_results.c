/* SPDX-License-Identifier: ISC */
/* What results may hold at the target. */
#include "proxy/dialect/conversation.h"
#include "proxy/dialect/reading.h"

static void
report(struct reading *r, const char *path)
{
	losses_add(r->losses, LOSS_ALTERED, "%s", path);
}

/* OpenAI has no place for a failure but the text. */
static void
say_error(struct reading *r, struct result *result)
{
	struct parts said = { NULL, NULL };

	if (!result->is_error || r->options->to == DIALECT_ANTHROPIC)
		return;
	parts_add_text(r->arena, &said, WORDS("Error:"));
	parts_append(&said, &result->parts);
	result->parts = said;
	report(r, r->words->result_error);
}

static struct text
document_text(struct reading *r, const struct part *p)
{
	struct text pieces[] = { p->media.name, WORDS("\n\n"), p->media.data };

	return p->media.name.len == 0 ? p->media.data :
	    text_join(r->arena, pieces, 3);
}

/* A plain text document is a text, where documents are files. */
static void
say_documents(struct reading *r, struct parts *list)
{
	for (struct part *p = list->first; p != NULL; p = p->next)
		if (p->kind == PART_DOCUMENT &&
		    p->media.source == MEDIA_TEXT &&
		    r->options->to != DIALECT_ANTHROPIC) {
			p->text = document_text(r, p);
			p->kind = PART_TEXT;
		}
}

/* Chat's tool messages hold text alone: the rest follows as the user's. */
static void
move_media(struct reading *r, struct result *result, struct parts *moved)
{
	struct parts kept = { NULL, NULL };

	if (r->options->to != DIALECT_CHAT)
		return;
	for (struct part *p = result->parts.first, *next; p != NULL;
	    p = next) {
		next = p->next;
		p->next = NULL;
		parts_append(p->kind == PART_TEXT || p->kind == PART_REFUSAL ?
		    &kept : moved, &(struct parts) { p, p });
	}
	if (kept.first == NULL && moved->first != NULL)
		parts_add_text(r->arena, &kept,
		    WORDS("(see the next message)"));
	result->parts = kept;
}

/* Moves the mark of a part inside a result to the result itself. */
static void
lift_mark(struct part *result)
{
	for (struct part *p = result->result.parts.first; p != NULL;
	    p = p->next) {
		if (p->cache != CACHE_UNMARKED)
			result->cache = p->cache;
		p->cache = CACHE_UNMARKED;
	}
}

static void
fit_turn(struct reading *r, struct message *m)
{
	struct parts results = { NULL, NULL }, rest = { NULL, NULL };
	struct parts moved = { NULL, NULL };

	say_documents(r, &m->parts);
	for (struct part *p = m->parts.first, *next; p != NULL; p = next) {
		next = p->next;
		p->next = NULL;
		if (p->kind != PART_RESULT) {
			parts_append(&rest, &(struct parts) { p, p });
			continue;
		}
		lift_mark(p);
		say_error(r, &p->result);
		say_documents(r, &p->result.parts);
		move_media(r, &p->result, &moved);
		parts_append(&results, &(struct parts) { p, p });
	}
	if (moved.first != NULL)
		report(r, r->words->result_media);
	parts_append(&results, &moved);
	parts_append(&results, &rest);
	m->parts = results;
}

void
conversation_fit_results(struct reading *r)
{
	struct message *m;

	for (m = r->request->messages.first; m != NULL; m = m->next)
		fit_turn(r, m);
}
