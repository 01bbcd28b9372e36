/* SPDX-License-Identifier: ISC */
#include "broker/audit_record.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const names[AUDIT_EVENT_COUNT] = {
	[AUDIT_NOTHING] = "nothing",
#define X(NAME, text) [AUDIT_##NAME] = text,
	AUDIT_EVENTS(X)
#undef X
};

const char *
audit_event_name(enum audit_event event)
{
	return names[event];
}

/* A line under construction; what does not fit is left out, never half. */
struct line {
	char *text;
	size_t len;
};

/* Room that the end of every line needs: prev, brace, line end. */
#define END_ROOM 96

static void __attribute__((format(printf, 2, 3)))
add(struct line *l, const char *fmt, ...)
{
	size_t room = AUDIT_LINE_MAX - l->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->text + l->len, room, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < room)
		l->len += (size_t)n;
	else
		l->text[l->len] = '\0';
}

/* A JSON string: everything outside visible ASCII is escaped. */
static void
add_string(struct line *l, const char *text)
{
	l->text[l->len++] = '"';
	for (; *text != '\0' && l->len + END_ROOM + 8 < AUDIT_LINE_MAX; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c >= 0x7f) {
			add(l, "\\u%04x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			l->text[l->len++] = '\\';
		l->text[l->len++] = (char)c;
	}
	add(l, "\"");
}

static void
add_text(struct line *l, const char *name, const char *text)
{
	add(l, ",\"%s\":", name);
	if (text[0] != '\0')
		add_string(l, text);
	else
		add(l, "null");
}

static void
add_number(struct line *l, const char *name, uint64_t value, uint64_t none)
{
	if (value == none)
		add(l, ",\"%s\":null", name);
	else
		add(l, ",\"%s\":%" PRIu64, name, value);
}

/* The text of a second is the same for all that happens in it. */
static void
add_time(struct line *l, uint64_t time_ms)
{
	static time_t shown;
	static char text[32];
	time_t now = (time_t)(time_ms / 1000);
	struct tm utc;

	if (now != shown || text[0] == '\0') {
		gmtime_r(&now, &utc);
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
		shown = now;
	}
	add(l, ",\"time\":\"%s.%03uZ\"", text, (unsigned)(time_ms % 1000));
}

static const char *
outcome_of(const struct audit_record *r)
{
	if (r->event == AUDIT_BEGIN)
		return "granted";
	return r->code == ERR_NONE ? "ok" :
	    r->event == AUDIT_DENIED ? "denied" : "failed";
}

static void
add_use(struct line *l, const struct audit_record *r)
{
	char id[24] = "";

	if (r->request != 0)
		snprintf(id, sizeof id, "req_%016" PRIx64, r->request);
	add_text(l, "agent", r->agent);
	add_text(l, "provider", r->provider);
	add_text(l, "requestId", id);
	add_number(l, "uid", r->uid, IPC_UID_UNKNOWN);
	/* Of a connection over TCP the kernel tells nobody the process. */
	if (r->uid != IPC_UID_UNKNOWN)
		add(l, ",\"uidBy\":\"%s\"", r->pid != 0 ? "kernel" : "proxy");
	add_number(l, "pid", r->pid, 0);
	add(l, ",\"exe\":null");
	add(l, ",\"outcome\":\"%s\"", outcome_of(r));
	add_text(l, "reason", r->code != ERR_NONE ? err_name(r->code) : "");
	add_number(l, "httpStatus", r->http_status, 0);
	if (r->method[0] != '\0') {
		add_text(l, "method", r->method);
		add_text(l, "path", r->path);
	}
	if (r->event == AUDIT_END)
		add(l, ",\"sent\":%" PRIu64 ",\"received\":%" PRIu64, r->sent,
		    r->received);
}

size_t
audit_record_format(const struct audit_record *r, uint64_t seq,
    const char *previous, char text[AUDIT_LINE_MAX])
{
	struct line l = { .text = text };

	add(&l, "{\"seq\":%" PRIu64, seq);
	add_time(&l, r->time_ms);
	add(&l, ",\"event\":\"%s\",\"generation\":%" PRIu64, names[r->event],
	    r->generation);
	if (r->event == AUDIT_CHECKPOINT)
		add(&l, ",\"sig\":\"%s\"", r->signature);
	else if (r->event == AUDIT_SEGMENT)
		add(&l, ",\"segment\":%u,\"oldest\":%u", r->number,
		    r->oldest);
	else if (r->event == AUDIT_TORN)
		add(&l, ",\"bytes\":%u", r->number);
	else
		add_use(&l, r);
	if (r->about[0] != '\0')
		add_text(&l, "detail", r->about);
	add(&l, ",\"prev\":\"%s\"}\n", previous);
	return l.len;
}

bool
audit_record_parse_last(const char *line, size_t len, struct audit_last *last)
{
	char start[200];
	size_t n = len < sizeof start - 1 ? len : sizeof start - 1;

	memcpy(start, line, n);
	start[n] = '\0';
	return len > END_ROOM - 16 && line[len - 1] == '}' &&
	    sscanf(start, "{\"seq\":%" SCNu64 ",\"time\":\"%*24[0-9T:.Z-]\","
	    "\"event\":\"%*20[a-z_]\",\"generation\":%" SCNu64, &last->seq,
	    &last->generation) == 2;
}
