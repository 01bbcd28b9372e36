/* SPDX-License-Identifier: ISC */
/* pull: the one request of a sync, and what becomes of its answer. */
#include <curl/curl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/errors.h"
#include "common/secret.h"
#include "common/upstream/upstream.h"
#include "syncer/sync_content.h"
#include "syncer/syncer.h"

static size_t
on_body(char *bytes, size_t one, size_t len, void *arg)
{
	struct syncer *s = arg;
	char *longer;

	(void)one;
	if (len > SYNC_BODY_MAX - s->body_len) {
		s->is_too_long = true;
		return 0;
	}
	longer = realloc(s->body, s->body_len + len + 1);
	if (longer == NULL)
		return 0;
	s->body = longer;
	memcpy(s->body + s->body_len, bytes, len);
	s->body_len += len;
	s->body[s->body_len] = '\0';
	return len;
}

/* Only the tag is of interest: 'ETag: "..."', visible characters. */
static size_t
on_header(char *line, size_t one, size_t len, void *arg)
{
	struct syncer *s = arg;
	size_t at = 5, end = len;

	(void)one;
	if (len < 6 || strncasecmp(line, "etag:", 5) != 0)
		return len;
	while (at < end && line[at] == ' ')
		at++;
	while (end > at && (unsigned char)line[end - 1] <= ' ')
		end--;
	if (end - at >= sizeof s->etag)
		return len;
	for (size_t i = at; i < end; i++)
		if ((unsigned char)line[i] <= ' ' ||
		    (unsigned char)line[i] >= 0x7f)
			return len;
	memcpy(s->etag, line + at, end - at);
	s->etag[end - at] = '\0';
	return len;
}

static bool
add_header(struct syncer *s, const char *line)
{
	struct curl_slist *longer = curl_slist_append(s->headers, line);

	if (longer != NULL)
		s->headers = longer;
	return longer != NULL;
}

static bool
set_headers(struct syncer *s, const char *token, size_t token_len)
{
	char line[SECRET_MAX + 32], tag[SNAPSHOT_ETAG_MAX + 32];
	bool ok;

	snprintf(line, sizeof line, "Authorization: Bearer %.*s",
	    (int)token_len, token);
	snprintf(tag, sizeof tag, "If-None-Match: %s", s->before.etag);
	ok = add_header(s, line) && add_header(s, "Accept: application/json") &&
	    (s->before.etag[0] == '\0' || add_header(s, tag));
	secret_wipe(line, sizeof line);
	return ok;
}

/* What the transport calls an upstream is the control plane to us. */
static void
translate(struct err *err)
{
	switch (err->code) {
	case ERR_UPSTREAM_TIMEOUT:
		err->code = ERR_CLOUD_TIMEOUT;
		break;
	case ERR_NONE:
		break;
	default:
		err->code = ERR_CLOUD_UNREACHABLE;
		break;
	}
}

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
	    s->etag[0] != '\0' ? json_object_new_string(s->etag) : NULL);
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
take_new(struct syncer *s, const char *text, size_t len, struct err *err)
{
	struct sync_counts counts;
	struct json_object *content = sync_content_read(text, len, &counts,
	    err);
	bool ok = content != NULL && store(s, content, err);

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
	memcpy(s->etag, s->before.etag, sizeof s->etag);
	text = json_object_to_json_string_length(s->before.content,
	    JSON_C_TO_STRING_PLAIN, &len);
	return take_new(s, text, len, err);
}

static bool
judge(struct syncer *s, struct err *err)
{
	switch (s->http_status) {
	case 200:
		return take_new(s, s->body != NULL ? s->body : "",
		    s->body_len, err);
	case 304:
		return take_same(s, err);
	case 401:
	case 403:
		return err_set(err, ERR_CLOUD_UNAUTHORIZED, "HTTP %ld",
		    s->http_status);
	default:
		return err_set(err, ERR_CLOUD_UNREACHABLE, "HTTP %ld",
		    s->http_status);
	}
}

static void
on_ended(const struct err *outcome, void *arg)
{
	struct syncer *s = arg;
	struct err err = *outcome;

	curl_easy_getinfo(transfer_easy(s->transfer), CURLINFO_RESPONSE_CODE,
	    &s->http_status);
	translate(&err);
	if (s->is_too_long)
		err_set(&err, ERR_CLOUD_INVALID, "more than %d bytes",
		    SYNC_BODY_MAX);
	if (err.code == ERR_NONE)
		judge(s, &err);
	syncer_finish(s, &err);
}

bool
pull_start(struct syncer *s, const char *token, size_t token_len,
    struct err *err)
{
	char target[URL_MAX + 16];
	CURL *curl;

	upstream_set_url(s->upstream, &s->url, s->roots,
	    process_settings()->connect_timeout_ms);
	s->transfer = transfer_new(s->upstream, err);
	if (s->transfer == NULL)
		return false;
	if (!set_headers(s, token, token_len))
		return err_set(err, ERR_NO_MEMORY, "headers");
	curl = transfer_easy(s->transfer);
	snprintf(target, sizeof target, "%s/v1/sync", s->url.text);
	curl_easy_setopt(curl, CURLOPT_URL, target);
	curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, s->headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, s);
	transfer_start(s->transfer, on_ended, s);
	return true;
}
