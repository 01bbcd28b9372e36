/* SPDX-License-Identifier: ISC */
#include "proxy/agent_connection.h"
#include "proxy/request_steps.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/errors.h"
#include "common/model_path.h"
#include "common/url.h"
#include "proxy/clock.h"
#include "proxy/dialect/returned_carriers.h"
#include "proxy/header_list.h"
#include "proxy/json_members.h"
#include "proxy/model_list.h"
#include "proxy/proxy.h"
#include "proxy/request.h"
#include "proxy/routing_files.h"
#include "proxy/run_account.h"
#include "proxy/target_wish.h"
#include "proxy/token_count.h"
#include "proxy/translation.h"

/* Beyond the egress's own timeouts: then the egress itself hangs. */
#define EGRESS_SLACK_MS 5000

static const char *
header_of(const struct request *r, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(r->http),
	    name);
}

/* --- send --- */

/* One for all requests: nothing else happens while it is in use. */
static struct header_lines tail;

static void
write_tail(const struct request *r)
{
	const struct evkeyvalq *headers =
	    evhttp_request_get_input_headers(r->http);
	bool is_anthropic = r->provider->protocol == PROTOCOL_ANTHROPIC;
	const struct evkeyval *h;

	header_lines_begin(&tail, r->below);
	TAILQ_FOREACH(h, headers, next)
		if (header_goes_up(h->key) &&
		    (r->translation == NULL || !header_is_vendors(h->key)))
			header_lines_add(&tail, h->key, h->value);
	if (is_anthropic && header_of(r, "anthropic-version") == NULL)
		header_lines_add(&tail, "anthropic-version", "2023-06-01");
}

/* Of what the model says, nothing comes before all of it is there. */
static bool
comes_whole(const struct request *r)
{
	return r->path.kind == PATH_RUN && !r->body.is_stream &&
	    !translation_is_streamed(r->translation);
}

static uint64_t
first_byte_ms(const struct request *r)
{
	const struct settings *s = &r->proxy->settings;

	return comes_whole(r) && s->idle_timeout_ms > s->first_byte_timeout_ms ?
	    s->idle_timeout_ms : s->first_byte_timeout_ms;
}

void
request_step_send(struct request *r)
{
	struct proxy *p = r->proxy;
	struct channel *egress = egress_link_find(&p->egresses,
	    r->ticket.egress);
	struct ipc_request request = { .ticket = r->ticket,
	    .body_len = r->body.len, .comes_whole = comes_whole(r) };
	struct err err;

	if (egress == NULL) {
		request_await(r, REQUEST_PARKED, p->settings.grant_timeout_ms);
		return;
	}
	write_tail(r);
	memcpy(request.method, r->method, sizeof request.method);
	request.path_len = (uint32_t)strlen(r->below);
	request.headers_len = (uint32_t)tail.len - request.path_len;
	r->exchange = exchange_start(&(struct exchange_order) {
		.base = p->base,
		.egress = egress,
		.request = &request,
		.tail = tail.text,
		.tail_len = tail.len,
		.body = r->body.pieces,
		.n_pieces = r->body.n_pieces,
		.hooks = &(struct exchange_hooks) { answer_hooks.frame,
		    answer_hooks.settled, answer_hooks.died, r },
	}, &err);
	if (r->exchange == NULL) {
		request_fail(r, &err);
		return;
	}
	r->body_left = r->body.len;
	request_await(r, REQUEST_AWAITED, p->settings.connect_timeout_ms +
	    first_byte_ms(r) + EGRESS_SLACK_MS);
}

void
request_step_overdue(struct request *r)
{
	size_t left = exchange_body_left(r->exchange);
	struct err err;

	if (answer_is_held(r)) {
		answer_release(r);
		return;
	}
	/* A long body on a slow line takes time; one that stops does not. */
	if (left > 0 && left < r->body_left) {
		r->body_left = left;
		request_await(r, REQUEST_AWAITED, first_byte_ms(r));
		return;
	}
	err_set(&err, ERR_UPSTREAM_TIMEOUT, "%s: no answer",
	    r->provider->id);
	request_fail(r, &err);
}

/* --- ask_grant --- */

