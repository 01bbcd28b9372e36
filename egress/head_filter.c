/* SPDX-License-Identifier: ISC */
#include "egress/head_filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/errors.h"

/* A name that ends in '*' stands for all like it. */
static const char *const left_out[] = {
	/* Meant for one hop. */
	"connection", "keep-alive", "proxy-*", "te", "trailer",
	"transfer-encoding", "upgrade", "content-encoding",
	/* Sets state in a client, or sends it elsewhere. */
	"set-cookie", "set-cookie2", "alt-svc", "location", "refresh",
	"strict-transport-security", "public-key-pins*", "clear-site-data",
	/* Lets web pages read what only the agent may. */
	"access-control-*",
	/* Speaks of the key. */
	"authorization", "www-authenticate", "authentication-info",
	"x-api-key", "api-key", "x-goog-api-key",
};

void
head_filter_reset(struct head_filter *head)
{
	free(head->text);
	*head = (struct head_filter) { .text = NULL };
}

static bool
is_token(char c)
{
	return isalnum((unsigned char)c) ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_name(const char *pattern, const char *name, size_t len)
{
	size_t n;

	/* Nearly always the first letter tells. */
	if (len == 0 || ((pattern[0] ^ name[0]) & ~0x20) != 0)
		return false;
	n = strlen(pattern);
	if (pattern[n - 1] == '*')
		return len >= n - 1 && strncasecmp(name, pattern, n - 1) == 0;
	return len == n && strncasecmp(name, pattern, n) == 0;
}

static bool
is_left_out(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
		if (is_name(left_out[i], name, len))
			return true;
	return false;
}

static bool
is_value(const char *value, size_t len, const char *expected)
{
	return len == strlen(expected) &&
	    strncasecmp(value, expected, len) == 0;
}

static bool
is_coded(const char *name, size_t name_len, const char *value, size_t len)
{
	if (is_name("content-encoding", name, name_len))
		return len > 0 && !is_value(value, len, "identity");
	return is_name("transfer-encoding", name, name_len) &&
	    !is_value(value, len, "chunked") &&
	    !is_value(value, len, "identity");
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 ..." */
static bool
read_status(struct head_filter *head, const char *line, size_t len,
    struct err *err)
{
	const char *code = memchr(line, ' ', len);

	head->len = 0;
	head->status = 0;
	if (code != NULL && line + len - code >= 4)
		for (int i = 1; i <= 3 && is_digit(code[i]); i++)
			head->status = head->status * 10 +
			    (uint32_t)(code[i] - '0');
	if (head->status < 100 || head->status > 599 || head->status == 101)
		return err_set(err, ERR_UPSTREAM_BROKEN, "status %u",
		    head->status);
	return true;
}

static bool
put(struct head_filter *head, const char *bytes, size_t len)
{
	if (head->room - head->len < len) {
		size_t room = 2 * head->room + len + 1024;
		char *text = realloc(head->text, room);

		if (text == NULL)
			return false;
		head->text = text;
		head->room = room;
	}
	memcpy(head->text + head->len, bytes, len);
	head->len += len;
	return true;
}

static bool
put_header(struct head_filter *head, const char *name, size_t name_len,
    const char *value, size_t len)
{
	size_t from = head->len;

	if (!put(head, name, name_len) || !put(head, ": ", 2) ||
	    !put(head, value, len) || !put(head, "\n", 1))
		return false;
	for (size_t i = from; i < from + name_len; i++)
		head->text[i] = (char)tolower((unsigned char)head->text[i]);
	return true;
}

static bool
is_text(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return false;
	return true;
}

/* A line that is no header (folded, without a name) is left out too. */
static bool
read_header(struct head_filter *head, const char *line, size_t len,
    struct err *err)
{
	const char *value;
	size_t name_len = 0, value_len;

	while (name_len < len && is_token(line[name_len]))
		name_len++;
	if (name_len == 0 || name_len == len || line[name_len] != ':')
		return true;
	value = line + name_len + 1;
	value_len = len - name_len - 1;
	for (; value_len > 0 && (*value == ' ' || *value == '\t'); value_len--)
		value++;
	while (value_len > 0 && (value[value_len - 1] == ' ' ||
	    value[value_len - 1] == '\t'))
		value_len--;
	if (is_coded(line, name_len, value, value_len))
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "the answer is coded although that was not asked for");
	if (!is_text(value, value_len) || is_left_out(line, name_len))
		return true;
	return put_header(head, line, name_len, value, value_len) ||
	    err_set(err, ERR_NO_MEMORY, "headers");
}

bool
head_filter_read(struct head_filter *head, const char *line, size_t len,
    struct err *err)
{
	if (head->is_complete)
		return true;
	head->n_bytes += len;
	if (head->n_bytes > HEAD_FILTER_LEN_MAX ||
	    ++head->n_lines > HEAD_FILTER_LINES_MAX)
		return err_set(err, ERR_UPSTREAM_BROKEN,
		    "the answer's head is too large");
	while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	if (len == 0) {
		head->is_complete = head->status >= 200;
		return true;
	}
	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
		return read_status(head, line, len, err);
	return read_header(head, line, len, err);
}
