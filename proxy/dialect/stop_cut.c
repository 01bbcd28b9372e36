/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/stop_cut.h"

#include <string.h>

#include "common/errors.h"

void
stop_cut_close(struct stop_cut *c)
{
	dialect_output_free(&c->held);
}

/* The first stop that is whole in what is held; *at is where. */
static const char *
find_stop(const struct stop_cut *c, size_t *at)
{
	const char *text = dialect_output_peek(&c->held), *found = NULL;

	for (size_t i = 0; i < c->n_stops; i++) {
		size_t len = strlen(c->stops[i]);
		const char *here = len == 0 ? NULL : memmem(text, c->held.len,
		    c->stops[i], len);

		if (here == NULL ||
		    (found != NULL && (size_t)(here - text) >= *at))
			continue;
		found = c->stops[i];
		*at = (size_t)(here - text);
	}
	return found;
}

/* How many of the last bytes held may be the beginning of a stop. */
static size_t
doubtful_len(const struct stop_cut *c)
{
	const char *end = dialect_output_peek(&c->held) + c->held.len;
	size_t longest = 0;

	for (size_t i = 0; i < c->n_stops; i++) {
		size_t len = strlen(c->stops[i]);

		if (len > c->held.len)
			len = c->held.len + 1;
		for (size_t n = len == 0 ? 0 : len - 1; n > longest; n--)
			if (memcmp(end - n, c->stops[i], n) == 0)
				longest = n;
	}
	return longest;
}

/* The first 'len' bytes held go on. */
static bool
pass(struct stop_cut *c, size_t len, struct err *err)
{
	struct neutral_event block = { .kind = NEUTRAL_BLOCK,
	    .block = BLOCK_TEXT };
	struct neutral_event text = { .kind = NEUTRAL_TEXT,
	    .block = BLOCK_TEXT, .text = dialect_output_peek(&c->held),
	    .len = len };
	size_t rest = c->held.len - len;

	if (len == 0)
		return true;
	if (c->is_block_held && !c->emit(c->arg, &block, err))
		return false;
	c->is_block_held = false;
	c->is_open = true;
	if (!c->emit(c->arg, &text, err))
		return false;
	memmove(c->held.text, c->held.text + len, rest);
	dialect_output_cut(&c->held, rest);
	return true;
}

/* The text's block ends, for the writer if it has begun for it. */
static bool
end_block(struct stop_cut *c, struct err *err)
{
	struct neutral_event stop = { .kind = NEUTRAL_BLOCK_STOP,
	    .block = BLOCK_TEXT };
	bool was_open = c->is_open;

	c->is_open = c->is_block_held = false;
	dialect_output_cut(&c->held, 0);
	return !was_open || c->emit(c->arg, &stop, err);
}

static bool
take_text(struct stop_cut *c, const struct neutral_event *e, struct err *err)
{
	size_t at = 0;

	dialect_output_add(&c->held, e->text, e->len);
	if (!dialect_output_is_whole(&c->held, err))
		return false;
	c->found = find_stop(c, &at);
	if (c->found != NULL)
		return pass(c, at, err) && end_block(c, err);
	return pass(c, c->held.len - doubtful_len(c), err);
}

bool
stop_cut_take(struct stop_cut *c, const struct neutral_event *e,
    struct err *err)
{
	if (c->found != NULL)
		return true;
	if (c->n_stops == 0 || e->block != BLOCK_TEXT)
		return c->emit(c->arg, e, err);
	switch (e->kind) {
	case NEUTRAL_BLOCK:
		c->is_block_held = true;
		return true;
	case NEUTRAL_TEXT:
		return take_text(c, e, err);
	default:
		return pass(c, c->held.len, err) && end_block(c, err);
	}
}
