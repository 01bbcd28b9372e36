/* SPDX-License-Identifier: ISC */
#include "egress/framing.h"

#include <stdlib.h>
#include <string.h>

#include "common/frame.h"
#include "egress/outlet.h"

static const struct outlet_part nothing = { NULL, 0 };

void
framing_reset(struct framing *a)
{
	head_filter_reset(&a->head);
	echo_held_reset(&a->held);
	*a = (struct framing) { .outlet = NULL };
}

static bool
put(struct framing *a, enum frame_type type, struct outlet_part head,
    struct outlet_part body)
{
	return outlet_put(a->outlet, type, head, body) ||
	    err_set(&a->err, ERR_OVERLOADED, "memory for an answer");
}

static bool
cut_for_echo(struct framing *a)
{
	return err_set(&a->err, ERR_UPSTREAM_REFLECTED_KEY, "%s",
	    a->is_headed ? "in the body" : "in the head");
}

static bool
put_head(struct framing *a)
{
	uint8_t status[4];
	struct outlet_part fixed = { status, sizeof status };
	struct outlet_part lines = { a->head.text, a->head.len };

	frame_encode_u32(status, a->head.status);
	if (!put(a, FRAME_HEAD, fixed, lines))
		return false;
	a->is_headed = true;
	/* The lines are in the outlet now. */
	a->head.len = a->head.room = 0;
	free(a->head.text);
	a->head.text = NULL;
	return true;
}

bool
framing_take_line(struct framing *a, const char *line, size_t len)
{
	a->is_begun = true;
	/* The reason phrase and lines that go nowhere too: it is one fact. */
	if (a->guard != NULL && (len > ECHO_GUARD_PIECE_MAX ||
	    echo_guard_finds(a->guard, line, len)))
		return cut_for_echo(a);
	if (!head_filter_read(&a->head, line, len, &a->err))
		return false;
	return a->is_headed || !a->head.is_complete || put_head(a);
}

static bool
take_piece(struct framing *a, const char *bytes, size_t len)
{
	struct echo_passed passed = { bytes, len };

	if (a->guard != NULL &&
	    !echo_guard_pass(a->guard, &a->held, bytes, len, &passed))
		return cut_for_echo(a);
	if (passed.len == 0)
		return true;
	return put(a, FRAME_DATA,
	    (struct outlet_part) { passed.bytes, passed.len }, nothing);
}

bool
framing_take_bytes(struct framing *a, const char *bytes, size_t len)
{
	if (!a->is_headed)
		return err_set(&a->err, ERR_UPSTREAM_BROKEN, "no head");
	a->n_received += len;
	for (size_t at = 0; at < len;) {
		size_t n = len - at < ECHO_GUARD_PIECE_MAX ? len - at :
		    ECHO_GUARD_PIECE_MAX;

		if (!take_piece(a, bytes + at, n))
			return false;
		at += n;
	}
	return true;
}

static void
finish_well(struct framing *a)
{
	if (!a->is_headed) {
		err_set(&a->err, ERR_UPSTREAM_BROKEN, "no head");
		return;
	}
	/* The beginning of a match that nothing followed was none. */
	if (a->held.len > 0 && !put(a, FRAME_DATA,
	    (struct outlet_part) { a->held.bytes, a->held.len }, nothing))
		return;
	put(a, FRAME_END, nothing, nothing);
}

void
framing_finish(struct framing *a, const struct err *err, uint32_t flags,
    enum err_code *code)
{
	uint8_t fixed[8];

	if (a->err.code == ERR_NONE)
		a->err = *err;
	if (a->err.code == ERR_NONE)
		finish_well(a);
	*code = a->err.code;
	if (a->err.code == ERR_NONE)
		return;
	frame_encode_u32(fixed, a->err.code);
	frame_encode_u32(fixed + 4, flags);
	/* Without memory for this the pair just ends, which says the same. */
	outlet_put(a->outlet, FRAME_ERROR,
	    (struct outlet_part) { fixed, sizeof fixed },
	    (struct outlet_part) { a->err.about, strlen(a->err.about) });
}
