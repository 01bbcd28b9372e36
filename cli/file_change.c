/* SPDX-License-Identifier: ISC */
#include "cli/file_change.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/json_edit.h"
#include "cli/toml_edit.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define BLANKS " \t\r\n"

static void
set_piece(struct json_object *o, const char *name, const char *text,
    size_t len)
{
	json_object_object_add(o, name,
	    json_object_new_string_len(text, (int)len));
}

static struct json_object *
new_change(const char *text, size_t at, size_t removed_len,
    const char *inserted)
{
	struct json_object *change = json_object_new_object();

	field_set_number(change, "at", (int64_t)at);
	set_piece(change, "removed", text + at, removed_len);
	field_set_text(change, "inserted", inserted);
	return change;
}

/* "a": { "b": value }, from the first name that is not there. */
static char *
nest(const char *const names[], const char *value)
{
	char *text = NULL, *inner;

	if (names[1] == NULL) {
		if (asprintf(&text, "\"%s\": %s", names[0], value) == -1)
			return NULL;
		return text;
	}
	inner = nest(names + 1, value);
	if (inner != NULL && asprintf(&text, "\"%s\": { %s }", names[0],
	    inner) == -1)
		text = NULL;
	free(inner);
	return text;
}

/* In front of the object's first member, on a line like that one's. */
static struct json_object *
insert_member(const char *text, const struct json_edit_place *p,
    const char *const path[], const char *value)
{
	AUTO_FREE char *member = nest(path + p->n_there, value);
	AUTO_FREE char *inserted = NULL;
	int blanks = (int)strspn(text + p->object, BLANKS), n;

	if (member == NULL)
		return NULL;
	if (p->is_empty)
		n = asprintf(&inserted, "%s", member);
	else
		n = asprintf(&inserted, "%.*s%s,", blanks, text + p->object,
		    member);
	return n != -1 ? new_change(text, p->object, 0, inserted) : NULL;
}

static void
set_path(struct json_object *change, const char *const path[])
{
	struct json_object *names = field_set_array(change, "path");

	for (size_t i = 0; path[i] != NULL; i++)
		json_object_array_add(names, json_object_new_string(path[i]));
}

struct json_object *
file_change_member(const char *text, const char *const path[],
    const char *value, struct err *err)
{
	struct json_edit_place p;
	struct json_object *change;
	enum json_edit_found found = json_edit_find(text, path, &p);

	if (found == JSON_EDIT_BROKEN ||
	    (found == JSON_EDIT_ABSENT && p.object == 0)) {
		err_set(err, ERR_CONFIG_NOT_UNDERSTOOD, found ==
		    JSON_EDIT_BROKEN ? "not plain JSON" : "%s is no object",
		    p.n_there > 0 ? path[p.n_there - 1] : "it");
		return NULL;
	}
	change = found == JSON_EDIT_FOUND ?
	    new_change(text, p.value, p.end - p.value, value) :
	    insert_member(text, &p, path, value);
	if (change == NULL) {
		err_set(err, ERR_NO_MEMORY, "change");
		return NULL;
	}
	set_path(change, path);
	field_set_text(change, "value", value);
	if (found == JSON_EDIT_FOUND)
		set_piece(change, "previous", text + p.value, p.end - p.value);
	else
		field_set_null(change, "previous");
	field_set_number(change, "there", p.n_there);
	return change;
}

struct json_object *
file_change_key(const char *text, const char *key, const char *value,
    struct err *err)
{
	size_t top = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct toml_edit_place p;
	struct json_object *change;
	char line[512];

	if (!toml_edit_find(text, key, &p)) {
		err_set(err, ERR_CONFIG_NOT_UNDERSTOOD, "not plain TOML");
		return NULL;
	}
	if (!p.is_there) {
		snprintf(line, sizeof line, "%s = %s\n", key, value);
		change = new_change(text, top, 0, line);
		field_set_null(change, "previous");
	} else {
		change = new_change(text, p.value, p.end - p.value, value);
		set_piece(change, "previous", text + p.value,
		    p.end - p.value);
	}
	field_set_text(change, "key", key);
	field_set_text(change, "value", value);
	return change;
}

struct json_object *
file_change_append(const char *text, const char *block)
{
	size_t len = strlen(text);
	struct json_object *change;
	char *inserted;

	if (asprintf(&inserted, "%s%s",
	    len > 0 && text[len - 1] != '\n' ? "\n" : "", block) == -1)
		return NULL;
	change = new_change(text, len, 0, inserted);
	free(inserted);
	return change;
}

const char *
file_change_previous(struct json_object *change)
{
	return json_text_string(change, "previous");
}

/* 'len' bytes at 'at' replaced by 'by'. */
static char *
replace(const char *text, size_t at, size_t len, const char *by)
{
	char *result;

	return asprintf(&result, "%.*s%s%s", (int)at, text, by,
	    text + at + len) != -1 ? result : NULL;
}

char *
file_change_make(const char *text, struct json_object *change)
{
	int64_t at = 0;

	json_text_int(change, "at", &at);
	return replace(text, (size_t)at,
	    strlen(json_text_string(change, "removed")),
	    json_text_string(change, "inserted"));
}

/*
 * Where the inserted text stands: at its place, or elsewhere once; a value
 * alone, without its name, is known at its place only.
 */
static const char *
find_inserted(const char *text, struct json_object *change)
{
	const char *inserted = json_text_string(change, "inserted"), *found;
	int64_t at = 0;

	if (inserted == NULL || *inserted == '\0')
		return NULL;
	json_text_int(change, "at", &at);
	if (at >= 0 && (size_t)at <= strlen(text) &&
	    strncmp(text + at, inserted, strlen(inserted)) == 0)
		return text + at;
	found = file_change_previous(change) == NULL ?
	    strstr(text, inserted) : NULL;
	return found != NULL && strstr(found + 1, inserted) == NULL ? found :
	    NULL;
}

