/* SPDX-License-Identifier: ISC */
#include "auditor/starts.h"

#include "auditor/line.h"

static bool
is_clean(const struct starts *s)
{
	return !s->has_before || s->is_signed ||
	    (s->is_stop && s->n_stops == 1 && !s->is_open);
}

static void
note_start(struct starts *s, uint64_t seq)
{
	if (!is_clean(s)) {
		if (s->n_unclean < STARTS_MAX)
			s->unclean[s->n_unclean] = seq;
		s->n_unclean++;
	}
	s->is_open = s->is_in_use = false;
	s->n_stops = 0;
}

void
starts_note(struct starts *s, const struct line *l,
    enum starts_signature signature)
{
	/* Where a file begins, at a start too, says nothing of an end. */
	if (l->event == LINE_SEGMENT)
		return;
	if (l->event == LINE_START)
		note_start(s, l->seq);
	else if (l->needs_vault)
		s->is_open = s->is_in_use = true;
	else if (l->event == LINE_LOCK && !s->is_in_use)
		s->is_open = false;
	s->is_signed = signature == STARTS_SIGNED;
	if (s->is_signed)
		s->is_in_use = false;
	s->is_stop = l->event == LINE_STOP;
	if (s->is_stop)
		s->n_stops++;
	s->has_before = true;
}
