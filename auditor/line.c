/* SPDX-License-Identifier: ISC */
#include "auditor/line.h"

#include <string.h>

#define NAME_MAX_LEN 24

/* What is still to be read; 'at' stands behind what has been accepted. */
struct cursor {
	const char *at, *end;
};

/* A piece of the line, without the quotes if it is a string. */
struct piece {
	const char *text;
	size_t len;
	bool is_string;
};

static bool
take_char(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

/* Behind a backslash. */
static bool
take_escape(struct cursor *c)
{
	char kind;

	if (c->at == c->end)
		return false;
	kind = *c->at++;
	if (kind != 'u')
		return kind != '\0' && strchr("\"\\/bfnrt", kind) != NULL;
	for (int i = 0; i < 4; i++, c->at++)
		if (c->at == c->end || !is_hex(*c->at))
			return false;
	return true;
}

static bool
take_string(struct cursor *c, struct piece *p)
{
	if (!take_char(c, '"'))
		return false;
	*p = (struct piece) { .text = c->at, .is_string = true };
	while (c->at < c->end && *c->at != '"') {
		unsigned char byte = (unsigned char)*c->at++;

		if (byte < 0x20 || byte >= 0x7f ||
		    (byte == '\\' && !take_escape(c)))
			return false;
	}
	p->len = (size_t)(c->at - p->text);
	return take_char(c, '"');
}

static bool
is_digits(const struct piece *p)
{
	if (p->len == 0 || (p->len > 1 && p->text[0] == '0'))
		return false;
	for (size_t i = 0; i < p->len; i++)
		if (p->text[i] < '0' || p->text[i] > '9')
			return false;
	return true;
}

static bool
is_word(const struct piece *p, const char *word)
{
	return p->len == strlen(word) && memcmp(p->text, word, p->len) == 0;
}

/* A string, a whole number, or one of the three words. */
static bool
take_value(struct cursor *c, struct piece *p)
{
	if (c->at < c->end && *c->at == '"')
		return take_string(c, p);
	*p = (struct piece) { .text = c->at };
	while (c->at < c->end && *c->at != ',' && *c->at != '}')
		c->at++;
	p->len = (size_t)(c->at - p->text);
	return is_digits(p) || is_word(p, "true") || is_word(p, "false") ||
	    is_word(p, "null");
}

static bool
read_number(const struct piece *p, uint64_t *value)
{
	uint64_t n = 0;

	if (p->is_string || !is_digits(p) || p->len > 19)
		return false;
	for (size_t i = 0; i < p->len; i++)
		n = n * 10 + (uint64_t)(p->text[i] - '0');
	*value = n;
	return true;
}

static unsigned
hex_value(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static bool
read_hex(const struct piece *p, uint8_t *bytes, size_t n)
{
	if (!p->is_string || p->len != 2 * n)
		return false;
	for (size_t i = 0; i < p->len; i++)
		if (!is_hex(p->text[i]) || (p->text[i] >= 'A' &&
		    p->text[i] <= 'F'))
			return false;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(hex_value(p->text[2 * i]) << 4 |
		    hex_value(p->text[2 * i + 1]));
	return true;
}

static void
set_event(struct line *l, const struct piece *p)
{
	static const struct {
		const char *name;
		enum line_event event;
		bool needs_vault;	/* unless it failed */
	} known[] = {
		{ "checkpoint", LINE_CHECKPOINT, false },
		{ "torn", LINE_TORN, false },
		{ "begin", LINE_BEGIN, true },
		{ "end", LINE_END, false },
		{ "segment", LINE_SEGMENT, false },
		{ "gap", LINE_GAP, false },
		{ "start", LINE_START, false },
		{ "stop", LINE_STOP, false },
		{ "lock", LINE_LOCK, false },
		{ "unlock", LINE_OTHER, true },
		{ "init", LINE_OTHER, true },
		{ "passwd", LINE_OTHER, true },
		{ "add", LINE_OTHER, true },
		{ "remove", LINE_OTHER, true },
		{ "rotate", LINE_OTHER, true },
		{ "pin", LINE_OTHER, true },
		{ "agent_add", LINE_OTHER, true },
		{ "agent_remove", LINE_OTHER, true },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (is_word(p, known[i].name)) {
			l->event = known[i].event;
			l->needs_vault = known[i].needs_vault;
		}
}

/* "req_" and 16 hexadecimal digits, or null. */
static bool
read_request(const struct piece *p, uint64_t *request)
{
	struct piece digits = { p->text + 4, p->len - 4, true };
	uint8_t bytes[8];

	if (!p->is_string && is_word(p, "null"))
		return true;
	if (!p->is_string || p->len != 20 || memcmp(p->text, "req_", 4) != 0 ||
	    !read_hex(&digits, bytes, sizeof bytes))
		return false;
	for (size_t i = 0; i < sizeof bytes; i++)
		*request = *request << 8 | bytes[i];
	return true;
}

/* What has been seen: each of these may stand once. */
enum { SEQ = 1, EVENT = 2, SIGNATURE = 4, PREVIOUS = 8, BYTES = 16,
	REQUEST = 32, SEGMENT = 64, OLDEST = 128, OUTCOME = 256,
	FAILED = 512 };

static bool
mark(unsigned *seen, unsigned what)
{
	bool is_first = (*seen & what) == 0;

	*seen |= what;
	return is_first;
}

/* One member; those that the chain does not need pass. */
static bool
take_member(struct line *l, const struct piece *name, const struct piece *value,
    unsigned *seen)
{
	/* "seq" is the first, and nothing comes behind "prev". */
	if ((*seen == 0) != is_word(name, "seq") || (*seen & PREVIOUS) != 0)
		return false;
	if (is_word(name, "seq"))
		return mark(seen, SEQ) && read_number(value, &l->seq);
	if (is_word(name, "prev"))
		return mark(seen, PREVIOUS) &&
		    read_hex(value, l->previous, sizeof l->previous);
	if (is_word(name, "sig"))
		return mark(seen, SIGNATURE) &&
		    read_hex(value, l->signature, sizeof l->signature);
	if (is_word(name, "requestId"))
		return mark(seen, REQUEST) && read_request(value, &l->request);
	if (is_word(name, "segment"))
		return mark(seen, SEGMENT) && read_number(value, &l->segment);
	if (is_word(name, "oldest"))
		return mark(seen, OLDEST) && read_number(value, &l->oldest);
	if (is_word(name, "bytes"))
		return mark(seen, BYTES) && read_number(value, &l->n_bytes);
	if (is_word(name, "event")) {
		set_event(l, value);
		return mark(seen, EVENT) && value->is_string;
	}
	if (is_word(name, "outcome")) {
		if (is_word(value, "failed"))
			*seen |= FAILED;
		return mark(seen, OUTCOME);
	}
	return name->len > 0 && name->len <= NAME_MAX_LEN;
}

bool
line_parse(struct line *l, const char *text, size_t len)
{
	struct cursor c = { text, text + len };
	struct piece name, value;
	unsigned seen = 0, needed = SEQ | EVENT | PREVIOUS;

	*l = (struct line) { .event = LINE_OTHER };
	if (!take_char(&c, '{'))
		return false;
	do {
		if (!take_string(&c, &name) || !take_char(&c, ':') ||
		    !take_value(&c, &value) ||
		    !take_member(l, &name, &value, &seen))
			return false;
	} while (take_char(&c, ','));
	if ((seen & FAILED) != 0)
		l->needs_vault = false;
	if (l->event == LINE_CHECKPOINT)
		needed |= SIGNATURE;
	if (l->event == LINE_TORN)
		needed |= BYTES;
	return (seen & needed) == needed && take_char(&c, '}') &&
	    c.at == c.end;
}