static bool
get_path(struct json_object *change, const char *path[FILE_CHANGE_DEPTH + 1])
{
	struct json_object *names = json_text_array(change, "path");
	size_t n = names != NULL ? json_object_array_length(names) : 0;

	for (size_t i = 0; i < n && i < FILE_CHANGE_DEPTH; i++)
		path[i] = json_object_get_string(
		    json_object_array_get_idx(names, i));
	path[n <= FILE_CHANGE_DEPTH ? n : 0] = NULL;
	return n > 0 && n <= FILE_CHANGE_DEPTH;
}

/* The member, if its value is still ours. */
static bool
find_member(const char *text, struct json_object *change,
    struct json_edit_place *p)
{
	const char *path[FILE_CHANGE_DEPTH + 1];
	const char *value = json_text_string(change, "value");

	return value != NULL && get_path(change, path) &&
	    json_edit_find(text, path, p) == JSON_EDIT_FOUND &&
	    p->end - p->value == strlen(value) &&
	    memcmp(text + p->value, value, strlen(value)) == 0;
}

bool
file_change_is_there(const char *text, struct json_object *change)
{
	struct json_edit_place p;

	return json_text_array(change, "path") != NULL ?
	    find_member(text, change, &p) :
	    find_inserted(text, change) != NULL;
}

static char *
remove_member(const char *text, const struct json_edit_place *p)
{
	size_t from = p->member, to = p->end;

	if (p->comma_behind != 0) {
		to = p->comma_behind + 1;
		to += strspn(text + to, BLANKS);
	} else if (p->comma_before != 0)
		from = p->comma_before;
	return replace(text, from, to - from, "");
}

/* Takes away the objects that the change had made, where they are empty now. */
static char *
prune(char *text, struct json_object *change)
{
	const char *path[FILE_CHANGE_DEPTH + 1];
	int64_t there = 0;
	size_t n;

	json_text_int(change, "there", &there);
	if (!get_path(change, path))
		return text;
	for (n = 0; path[n] != NULL; n++)
		;
	while (n > 0 && text != NULL && (int64_t)--n > there) {
		struct json_edit_place p, inner;
		const char *beyond[FILE_CHANGE_DEPTH + 2];
		char *shorter;

		path[n] = NULL;
		memcpy(beyond, path, (n + 1) * sizeof beyond[0]);
		beyond[n] = "";
		beyond[n + 1] = NULL;
		json_edit_find(text, beyond, &inner);
		if (json_edit_find(text, path, &p) != JSON_EDIT_FOUND ||
		    inner.object == 0 || !inner.is_empty)
			break;
		shorter = remove_member(text, &p);
		free(text);
		text = shorter;
	}
	return text;
}

static char *
take_back_member(const char *text, struct json_object *change)
{
	const char *previous = file_change_previous(change);
	struct json_edit_place p;

	/* Somebody else's value by now: not ours to touch. */
	if (!find_member(text, change, &p))
		return strdup(text);
	return previous != NULL ?
	    replace(text, p.value, p.end - p.value, previous) :
	    prune(remove_member(text, &p), change);
}

/* A key of TOML that has another line or place by now. */
static char *
take_back_key(const char *text, struct json_object *change)
{
	const char *value = json_text_string(change, "value");
	const char *previous = file_change_previous(change);
	struct toml_edit_place p;

	if (value == NULL ||
	    !toml_edit_find(text, json_text_string(change, "key"), &p))
		return NULL;
	if (!p.is_there || p.end - p.value != strlen(value) ||
	    memcmp(text + p.value, value, strlen(value)) != 0)
		return strdup(text);
	return previous != NULL ?
	    replace(text, p.value, p.end - p.value, previous) : NULL;
}

/* A block that is gone is taken back; one with other words in it is not ours. */
static char *
take_back_block(const char *text, struct json_object *change)
{
	const char *block = json_text_string(change, "inserted");
	char head[128];

	if (block == NULL)
		return NULL;
	block += strspn(block, "\n");
	snprintf(head, sizeof head, "%.*s", (int)strcspn(block, "\n"), block);
	return strstr(text, head) == NULL ? strdup(text) : NULL;
}

/* What others wrote behind a block keeps a line of its own. */
static const char *
instead_of(const char *inserted, const char *removed, const char *behind)
{
	size_t len = strlen(inserted);

	return *removed == '\0' && *inserted == '\n' &&
	    inserted[len - 1] == '\n' && *behind != '\0' ? "\n" : removed;
}

static char *
take_back_text(const char *text, const char *found, struct json_object *change)
{
	const char *inserted = json_text_string(change, "inserted");
	const char *removed = json_text_string(change, "removed");

	return removed == NULL ? NULL : replace(text, (size_t)(found - text),
	    strlen(inserted),
	    instead_of(inserted, removed, found + strlen(inserted)));
}

char *
file_change_take_back(const char *text, struct json_object *change,
    struct err *err)
{
	const char *found = find_inserted(text, change);
	const char *path[FILE_CHANGE_DEPTH + 1];
	struct json_edit_place p;
	char *result = NULL;

	if (found != NULL)
		result = take_back_text(text, found, change);
	else if (get_path(change, path)) {
		if (json_edit_find(text, path, &p) != JSON_EDIT_BROKEN)
			result = take_back_member(text, change);
	} else if (json_text_string(change, "key") != NULL)
		result = take_back_key(text, change);
	else
		result = take_back_block(text, change);
	if (result == NULL)
		err_set(err, ERR_CONFIG_NOT_UNDERSTOOD,
		    "changed by others since");
	return result;
}
