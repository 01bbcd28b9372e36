/* SPDX-License-Identifier: ISC */
#include "egress/echo_guard.h"

#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/secret.h"

/* The key, and three alignments of base64 in two alphabets. */
#define FORMS_MAX 7
#define PAGE 4096

struct form {
	char bytes[ECHO_GUARD_FORM_MAX];
	size_t len;
};

/*
 * Search is after Wu and Manber: the last two characters of a window as long as
 * the shortest form tell how far it can be moved on without missing anything.
 */
#define BLOCKS 4096

struct echo_guard {
	struct form forms[FORMS_MAX];
	size_t n_forms;
	size_t window;
	uint16_t shift[BLOCKS];
	bool is_in_form[256];	/* characters of any form */
	/* Held bytes and a piece, in one; and what an encoding makes of it. */
	char joined[ECHO_GUARD_HELD_MAX + ECHO_GUARD_PIECE_MAX];
	char decoded[ECHO_GUARD_HELD_MAX + ECHO_GUARD_PIECE_MAX];
	uint32_t offset[ECHO_GUARD_HELD_MAX + ECHO_GUARD_PIECE_MAX + 1];
};

/* What was made of some text by taking an encoding off it. */
struct view {
	const char *text;	/* decoded */
	size_t len;
	const uint32_t *offset;	/* of each decoded character; NULL: the same */
	const char *rest;	/* an escape that is not complete yet */
	size_t rest_len;
};

struct encoding {
	char mark;		/* what every escape starts with */
	/*
	 * The length of the escape at 'text', which starts with the mark, and
	 * the character that it stands for; 0: more is needed to know.
	 */
	size_t (*decode)(const char *text, size_t len, char *c);
	/* Could 'rest' be the beginning of an escape for this character? */
	bool (*may_start)(const char *rest, size_t len, char c);
};

static unsigned
block(const char *text)
{
	return ((unsigned)(uint8_t)text[0] << 4 ^ (uint8_t)text[1]) %
	    BLOCKS;
}

/* Stands for every character that no form contains. */
#define FOREIGN '\0'

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number in 'n' hexadecimal digits, -1: they are none. */
static int
hex_number(const char *text, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		int digit = hex_value(text[i]);

		if (digit == -1)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

static bool
starts_hex(const char *digits, size_t len, char c)
{
	for (size_t i = 0; i < len; i++)
		if (hex_value(digits[i]) != (i == 0 ? c >> 4 : c & 15))
			return false;
	return true;
}

static size_t
decode_percent(const char *text, size_t len, char *c)
{
	int value = len > 1 ? hex_number(text + 1, len > 2 ? 2 : 1) : 0;

	*c = value >= 0x20 && value < 0x7f ? (char)value : FOREIGN;
	if (value == -1) {
		*c = '%';
		return 1;
	}
	return len > 2 ? 3 : 0;
}

static bool
percent_may_start(const char *rest, size_t len, char c)
{
	return starts_hex(rest + 1, len - 1, c);
}

static size_t
decode_json(const char *text, size_t len, char *c)
{
	int value;

	if (len < 2)
		return 0;
	*c = text[1] == '"' || text[1] == '\\' || text[1] == '/' ? text[1] :
	    FOREIGN;
	/* Not JSON's: then the next character stands for itself. */
	if (strchr("\"\\/bfnrtu", text[1]) == NULL || text[1] == '\0') {
		*c = '\\';
		return 1;
	}
	if (text[1] != 'u')
		return 2;
	value = hex_number(text + 2, len - 2 < 4 ? len - 2 : 4);
	if (value >= 0x20 && value < 0x7f)
		*c = (char)value;
	if (value == -1)
		return 2;
	return len < 6 ? 0 : 6;
}

static bool
json_may_start(const char *rest, size_t len, char c)
{
	if (len > 2 && rest[2] != '0')
		return false;
	if (len > 3 && rest[3] != '0')
		return false;
	return len <= 4 || starts_hex(rest + 4, len - 4, c);
}

static const struct encoding encodings[] = {
	{ '%', decode_percent, percent_may_start },
	{ '\\', decode_json, json_may_start },
};
#define N_ENCODINGS (sizeof encodings / sizeof encodings[0])

/* Adds a form unless it is there already. */
static void
add_form(struct echo_guard *g, const char *bytes, size_t len)
{
	struct form *form = &g->forms[g->n_forms];

	form->len = len < sizeof form->bytes ? len : sizeof form->bytes;
	memcpy(form->bytes, bytes, form->len);
	for (size_t i = 0; i < g->n_forms; i++)
		if (g->forms[i].len == form->len && memcmp(
		    g->forms[i].bytes, form->bytes, form->len) == 0)
			return;
	g->n_forms++;
}

static void
add_base64(struct echo_guard *g, const uint8_t *key, size_t len,
    const char last_two[2])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789";

	/* Before the key stand 0, 1 or 2 bytes of a group of three. */
	for (size_t before = 0; before < 3; before++) {
		char text[ECHO_GUARD_FORM_MAX];
		size_t n = 0;

		/* Only digits of which the key alone decides all six bits. */
		for (size_t bit = (6 - before * 8 % 6) % 6;
		    bit + 6 <= len * 8 && n < sizeof text; bit += 6) {
			unsigned two = (unsigned)key[bit / 8] << 8 |
			    (bit / 8 + 1 < len ? key[bit / 8 + 1] : 0);
			unsigned six = two >> (10 - bit % 8) & 63;

			text[n++] = six < 62 ? digits[six] : last_two[six - 62];
		}
		add_form(g, text, n);
		secret_wipe(text, sizeof text);
	}
}

