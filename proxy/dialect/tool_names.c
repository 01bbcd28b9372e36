/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/tool_names.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypto/digest.h"

#define HASH_CHARS 10		/* behind a name that had to be changed */

struct entry {
	struct entry *next;
	struct tool_name name;
	char sent[TOOL_NAME_MAX + 1];
	char texts[];		/* name, namespace */
};

struct tool_names {
	struct entry *first, *last;
	size_t n;
};

struct tool_names *
tool_names_new(void)
{
	struct tool_names *t = calloc(1, sizeof *t);

	assert(t != NULL);
	return t;
}

void
tool_names_free(struct tool_names *t)
{
	if (t == NULL)
		return;
	for (struct entry *e = t->first, *next; e != NULL; e = next) {
		next = e->next;
		free(e);
	}
	free(t);
}

static bool
is_same(const struct tool_name *n, const char *name, const char *space)
{
	return strcmp(n->name, name) == 0 && (space == NULL) ==
	    (n->space == NULL) && (space == NULL ||
	    strcmp(n->space, space) == 0);
}

const struct tool_name *
tool_names_find(const struct tool_names *t, const char *name,
    const char *space)
{
	for (const struct entry *e = t->first; e != NULL; e = e->next)
		if (is_same(&e->name, name, space))
			return &e->name;
	return NULL;
}

const struct tool_name *
tool_names_find_sent(const struct tool_names *t, const char *sent)
{
	for (const struct entry *e = t->first; e != NULL; e = e->next)
		if (strcmp(e->sent, sent) == 0)
			return &e->name;
	return NULL;
}

/*
 * The name with what is not allowed replaced.  When it had to be changed, a
 * hash of the whole of it stands behind: two long names keep apart, and each
 * is the same in every turn.  'salt' is for the rest.
 */
static void
make_sent(const struct tool_name *wanted, unsigned salt,
    char out[TOOL_NAME_MAX + 1])
{
	const char *space = wanted->space != NULL ? wanted->space : "";
	size_t len = strlen(space) + strlen(wanted->name) + 16;
	char *whole = malloc(len), hex[DIGEST_HEX];
	uint8_t digest[DIGEST_LEN];
	bool is_changed = salt > 0;
	size_t n;

	assert(whole != NULL);
	n = (size_t)snprintf(whole, len, "%s%s%s", space,
	    *space != '\0' ? "__" : "", wanted->name);
	digest_sha256(whole, n, digest);
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)whole[i]) && whole[i] != '_' &&
		    whole[i] != '-') {
			whole[i] = '_';
			is_changed = true;
		}
	if (!is_changed && n > 0 && n <= TOOL_NAME_MAX) {
		memcpy(out, whole, n + 1);
	} else {
		digest[0] = (uint8_t)(digest[0] + salt);
		digest_hex(digest, sizeof digest, hex);
		snprintf(out, TOOL_NAME_MAX + 1, "%.*s_%.*s",
		    TOOL_NAME_MAX - 1 - HASH_CHARS, whole, HASH_CHARS, hex);
	}
	free(whole);
}

const struct tool_name *
tool_names_add(struct tool_names *t, const struct tool_name *wanted)
{
	const struct tool_name *found = t->n > TOOL_NAMES_MAX ?
	    &t->last->name : tool_names_find(t, wanted->name, wanted->space);
	size_t name_len = strlen(wanted->name) + 1;
	size_t space_len = wanted->space == NULL ? 0 :
	    strlen(wanted->space) + 1;
	struct entry *e;

	if (found != NULL)
		return found;
	e = calloc(1, sizeof *e + name_len + space_len);
	assert(e != NULL);
	memcpy(e->texts, wanted->name, name_len);
	if (space_len > 0)
		memcpy(e->texts + name_len, wanted->space, space_len);
	e->name = *wanted;
	e->name.name = e->texts;
	e->name.space = space_len > 0 ? e->texts + name_len : NULL;
	e->name.sent = e->sent;
	for (unsigned salt = 0; e->sent[0] == '\0' ||
	    tool_names_find_sent(t, e->sent) != NULL; salt++)
		make_sent(wanted, salt, e->sent);
	if (t->last != NULL)
		t->last->next = e;
	else
		t->first = e;
	t->last = e;
	t->n++;
	return &e->name;
}

size_t
tool_names_count(const struct tool_names *t)
{
	return t->n;
}

const struct tool_name *
tool_names_at(const struct tool_names *t, size_t at)
{
	const struct entry *e = t->first;

	while (e != NULL && at-- > 0)
		e = e->next;
	return e != NULL ? &e->name : NULL;
}
