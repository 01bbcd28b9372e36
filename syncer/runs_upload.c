/* SPDX-License-Identifier: ISC */
#include "syncer/runs_upload.h"

#include <event2/event.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/log.h"
#include "common/scoped.h"
#include "common/settings.h"
#include "syncer/syncer.h"

void
runs_upload_init(struct runs_upload *u)
{
	*u = (struct runs_upload) { .rejected = -1 };
}

bool
runs_upload_add(struct runs_upload *u, uint32_t number, int *fd)
{
	if (u->n_segments == RUNS_SEGMENTS_MAX)
		return false;
	u->segments[u->n_segments++] = (struct run_segment) {
	    .number = number, .fd = take_fd(fd) };
	return true;
}

void
runs_upload_close(struct runs_upload *u)
{
	for (size_t i = 0; i < u->n_segments; i++)
		run_segment_close(&u->segments[i]);
	if (u->rejected != -1)
		close(u->rejected);
	if (u->turn != NULL)
		event_free(u->turn);
}

static struct run_segment *
current(struct runs_upload *u)
{
	return u->segment < u->n_segments ? &u->segments[u->segment] : NULL;
}

/* One that is sent can go; the others stay for the next time. */
static void
end_segment(struct syncer *s)
{
	struct run_segment *segment = current(&s->runs);
	size_t n_left = run_segment_count(segment);
	struct ipc_runs_sent sent = { .number = segment->number };

	run_segment_close(segment);
	s->result.n_runs_left += (uint32_t)n_left;
	if (n_left == 0)
		channel_send_body(process_supervisor(), IPC_RUNS_SENT, &sent);
	s->runs.segment++;
	s->runs.n_ranged = 0;
}

void
runs_upload_stop(struct syncer *s, const struct err *why)
{
	struct err none = { 0 };

	while (current(&s->runs) != NULL)
		end_segment(s);
	s->result.runs_code = why->code;
	s->runs.is_under_way = false;
	if (why->code != ERR_NONE)
		log_err("syncer: run records", why);
	/* The snapshot is not to blame for it. */
	syncer_finish(s, s->task == SYNC_RUNS ? why : &none);
}

static void
push_range(struct runs_upload *u, size_t first, size_t n)
{
	if (n > 0 && u->n_ranges < RUNS_RANGES_MAX)
		u->ranges[u->n_ranges++] = (struct runs_range) { first, n };
}

/* Each of the records that were sent is new to it, or was there already. */
static bool
read_counts(const struct syncer *s, size_t n, int64_t *n_twice,
    struct err *err)
{
	struct json_text parse = { .text = syncer_answer(s),
	    .len = s->call.body_len, .code = ERR_CLOUD_INVALID };
	struct json_object *o;
	int64_t n_new = 0;
	bool ok;

	if (!json_text_parse(&parse, &o, err))
		return false;
	ok = json_text_int(o, "accepted", &n_new) &&
	    json_text_int(o, "duplicates", n_twice) && n_new >= 0 &&
	    n_new <= (int64_t)n && *n_twice == (int64_t)n - n_new;
	json_object_put(o);
	return ok || err_set(err, ERR_CLOUD_INVALID, "accepted and duplicates "
	    "are not the %zu run records", n);
}

/* They are out of the queue only when it says that it has them. */
static bool
take_accepted(struct syncer *s, const struct runs_range *r, struct err *err)
{
	struct run_segment *segment = current(&s->runs);
	int64_t n_twice = 0;

	if (!read_counts(s, r->n, &n_twice, err))
		return false;
	s->result.n_runs_duplicate += (uint32_t)n_twice;
	s->result.n_runs_sent += (uint32_t)((int64_t)r->n - n_twice);
	for (size_t i = 0; i < r->n; i++)
		run_segment_mark(segment, &segment->items[r->first + i]);
	return true;
}

static bool
is_refusal_of_content(long status)
{
	return status == 400 || status == 413 || status == 422;
}

