/* SPDX-License-Identifier: ISC */
/* pull: the one request of a sync, and what becomes of its answer. */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/scoped.h"
#include "syncer/sync_content.h"
#include "syncer/sync_difference.h"
#include "syncer/syncer.h"

static uint64_t
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec;
}

static bool
store(struct syncer *s, struct json_object *content, struct err *err)
{
	bool changed, ok;

	json_object_object_add(content, "etag",
	    s->call.etag[0] != '\0' ? json_object_new_string(s->call.etag) : NULL);
	json_object_object_add(content, "sourceUrl",
	    json_object_new_string(s->url.text));
	s->result.synced_at_s = now_s();
	ok = snapshot_file_write(s->folder, content, &s->before,
	    s->result.synced_at_s, &changed, err);
	s->result.changed = ok && changed;
	return ok;
}

static void
count(struct syncer *s, const struct sync_counts *counts)
{
	s->result.n_policies = counts->n_policies;
	s->result.n_bundles = counts->n_bundles;
	s->result.n_bindings = counts->n_bindings;
	s->result.n_providers = counts->n_providers;
	s->result.n_dropped = counts->n_dropped;
}

static bool
write_all(int fd, const char *text, size_t len, struct err *err)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = write(fd, text + at, len - at);

		if (n == -1 && errno != EINTR)
			return err_set_os(err, ERR_FILE_FAILED, "preview");
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* What it would change goes to whom the user's command said, and no further. */
static bool
show(struct syncer *s, const struct json_object *content, struct err *err)
{
	struct json_object *difference = sync_difference(s->before.content,
	    content);
	AUTO_FREE char *made = NULL;
	const char *text;
	size_t len = 0;
	bool ok;

	if ((s->flags & SYNC_AS_JSON) != 0)
		text = json_object_to_json_string_length(difference,
		    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
		    &len);
	else
		text = made = sync_difference_format(difference, &len);
	ok = text != NULL ? write_all(s->preview, text, len, err) :
	    err_set(err, ERR_NO_MEMORY, "preview");
	json_object_put(difference);
	return ok;
}

static bool
take_new(struct syncer *s, const char *text, size_t len, struct err *err)
{
	struct sync_counts counts;
	struct json_object *content = sync_content_read(text, len, &counts,
	    err);
	bool ok = content != NULL && (s->task == SYNC_DRY ?
	    show(s, content, err) : store(s, content, err));

	if (ok)
		count(s, &counts);
	json_object_put(content);
	return ok;
}

/* 304: what is there is renewed, and checked like anything else. */
static bool
take_same(struct syncer *s, struct err *err)
{
	const char *text;
	size_t len;

	if (s->before.content == NULL)
		return err_set(err, ERR_CLOUD_INVALID,
		    "304 without a snapshot here");
	memcpy(s->call.etag, s->before.etag, sizeof s->call.etag);
	text = json_object_to_json_string_length(s->before.content,
	    JSON_C_TO_STRING_PLAIN, &len);
	return take_new(s, text, len, err);
}

static void
on_pulled(const struct err *outcome, void *arg)
{
	struct syncer *s = arg;
	struct err err = *outcome;

	s->http_status = s->call.status;
	if (err.code == ERR_NONE && s->call.status == 304)
		take_same(s, &err);
	else if (err.code == ERR_NONE && cloud_call_check(&s->call, &err))
		take_new(s, syncer_answer(s), s->call.body_len, &err);
	if (err.code != ERR_NONE || s->task == SYNC_DRY) {
		syncer_finish(s, &err);
		return;
	}
	/* It counts from here on, whatever becomes of the run records. */
	snapshot_file_note(s->folder, &err, s->result.synced_at_s);
	syncer_start_upload(s);
}

void
pull_start(struct syncer *s)
{
	struct cloud_ask ask = { .base = s->url.text, .path = "/v1/sync",
	    .token = s->token };
	struct err err;

	snapshot_file_read(s->folder, s->url.text, &s->before);
	ask.etag = s->before.etag;
	if (!cloud_call_start(&s->call, s->upstream, &ask, on_pulled, s, &err))
		syncer_finish(s, &err);
}
