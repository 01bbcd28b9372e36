/* SPDX-License-Identifier: ISC */
/*
 * explain_request: one request, from its run record and from the audit log,
 * which knows even of those that never came to a run.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/audit_segments.h"
#include "cli/explanation.h"
#include "cli/fields.h"
#include "cli/run_call.h"
#include "cli/run_files.h"
#include "common/errors.h"
#include "common/json/json_text.h"

struct search {
	const char *id;
	struct json_object *record;	/* of the run; NULL: none */
	struct json_object *attempts;	/* audit records */
};

static bool
on_run_line(const char *line, size_t len, void *arg)
{
	struct search *s = arg;
	struct json_object *record = NULL;
	struct run_call call;

	if (memmem(line, len, s->id, strlen(s->id)) == NULL)
		return true;
	if (run_call_parse(&call, line, len, &record) &&
	    call.request_id != NULL && strcmp(call.request_id, s->id) == 0)
		s->record = json_object_get(record);
	json_object_put(record);
	return s->record == NULL;
}

static bool
on_audit_line(struct json_object *record, const char *text,
    const struct audit_place *place, void *arg)
{
	struct search *s = arg;
	const char *id = json_text_string(record, "requestId");

	(void)text;
	(void)place;
	if (id != NULL && strcmp(id, s->id) == 0)
		json_object_array_add(s->attempts, json_object_get(record));
	return true;
}

static bool
search(struct search *s, struct invocation *inv, struct err *err)
{
	static struct audit_segments segments;
	struct run_files files;
	bool ok;

	ok = run_files_open(&files, inv, err) &&
	    run_files_scan(&files, on_run_line, s, err);
	run_files_close(&files);
	if (!ok)
		return false;
	ok = audit_segments_open(&segments, inv, err) &&
	    audit_segments_scan_all(&segments, on_audit_line, s, err);
	audit_segments_close(&segments);
	return ok;
}

static void
add_timing(struct json_object *o, const struct run_call *c,
    struct json_object *record)
{
	int64_t grant_ms = -1, first_ms = -1, all_ms;
	struct json_object *timing = field_set_object(o, "timing");

	all_ms = c->ended_ms > c->started_ms ?
	    (int64_t)(c->ended_ms - c->started_ms) : 0;
	json_text_int(record, "grantMs", &grant_ms);
	json_text_int(record, "firstByteMs", &first_ms);
	field_copy(timing, record, "grantMs");
	field_copy(timing, record, "firstByteMs");
	field_set_number(timing, "durationMs", all_ms);
	if (grant_ms >= 0)
		explanation_add(o, "timing", NULL,
		    "%lld ms until the broker had granted it",
		    (long long)grant_ms);
	if (grant_ms >= 0 && first_ms >= grant_ms)
		explanation_add(o, "timing", NULL, "%lld ms until the "
		    "provider's first byte", (long long)(first_ms - grant_ms));
	if (first_ms >= 0 && all_ms >= first_ms)
		explanation_add(o, "timing", NULL,
		    "%lld ms for the rest of the answer",
		    (long long)(all_ms - first_ms));
	explanation_add(o, "timing", NULL, "%lld ms in all",
	    (long long)all_ms);
}

static void
add_lost_fields(struct json_object *o, struct json_object *record)
{
	struct json_object *lost = json_text_array(record, "lostFields");

	for (size_t i = 0; lost != NULL &&
	    i < json_object_array_length(lost); i++)
		explanation_add(o, "lost-field", NULL, "%s",
		    json_object_get_string(json_object_array_get_idx(lost, i)));
	json_object_object_add(o, "lostFields", lost != NULL ?
	    json_object_get(lost) : json_object_new_array());
}

/* An attempt before the one that the record names. */
static void
add_failed(struct json_object *o, const struct run_call *c)
{
	char usd[EXPLANATION_USD_MAX];

	if (c->failed_provider == NULL)
		return;
	explanation_format_usd(c->failed_cost, c->failed_has_cost, usd);
	explanation_add(o, "cost", NULL, "%s/%s, which failed, took %lld "
	    "tokens in, %lld out, cost %s", c->failed_provider,
	    c->failed_model, (long long)c->failed_input,
	    (long long)c->failed_output, usd);
}

