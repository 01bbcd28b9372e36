/* SPDX-License-Identifier: ISC */
#include "egress/request_head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/errors.h"
#include "common/frame.h"
#include "common/url.h"

/* Left out without a word.  A name that ends in '*' stands for all like it. */
static const char *const left_out[] = {
	/* Who asks. */
	"authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie",
	"cookie2", "proxy-*",
	/* Meant for one hop, or said by libcurl. */
	"host", "content-length", "transfer-encoding", "connection",
	"keep-alive", "te", "trailer", "upgrade", "expect",
	"accept-encoding", "http2-settings",
	/* Where it comes from. */
	"forwarded", "x-forwarded-*", "x-real-ip", "via",
};

/* Members of a query that would be a second key. */
static const char *const key_names[] = { "key", "api_key", "api-key",
	"apikey", "access_token", "x-api-key", "x-goog-api-key" };

bool
request_head_check_method(const char method[8], struct err *err)
{
	size_t len = strnlen(method, 8);

	for (size_t i = 0; i < len; i++)
		if (method[i] < 'A' || method[i] > 'Z')
			len = 0;
	for (size_t i = len; i < 8; i++)
		if (method[i] != '\0')
			len = 0;
	if (len == 0 || len > 7)
		return err_set(err, ERR_INVALID_REQUEST, "method");
	if (strcmp(method, "CONNECT") == 0 || strcmp(method, "TRACE") == 0)
		return err_set(err, ERR_METHOD_NOT_ALLOWED, "%.7s", method);
	return true;
}

static bool
is_key_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof key_names / sizeof key_names[0]; i++)
		if (strlen(key_names[i]) == len &&
		    strncasecmp(key_names[i], name, len) == 0)
			return true;
	return false;
}

bool
request_head_check_path(const char *path, size_t len, struct err *err)
{
	const char *end = path + len, *at;

	if (!url_path_is_below(path, len))
		return err_set(err, ERR_NOT_PERMITTED, "path");
	at = memchr(path, '?', len);
	while (at != NULL && ++at < end) {
		size_t left = (size_t)(end - at), n = 0;

		while (n < left && at[n] != '=' && at[n] != '&' &&
		    at[n] != ';')
			n++;
		/* An encoded name could be any name. */
		if (is_key_name(at, n) || memchr(at, '%', n) != NULL)
			return err_set(err, ERR_NOT_PERMITTED,
			    "query member %.*s", n < 20 ? (int)n : 20, at);
		while (n < left && at[n] != '&' && at[n] != ';')
			n++;
		at = n < left ? at + n : NULL;
	}
	return true;
}

static bool
is_name(const char *pattern, const struct frame_line *line)
{
	size_t len;

	/* Nearly always the first letter tells. */
	if (((pattern[0] ^ line->name[0]) & ~0x20) != 0)
		return false;
	len = strlen(pattern);
	if (pattern[len - 1] == '*')
		return line->name_len >= len - 1 &&
		    strncasecmp(line->name, pattern, len - 1) == 0;
	return line->name_len == len &&
	    strncasecmp(line->name, pattern, len) == 0;
}

static bool
is_left_out(const struct frame_line *line, const char *own)
{
	for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
		if (is_name(left_out[i], line))
			return true;
	return *own != '\0' && is_name(own, line);
}

static bool
is_plain(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (value[i] < ' ' || value[i] > '~')
			return false;
	return true;
}

static bool
add(struct request_head *head, char *line, struct err *err)
{
	if (head->n == head->room) {
		size_t room = head->room + 32;
		struct curl_slist *lines = reallocarray(head->lines, room,
		    sizeof *lines);

		if (lines == NULL)
			return err_set(err, ERR_NO_MEMORY, "headers");
		head->lines = lines;
		head->room = room;
	}
	head->lines[head->n++].data = line;
	return true;
}

bool
request_head_read(struct request_head *head, char *lines, size_t len,
    const char *own, struct err *err)
{
	const char *at = lines, *end = lines + len;
	struct frame_line line;
	unsigned number = 0;

	head->n = 0;
	head->has_content_type = false;
	for (;;) {
		char *start = lines + (at - lines);

		if (!frame_next_line(&at, end, &line))
			break;
		number++;
		if (!is_plain(line.value, line.value_len))
			return err_set(err, ERR_INVALID_REQUEST,
			    "header line %u", number);
		/* Without a value libcurl would leave the header out too. */
		if (line.value_len == 0 || is_left_out(&line, own))
			continue;
		head->has_content_type |= is_name("content-type", &line);
		start[at - start - 1] = '\0';
		if (!add(head, start, err))
			return false;
	}
	return at == end || err_set(err, ERR_INVALID_REQUEST,
	    "header line %u", number + 1);
}

struct curl_slist *
request_head_link(struct request_head *head, struct curl_slist *rest)
{
	if (head->n == 0)
		return rest;
	for (size_t i = 0; i < head->n; i++)
		head->lines[i].next = i + 1 < head->n ? &head->lines[i + 1] :
		    rest;
	return head->lines;
}

void
request_head_free(struct request_head *head)
{
	free(head->lines);
	*head = (struct request_head) { .lines = NULL };
}
