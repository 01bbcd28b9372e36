/* SPDX-License-Identifier: ISC */
#include "proxy/kept_answer.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame.h"
#include "proxy/answer_head.h"
#include "proxy/event_stream.h"

struct kept_answer *
kept_answer_new(const struct frame *f)
{
	struct kept_answer *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->status = (int)f->status;
	k->lines = malloc(f->len + 1);
	k->lines_len = f->len;
	k->body = evbuffer_new();
	if (k->lines == NULL || k->body == NULL) {
		kept_answer_free(k);
		return NULL;
	}
	memcpy(k->lines, f->payload, f->len);
	return k;
}

void
kept_answer_free(struct kept_answer *k)
{
	if (k == NULL)
		return;
	free(k->lines);
	if (k->body != NULL)
		evbuffer_free(k->body);
	free(k);
}

void
kept_answer_add(struct kept_answer *k, const struct frame *f)
{
	if (kept_answer_len(k) + f->len > KEPT_ANSWER_MAX ||
	    evbuffer_add(k->body, f->payload, f->len) == -1)
		k->is_cut = true;
}

size_t
kept_answer_len(const struct kept_answer *k)
{
	return evbuffer_get_length(k->body);
}

void
kept_answer_head(const struct kept_answer *k, struct frame *f)
{
	*f = (struct frame) { .type = FRAME_HEAD,
	    .status = (uint32_t)k->status,
	    .payload = (const uint8_t *)k->lines, .len = k->lines_len };
}

void
kept_answer_data(const struct kept_answer *k, struct frame *f)
{
	*f = (struct frame) { .type = FRAME_DATA,
	    .payload = evbuffer_pullup(k->body, -1),
	    .len = kept_answer_len(k) };
	if (f->payload == NULL)
		f->len = 0;
}

static void
pass_nothing(void *arg, const uint8_t *bytes, size_t len)
{
	(void)arg;
	(void)bytes;
	(void)len;
}

void
kept_answer_usage(const struct kept_answer *k, struct usage *usage)
{
	struct event_stream events;
	struct usage_scan scan;
	struct frame f;

	kept_answer_data(k, &f);
	if (answer_head_is_stream(k->lines, k->lines_len)) {
		event_stream_init(&events, USAGE_PASSED, usage,
		    KEPT_ANSWER_MAX);
		event_stream_feed(&events, f.payload, f.len, pass_nothing,
		    NULL);
		event_stream_close(&events);
	} else {
		usage_scan_begin(&scan, usage);
		usage_scan_feed(&scan, f.payload, f.len);
	}
}