static bool
reject(struct syncer *s, size_t item, const char *reason, struct err *err)
{
	struct run_segment *segment = current(&s->runs);

	if (s->result.n_runs_rejected == RUNS_REJECTED_MAX)
		return err_set(err, ERR_CLOUD_INVALID,
		    "more than %d records rejected", RUNS_REJECTED_MAX);
	run_segment_reject(segment, &segment->items[item], reason,
	    s->runs.rejected);
	s->result.n_runs_rejected++;
	return true;
}

/* One of these is guilty: look for it in halves. */
static bool
isolate(struct syncer *s, const struct runs_range *r, struct err *err)
{
	char reason[32];

	if (r->n > 1) {
		push_range(&s->runs, r->first + r->n / 2, r->n - r->n / 2);
		push_range(&s->runs, r->first, r->n / 2);
		return true;
	}
	snprintf(reason, sizeof reason, "HTTP %ld", s->call.status);
	return reject(s, r->first, reason, err);
}

static void
on_answered(const struct err *outcome, void *arg)
{
	struct syncer *s = arg;
	struct runs_range r = s->runs.ranges[--s->runs.n_ranges];
	struct err err = *outcome;
	bool ok = err.code == ERR_NONE;

	s->http_status = s->call.status;
	if (ok && is_refusal_of_content(s->call.status))
		ok = isolate(s, &r, &err);
	else
		ok = ok && cloud_call_check(&s->call, &err) &&
		    take_accepted(s, &r, &err);
	if (ok)
		event_active(s->runs.turn, EV_TIMEOUT, 0);
	else
		runs_upload_stop(s, &err);
}

static bool
send_range(struct syncer *s, const struct runs_range *r, struct err *err)
{
	struct json_object *body = json_object_new_object();
	struct json_object *runs = json_object_new_array();
	struct cloud_ask ask = { .base = s->url.text, .path = "/v1/runs",
	    .token = s->token };
	bool ok;

	for (size_t i = 0; i < r->n; i++)
		json_object_array_add(runs, json_object_get(
		    current(&s->runs)->items[r->first + i].run));
	json_object_object_add(body, "runs", runs);
	ask.body = json_object_to_json_string_ext(body,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	ok = cloud_call_start(&s->call, s->upstream, &ask, on_answered, s,
	    err);
	json_object_put(body);
	return ok;
}

/* The next records of this segment that can be sent; what cannot, goes. */
static bool
take_batch(struct syncer *s, struct err *err)
{
	struct runs_upload *u = &s->runs;
	const struct run_segment *segment = current(u);
	size_t first, n = 0;

	for (; u->n_ranged < segment->n_items &&
	    segment->items[u->n_ranged].run == NULL; u->n_ranged++)
		if (!reject(s, u->n_ranged, "not a run record", err))
			return false;
	first = u->n_ranged;
	while (n < RUNS_BATCH_MAX && first + n < segment->n_items &&
	    segment->items[first + n].run != NULL)
		n++;
	push_range(u, first, n);
	u->n_ranged += n;
	return true;
}

/* The next batch, from this segment or the next that has one. */
static bool
find_batch(struct syncer *s, struct err *err)
{
	struct runs_upload *u = &s->runs;
	enum run_texts texts = process_settings()->uploads_texts ?
	    RUN_WITH_TEXTS : RUN_WITHOUT_TEXTS;

	while (u->n_ranges == 0 && current(u) != NULL) {
		if (current(u)->text == NULL &&
		    !run_segment_open(current(u), texts, err))
			return false;
		if (!take_batch(s, err))
			return false;
		if (u->n_ranges == 0)
			end_segment(s);
	}
	return true;
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct syncer *s = arg;
	struct err err = { 0 };

	(void)fd;
	(void)what;
	if (!find_batch(s, &err) || s->runs.n_ranges == 0 ||
	    !send_range(s, &s->runs.ranges[s->runs.n_ranges - 1], &err))
		runs_upload_stop(s, &err);
}

void
runs_upload_start(struct syncer *s)
{
	struct err err;

	s->runs.turn = event_new(process_base(), -1, 0, on_turn, s);
	if (s->runs.turn == NULL) {
		err_set(&err, ERR_NO_MEMORY, "run records");
		runs_upload_stop(s, &err);
		return;
	}
	s->runs.is_under_way = true;
	event_active(s->runs.turn, EV_TIMEOUT, 0);
}
