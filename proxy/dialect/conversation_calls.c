/* SPDX-License-Identifier: ISC */
/* Each call has one result, right behind its turn, under a legal id. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "proxy/dialect/conversation.h"
#include "proxy/dialect/reading.h"

/* A call, found by the id that the client gave it. */
struct known {
	struct known *next;	/* with the same slot */
	struct text id;
	struct part *call;	/* the oldest that may still be answered */
	struct part *last;	/* the newest */
};

struct pairing {
	struct reading *r;
	struct known **slots;
	size_t n_slots;		/* a power of two */
	unsigned n_renamed;
};

static size_t
slot_of(const struct pairing *p, struct text id)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < id.len; i++)
		hash = (hash ^ (unsigned char)id.at[i]) *
		    UINT64_C(0x100000001b3);
	return (size_t)(hash ^ hash >> 32) & (p->n_slots - 1);
}

static struct known *
find(const struct pairing *p, struct text id)
{
	struct known *k = p->slots[slot_of(p, id)];

	while (k != NULL && !text_equal(k->id, id))
		k = k->next;
	return k;
}

/* Targets differ in what they take; all take the same id for the same call. */
static struct text
legal_id(struct reading *r, struct text id)
{
	size_t most = r->options->to == DIALECT_CHAT ? 40 : 64;
	bool is_legal = id.len > 0 && id.len <= most;
	uint8_t digest[DIGEST_LEN];
	char *hashed;

	for (size_t i = 0; i < id.len && is_legal; i++)
		is_legal = isalnum((unsigned char)id.at[i]) ||
		    id.at[i] == '_' || id.at[i] == '-' ||
		    (r->options->to == DIALECT_CHAT && id.at[i] > ' ' &&
		    id.at[i] <= '~');
	if (is_legal)
		return id;
	digest_sha256(id.at, id.len, digest);
	hashed = arena_alloc(r->arena, DIGEST_HEX + 5);
	memcpy(hashed, "call_", 5);
	digest_hex(digest, 16, hashed + 5);
	return text_of(hashed);
}

static void
note_call(struct pairing *p, struct part *call)
{
	struct known *k = find(p, call->call.id);

	if (k != NULL) {
		char number[24];
		struct text pieces[] = { k->id, { number, 0 } };

		/*
		 * Some hosts count from nought in each turn.  The line's end is
		 * legal nowhere, so that it is hashed: no other id is like it.
		 */
		pieces[1].len = (size_t)snprintf(number, sizeof number, "\n%u",
		    ++p->n_renamed);
		call->call.id = text_join(p->r->arena, pieces, 2);
		k->last->call.same = call;
		k->last = call;
	} else {
		size_t slot = slot_of(p, call->call.id);

		k = arena_alloc(p->r->arena, sizeof *k);
		k->id = call->call.id;
		k->call = k->last = call;
		k->next = p->slots[slot];
		p->slots[slot] = k;
	}
	call->call.id = legal_id(p->r, call->call.id);
}

static void
report(struct pairing *p)
{
	losses_add(p->r->losses, LOSS_ALTERED, "%s", p->r->words->result);
}

/* The oldest call of that id without a result; else the newest gets it. */
static bool
note_result(struct pairing *p, struct part *result)
{
	struct known *k = find(p, result->result.id);

	if (k == NULL)
		return false;
	while (k->call->call.result != NULL && k->call->call.same != NULL)
		k->call = k->call->call.same;
	if (k->call->call.result != NULL)
		report(p);	/* the last one wins */
	k->call->call.result = result;
	return true;
}

/* A result without a call is a text of the user's, so that nothing is lost. */
static void
keep_orphan(struct pairing *p, struct part *result, struct parts *into)
{
	struct text pieces[] = { WORDS("[Result of tool call "),
	    result->result.id, WORDS("]") };

	report(p);
	parts_add_text(p->r->arena, into, text_join(p->r->arena, pieces, 3));
	parts_append(into, &result->result.parts);
}

/* Takes the results out of where they stand, into the calls' entries. */
static void
gather(struct pairing *p, struct message *m)
{
	struct parts kept = { NULL, NULL };

	for (struct part *part = m->parts.first, *next; part != NULL;
	    part = next) {
		next = part->next;
		part->next = NULL;
		if (part->kind == PART_RESULT) {
			if (!note_result(p, part))
				keep_orphan(p, part, &kept);
			continue;
		}
		if (part->kind == PART_CALL)
			note_call(p, part);
		parts_append(&kept, &(struct parts) { part, part });
	}
	m->parts = kept;
}

static struct part *
result_of(struct pairing *p, struct part *call)
{
	struct parts one = { NULL, NULL };
	struct part *result = call->call.result;

	if (result == NULL) {
		result = parts_add(p->r->arena, &one, PART_RESULT);
		result->result.is_error = true;
		parts_add_text(p->r->arena, &result->result.parts,
		    WORDS("No result was recorded for this call."));
		report(p);
	}
	result->result.id = call->call.id;
	result->result.kind = call->call.kind;
	return result;
}

/* The user's turn behind 'm', made if there is none. */
static struct message *
next_turn(struct pairing *p, struct message *m)
{
	struct message *turn = m->next;

	if (turn != NULL && turn->speaker == SPEAKER_USER)
		return turn;
	turn = arena_alloc(p->r->arena, sizeof *turn);
	turn->speaker = SPEAKER_USER;
	turn->next = m->next;
	m->next = turn;
	if (p->r->request->messages.last == m)
		p->r->request->messages.last = turn;
	return turn;
}

static void
put_results(struct pairing *p, struct message *m)
{
	struct parts results = { NULL, NULL };
	struct message *turn;

	if (m->speaker != SPEAKER_ASSISTANT || !parts_have(&m->parts,
	    PART_CALL))
		return;
	for (struct part *c = m->parts.first; c != NULL; c = c->next)
		if (c->kind == PART_CALL) {
			struct part *result = result_of(p, c);

			parts_append(&results, &(struct parts) { result,
			    result });
		}
	turn = next_turn(p, m);
	parts_append(&results, &turn->parts);
	turn->parts = results;
}

static size_t
count_calls(const struct messages *all)
{
	size_t n = 0;

	for (const struct message *m = all->first; m != NULL; m = m->next)
		for (const struct part *p = m->parts.first; p != NULL;
		    p = p->next)
			n += p->kind == PART_CALL;
	return n;
}

void
conversation_pair_calls(struct reading *r)
{
	struct pairing p = { .r = r, .n_slots = 16 };
	struct message *m;

	size_t n = count_calls(&r->request->messages);

	while (p.n_slots < 2 * n)
		p.n_slots *= 2;
	p.slots = arena_alloc(r->arena, p.n_slots * sizeof *p.slots);
	for (m = r->request->messages.first; m != NULL; m = m->next)
		gather(&p, m);
	for (m = r->request->messages.first; m != NULL; m = m->next)
		put_results(&p, m);
}
