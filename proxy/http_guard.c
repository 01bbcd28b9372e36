/* SPDX-License-Identifier: ISC */
#include "proxy/http_guard.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/errors.h"
#include "common/settings.h"
#include "common/url.h"

/* A part of the head; does not end in a NUL. */
struct text {
	const char *at;
	size_t len;
};

/* What the header lines have said so far. */
struct reading {
	const struct guard_rules *rules;
	struct guard_head *head;
	struct text method;
	bool is_http_1_0;
	unsigned n_hosts, n_lengths, n_encodings;
	bool has_origin, is_cross_site;	/* has_origin: one that is allowed */
};

typedef bool header_check(struct reading *, struct text value, struct err *);

static bool
equals(struct text text, const char *word)
{
	return text.len == strlen(word) &&
	    strncasecmp(text.at, word, text.len) == 0;
}

static bool
is_token_character(char c)
{
	return isalnum((unsigned char)c) ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

size_t
guard_find_end(size_t *line_len, const char *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		const char *end = memchr(bytes + at, '\n', len - at);
		size_t n = (end != NULL ? (size_t)(end - bytes) : len) - at;
		bool is_empty;

		/* A carriage return that begins a line is 1, all else 2. */
		if (n > 0)
			*line_len += 2 * n - (*line_len == 0 &&
			    bytes[at] == '\r');
		if (end == NULL)
			return 0;
		at += n + 1;
		is_empty = *line_len <= 1;
		*line_len = 0;
		if (is_empty)
			return at;
	}
	return 0;
}

static bool
is_anthropic_path(struct text path)
{
	return path.len >= 12 && memcmp(path.at, "/v1/messages", 12) == 0;
}

/* The three words of the first line, each ended by one blank or the end. */
static bool
split_first_line(struct text line, struct text words[3])
{
	for (int i = 0; i < 3; i++) {
		const char *end = memchr(line.at, ' ', line.len);
		size_t n = i < 2 && end != NULL ? (size_t)(end - line.at)
		    : line.len;

		if (n == 0 || (i < 2 && end == NULL))
			return false;
		words[i] = (struct text) { line.at, n };
		line.at += i < 2 ? n + 1 : n;
		line.len -= i < 2 ? n + 1 : n;
	}
	return memchr(words[2].at, ' ', words[2].len) == NULL;
}

/* What evhttp knows, without CONNECT and TRACE, which nobody needs here. */
static bool
is_known_method(struct text method)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT",
		"PATCH", "DELETE", "OPTIONS" };

	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (method.len == strlen(methods[i]) &&
		    memcmp(method.at, methods[i], method.len) == 0)
			return true;
	return false;
}

static bool
check_target(struct text target, struct err *err)
{
	if (target.at[0] != '/' || (target.len > 1 && target.at[1] == '/'))
		return err_set(err, ERR_INVALID_REQUEST,
		    "the path must start with one slash");
	if (target.len > URL_PATH_MAX)
		return err_set(err, ERR_HEAD_TOO_LARGE, "path of %zu bytes",
		    target.len);
	for (size_t i = 0; i < target.len; i++)
		if (target.at[i] <= ' ' || target.at[i] >= 0x7f ||
		    target.at[i] == '#')
			return err_set(err, ERR_INVALID_REQUEST,
			    "byte 0x%02x in the path",
			    (unsigned char)target.at[i]);
	return true;
}

static bool
check_first_line(struct reading *r, struct text line, struct err *err)
{
	struct text words[3];

	if (!split_first_line(line, words))
		return err_set(err, ERR_INVALID_REQUEST, "first line");
	if (is_anthropic_path(words[1]))
		r->head->dialect = DIALECT_ANTHROPIC;
	r->method = words[0];
	if (!is_known_method(words[0]))
		return err_set(err, ERR_METHOD_NOT_ALLOWED, "%.*s",
		    words[0].len < 32 ? (int)words[0].len : 32, words[0].at);
	if (!check_target(words[1], err))
		return false;
	r->is_http_1_0 = words[2].len == 8 &&
	    memcmp(words[2].at, "HTTP/1.0", 8) == 0;
	if (!r->is_http_1_0 &&
	    (words[2].len != 8 || memcmp(words[2].at, "HTTP/1.1", 8) != 0))
		return err_set(err, ERR_INVALID_REQUEST, "HTTP version");
	return true;
}

