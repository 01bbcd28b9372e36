/* SPDX-License-Identifier: ISC */
/* Whose reasoning may go back to the target: see carrier.h. */
#include <stdlib.h>

#include "proxy/dialect/carrier.h"
#include "proxy/dialect/conversation.h"
#include "proxy/dialect/reading.h"

static bool
is_name(struct carrier_text t, const char *name)
{
	return text_is((struct text) { t.at, t.len }, name);
}

/* What a target takes back that speaks this dialect. */
static bool
fits_dialect(enum dialect to, enum carrier_kind kind)
{
	switch (to) {
	case DIALECT_ANTHROPIC:
		return kind == CARRIER_SIGNATURE || kind == CARRIER_REDACTED;
	case DIALECT_RESPONSES:
		return kind == CARRIER_ENCRYPTED;
	case DIALECT_CHAT:
		return kind == CARRIER_DETAILS;
	default:
		return false;
	}
}

/* Ours, untouched, and of this very issuer and family: then it is opened. */
static bool
is_opened(struct reading *r, struct thought *t)
{
	const struct dialect_request_options *o = r->options;
	const struct carrier_key key = { o->key, o->key_len };
	struct carrier c;
	char *room;

	if (!carrier_unwrap(&key, (struct carrier_text) { t->sealed.at,
	    t->sealed.len }, &c, &room))
		return false;
	arena_take(r->arena, room);
	if (o->issuer == NULL || !is_name(c.issuer, o->issuer) ||
	    !is_name(c.family, model_family(text_terminated(r->arena,
	    r->request->model))) || !fits_dialect(o->to, c.kind))
		return false;
	t->sealed = (struct text) { c.sealed.at, c.sealed.len };
	t->item_id = (struct text) { c.item_id.at, c.item_id.len };
	t->is_redacted = c.kind == CARRIER_REDACTED;
	t->is_details = c.kind == CARRIER_DETAILS;
	return true;
}

static bool
is_plain(const struct reading *r, const struct thought *t)
{
	const struct carrier_key key = { r->options->key, r->options->key_len };
	struct carrier c;
	char *room;
	bool is_ours;

	if (t->sealed.len == 0)
		return true;
	is_ours = carrier_unwrap(&key, (struct carrier_text) { t->sealed.at,
	    t->sealed.len }, &c, &room);
	free(room);
	return is_ours && c.kind == CARRIER_PLAIN;
}

/* Hosts that want their plain reasoning back cannot be deceived by it. */
static bool
may_go_back(struct reading *r, struct thought *t)
{
	return is_opened(r, t) || (r->options->to == DIALECT_CHAT &&
	    model_has(r->target, WANTS_REASONING_BACK) && t->text.len > 0 &&
	    is_plain(r, t));
}

void
conversation_settle_thoughts(struct reading *r)
{
	struct message *m;

	for (m = r->request->messages.first; m != NULL; m = m->next) {
		struct parts kept = { NULL, NULL };

		for (struct part *p = m->parts.first, *next; p != NULL;
		    p = next) {
			next = p->next;
			p->next = NULL;
			if (p->kind == PART_THOUGHT) {
				p->thought.is_ours = may_go_back(r,
				    &p->thought);
				if (!p->thought.is_ours) {
					losses_add(r->losses, LOSS_DROPPED,
					    "%s", r->words->thought);
					continue;
				}
			}
			parts_append(&kept, &(struct parts) { p, p });
		}
		m->parts = kept;
	}
}
