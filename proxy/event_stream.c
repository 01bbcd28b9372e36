/* SPDX-License-Identifier: ISC */
#include "proxy/event_stream.h"

#include <stdlib.h>
#include <string.h>

#define DATA "data:"
#define DATA_LEN (sizeof DATA - 1)
#define EVENT "event:"
#define EVENT_LEN (sizeof EVENT - 1)

/* Bytes that are being fed: those before 'from' have been dealt with. */
struct feeding {
	const uint8_t *bytes;
	size_t len, from;
	event_stream_pass *pass;
	void *arg;
};

void
event_stream_init(struct event_stream *s, enum event_usage usage_chunk,
    struct usage *usage, size_t event_max)
{
	*s = (struct event_stream) { .usage_chunk = usage_chunk,
	    .usage = usage, .event_max = event_max };
}

void
event_stream_close(struct event_stream *s)
{
	free(s->held);
	s->held = NULL;
	s->held_len = s->held_room = 0;
}

bool
event_stream_is_between(const struct event_stream *s)
{
	return !s->is_long;
}

static bool
begins(const struct event_stream *s, const char *word, size_t len)
{
	return s->line_len >= len && memcmp(s->line_start, word, len) == 0;
}

/* Bytes of one line, without its end. */
static void
read_line(struct event_stream *s, const uint8_t *bytes, size_t len)
{
	size_t skip = s->line_len < DATA_LEN ? DATA_LEN - s->line_len : 0;
	size_t room = s->line_len < EVENT_LINE_START ? EVENT_LINE_START -
	    s->line_len : 0;

	if (room > 0)
		memcpy(s->line_start + s->line_len, bytes,
		    len < room ? len : room);
	s->line_len += len;
	if (len < skip || !begins(s, DATA, DATA_LEN))
		return;
	if (!s->has_data) {
		s->has_data = true;
		usage_scan_begin(&s->scan, s->usage);
	}
	usage_scan_feed(&s->scan, bytes + skip, len - skip);
}

/* "event: ping", or data that begin with {"type":"ping". */
static enum event_type
line_type(const struct event_stream *s)
{
	const char *end = s->line_start + (s->line_len < EVENT_LINE_START ?
	    s->line_len : EVENT_LINE_START);
	const char *at = s->line_start;

	if (begins(s, EVENT, EVENT_LEN)) {
		at += EVENT_LEN;
		at += at < end && *at == ' ';
		return event_type_of_name(at, (size_t)(end - at));
	}
	return begins(s, DATA, DATA_LEN) ? event_type_of_data(at + DATA_LEN,
	    (size_t)(end - at) - DATA_LEN) : EVENT_OTHER;
}

static void
pass_held(struct event_stream *s, struct feeding *f)
{
	if (s->held_len > 0)
		f->pass(f->arg, s->held, s->held_len);
	s->held_len = 0;
}

/* Everything up to 'end' may go. */
static void
pass_until(struct event_stream *s, struct feeding *f, size_t end)
{
	pass_held(s, f);
	if (end > f->from)
		f->pass(f->arg, f->bytes + f->from, end - f->from);
	f->from = end;
}

static bool
is_usage_chunk(const struct event_stream *s)
{
	return s->has_data && s->scan.has_usage && s->scan.has_empty_choices;
}

/* What comes behind an end changes nothing any more. */
static void
note_end(struct event_stream *s)
{
	if (!s->has_data || s->end >= STREAM_IS_WHOLE)
		return;
	if (s->type == EVENT_LAST)
		s->end = STREAM_IS_WHOLE;
	else if (s->type == EVENT_FAULT)
		s->end = STREAM_HAS_FAILED;
	else if (s->scan.has_finish)
		s->end = STREAM_MAY_END;
}

/* The event that ends before 'end' is whole. */
static void
end_event(struct event_stream *s, struct feeding *f, size_t end)
{
	if (s->usage_chunk == USAGE_WITHHELD) {
		if (!s->is_long && is_usage_chunk(s)) {
			s->held_len = 0;
			f->from = end;
		} else
			pass_until(s, f, end);
	}
	s->n_content += s->has_data && s->type != EVENT_IDLE;
	s->has_begun |= s->has_data;
	note_end(s);
	s->has_data = s->is_long = false;
	s->type = EVENT_OTHER;
	s->event_len = 0;
	s->is_fresh = true;
}

/* Keeps what has no end yet, or lets it go when it has become too long. */
static void
hold_rest(struct event_stream *s, struct feeding *f)
{
	size_t n = f->len - f->from;

	if (n == 0)
		return;
	if (!s->is_long && s->held_len + n <= EVENT_HELD_MAX) {
		if (s->held_len + n > s->held_room) {
			size_t room = s->held_len + n < 512 ? 512
			    : 2 * (s->held_len + n);
			uint8_t *held = realloc(s->held, room);

			if (held != NULL) {
				s->held = held;
				s->held_room = room;
			}
		}
		if (s->held_len + n <= s->held_room) {
			memcpy(s->held + s->held_len, f->bytes + f->from, n);
			s->held_len += n;
			return;
		}
	}
	s->is_long = true;
	s->n_content++;
	pass_until(s, f, f->len);
}

/* The offset of the next line's end, or 'len'. */
static size_t
find_line_end(const uint8_t *bytes, size_t at, size_t len)
{
	const uint8_t *lf = memchr(bytes + at, '\n', len - at);
	size_t end = lf != NULL ? (size_t)(lf - bytes) : len;
	const uint8_t *cr = memchr(bytes + at, '\r', end - at);

	return cr != NULL ? (size_t)(cr - bytes) : end;
}

bool
event_stream_feed(struct event_stream *s, const uint8_t *bytes, size_t len,
    event_stream_pass *pass, void *arg)
{
	struct feeding f = { bytes, len, 0, pass, arg };
	size_t whole = 0;	/* up to here events are whole */

	for (size_t at = 0; at < len;) {
		size_t end = find_line_end(bytes, at, len);

		if (s->after_cr && end == at && bytes[at] == '\n') {
			/* The second half of a CR LF. */
			s->after_cr = false;
			at++;
			if (s->is_fresh)
				whole = at;
			continue;
		}
		s->is_fresh = false;
		read_line(s, bytes + at, end - at);
		s->event_len += end - at + 1;
		if (s->event_len > s->event_max)
			return false;
		s->after_cr = end < len && bytes[end] == '\r';
		if (end == len)
			break;
		at = end + 1;
		if (s->line_len == 0) {
			end_event(s, &f, at);
			whole = at;
		} else if (s->type == EVENT_OTHER) {
			s->type = line_type(s);
		}
		s->line_len = 0;
	}
	if (whole > f.from)
		pass_until(s, &f, whole);
	hold_rest(s, &f);
	return true;
}

void
event_stream_finish(struct event_stream *s, event_stream_pass *pass,
    void *arg)
{
	struct feeding f = { NULL, 0, 0, pass, arg };

	pass_held(s, &f);
	s->is_long = false;
}