void
request_step_ask_grant(struct request *r)
{
	struct proxy *p = r->proxy;
	struct ipc_grant_request ask = { .request = r->id,
	    .uid = agent_connection_uid(r->connection) };
	struct err err;

	memcpy(ask.token, r->tokens.digests[r->token], sizeof ask.token);
	memcpy(ask.origin, r->provider->origin, sizeof ask.origin);
	memcpy(ask.method, r->method, sizeof ask.method);
	if (!base_url_path(&p->bases, r->provider, r->attempt, r->path.rest,
	    &r->below, &err) ||
	    !ipc_name_set(&ask.provider, r->provider->id, &err) ||
	    !broker_link_ask_grant(p->broker, &r->asking, &ask, r->below,
	    &err)) {
		request_fail(r, &err);
		return;
	}
	request_await(r, REQUEST_GRANT, p->settings.grant_timeout_ms);
}

/* The broker knows the code; what the provider is, only we know. */
static void
explain_denial(const struct request *r, const struct err *said,
    struct err *err)
{
	const char *id = r->provider->id;

	*err = *said;
	if (said->code == ERR_NO_CREDENTIAL)
		err_set(err, said->code, "%s%s", id,
		    r->provider->source == SOURCE_CLOUD ?
		    ", a provider that came from the cloud" : "");
	else if (said->code == ERR_ORIGIN_CHANGED)
		err_set(err, said->code, "%s: approved is %s, but %s says %s",
		    id, said->about, r->provider->source == SOURCE_CLOUD ?
		    "the cloud" : "the registration", r->provider->base_url);
}

static void
on_grant(struct request *r, const struct broker_word *word)
{
	struct err err;

	if (word->err.code == ERR_NONE) {
		r->ticket = word->granted;
		r->granted_ms = clock_utc_ms();
		request_step_send(r);
		return;
	}
	explain_denial(r, &word->err, &err);
	request_fail(r, &err);
}

/* --- prepare --- */

/* Who the client's user is, is for the client's own vendor only. */
static enum splice_identity
identity_of(const struct request *r)
{
	const char *vendor = r->dialect == DIALECT_ANTHROPIC ? "anthropic"
	    : "openai";

	return r->provider->source == SOURCE_BUILTIN &&
	    strcmp(r->provider->id, vendor) == 0 ? IDENTITY_KEPT
	    : IDENTITY_DROPPED;
}

static bool
is_json(const struct request *r)
{
	const char *type = header_of(r, "content-type");

	return type != NULL && strncasecmp(type, "application/json", 16) == 0;
}

static void
pass_whole(struct request *r, const char *text, size_t len)
{
	r->body = (struct spliced) { .n_pieces = len > 0, .len = len };
	r->body.pieces[0] = (struct iovec) { (void *)text, len };
}

static bool
prepare_body(struct request *r, struct err *err)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(r->http);
	const char *encoding = header_of(r, "content-encoding");
	struct splice_wish wish = {
		.text = (const char *)evbuffer_pullup(input, -1),
		.len = evbuffer_get_length(input),
		.dialect = r->path.dialect,
		.model = target_model(&r->target),
		.identity = identity_of(r),
	};

	if (wish.len > 0 && wish.text == NULL)
		return err_set(err, ERR_OVERLOADED, "memory");
	if (encoding != NULL && strcasecmp(encoding, "identity") != 0)
		return err_set(err, ERR_INVALID_REQUEST,
		    "content-encoding: %.40s; bodies are taken as they are",
		    encoding);
	if (!provider_speaks(r->provider, r->path.dialect))
		return translation_begin(r, wish.text, wish.len, err);
	if (returned_carriers_maybe(wish.text, wish.len)) {
		r->opened = translation_open_carriers(r, wish.text, wish.len,
		    &wish.len, err);
		wish.text = r->opened;
		if (r->opened == NULL)
			return false;
	}
	if (r->path.kind != PATH_OTHER)
		return model_splice(&wish, &r->body, err);
	if (wish.len == 0 || !is_json(r)) {
		pass_whole(r, wish.text, wish.len);
		return true;
	}
	/* Elsewhere a model is put in the place of one, never added. */
	wish.model = NULL;
	if (!model_splice(&wish, &r->body, err))
		return false;
	if (r->body.model[0] == '\0' || target_model(&r->target) == NULL)
		return true;
	wish.model = target_model(&r->target);
	return model_splice(&wish, &r->body, err);
}

/* The one path at which a central server takes requests, with the model. */
static bool
set_infer_path(struct request *r, struct err *err)
{
	free(r->infer_path);
	r->infer_path = NULL;
	if (r->provider->infer_path == NULL || r->path.kind != PATH_RUN)
		return true;
	r->infer_path = malloc(URL_PATH_MAX);
	if (r->infer_path == NULL)
		return err_set(err, ERR_OVERLOADED, "memory");
	r->path.rest = r->infer_path;
	return model_path_format(r->infer_path, URL_PATH_MAX,
	    r->provider->infer_path, r->body.model, err);
}