static void
prepare_search(struct echo_guard *g)
{
	g->window = g->forms[0].len;
	for (size_t i = 1; i < g->n_forms; i++)
		if (g->forms[i].len < g->window)
			g->window = g->forms[i].len;
	for (size_t b = 0; b < BLOCKS; b++)
		g->shift[b] = (uint16_t)(g->window - 1);
	for (size_t i = 0; i < g->n_forms; i++) {
		const struct form *form = &g->forms[i];

		for (size_t at = 0; at + 2 <= g->window; at++) {
			uint16_t *shift = &g->shift[block(form->bytes + at)];

			if (*shift > g->window - 2 - at)
				*shift = (uint16_t)(g->window - 2 - at);
		}
		for (size_t at = 0; at < form->len; at++)
			g->is_in_form[(uint8_t)form->bytes[at]] = true;
	}
}

struct echo_guard *
echo_guard_new(const uint8_t *key, size_t len, struct err *err)
{
	size_t room = (sizeof(struct echo_guard) + PAGE - 1) / PAGE * PAGE;
	struct echo_guard *g = aligned_alloc(PAGE, room);

	if (g == NULL) {
		err_set(err, ERR_NO_MEMORY, "echo guard");
		return NULL;
	}
	/* Not the rest: it is filled before it is read. */
	memset(g, 0, offsetof(struct echo_guard, joined));
	if (!secret_lock_pages(g, offsetof(struct echo_guard, joined), err)) {
		free(g);
		return NULL;
	}
	add_form(g, (const char *)key, len);
	add_base64(g, key, len, "+/");
	add_base64(g, key, len, "-_");
	prepare_search(g);
	return g;
}

void
echo_guard_free(struct echo_guard *g)
{
	if (g == NULL)
		return;
	secret_wipe(g, sizeof *g);
	free(g);
}

void
echo_held_reset(struct echo_held *held)
{
	free(held->bytes);
	*held = (struct echo_held) { .bytes = NULL };
}

static bool
has_form_at(const struct echo_guard *g, const char *text, size_t len)
{
	for (size_t i = 0; i < g->n_forms; i++)
		if (g->forms[i].len <= len &&
		    memcmp(text, g->forms[i].bytes, g->forms[i].len) == 0)
			return true;
	return false;
}

static bool
has_form(const struct echo_guard *g, const char *text, size_t len)
{
	size_t at = g->window;

	while (at <= len) {
		size_t shift = g->shift[block(text + at - 2)];

		if (shift == 0) {
			if (has_form_at(g, text + at - g->window,
			    len - at + g->window))
				return true;
			shift = 1;
		}
		at += shift;
	}
	return false;
}

