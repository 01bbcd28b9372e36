/* SPDX-License-Identifier: ISC */
#include "common/model_path.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/url.h"

#define HOLE "{model}"
#define DEPTH_MAX 8		/* decodings that a name may be good for */

/* No segment is empty or a dot segment; ';' ends one as '/' does. */
static bool
has_lawful_segments(const char *text, size_t len)
{
	for (size_t at = 0; at <= len;) {
		size_t n = 0;
		const char *segment = text + at;

		while (at + n < len && segment[n] != '/' && segment[n] != ';')
			n++;
		if (n == 0 || (n == 1 && segment[0] == '.') ||
		    (n == 2 && segment[0] == '.' && segment[1] == '.'))
			return false;
		at += n;
		/* What follows a ';' may be anything, up to the slash. */
		while (at < len && text[at] != '/')
			at++;
		at++;
	}
	return true;
}

static bool
has_lawful_characters(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f ||
		    text[i] == '\\')
			return false;
	return true;
}

/* In place; the new length. */
static size_t
decode(char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char hex[3] = "";

		if (text[i] == '%' && i + 2 < len &&
		    isxdigit((unsigned char)text[i + 1]) &&
		    isxdigit((unsigned char)text[i + 2])) {
			memcpy(hex, text + i + 1, 2);
			text[n++] = (char)strtoul(hex, NULL, 16);
			i += 2;
		} else
			text[n++] = text[i];
	}
	return n;
}

/* The same holds after each decoding that a server may apply. */
static bool
is_lawful_at_any_depth(const char *text, size_t len)
{
	char copy[URL_PATH_MAX];

	if (len > sizeof copy)
		return false;
	memcpy(copy, text, len);
	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		size_t shorter;

		if (!has_lawful_segments(copy, len) ||
		    !has_lawful_characters(copy, len))
			return false;
		shorter = decode(copy, len);
		if (shorter == len)
			return true;
		len = shorter;
	}
	return false;
}

bool
model_path_is_lawful(const char *path, size_t len)
{
	size_t root_len = strlen(MODEL_PATH_ROOT);

	return len > root_len && memcmp(path, MODEL_PATH_ROOT, root_len) == 0 &&
	    is_lawful_at_any_depth(path + root_len, len - root_len);
}

bool
model_name_check(const char *name, struct err *err)
{
	size_t len = strlen(name);

	return (len > 0 && is_lawful_at_any_depth(name, len)) ||
	    err_set(err, ERR_INVALID_REQUEST, "model name: an empty segment, a "
	    "dot segment, a backslash or a control character");
}

static bool
is_unreserved(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' &&
	    strchr("-._~", c) != NULL);
}

bool
model_path_format(char *path, size_t size, const char *pattern,
    const char *name, struct err *err)
{
	const char *hole = strstr(pattern, HOLE);
	size_t n = hole != NULL ? (size_t)(hole - pattern) : 0;

	if (!model_name_check(name, err))
		return false;
	if (hole == NULL || strlen(pattern) + 3 * strlen(name) >= size)
		return err_set(err, ERR_INVALID_REQUEST,
		    "model name: %zu bytes", strlen(name));
	memcpy(path, pattern, n);
	for (; *name != '\0'; name++)
		n += (size_t)snprintf(path + n, size - n,
		    is_unreserved(*name) ? "%c" : "%%%02X",
		    (unsigned char)*name);
	snprintf(path + n, size - n, "%s", hole + strlen(HOLE));
	return true;
}

bool
model_pattern_check(const char *pattern, struct err *err)
{
	const char *hole = strstr(pattern, "/" HOLE);
	char filled[URL_PATH_MAX];

	if (hole == NULL || strchr(hole + 2, '{') != NULL ||
	    strncmp(pattern, MODEL_PATH_ROOT, strlen(MODEL_PATH_ROOT)) != 0 ||
	    strchr("/", hole[1 + strlen(HOLE)]) == NULL)
		return err_set(err, ERR_USAGE, "a path below " MODEL_PATH_ROOT
		    " with " HOLE " as one segment");
	return model_path_format(filled, sizeof filled, pattern, "m", err) &&
	    (url_path_is_below(filled, strlen(filled)) ||
	    err_set(err, ERR_USAGE, "%.60s", pattern));
}