void
request_step_prepare(struct request *r)
{
	struct err err;

	if (!prepare_body(r, &err) || !set_infer_path(r, &err)) {
		request_fail(r, &err);
		return;
	}
	attempts_find_stand_in(r);
	request_step_ask_grant(r);
}

/* --- route --- */

/* The model that the client asks for; "" when that is not known. */
static void
read_model(const struct request *r, char model[JSON_TEXT_ROOM])
{
	struct evbuffer *input = evhttp_request_get_input_buffer(r->http);
	const char *text = (const char *)evbuffer_pullup(input, -1);
	struct json_member m = { .name = "model" };
	struct json_object_text object;
	struct err ignored;

	model[0] = '\0';
	if (r->path.kind == PATH_MODEL)
		snprintf(model, JSON_TEXT_ROOM, "%.*s",
		    (int)strcspn(r->path.name, "?"), r->path.name);
	else if (text != NULL && json_members_find(text,
	    evbuffer_get_length(input), &object, &m, 1, &ignored) &&
	    m.is_found)
		json_string_value(text, &m, model);
}

static bool
find_provider(struct request *r, struct err *err)
{
	struct target_wish wish = target_wish_now(r->proxy, r->routing);
	char model[JSON_TEXT_ROOM] = "";

	/* The body is looked at once more only where it matters. */
	if (target_depends_on_model(r->routing, r->agent))
		read_model(r, model);
	wish.agent = r->agent;
	wish.model = model;
	target_choose(&wish, &r->target);
	if (r->target.ref == NULL)
		return err_set(err, r->target.why_none, "%s: %.80s", r->agent,
		    r->target.reason);
	r->provider = target_provider(&wish, r->target.ref->provider, err);
	return r->provider != NULL;
}

static void
step_route(struct request *r)
{
	struct err err;

	r->routing = routing_ref(routing_files_current(r->proxy->files));
	if (!find_provider(r, &err)) {
		request_fail(r, &err);
		return;
	}
	run_account_begin(r);
	if (r->path.kind == PATH_MODELS || r->path.kind == PATH_MODEL)
		model_list_answer(r);
	else if (r->path.kind == PATH_COUNT &&
	    !provider_speaks(r->provider, r->path.dialect))
		token_count_answer(r);
	else {
		attempts_plan(r);
		request_step_prepare(r);
	}
}

/* --- admit --- */

static void
step_admit(struct request *r, const char *agent)
{
	struct proxy *p = r->proxy;
	struct err err;

	strncpy(r->agent, agent, sizeof r->agent - 1);
	if (!inflight_add(p->inflight, r->agent, p->settings.n_in_flight_max,
	    &err)) {
		request_fail(r, &err);
		return;
	}
	r->is_counted = true;
	step_route(r);
}

/* --- authenticate --- */

static void
ask_who(struct request *r)
{
	struct proxy *p = r->proxy;
	struct err err;

	if (broker_link_ask_who(p->broker, &r->asking,
	    r->tokens.digests[r->token], &err))
		request_await(r, REQUEST_WHO, p->settings.grant_timeout_ms);
	else
		request_fail(r, &err);
}

static void
on_who(struct request *r, const struct broker_word *word)
{
	if (word->err.code == ERR_NONE) {
		token_cache_add(&r->proxy->tokens,
		    r->tokens.digests[r->token], word->agent);
		step_admit(r, word->agent);
	} else if (word->err.code == ERR_UNAUTHENTICATED &&
	    r->token + 1 < r->tokens.n) {
		r->token++;
		ask_who(r);
	} else
		request_fail(r, &word->err);
}

void
request_step_authenticate(struct request *r)
{
	agent_tokens_read(&r->tokens, header_of(r, "x-api-key"),
	    header_of(r, "authorization"));
	for (size_t i = 0; i < r->tokens.n; i++) {
		const char *agent = token_cache_find(&r->proxy->tokens,
		    r->tokens.digests[i]);

		if (agent != NULL) {
			r->token = i;
			step_admit(r, agent);
			return;
		}
	}
	ask_who(r);
}

void
request_step_answered(struct asking *asking, const struct broker_word *word)
{
	struct request *r = (struct request *)((char *)asking -
	    offsetof(struct request, asking));

	if (r->state == REQUEST_WHO)
		on_who(r, word);
	else
		on_grant(r, word);
}
