/* SPDX-License-Identifier: ISC */
#include "proxy/answer_head.h"

#include <event2/http.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/frame.h"
#include "proxy/clock.h"
#include "proxy/dialect/rate_limit_line.h"
#include "proxy/header_list.h"
#include "proxy/proxy.h"
#include "proxy/request.h"
#include "proxy/retry_after.h"

#define HEADER_NAME_MAX 128	/* bytes, with the NUL */
#define HEADER_VALUE_MAX 1024	/* bytes, with the NUL */
#define TICK_MS 15000		/* without keep-alives */
#define WAIT_S ((int64_t)5)	/* behind a 429 that names no time */
#define WAIT_MAX_S ((int64_t)60)	/* if longer, some give up at once */

static bool
is_name(const struct frame_line *line, const char *name)
{
	return line->name_len == strlen(name) &&
	    memcmp(line->name, name, line->name_len) == 0;
}

bool
answer_head_is_stream(const char *lines, size_t len)
{
	static const char type[] = "text/event-stream";
	const char *at = lines, *end = lines + len;
	struct frame_line line;

	while (frame_next_line(&at, end, &line))
		if (is_name(&line, "content-type"))
			return line.value_len >= sizeof type - 1 &&
			    strncasecmp(line.value, type, sizeof type - 1) == 0;
	return false;
}

static void
add_line(struct evkeyvalq *headers, const struct frame_line *line)
{
	char name[HEADER_NAME_MAX], value[HEADER_VALUE_MAX];

	if (line->name_len >= sizeof name || line->value_len >= sizeof value)
		return;
	memcpy(name, line->name, line->name_len);
	name[line->name_len] = '\0';
	memcpy(value, line->value, line->value_len);
	value[line->value_len] = '\0';
	evhttp_add_header(headers, name, value);
}

static bool
is_header_text(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text >= 0x7f)
			return false;
	return true;
}

static void
add_source(struct request *r, struct evkeyvalq *headers)
{
	evhttp_add_header(headers, "x-cofferdam-request-id", r->id_text);
	evhttp_add_header(headers, "x-cofferdam-provider", r->provider->id);
	if (r->attempts.is_substituted)
		evhttp_add_header(headers, "x-cofferdam-failover",
		    r->provider->id);
	if (r->body.model[0] != '\0' && is_header_text(r->body.model))
		evhttp_add_header(headers, "x-cofferdam-model", r->body.model);
}

uint64_t
answer_tick_ms(const struct settings *s)
{
	uint64_t ms = s->keep_alive_ms > 0 ? s->keep_alive_ms : TICK_MS;

	return ms < s->idle_timeout_ms ? ms : s->idle_timeout_ms;
}

/* The provider's name for what it answered, where this client looks for it. */
static void
add_request_id(struct evkeyvalq *headers, enum dialect dialect,
    const struct translated_head *h)
{
	const char *at = h->lines, *end = h->lines + h->lines_len;
	struct frame_line line;

	while (frame_next_line(&at, end, &line)) {
		struct frame_line renamed = line;

		if (!is_name(&line, "request-id") &&
		    !is_name(&line, "x-request-id"))
			continue;
		renamed.name = dialect == DIALECT_ANTHROPIC ? "request-id" :
		    "x-request-id";
		renamed.name_len = strlen(renamed.name);
		add_line(headers, &renamed);
		return;
	}
}

/* What the provider says in other words, or what is mostly enough. */
static int64_t
wait_s(const char *lines, size_t len)
{
	int64_t now_ms = clock_utc_ms();
	int64_t ms = retry_after_ms(lines, len, now_ms), s;

	if (ms == 0)
		ms = rate_limit_wait_ms(lines, len, now_ms / 1000);
	s = (ms + 999) / 1000;
	return s == 0 ? WAIT_S : s < WAIT_MAX_S ? s : WAIT_MAX_S;
}

/* Some clients repeat a 429 only when they are told in seconds how long. */
static void
add_wait(struct evkeyvalq *headers, int status, const char *lines, size_t len)
{
	char wait[24];

	if (status != 429 ||
	    evhttp_find_header(headers, "retry-after") != NULL)
		return;
	snprintf(wait, sizeof wait, "%" PRId64, wait_s(lines, len));
	evhttp_add_header(headers, "retry-after", wait);
}

void
answer_begin_translated(struct request *r, const struct translated_head *h)
{
	struct evkeyvalq *headers =
	    evhttp_request_get_output_headers(r->http);
	const char *at = h->lines, *end = h->lines + h->lines_len;
	struct frame_line line;

	r->answer.has_begun = true;
	r->answer.is_stream = strcmp(h->type, "text/event-stream") == 0;
	r->answer.told_ms = r->answer.heard_ms;
	evhttp_add_header(headers, "content-type", h->type);
	while (frame_next_line(&at, end, &line))
		if (is_name(&line, "retry-after") ||
		    is_name(&line, "retry-after-ms"))
			add_line(headers, &line);
	if (h->is_futile)
		evhttp_add_header(headers, "x-should-retry", "false");
	else
		add_wait(headers, h->status, h->lines, h->lines_len);
	add_request_id(headers, r->path.dialect, h);
	for (size_t i = 0; i < h->limits->n; i++)
		evhttp_add_header(headers, h->limits->line[i].name,
		    h->limits->line[i].value);
	if (h->losses[0] != '\0' && is_header_text(h->losses))
		evhttp_add_header(headers, "x-cofferdam-lossy", h->losses);
	add_source(r, headers);
	evhttp_send_reply_start(r->http, h->status, NULL);
	request_await(r, REQUEST_ANSWERING,
	    answer_tick_ms(&r->proxy->settings));
}

void
answer_begin(struct request *r, int status, const char *lines, size_t len)
{
	struct answer *a = &r->answer;
	struct evkeyvalq *headers =
	    evhttp_request_get_output_headers(r->http);
	const char *at = lines, *end = lines + len;
	struct frame_line line;

	a->has_begun = true;
	a->is_stream = answer_head_is_stream(lines, len);
	a->told_ms = a->heard_ms;
	event_stream_init(&a->events, r->body.adds_usage ? USAGE_WITHHELD
	    : USAGE_PASSED, &r->usage, r->proxy->settings.max_event_len);
	usage_scan_begin(&a->scan, &r->usage);
	while (frame_next_line(&at, end, &line))
		/* A stream may be edited, and then has another length. */
		if (header_comes_down(line.name, line.name_len) &&
		    !(a->is_stream && is_name(&line, "content-length")))
			add_line(headers, &line);
	add_wait(headers, status, lines, len);
	add_source(r, headers);
	evhttp_send_reply_start(r->http, status, NULL);
	request_await(r, REQUEST_ANSWERING,
	    answer_tick_ms(&r->proxy->settings));
}
