/* SPDX-License-Identifier: ISC */
#include "tests/mock/cloud.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "tests/mock/allocate.h"
#include "tests/mock/cloud_items.h"
#include "tests/mock/script.h"
#include "tests/mock/template.h"

#define RUNS_MAX 200u			/* in one request */
#define RUN_ID_MAX 64

void
cloud_init(struct cloud *c, const char *token)
{
	*c = (struct cloud){
		.items = items_new(),
		.devices.token = token,
		.runs = json_object_new_object(),
	};
}

void
cloud_close(struct cloud *c)
{
	items_free(c->items);
	json_object_put(c->runs);
	if (c->snapshot != NULL)
		evbuffer_free(c->snapshot);
}

void
cloud_set_error(struct reply *reply, int status, const char *code)
{
	reply->status = status;
	template_add(reply->body, "{'detail':{'error':'%s'}}", code);
}

void
cloud_set_invalid(struct reply *reply)
{
	reply->status = 422;
	template_add(reply->body, "{'detail':[{'loc':['body'],"
	    "'msg':'Field required or out of range','type':'value_error'}]}");
}

static void
set_document(struct cloud *c, struct reply *reply)
{
	struct json_object *o;

	if (c->snapshot == NULL) {
		o = items_document(c->items);
		reply_set(reply, 200, o);
		json_object_put(o);
		return;
	}
	evbuffer_add(reply->body, evbuffer_pullup(c->snapshot, -1),
	    evbuffer_get_length(c->snapshot));
}

/* A strong validator: the same bytes have the same one. */
static void
format_etag(struct evbuffer *body, char etag[static 40])
{
	unsigned char hash[EVP_MAX_MD_SIZE] = { 0 };
	char *at = etag;

	EVP_Digest(evbuffer_pullup(body, -1), evbuffer_get_length(body), hash,
	    NULL, EVP_sha256(), NULL);
	*at++ = '"';
	for (int i = 0; i < 16; i++, at += 2)
		snprintf(at, 3, "%02x", hash[i]);
	strcpy(at, "\"");
}

static void
answer_sync(struct cloud *c, const struct request *r, struct reply *reply)
{
	const char *known = request_header(r, "if-none-match");
	char etag[40];

	set_document(c, reply);
	format_etag(reply->body, etag);
	reply_set_header(reply, "etag", json_object_new_string(etag));
	if (known == NULL || strstr(known, etag) == NULL)
		return;
	reply->status = 304;
	evbuffer_drain(reply->body, evbuffer_get_length(reply->body));
}

static bool
is_text(struct json_object *o, const char *name, int max)
{
	struct json_object *value;

	return json_object_object_get_ex(o, name, &value) &&
	    json_object_is_type(value, json_type_string) &&
	    json_object_get_string_len(value) > 0 &&
	    json_object_get_string_len(value) <= max;
}

static bool
is_count(struct json_object *o, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(o, name, &value) &&
	    json_object_is_type(value, json_type_int) &&
	    json_object_get_int64(value) >= 0;
}

static bool
is_one_of(struct json_object *o, const char *name, const char *a,
    const char *b)
{
	const char *text = json_object_get_string(
	    json_object_object_get(o, name));

	return text != NULL && (strcmp(text, a) == 0 || strcmp(text, b) == 0);
}

/* RunIn: what is required, and its limits. */
static bool
is_run(struct json_object *run)
{
	static const char *const counts[] = { "durationMs", "inputTokens",
		"outputTokens", "httpStatus" };
	static const struct { const char *name; int max; } texts[] = {
		{ "runId", RUN_ID_MAX }, { "agentId", 40 },
		{ "startedAt", 64 }, { "endedAt", 64 },
		{ "outboundProvider", 64 }, { "outboundModel", 120 },
	};
	int year;

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (!is_count(run, counts[i]))
			return false;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!is_text(run, texts[i].name, texts[i].max))
			return false;
	return is_one_of(run, "status", "ok", "error") &&
	    is_one_of(run, "inboundProtocol", "anthropic", "openai") &&
	    json_object_is_type(json_object_object_get(run, "streamed"),
	    json_type_boolean) &&
	    sscanf(json_object_get_string(json_object_object_get(run,
	    "startedAt")), "%4d-", &year) == 1;
}

