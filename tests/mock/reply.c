/* SPDX-License-Identifier: ISC */
#include "tests/mock/reply.h"

#include <string.h>

#include "tests/mock/allocate.h"

void
reply_init(struct reply *reply)
{
	*reply = (struct reply){
		.status = 200,
		.content_type = "application/json",
		.headers = json_object_new_object(),
		.body = allocate_buffer(),
	};
}

void
reply_close(struct reply *reply)
{
	if (reply->free_source != NULL)
		reply->free_source(reply->source);
	json_object_put(reply->headers);
	evbuffer_free(reply->body);
}

void
reply_reset(struct reply *reply)
{
	reply_close(reply);
	reply_init(reply);
}

void
reply_set_header(struct reply *reply, const char *name,
    struct json_object *value)
{
	json_object_object_add(reply->headers, name, value);
}

void
reply_set(struct reply *reply, int status, struct json_object *body)
{
	const char *text = json_object_to_json_string_ext(body,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	reply->status = status;
	evbuffer_add(reply->body, text, strlen(text));
}

static bool
has_header(const struct reply *reply, const char *name)
{
	return json_object_object_get_ex(reply->headers, name, NULL);
}

static void
add_header(struct evbuffer *out, const char *name, struct json_object *value)
{
	if (!json_object_is_type(value, json_type_array)) {
		evbuffer_add_printf(out, "%s: %s\r\n", name,
		    json_object_get_string(value));
		return;
	}
	for (size_t i = 0; i < json_object_array_length(value); i++)
		add_header(out, name, json_object_array_get_idx(value, i));
}

static void
add_length(const struct reply *reply, const struct request *r,
    struct evbuffer *out)
{
	if (reply->status == 204 || reply->status == 304)
		return;
	if (reply->next_event == NULL)
		evbuffer_add_printf(out, "content-length: %zu\r\n",
		    evbuffer_get_length(reply->body) + reply->unsent_len);
	else if (r->may_be_chunked)
		evbuffer_add_printf(out, "transfer-encoding: chunked\r\n");
}

void
reply_write(struct reply *reply, const struct request *r,
    struct evbuffer *out)
{
	bool has_body = reply->next_event == NULL && reply->status != 204 &&
	    reply->status != 304 && strcmp(r->method, "HEAD") != 0;

	evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\n", reply->status,
	    reply->status < 400 ? "OK" : "Error");
	if (reply->status != 204 && !has_header(reply, "content-type"))
		evbuffer_add_printf(out, "content-type: %s\r\n",
		    reply->content_type);
	if (!has_header(reply, "content-length"))
		add_length(reply, r, out);
	if (!r->keeps_alive)
		evbuffer_add_printf(out, "connection: close\r\n");
	json_object_object_foreach(reply->headers, name, value) {
		add_header(out, name, value);
	}
	evbuffer_add(out, "\r\n", 2);
	if (has_body)
		evbuffer_add_buffer(out, reply->body);
}
