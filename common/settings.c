/* SPDX-License-Identifier: ISC */
#include "common/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/allowed_users.h"
#include "common/errors.h"
#include "common/waiver.h"

enum kind { KIND_TEXT, KIND_COUNT, KIND_BYTES, KIND_TIME, KIND_FLAG,
	KIND_INTERVAL };

static const struct setting {
	const char *name;
	enum kind kind;
	size_t offset, size;	/* of the field; size for texts */
	const char *initial;
	uint64_t least, most;
} table[] = {
#define TEXT(name, size, initial, help)					\
	{ #name, KIND_TEXT, offsetof(struct settings, name), size,	\
	    initial, 0, 0 },
#define NUMBER(name, field, unit, initial, least, most, help)		\
	{ #name, KIND_##unit, offsetof(struct settings, field), 0,	\
	    initial, least, most },
	SETTINGS_TABLE(TEXT, NUMBER)
#undef TEXT
#undef NUMBER
};

#define N_SETTINGS (sizeof table / sizeof table[0])

static const struct settings_row rows[] = {
#define TEXT(name, size, initial, help) { #name, initial, help },
#define NUMBER(name, field, unit, initial, least, most, help)		\
	{ #name, initial, help },
	SETTINGS_TABLE(TEXT, NUMBER)
#undef TEXT
#undef NUMBER
};

const struct settings_row *
settings_rows(size_t *n)
{
	*n = sizeof rows / sizeof rows[0];
	return rows;
}

/* What follows the digits, and what one of it is worth. */
static const struct unit {
	enum kind kind;
	const char *suffix;
	uint64_t factor;
} units[] = {
	{ KIND_COUNT, "", 1 },
	{ KIND_BYTES, "", 1 }, { KIND_BYTES, "K", 1 << 10 },
	{ KIND_BYTES, "M", 1 << 20 }, { KIND_BYTES, "G", 1 << 30 },
	{ KIND_TIME, "ms", 1 }, { KIND_TIME, "", 1000 },
	{ KIND_TIME, "s", 1000 }, { KIND_TIME, "m", 60000 },
	{ KIND_TIME, "h", 3600000 }, { KIND_TIME, "d", 86400000 },
};

static bool
parse_number(const struct setting *s, const char *text, uint64_t *value)
{
	enum kind kind = s->kind == KIND_INTERVAL ? KIND_TIME : s->kind;
	char *end;
	unsigned long long digits;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	digits = strtoull(text, &end, 10);
	if (errno != 0 || digits > UINT64_MAX / 86400000)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (units[i].kind == kind &&
		    strcmp(units[i].suffix, end) == 0) {
			*value = digits * units[i].factor;
			return (*value >= s->least && *value <= s->most) ||
			    (s->kind == KIND_INTERVAL && *value == 0);
		}
	return false;
}

static bool
parse_flag(const char *text, uint64_t *value)
{
	*value = strcmp(text, "on") == 0;
	return *value == 1 || strcmp(text, "off") == 0;
}

static bool
store(struct settings *all, const struct setting *s, const char *text)
{
	char *field = (char *)all + s->offset;
	size_t len = strlen(text);
	uint64_t value;

	if (s->kind == KIND_TEXT) {
		if (len >= s->size)
			return false;
		memset(field, 0, s->size);
		memcpy(field, text, len);
		return true;
	}
	if (s->kind == KIND_FLAG ? !parse_flag(text, &value) :
	    !parse_number(s, text, &value))
		return false;
	memcpy(field, &value, sizeof value);
	return true;
}

/* What a text must be besides short enough. */
static const struct check {
	const char *name;
	bool (*is_good)(const char *value);
} checks[] = {
	{ "users", allowed_users_list_is_good },
	{ "waive", waiver_list_is_good },
};

static bool
is_acceptable(const char *name, const char *value)
{
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		if (strcmp(checks[i].name, name) == 0)
			return checks[i].is_good(value);
	return true;
}

/*
 * A key that was pasted here would lie in a file that nothing protects.  Long
 * unbroken words of letters and digits, and the prefixes that providers use.
 */
static bool
looks_like_a_key(const char *value)
{
	static const char *const prefixes[] = { "sk-", "sk_", "gsk_", "xai-",
	    "AIza", "key-", "pk-", "Bearer ", "ghp_", "hf_" };
	size_t run = 0, digits = 0;

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (strncmp(value, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	for (; *value != '\0'; value++) {
		if (!isalnum((unsigned char)*value) && *value != '_' &&
		    *value != '-') {
			run = digits = 0;
			continue;
		}
		run++;
		digits += isdigit((unsigned char)*value) ? 1 : 0;
		if (run >= 32 && digits >= 4)
			return true;
	}
	return false;
}

void
settings_default(struct settings *all)
{
	*all = (struct settings) { 0 };
	for (size_t i = 0; i < N_SETTINGS; i++)
		store(all, &table[i], table[i].initial);
}

bool
settings_set(struct settings *all, const char *name, const char *value,
    struct err *err)
{
	if (looks_like_a_key(value))
		return err_set(err, ERR_SETTINGS_INVALID, "%.40s: this looks "
		    "like a key; keys belong into the vault", name);
	for (size_t i = 0; i < N_SETTINGS; i++)
		if (strcmp(table[i].name, name) == 0)
			return (is_acceptable(name, value) &&
			    store(all, &table[i], value)) ||
			    err_set(err, ERR_SETTINGS_INVALID,
			    "%.40s: '%.40s' is not acceptable", name, value);
	return err_set(err, ERR_SETTINGS_INVALID, "%.40s: no such setting",
	    name);
}

/* Cuts white space at both ends; returns the new start. */
static char *
trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

static bool
parse_line(struct settings *all, char *line, bool seen[], struct err *err)
{
	char *name = trim(line), *equals = strchr(name, '='), *value;

	if (*name == '\0' || *name == '#')
		return true;
	if (equals == NULL)
		return err_set(err, ERR_SETTINGS_INVALID, "'=' is missing");
	*equals = '\0';
	value = trim(equals + 1);
	name = trim(name);
	if (!settings_set(all, name, value, err))
		return false;
	for (size_t i = 0; i < N_SETTINGS; i++)
		if (strcmp(table[i].name, name) == 0) {
			if (seen[i])
				return err_set(err, ERR_SETTINGS_INVALID,
				    "%s stands twice", name);
			seen[i] = true;
		}
	return true;
}

bool
settings_parse(struct settings *all, const char *text, size_t len,
    struct err *err)
{
	bool seen[N_SETTINGS] = { false };
	struct err why;
	char line[1024];

	for (size_t at = 0, number = 1; at < len; number++) {
		const char *start = text + at;
		const char *end = memchr(start, '\n', len - at);
		size_t line_len = end != NULL ? (size_t)(end - start) : len - at;

		at += line_len + 1;
		if (line_len >= sizeof line ||
		    memchr(start, '\0', line_len) != NULL)
			return err_set(err, ERR_SETTINGS_INVALID,
			    "line %zu is too long or has a NUL", number);
		memcpy(line, start, line_len);
		line[line_len] = '\0';
		if (!parse_line(all, line, seen, &why))
			return err_set(err, ERR_SETTINGS_INVALID,
			    "line %zu: %s", number, why.about);
	}
	return true;
}

bool
settings_word(const char *list, size_t n, char *word, size_t size)
{
	for (size_t i = 0;; i++) {
		size_t len;

		list += strspn(list, " \t");
		len = strcspn(list, " \t");
		if (len == 0)
			return false;
		if (i == n) {
			snprintf(word, size, "%.*s", (int)len, list);
			return true;
		}
		list += len;
	}
}