/* What two uploads of the same run have in common; false if it is invalid. */
static bool
format_run_key(struct json_object *run, char *key, size_t len)
{
	if (!is_run(run))
		return false;
	snprintf(key, len, "%s %s",
	    json_object_get_string(json_object_object_get(run, "runId")),
	    json_object_get_string(json_object_object_get(run, "startedAt")));
	return true;
}

/* As the real one: all runs of the request, or none. */
static bool
check_runs(struct json_object *runs)
{
	char key[256];
	size_t n = json_object_is_type(runs, json_type_array) ?
	    json_object_array_length(runs) : 0;

	for (size_t i = 0; i < n; i++)
		if (!format_run_key(json_object_array_get_idx(runs, i), key,
		    sizeof key))
			return false;
	return n > 0 && n <= RUNS_MAX;
}

static void
accept_runs(struct cloud *c, const struct request *r, struct reply *reply)
{
	struct json_object *body = request_json(r), *runs = NULL;
	long n_accepted = 0, n_duplicates = 0;
	char key[256];

	json_object_object_get_ex(body, "runs", &runs);
	if (!check_runs(runs)) {
		cloud_set_invalid(reply);
		json_object_put(body);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(runs); i++) {
		struct json_object *run = json_object_array_get_idx(runs, i);

		format_run_key(run, key, sizeof key);
		if (json_object_object_get_ex(c->runs, key, NULL)) {
			n_duplicates++;
			continue;
		}
		json_object_object_add(c->runs, key, json_object_get(run));
		n_accepted++;
	}
	template_add(reply->body, "{'accepted':%ld,'duplicates':%ld}",
	    n_accepted, n_duplicates);
	json_object_put(body);
}

static void
list_runs(const struct cloud *c, struct reply *reply)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();

	json_object_object_foreach(c->runs, key, run) {
		(void)key;
		json_object_array_add(list, json_object_get(run));
	}
	json_object_object_add(o, "runs", list);
	reply_set(reply, 200, o);
	json_object_put(o);
}

/* Two calls are the device's, with its token; the others are people's. */
static void
answer(struct cloud *c, const struct request *r, struct reply *reply)
{
	char what[64];
	bool is_sync, is_upload;

	snprintf(what, sizeof what, "%s %s", r->method, r->path);
	is_sync = strcmp(what, "GET /v1/sync") == 0;
	is_upload = strcmp(what, "POST /v1/runs") == 0;
	if ((is_sync || is_upload) && !request_has_key(r, c->devices.token))
		cloud_set_error(reply, 401, "unauthorized");
	else if (is_sync)
		answer_sync(c, r, reply);
	else if (is_upload)
		accept_runs(c, r, reply);
	else if (strcmp(what, "GET /v1/runs") == 0)
		list_runs(c, reply);
	else if (strcmp(what, "GET /health") == 0)
		template_add(reply->body, "{'status':'ok'}");
	else if (!devices_answer(&c->devices, r, reply) &&
	    !items_answer(c->items, r, reply))
		cloud_set_error(reply, 404, "not_found");
}

void
cloud_compose(const struct request *r, struct json_object *step,
    struct reply *reply, void *arg)
{
	int status = (int)step_number(step, "status", 0);

	if (status >= 400)
		cloud_set_error(reply, status, status == 401 ? "unauthorized" :
		    "scripted");
	else
		answer(arg, r, reply);
}

bool
cloud_control(const struct request *r, struct reply *reply, void *arg)
{
	struct cloud *c = arg;

	if (strcmp(r->path, "/snapshot") != 0)
		return false;
	if (c->snapshot != NULL)
		evbuffer_free(c->snapshot);
	c->snapshot = NULL;
	reply->status = 204;
	if (strcmp(r->method, "DELETE") == 0)
		return true;
	c->snapshot = allocate_buffer();
	evbuffer_add_buffer(c->snapshot, r->body);
	return true;
}
