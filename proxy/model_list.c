/* SPDX-License-Identifier: ISC */
#include "proxy/model_list.h"

#include <event2/http.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/json_escape.h"
#include "proxy/reply.h"
#include "proxy/request.h"
#include "proxy/request_steps.h"

size_t
model_list_format(char text[MODEL_LIST_MAX], enum dialect dialect,
    enum model_shape shape, const char *model, const char *provider)
{
	char id[3 * MODEL_MAX], one[MODEL_LIST_MAX / 2];
	int n;

	json_escape(id, sizeof id, model);
	if (dialect == DIALECT_ANTHROPIC)
		snprintf(one, sizeof one, "{\"type\":\"model\",\"id\":\"%s\","
		    "\"display_name\":\"%s\","
		    "\"created_at\":\"1970-01-01T00:00:00Z\"}", id, id);
	else
		snprintf(one, sizeof one, "{\"id\":\"%s\","
		    "\"object\":\"model\",\"created\":0,\"owned_by\":\"%s\"}",
		    id, provider);
	if (shape == MODEL_ALONE)
		n = snprintf(text, MODEL_LIST_MAX, "%s", one);
	else if (dialect == DIALECT_ANTHROPIC)
		n = snprintf(text, MODEL_LIST_MAX, "{\"data\":[%s],"
		    "\"has_more\":false,\"first_id\":\"%s\","
		    "\"last_id\":\"%s\"}", one, id, id);
	else
		n = snprintf(text, MODEL_LIST_MAX,
		    "{\"object\":\"list\",\"data\":[%s]}", one);
	return n < MODEL_LIST_MAX ? (size_t)n : MODEL_LIST_MAX - 1;
}

static bool
is_about(const struct request *r, const char *model)
{
	const char *name = r->path.name;
	size_t len = strcspn(name, "?");

	return r->path.kind == PATH_MODELS ||
	    (strlen(model) == len && memcmp(name, model, len) == 0);
}

void
model_list_answer(struct request *r)
{
	const char *model = target_model(&r->target);
	struct evhttp_request *http = r->http;
	char text[MODEL_LIST_MAX];
	struct err err;
	size_t len;

	if (model == NULL) {
		request_step_ask_grant(r);
		return;
	}
	if (!is_about(r, model)) {
		err_set(&err, ERR_NOT_FOUND, "model %.100s", r->path.name);
		request_fail(r, &err);
		return;
	}
	len = model_list_format(text, r->dialect,
	    r->path.kind == PATH_MODELS ? MODEL_LIST : MODEL_ALONE, model,
	    r->provider->id);
	r->http = NULL;
	reply_json(http, 200, text, len);
	request_free(r);
}
