/* SPDX-License-Identifier: ISC */
#include "tests/bench/answer_reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
answer_reader_reset(struct answer_reader *r)
{
	r->state = ANSWER_STATUS;
	r->status = 0;
	r->is_chunked = r->closes = false;
	r->left = r->n_body = r->n_events = 0;
	r->line_len = r->stamp_len = 0;
}

static void
find_stamps(struct answer_reader *r, const char *from, size_t n)
{
	const char *end = from + n;

	while (from < end) {
		if (r->stamp_len == 0) {
			from = memchr(from, '@', (size_t)(end - from));
			if (from == NULL)
				return;
		}
		r->stamp[r->stamp_len++] = *from++;
		if (r->stamp_len < sizeof r->stamp)
			continue;
		r->stamp_len = 0;
		r->n_events++;
		r->on_event(r->arg, strtoull(r->stamp + 1, NULL, 16));
	}
}

static bool
starts(const char *line, const char *name)
{
	return strncasecmp(line, name, strlen(name)) == 0;
}

static enum answer_state
on_header(struct answer_reader *r)
{
	if (starts(r->line, "content-length:"))
		r->left = strtoull(r->line + 15, NULL, 10);
	else if (starts(r->line, "transfer-encoding: chunked"))
		r->is_chunked = true;
	else if (starts(r->line, "connection: close"))
		r->closes = true;
	if (r->line[0] != '\0')
		return ANSWER_HEADERS;
	if (r->is_chunked)
		return ANSWER_CHUNK_SIZE;
	return r->left > 0 ? ANSWER_BODY : ANSWER_WHOLE;
}

static enum answer_state
on_line(struct answer_reader *r)
{
	switch (r->state) {
	case ANSWER_STATUS:
		if (!starts(r->line, "HTTP/1.1 "))
			return ANSWER_BROKEN;
		r->status = (unsigned)strtoul(r->line + 9, NULL, 10);
		return ANSWER_HEADERS;
	case ANSWER_HEADERS:
		return on_header(r);
	case ANSWER_CHUNK_SIZE:
		r->left = strtoull(r->line, NULL, 16);
		return r->left > 0 ? ANSWER_CHUNK : ANSWER_TRAILER;
	case ANSWER_CHUNK_END:
		return ANSWER_CHUNK_SIZE;
	case ANSWER_TRAILER:
		return r->line[0] != '\0' ? ANSWER_TRAILER : ANSWER_WHOLE;
	default:
		return ANSWER_BROKEN;
	}
}

static size_t
take_line(struct answer_reader *r, const char *from, size_t n)
{
	const char *end = memchr(from, '\n', n);
	size_t used = end != NULL ? (size_t)(end - from) + 1 : n;
	size_t room = sizeof r->line - 1 - r->line_len;
	size_t kept = used < room ? used : room;

	memcpy(r->line + r->line_len, from, kept);
	r->line_len += kept;
	if (end == NULL)
		return used;
	while (r->line_len > 0 && (r->line[r->line_len - 1] == '\n' ||
	    r->line[r->line_len - 1] == '\r'))
		r->line_len--;
	r->line[r->line_len] = '\0';
	r->line_len = 0;
	r->state = on_line(r);
	return used;
}

static size_t
take_bytes(struct answer_reader *r, const char *from, size_t n)
{
	if (n > r->left)
		n = (size_t)r->left;
	find_stamps(r, from, n);
	r->n_body += n;
	r->left -= n;
	if (r->left == 0)
		r->state = r->state == ANSWER_CHUNK ? ANSWER_CHUNK_END :
		    ANSWER_WHOLE;
	return n;
}

enum answer_state
answer_reader_take(struct answer_reader *r, const char *bytes, size_t n)
{
	while (n > 0 && r->state != ANSWER_BROKEN) {
		size_t used;

		if (r->state == ANSWER_WHOLE) {
			r->state = ANSWER_BROKEN;
			break;
		}
		used = r->state < ANSWER_CHUNK ? take_line(r, bytes, n) :
		    take_bytes(r, bytes, n);
		bytes += used;
		n -= used;
	}
	return r->state;
}