static bool
check_host(struct reading *r, struct text value, struct err *err)
{
	static const char *const names[] = { "127.0.0.1", "[::1]",
		"localhost" };
	char host[64];

	r->n_hosts++;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(host, sizeof host, "%s:%u", names[i], r->rules->port);
		if (equals(value, host) ||
		    (r->rules->port == 80 && equals(value, names[i])))
			return true;
	}
	return err_set(err, ERR_FOREIGN_ORIGIN, "Host: %.*s",
	    value.len < 80 ? (int)value.len : 80, value.at);
}

static bool
check_content_length(struct reading *r, struct text value, struct err *err)
{
	if (r->n_lengths++ > 0)
		return err_set(err, ERR_INVALID_REQUEST,
		    "Content-Length stands twice");
	if (value.len == 0 || value.len > 18)
		return err_set(err, ERR_INVALID_REQUEST, "Content-Length");
	for (size_t i = 0; i < value.len; i++) {
		if (!isdigit((unsigned char)value.at[i]))
			return err_set(err, ERR_INVALID_REQUEST,
			    "Content-Length");
		r->head->body_len = r->head->body_len * 10 +
		    (uint64_t)(value.at[i] - '0');
	}
	if (r->head->body_len > r->rules->max_body_len)
		return err_set(err, ERR_REQUEST_TOO_LARGE,
		    "%llu bytes, limit %llu",
		    (unsigned long long)r->head->body_len,
		    (unsigned long long)r->rules->max_body_len);
	return true;
}

static bool
check_transfer_encoding(struct reading *r, struct text value, struct err *err)
{
	r->head->is_chunked = true;
	if (r->n_encodings++ > 0 || r->is_http_1_0 || !equals(value, "chunked"))
		return err_set(err, ERR_INVALID_REQUEST, "Transfer-Encoding");
	return true;
}

static bool
check_origin(struct reading *r, struct text value, struct err *err)
{
	char allowed[256];

	for (size_t i = 0; settings_word(r->rules->allow_origin, i, allowed,
	    sizeof allowed); i++)
		if (equals(value, allowed)) {
			r->has_origin = true;
			return true;
		}
	return err_set(err, ERR_FOREIGN_ORIGIN, "Origin: %.*s",
	    value.len < 80 ? (int)value.len : 80, value.at);
}

static bool
check_fetch_site(struct reading *r, struct text value, struct err *err)
{
	(void)err;
	r->is_cross_site = !equals(value, "none") &&
	    !equals(value, "same-origin");
	return true;
}

static bool
check_expect(struct reading *r, struct text value, struct err *err)
{
	(void)r;
	return equals(value, "100-continue") ||
	    err_set(err, ERR_INVALID_REQUEST, "Expect");
}

static bool
note_anthropic_version(struct reading *r, struct text value, struct err *err)
{
	(void)value;
	(void)err;
	r->head->dialect = DIALECT_ANTHROPIC;
	return true;
}

static const struct {
	const char *name;
	header_check *check;
} headers[] = {
	{ "host", check_host },
	{ "content-length", check_content_length },
	{ "transfer-encoding", check_transfer_encoding },
	{ "origin", check_origin },
	{ "sec-fetch-site", check_fetch_site },
	{ "expect", check_expect },
	{ "anthropic-version", note_anthropic_version },
};

static struct text
trimmed(struct text value)
{
	while (value.len > 0 && (*value.at == ' ' || *value.at == '\t')) {
		value.at++;
		value.len--;
	}
	while (value.len > 0 && (value.at[value.len - 1] == ' ' ||
	    value.at[value.len - 1] == '\t'))
		value.len--;
	return value;
}

