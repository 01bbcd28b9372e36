/* SPDX-License-Identifier: ISC */
#include "cli/toml_edit.h"

#include <string.h>

#define BLANKS " \t"

/* Behind a string that starts at 'at'; NULL when it does not end. */
static const char *
skip_string(const char *at)
{
	char quote = *at, end[4] = { quote, quote, quote, '\0' };
	bool is_long = strncmp(at, end, 3) == 0;

	if (!is_long)
		end[1] = '\0';
	for (at += strlen(end); strncmp(at, end, strlen(end)) != 0; at++) {
		if (*at == '\\' && quote == '"' && at[1] != '\0')
			at++;
		else if (*at == '\0' || (*at == '\n' && !is_long))
			return NULL;
	}
	return at + strlen(end);
}

/* Behind a value: at its line's end, or at the comment before that. */
static const char *
skip_value(const char *at)
{
	int depth = 0;

	for (;;) {
		if (*at == '"' || *at == '\'') {
			at = skip_string(at);
			if (at == NULL)
				return NULL;
			continue;
		}
		if (*at == '[' || *at == '{')
			depth++;
		else if (*at == ']' || *at == '}')
			depth--;
		else if (*at == '#' && depth > 0)
			at += strcspn(at, "\n");
		else if (depth <= 0 && (*at == '\n' || *at == '#'))
			return at;
		if (*at == '\0')
			return depth <= 0 ? at : NULL;
		at++;
	}
}

/* The next line behind 'at'. */
static const char *
next_line(const char *at)
{
	at += strcspn(at, "\n");
	return *at == '\n' ? at + 1 : at;
}

static bool
is_key(const char *at, size_t len, const char *key)
{
	size_t key_len = strlen(key);

	while (len > 0 && strchr(BLANKS, at[len - 1]) != NULL)
		len--;
	if (len == key_len + 2 && (*at == '"' || *at == '\'')) {
		at++;
		len -= 2;
	}
	return len == key_len && memcmp(at, key, len) == 0;
}

bool
toml_edit_find(const char *text, const char *key, struct toml_edit_place *p)
{
	const char *at = text;

	*p = (struct toml_edit_place) { .is_there = false };
	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (*at != '\0') {
		const char *value, *end;
		size_t len;

		at += strspn(at, BLANKS);
		if (*at == '[')
			return true;
		len = strcspn(at, "=#\n");
		if (at[len] != '=') {
			at = next_line(at);
			continue;
		}
		value = at + len + 1;
		value += strspn(value, BLANKS);
		end = skip_value(value);
		if (end == NULL)
			return false;
		if (is_key(at, len, key)) {
			p->is_there = true;
			p->value = (size_t)(value - text);
			while (end > value && strchr(" \t\r", end[-1]) != NULL)
				end--;
			p->end = (size_t)(end - text);
		}
		at = next_line(end);
	}
	return true;
}

bool
toml_edit_has_table(const char *text, const char *name)
{
	for (const char *at = text; *at != '\0'; at = next_line(at)) {
		at += strspn(at, BLANKS);
		if (*at == '[' && strncmp(at + 1, name, strlen(name)) == 0 &&
		    at[1 + strlen(name)] == ']')
			return true;
	}
	return false;
}
