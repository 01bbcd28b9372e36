/* SPDX-License-Identifier: ISC */
#include "cli/flat_line.h"

#include <string.h>

struct cursor {
	const char *at, *end;
};

static bool
is_next(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool
take_string(struct cursor *c, const char **text, size_t *len)
{
	if (!is_next(c, '"'))
		return false;
	*text = c->at;
	while (c->at < c->end && *c->at >= ' ' && *c->at <= '~' &&
	    *c->at != '"' && *c->at != '\\')
		c->at++;
	*len = (size_t)(c->at - *text);
	return is_next(c, '"');
}

/* A whole number without a leading zero, or one of the three words. */
static bool
take_plain(struct cursor *c, const char **text, size_t *len)
{
	static const char *const words[] = { "null", "true", "false" };

	*text = c->at;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		*len = strlen(words[i]);
		if ((size_t)(c->end - c->at) >= *len &&
		    memcmp(c->at, words[i], *len) == 0) {
			c->at += *len;
			return true;
		}
	}
	while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
		c->at++;
	*len = (size_t)(c->at - *text);
	return *len == 1 || (*len > 1 && **text != '0');
}

static bool
take_member(struct cursor *c, struct flat_member *m)
{
	if (!take_string(c, &m->name, &m->name_len) || !is_next(c, ':') ||
	    c->at == c->end)
		return false;
	m->is_text = *c->at == '"';
	return m->is_text ? take_string(c, &m->value, &m->value_len) :
	    take_plain(c, &m->value, &m->value_len);
}

bool
flat_line_parse(const char *line, size_t len, flat_line_member *each,
    void *arg)
{
	struct cursor c = { line, line + len };
	struct flat_member m;

	if (!is_next(&c, '{'))
		return false;
	do {
		if (!take_member(&c, &m))
			return false;
		if (each != NULL)
			each(&m, arg);
	} while (is_next(&c, ','));
	return is_next(&c, '}') && c.at == c.end;
}