static bool
check_header(struct reading *r, struct text line, struct err *err)
{
	struct text name = { line.at, 0 }, value;

	if (*line.at == ' ' || *line.at == '\t')
		return err_set(err, ERR_INVALID_REQUEST, "folded header");
	while (name.len < line.len && is_token_character(line.at[name.len]))
		name.len++;
	if (name.len == 0 || name.len == line.len || line.at[name.len] != ':')
		return err_set(err, ERR_INVALID_REQUEST, "header name");
	value = trimmed((struct text) { line.at + name.len + 1,
	    line.len - name.len - 1 });
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
		if (equals(name, headers[i].name))
			return headers[i].check(r, value, err);
	return true;
}

/* The line at *at without its end, which must be CR LF; *at moves on. */
static bool
take_line(const char **at, const char *end, struct text *line,
    struct err *err)
{
	const char *lf = memchr(*at, '\n', (size_t)(end - *at));

	if (lf == NULL || lf == *at || lf[-1] != '\r')
		return err_set(err, ERR_INVALID_REQUEST,
		    "a line must end in CR LF");
	*line = (struct text) { *at, (size_t)(lf - 1 - *at) };
	*at = lf + 1;
	for (size_t i = 0; i < line->len; i++) {
		unsigned char c = (unsigned char)line->at[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return err_set(err, ERR_INVALID_REQUEST,
			    "byte 0x%02x in the head", c);
	}
	return true;
}

/* What only all headers together can tell. */
static bool
check_whole(const struct reading *r, struct err *err)
{
	const struct guard_head *h = r->head;
	bool has_body = h->body_len > 0 || h->is_chunked;

	if (r->n_hosts != 1)
		return err_set(err, ERR_INVALID_REQUEST,
		    "%u Host headers", r->n_hosts);
	if (r->n_lengths > 0 && h->is_chunked)
		return err_set(err, ERR_INVALID_REQUEST,
		    "Content-Length and Transfer-Encoding");
	/* evhttp would take the body of a HEAD for the next request. */
	if (has_body && (equals(r->method, "GET") ||
	    equals(r->method, "HEAD") || equals(r->method, "OPTIONS")))
		return err_set(err, ERR_INVALID_REQUEST, "%.*s with a body",
		    (int)r->method.len, r->method.at);
	if (r->is_cross_site && !r->has_origin)
		return err_set(err, ERR_FOREIGN_ORIGIN, "Sec-Fetch-Site");
	return true;
}

enum dialect
guard_dialect(const char *head, size_t len)
{
	const char *path = memchr(head, ' ', len);

	if (path == NULL)
		return DIALECT_CHAT;
	path++;
	return is_anthropic_path((struct text) { path,
	    len - (size_t)(path - head) }) ? DIALECT_ANTHROPIC : DIALECT_CHAT;
}

bool
guard_check(const struct guard_rules *rules, const char *bytes, size_t len,
    struct guard_head *head, struct err *err)
{
	struct reading r = { .rules = rules, .head = head };
	const char *at = bytes, *end = bytes + len;
	struct text line;

	*head = (struct guard_head) { .dialect = DIALECT_CHAT };
	if (len > rules->max_head_len) {
		head->dialect = guard_dialect(bytes, len);
		return err_set(err, ERR_HEAD_TOO_LARGE, "limit %zu bytes",
		    rules->max_head_len);
	}
	if (!take_line(&at, end, &line, err) ||
	    !check_first_line(&r, line, err))
		return false;
	for (size_t n = 0;; n++) {
		if (!take_line(&at, end, &line, err))
			return false;
		if (line.len == 0)
			break;
		if (n >= rules->n_headers_max)
			return err_set(err, ERR_HEAD_TOO_LARGE,
			    "limit %zu headers", rules->n_headers_max);
		if (!check_header(&r, line, err))
			return false;
	}
	return check_whole(&r, err);
}
