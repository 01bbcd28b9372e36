/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/sse_reader.h"

#include <stdio.h>
#include <string.h>

#include "common/errors.h"

static const char mark[] = "\357\273\277";	/* byte order mark */

void
sse_reader_init(struct sse_reader *r, size_t event_max, sse_event *event,
    void *arg)
{
	*r = (struct sse_reader) { .event = event, .arg = arg,
	    .line.max = event_max, .data.max = event_max };
}

void
sse_reader_close(struct sse_reader *r)
{
	dialect_output_free(&r->line);
	dialect_output_free(&r->data);
}

bool
sse_reader_is_between(const struct sse_reader *r)
{
	return r->line.len == 0 && !r->has_data;
}

static bool
end_event(struct sse_reader *r, struct err *err)
{
	bool is_good = true;

	if (r->has_data && r->data.len > 0)
		is_good = r->event(r->arg, r->name, &r->data, err);
	r->has_data = false;
	r->name[0] = '\0';
	dialect_output_reset(&r->data);
	return is_good;
}

static bool
is_field(const char *line, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(line, name, len) == 0;
}

/* A comment is a field without a name, and like all unknown ones skipped. */
static void
read_field(struct sse_reader *r, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name_len = colon != NULL ? (size_t)(colon - line) : len;
	const char *value = line + name_len + (colon != NULL);
	size_t value_len = len - (size_t)(value - line);

	if (value_len > 0 && *value == ' ') {
		value++;
		value_len--;
	}
	if (is_field(line, name_len, "event")) {
		snprintf(r->name, sizeof r->name, "%.*s",
		    (int)(value_len < sizeof r->name ? value_len
		    : sizeof r->name - 1), value);
	} else if (is_field(line, name_len, "data")) {
		if (r->has_data)
			dialect_output_add(&r->data, "\n", 1);
		r->has_data = true;
		dialect_output_add(&r->data, value, value_len);
	}
}

static bool
end_line(struct sse_reader *r, struct err *err)
{
	const char *line = dialect_output_peek(&r->line);
	size_t len = r->line.len;
	bool is_good = true;

	if (!r->is_past_mark && strncmp(line, mark, sizeof mark - 1) == 0) {
		line += sizeof mark - 1;
		len -= sizeof mark - 1;
	}
	r->is_past_mark = true;
	if (len == 0)
		is_good = end_event(r, err);
	else
		read_field(r, line, len);
	dialect_output_cut(&r->line, 0);
	return is_good;
}

static bool
is_within(const struct sse_reader *r, struct err *err)
{
	return (!r->line.has_failed && !r->data.has_failed) ||
	    err_set(err, ERR_UPSTREAM_BROKEN, "an event longer than %zu bytes",
	    r->line.max);
}

/* The offset of the next line's end, or 'len'. */
static size_t
find_line_end(const char *bytes, size_t at, size_t len)
{
	const char *lf = memchr(bytes + at, '\n', len - at);
	size_t end = lf != NULL ? (size_t)(lf - bytes) : len;
	const char *cr = memchr(bytes + at, '\r', end - at);

	return cr != NULL ? (size_t)(cr - bytes) : end;
}

bool
sse_reader_feed(struct sse_reader *r, const char *bytes, size_t len,
    struct err *err)
{
	for (size_t at = 0; at < len;) {
		size_t end;

		if (r->after_cr && bytes[at] == '\n') {
			r->after_cr = false;
			at++;
			continue;
		}
		end = find_line_end(bytes, at, len);
		dialect_output_add(&r->line, bytes + at, end - at);
		if (!is_within(r, err))
			return false;
		r->after_cr = end < len && bytes[end] == '\r';
		if (end < len && (!end_line(r, err) || !is_within(r, err)))
			return false;
		at = end + 1;
	}
	return true;
}

bool
sse_reader_end(struct sse_reader *r, struct err *err)
{
	if (r->line.len > 0 && (!end_line(r, err) || !is_within(r, err)))
		return false;
	return end_event(r, err);
}