/* Where in the view the longest beginning of this form at its end starts. */
static size_t
find_beginning(const struct form *form, const struct view *v,
    const struct encoding *e)
{
	size_t from = v->len >= form->len ? v->len - form->len + 1 : 0;

	for (size_t at = from; at <= v->len; at++) {
		size_t n = v->len - at;
		const char *first = memchr(v->text + at, form->bytes[0], n);

		at = first != NULL ? (size_t)(first - v->text) : v->len;
		n = v->len - at;
		if (memcmp(v->text + at, form->bytes, n) == 0 &&
		    (v->rest_len == 0 || e->may_start(v->rest, v->rest_len,
		    form->bytes[n])))
			return at;
	}
	return SIZE_MAX;
}

/* How many of the 'len' bytes behind the view are to be held back. */
static size_t
count_held(const struct echo_guard *g, const struct view *v, size_t len,
    const struct encoding *e)
{
	size_t held = 0;

	for (size_t i = 0; i < g->n_forms; i++) {
		size_t at = find_beginning(&g->forms[i], v, e);
		size_t n;

		if (at == SIZE_MAX)
			continue;
		n = len - (v->offset != NULL ? v->offset[at] : at);
		if (n > held)
			held = n;
	}
	return held;
}

/* Is there an escape for a character of a form, or the beginning of one? */
static bool
is_escaped(const struct echo_guard *g, const struct encoding *e,
    const char *text, size_t len)
{
	const char *end = text + len;

	while ((text = memchr(text, e->mark, (size_t)(end - text))) != NULL) {
		char c;
		size_t n = e->decode(text, (size_t)(end - text), &c);

		if (n == 0 || (n > 1 && g->is_in_form[(uint8_t)c]))
			return true;
		text += n;
	}
	return false;
}

static void
take_off(struct echo_guard *g, const struct encoding *e, const char *text,
    size_t len, struct view *v)
{
	size_t n = 0, at = 0;

	*v = (struct view) { .text = g->decoded, .offset = g->offset };
	while (at < len) {
		size_t step = 1;

		g->decoded[n] = text[at];
		if (text[at] == e->mark)
			step = e->decode(text + at, len - at, &g->decoded[n]);
		if (step == 0) {
			v->rest = text + at;
			v->rest_len = len - at;
			break;
		}
		g->offset[n++] = (uint32_t)at;
		at += step;
	}
	g->offset[n] = (uint32_t)at;
	v->len = n;
}

/* false: found.  Else how much of the end must be held back. */
static bool
look(struct echo_guard *g, const char *text, size_t len, size_t *held)
{
	struct view v = { .text = text, .len = len };

	if (has_form(g, text, len))
		return false;
	*held = count_held(g, &v, len, NULL);
	for (size_t i = 0; i < N_ENCODINGS; i++) {
		size_t n;

		if (!is_escaped(g, &encodings[i], text, len))
			continue;
		take_off(g, &encodings[i], text, len, &v);
		if (has_form(g, v.text, v.len))
			return false;
		n = count_held(g, &v, len, &encodings[i]);
		if (n > *held)
			*held = n;
	}
	return true;
}

bool
echo_guard_finds(struct echo_guard *g, const char *text, size_t len)
{
	size_t held;

	return len > ECHO_GUARD_PIECE_MAX || !look(g, text, len, &held);
}

bool
echo_guard_pass(struct echo_guard *g, struct echo_held *held,
    const char *piece, size_t len, struct echo_passed *passed)
{
	const char *text = piece;
	size_t text_len = len, n_held;

	*passed = (struct echo_passed) { .len = 0 };
	if (len > ECHO_GUARD_PIECE_MAX)
		return false;
	if (held->len > 0) {
		memcpy(g->joined, held->bytes, held->len);
		memcpy(g->joined + held->len, piece, len);
		text = g->joined;
		text_len += held->len;
	}
	if (!look(g, text, text_len, &n_held) || n_held > ECHO_GUARD_HELD_MAX)
		return false;
	if (n_held > 0 && held->bytes == NULL &&
	    (held->bytes = malloc(ECHO_GUARD_HELD_MAX)) == NULL)
		return false;
	*passed = (struct echo_passed) { text, text_len - n_held };
	if (n_held > 0)
		memcpy(held->bytes, text + passed->len, n_held);
	held->len = n_held;
	return true;
}
