/* SPDX-License-Identifier: ISC */
#include "tests/mock/provider.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "tests/mock/allocate.h"
#include "tests/mock/api.h"
#include "tests/mock/script.h"
#include "tests/mock/template.h"

static const struct route {
	const char *method;
	const char *path;		/* of fnmatch(3); first one wins */
	const struct api *api;
	bool is_anthropic;
} routes[] = {
	{ "POST", "*/messages/count_tokens", &api_count_tokens, true },
	{ "POST", "*/messages", &api_messages, true },
	{ "POST", "*/chat/completions", &api_chat, false },
	{ "POST", "*/infer", &api_chat, false },
	{ "POST", "*/responses", &api_responses, false },
	{ "POST", "*/embeddings", &api_embeddings, false },
	{ "GET", "*/models", &api_models, false },
	{ "GET", "*/models/*", &api_model, false },
	{ "HEAD", "*/api/v1/llms/*", &api_nothing, false },
};

/* What a stream needs as long as it flows. */
struct source {
	const struct api *api;
	struct question question;
	char *model;
	char *echo;
	bool has_no_end;
};

static void
free_source(void *arg)
{
	struct source *s = arg;

	free(s->model);
	free(s->echo);
	free(s);
}

static bool
next_event(void *arg, long i, struct evbuffer *out)
{
	const struct source *s = arg;
	const struct api *api = s->api;
	const struct question *q = &s->question;

	if (i < api->n_openings) {
		api->add_opening(out, q, i);
		return true;
	}
	i -= api->n_openings;
	if (i < q->n_deltas) {
		api->add_delta(out, q, i);
		return true;
	}
	return !s->has_no_end && api->add_closing(out, q, i - q->n_deltas);
}

/* NULL with the status that says why. */
static const struct route *
find_route(const struct request *r, int *status)
{
	*status = 404;
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (fnmatch(routes[i].path, r->path, 0) != 0)
			continue;
		if (strcmp(routes[i].method, r->method) == 0)
			return &routes[i];
		*status = 405;
	}
	return NULL;
}

static bool
is_anthropic(const struct route *route, const struct request *r)
{
	return (route != NULL && route->is_anthropic) ||
	    request_header(r, "anthropic-version") != NULL;
}

static void
set_error(struct reply *reply, bool anthropic, int status, const char *echo)
{
	struct evbuffer *about = allocate_buffer();

	evbuffer_add_printf(about, "The demo provider says %d%s%s", status,
	    *echo != '\0' ? " to " : "", echo);
	evbuffer_add(about, "", 1);
	reply->status = status;
	api_add_error(reply->body, anthropic, status,
	    (const char *)evbuffer_pullup(about, -1));
	evbuffer_free(about);
}

/* The model that is asked for, as JSON text; "null" without one. */
static char *
model_of(const struct request *r, struct json_object *body)
{
	const char *part = strstr(r->path, "/models/");
	struct json_object *model = NULL;
	char *text;

	if (part != NULL)
		model = json_object_new_string(part + strlen("/models/"));
	else if (json_object_object_get_ex(body, "model", &model))
		json_object_get(model);
	text = strdup(json_object_to_json_string_ext(model,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(model);
	return text;
}

static void
set_question(struct question *q, struct json_object *body,
    struct json_object *step)
{
	struct json_object *input, *options, *usage;

	q->pad_len = (size_t)step_number(step, "bigBytes", 0);
	q->n_inputs = 1;
	if (json_object_object_get_ex(body, "input", &input) &&
	    json_object_is_type(input, json_type_array))
		q->n_inputs = (long)json_object_array_length(input);
	q->wants_usage =
	    json_object_object_get_ex(body, "stream_options", &options) &&
	    json_object_object_get_ex(options, "include_usage", &usage) &&
	    json_object_get_boolean(usage);
}

static void
set_answer(struct reply *reply, struct source *s, struct json_object *body)
{
	struct json_object *stream;

	if (s->api->add_opening != NULL &&
	    json_object_object_get_ex(body, "stream", &stream) &&
	    json_object_get_boolean(stream)) {
		reply->content_type = "text/event-stream";
		reply->next_event = next_event;
		reply->source = s;
		reply->free_source = free_source;
		return;
	}
	/* A plain body is padded as a whole. */
	s->question.pad_len = 0;
	s->api->add_whole(reply->body, &s->question);
	free_source(s);
}

static struct source *
new_source(const struct provider *p, const struct request *r,
    struct json_object *body, struct json_object *step)
{
	struct source *s = allocate(sizeof *s);

	s->model = model_of(r, body);
	s->echo = template_quote(step_is(step, "echoKey") ?
	    request_credential(r) : "");
	s->has_no_end = step_is(step, "noEnd");
	s->question = (struct question){
		.model = s->model,
		.echo = s->echo,
		.n_deltas = step_number(step, "events", p->n_deltas),
		.is_anthropic = request_header(r, "anthropic-version") != NULL,
	};
	set_question(&s->question, body, step);
	return s;
}

/* Only at a central server the path names the model. */
static bool
lacks_model(const struct request *r, const struct source *s)
{
	return strcmp(r->method, "POST") == 0 &&
	    strcmp(s->model, "null") == 0 &&
	    fnmatch("*/infer", r->path, 0) != 0;
}

void
provider_compose(const struct request *r, struct json_object *step,
    struct reply *reply, void *arg)
{
	const struct provider *p = arg;
	struct json_object *body = request_json(r);
	struct source *s = new_source(p, r, body, step);
	long scripted = step_number(step, "status", 0);
	int status;
	const struct route *route = find_route(r, &status);

	reply->event_delay_ms = step_number(step, "eventDelayMs",
	    p->event_delay_ms);
	if (p->key != NULL && !request_has_key(r, p->key))
		status = 401;
	else if (scripted >= 400)
		status = (int)scripted;
	else if (route != NULL)
		status = lacks_model(r, s) ? 400 : 200;
	if (status == 200) {
		s->api = route->api;
		set_answer(reply, s, body);
	} else {
		set_error(reply, is_anthropic(route, r), status, s->echo);
		free_source(s);
	}
	json_object_put(body);
}
