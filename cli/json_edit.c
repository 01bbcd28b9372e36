/* SPDX-License-Identifier: ISC */
#include "cli/json_edit.h"

#include <string.h>

#define BLANKS " \t\r\n"

struct cursor {
	const char *text;
	size_t at;
	int depth;
};

/* What is looked for in one object, and where it was seen. */
struct search {
	const char *name;		/* NULL: nothing */
	struct json_edit_place *place;
	bool is_found;
};

static bool
skip_comment(struct cursor *c)
{
	const char *at = c->text + c->at, *end;

	if (at[1] == '/')
		c->at += strcspn(at, "\n");
	else {
		end = at[1] == '*' ? strstr(at + 2, "*/") : NULL;
		if (end == NULL)
			return false;
		c->at += (size_t)(end - at) + 2;
	}
	return true;
}

static bool
skip_space(struct cursor *c)
{
	for (;;) {
		c->at += strspn(c->text + c->at, BLANKS);
		if (c->text[c->at] != '/')
			return true;
		if (!skip_comment(c))
			return false;
	}
}

static bool
skip_string(struct cursor *c)
{
	if (c->text[c->at] != '"')
		return false;
	for (c->at++; c->text[c->at] != '"'; c->at++) {
		if (c->text[c->at] == '\\')
			c->at++;
		if ((unsigned char)c->text[c->at] < ' ')
			return false;
	}
	c->at++;
	return true;
}

static bool
skip_word(struct cursor *c)
{
	size_t len = strspn(c->text + c->at, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	c->at += len;
	return len > 0;
}

static bool skip_value(struct cursor *);

static bool
skip_array(struct cursor *c)
{
	for (c->at++;;) {
		if (!skip_space(c))
			return false;
		if (c->text[c->at] == ']')
			break;
		if (!skip_value(c) || !skip_space(c))
			return false;
		if (c->text[c->at] == ',')
			c->at++;
		else if (c->text[c->at] != ']')
			return false;
	}
	c->at++;
	return true;
}

static bool
is_name(const struct cursor *c, size_t at, const char *name)
{
	size_t len = c->at - at;	/* with the quotes */

	return name != NULL && len == strlen(name) + 2 &&
	    memcmp(c->text + at + 1, name, len - 2) == 0;
}

/* One member, up to behind its comma. */
static bool
take_member(struct cursor *c, struct search *s, size_t *comma)
{
	size_t member = c->at, value;
	bool is_it;

	if (!skip_string(c))
		return false;
	is_it = is_name(c, member, s->name);
	if (!skip_space(c) || c->text[c->at] != ':')
		return false;
	c->at++;
	if (!skip_space(c))
		return false;
	value = c->at;
	if (!skip_value(c))
		return false;
	if (is_it) {
		s->is_found = true;
		s->place->member = member;
		s->place->value = value;
		s->place->end = c->at;
		s->place->comma_before = *comma;
		s->place->comma_behind = 0;
	}
	if (!skip_space(c))
		return false;
	*comma = 0;
	if (c->text[c->at] == ',') {
		*comma = c->at++;
		if (is_it)
			s->place->comma_behind = *comma;
	}
	return *comma != 0 || c->text[c->at] == '}';
}

static bool
take_object(struct cursor *c, struct search *s)
{
	size_t comma = 0, object = ++c->at;
	bool has_member = false;

	if (!skip_space(c))
		return false;
	if (s->place != NULL) {
		s->place->object = object;
		s->place->first = c->at;
		s->place->is_empty = c->text[c->at] == '}';
	}
	while (c->text[c->at] != '}') {
		if ((has_member && comma == 0) || !take_member(c, s, &comma) ||
		    !skip_space(c))
			return false;
		has_member = true;
	}
	c->at++;
	return true;
}

static bool
skip_value(struct cursor *c)
{
	struct search nothing = { .name = NULL };
	bool ok;

	if (c->depth == JSON_EDIT_DEPTH)
		return false;
	c->depth++;
	switch (c->text[c->at]) {
	case '{':
		ok = take_object(c, &nothing);
		break;
	case '[':
		ok = skip_array(c);
		break;
	case '"':
		ok = skip_string(c);
		break;
	default:
		ok = skip_word(c);
	}
	c->depth--;
	return ok;
}

/* The whole text is one value. */
static bool
check(const char *text, size_t *start)
{
	struct cursor c = { .text = text };

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		c.at = 3;
	if (!skip_space(&c))
		return false;
	*start = c.at;
	return skip_value(&c) && skip_space(&c) && text[c.at] == '\0';
}

enum json_edit_found
json_edit_find(const char *text, const char *const path[],
    struct json_edit_place *place)
{
	size_t at;

	*place = (struct json_edit_place) { .object = 0 };
	if (!check(text, &at))
		return JSON_EDIT_BROKEN;
	for (;; at = place->value) {
		struct search s = { .name = path[place->n_there],
			.place = place };
		struct cursor c = { .text = text, .at = at };

		if (text[at] != '{') {
			place->object = 0;
			return JSON_EDIT_ABSENT;
		}
		take_object(&c, &s);
		if (!s.is_found)
			return JSON_EDIT_ABSENT;
		if (path[++place->n_there] == NULL)
			return JSON_EDIT_FOUND;
	}
}

static bool
skip_name(struct cursor *c)
{
	if (!skip_string(c) || !skip_space(c) || c->text[c->at] != ':')
		return false;
	c->at++;
	return skip_space(c);
}

bool
json_edit_nth(const char *text, const char *const path[], size_t n,
    struct json_edit_place *place)
{
	struct cursor c = { .text = text };
	bool is_object;

	if (path[0] == NULL ? !check(text, &c.at) :
	    json_edit_find(text, path, place) != JSON_EDIT_FOUND)
		return false;
	if (path[0] != NULL)
		c.at = place->value;
	is_object = text[c.at] == '{';
	if (!is_object && text[c.at] != '[')
		return false;
	for (c.at++;; n--) {
		if (!skip_space(&c) || text[c.at] == (is_object ? '}' : ']'))
			return false;
		place->member = c.at;
		if (is_object && !skip_name(&c))
			return false;
		place->value = c.at;
		if (!skip_value(&c))
			return false;
		place->end = c.at;
		if (n == 0)
			return true;
		if (!skip_space(&c))
			return false;
		c.at += text[c.at] == ',';
	}
}