static void
add_run(struct json_object *o, struct json_object *record)
{
	char usd[EXPLANATION_USD_MAX];
	struct run_call c;

	run_call_read(&c, record);
	explanation_format_usd(c.cost, c.has_cost, usd);
	explanation_add(o, "route", c.started, "%s to %s/%s, %s%s%s", c.agent,
	    c.provider != NULL ? c.provider : "-",
	    c.model != NULL ? c.model : "-",
	    c.policy_id != NULL ? "policy " : "by ",
	    c.policy_id != NULL ? c.policy_id :
	    c.policy_source != NULL && strcmp(c.policy_source, "cloud") == 0 ?
	    "the cloud's binding" : "a local route", c.policy_id != NULL &&
	    c.policy_source != NULL && strcmp(c.policy_source, "cloud") == 0 ?
	    " of the cloud" : "");
	explanation_tell(o, "%s asked; %s/%s answered with HTTP %lld. It is a "
	    "part of run %s and cost %s.", c.agent,
	    c.provider != NULL ? c.provider : "-",
	    c.model != NULL ? c.model : "-", (long long)c.http_status,
	    c.run_id, usd);
	if (c.error != NULL)
		explanation_add(o, "error", c.ended, "%s", c.error);
	if (c.failover_note != NULL)
		explanation_add(o, "fallback", c.ended, "%s", c.failover_note);
	explanation_add(o, "cost", NULL, "%s for %lld tokens in, %lld out%s",
	    usd, (long long)c.input, (long long)c.output,
	    c.failed_provider != NULL ? " and a failed attempt" : "");
	add_failed(o, &c);
	add_timing(o, &c, record);
	add_lost_fields(o, record);
}

/* What the processes did, as the broker wrote it down. */
static void
add_hop(struct json_object *o, struct json_object *record)
{
	const char *event = json_text_string(record, "event");
	const char *provider = json_text_string(record, "provider");
	const char *at = json_text_string(record, "time");
	const char *reason = json_text_string(record, "reason");
	int64_t seq = 0, status = 0, sent = 0, received = 0;

	json_text_int(record, "seq", &seq);
	json_text_int(record, "httpStatus", &status);
	json_text_int(record, "sent", &sent);
	json_text_int(record, "received", &received);
	if (event == NULL || provider == NULL)
		return;
	if (strcmp(event, "begin") == 0)
		explanation_add(o, "hop", at, "proxy to broker: granted for %s "
		    "(audit %lld); broker to egress: its key", provider,
		    (long long)seq);
	else if (strcmp(event, "denied") == 0)
		explanation_add(o, "hop", at, "proxy to broker: denied for %s:"
		    " %s (audit %lld)", provider,
		    reason != NULL ? reason : "-", (long long)seq);
	else if (strcmp(event, "end") == 0)
		explanation_add(o, "hop", at, "egress to %s through the "
		    "connector: HTTP %lld, %lld bytes out, %lld back%s%s (audit "
		    "%lld)", provider, (long long)status, (long long)sent,
		    (long long)received, reason != NULL ? ", " : "",
		    reason != NULL ? reason : "", (long long)seq);
}

struct json_object *
explain_request(struct invocation *inv, const char *id, struct err *err)
{
	struct search s = { .id = id, .attempts = json_object_new_array() };
	struct json_object *o = NULL;
	size_t n;

	if (*id == '\0')
		err_set(err, ERR_USAGE, "--request needs an id");
	else if (search(&s, inv, err)) {
		n = json_object_array_length(s.attempts);
		if (s.record == NULL && n == 0)
			err_set(err, ERR_REQUEST_NOT_FOUND, "%.64s", id);
		else
			o = explanation_new("request", id);
		if (s.record != NULL)
			add_run(o, s.record);
		else if (o != NULL)
			explanation_tell(o, "It never became a run: the audit "
			    "log alone knows of it.");
		for (size_t i = 0; i < n; i++)
			add_hop(o, json_object_array_get_idx(s.attempts, i));
	}
	if (o != NULL) {
		json_object_object_add(o, "record", json_object_get(s.record));
		json_object_object_add(o, "audit",
		    json_object_get(s.attempts));
	}
	json_object_put(s.record);
	json_object_put(s.attempts);
	return o;
}
