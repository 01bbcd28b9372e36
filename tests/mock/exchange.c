/* SPDX-License-Identifier: ISC */
#include "tests/mock/exchange.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/mock/allocate.h"
#include "tests/mock/reply.h"
#include "tests/mock/script.h"

#define UNSENT_LEN 100			/* bytes promised to no avail */

enum cut { CUT_NOT, CUT_RESET, CUT_CLOSE, CUT_HANG };

struct exchange {
	const struct exchange_place *place;
	struct connection *connection;
	struct json_object *step;
	struct reply reply;
	struct event *timer;
	enum cut cut;
	long cut_after;			/* events */
	long n_sent;			/* events */
	bool is_blocked;		/* the reader is slower */
};

static void
exchange_free(struct exchange *x)
{
	x->place->stats->n_open--;
	event_free(x->timer);
	json_object_put(x->step);
	reply_close(&x->reply);
	free(x);
}

static void
end_with(struct exchange *x, void (*end)(struct connection *))
{
	struct connection *c = x->connection;

	exchange_free(x);
	end(c);
}

static void
wait_ms(struct exchange *x, long ms)
{
	struct timeval tv = { .tv_sec = ms / 1000,
	    .tv_usec = ms % 1000 * 1000 };

	evtimer_add(x->timer, &tv);
}

static void
send_chunk(struct exchange *x, struct evbuffer *event)
{
	bool is_chunked = connection_request(x->connection)->may_be_chunked;
	struct evbuffer *out = allocate_buffer();

	if (is_chunked)
		evbuffer_add_printf(out, "%zx\r\n", evbuffer_get_length(event));
	evbuffer_add_buffer(out, event);
	if (is_chunked)
		evbuffer_add(out, "\r\n", 2);
	connection_write(x->connection, out);
	evbuffer_free(out);
}

/* A sign of life, and another one later. */
static void
send_ping(struct exchange *x)
{
	struct evbuffer *ping = allocate_buffer();

	evbuffer_add_printf(ping, "event: ping\ndata: {\"type\":\"ping\"}"
	    "\n\n: still here\n\n");
	send_chunk(x, ping);
	evbuffer_free(ping);
	wait_ms(x, step_number(x->step, "pingMs", 1000));
}

static void
end_cut(struct exchange *x)
{
	if (x->cut == CUT_RESET)
		end_with(x, connection_reset);
	else if (x->cut == CUT_CLOSE)
		end_with(x, connection_close);
	else if (step_has(x->step, "pingMs"))
		send_ping(x);
	/* CUT_HANG: until the client leaves */
}

/* False when there was no more event. */
static bool
send_event(struct exchange *x)
{
	struct evbuffer *event = allocate_buffer();
	bool is_event = x->reply.next_event(x->reply.source, x->n_sent, event);

	send_chunk(x, event);
	evbuffer_free(event);
	x->n_sent++;
	return is_event;
}

/*
 * Sends events as long as the reader takes them.  The chunk of no event is the
 * empty one, which ends the body.
 */
static void
send_events(struct exchange *x)
{
	while (!connection_is_full(x->connection)) {
		if (x->cut != CUT_NOT && x->n_sent >= x->cut_after) {
			end_cut(x);
			return;
		}
		if (!send_event(x)) {
			end_with(x, connection_finish);
			return;
		}
		if (x->reply.event_delay_ms > 0) {
			wait_ms(x, x->reply.event_delay_ms);
			return;
		}
	}
	x->is_blocked = true;
}

static void
on_room(void *arg)
{
	struct exchange *x = arg;

	if (!x->is_blocked)
		return;
	x->is_blocked = false;
	send_events(x);
}

static void
on_gone(void *arg)
{
	struct exchange *x = arg;

	x->place->stats->n_cut++;
	exchange_free(x);
}

static void
set_cut(struct exchange *x)
{
	const char *reset = step_text(x->step, "reset");

	x->cut_after = step_number(x->step, "after", 1);
	if (reset != NULL)
		x->cut = CUT_RESET;
	else if (step_is(x->step, "truncate"))
		x->cut = CUT_CLOSE;
	else if (step_has(x->step, "hangAfter"))
		x->cut = CUT_HANG;
	if (x->cut == CUT_HANG)
		x->cut_after = step_number(x->step, "hangAfter", 0);
	if (x->cut != CUT_NOT)
		x->reply.unsent_len = UNSENT_LEN;
}

/* The body that the step gives instead of ours, with none of our headers. */
static void
replace_body(struct reply *reply, struct json_object *step,
    const struct request *r)
{
	const char *text = step_text(step, "rawBody");
	const char *type = step_text(step, "contentType");

	if (text == NULL)
		text = step_text(step, "body");
	if (text == NULL)
		return;
	reply_reset(reply);
	evbuffer_add(reply->body, text, strlen(text));
	if (step_is(step, "echoKey"))
		evbuffer_add_printf(reply->body, " %s", request_credential(r));
	if (type != NULL)
		reply->content_type = type;
	else if (*text != '{' && *text != '[')
		reply->content_type = "text/plain";
}

static void
pad_body(struct evbuffer *body, struct json_object *step)
{
	size_t len = evbuffer_get_length(body);
	size_t wanted = (size_t)step_number(step, "bigBytes", 0);

	if (wanted < len)
		wanted = len;
	wanted += (size_t)step_number(step, "padBytes", 0);
	evbuffer_add_printf(body, "%*s", (int)(wanted - len), "");
}

static void
add_headers(struct reply *reply, struct json_object *step)
{
	struct json_object *headers;

	if (!json_object_object_get_ex(step, "headers", &headers))
		return;
	json_object_object_foreach(headers, name, value) {
		char lower[256];
		size_t i;

		for (i = 0; name[i] != '\0' && i + 1 < sizeof lower; i++)
			lower[i] = (char)tolower((unsigned char)name[i]);
		lower[i] = '\0';
		reply_set_header(reply, lower, json_object_get(value));
	}
}

static void
apply_step(struct reply *reply, struct json_object *step,
    const struct request *r)
{
	replace_body(reply, step, r);
	if (step_has(step, "status"))
		reply->status = (int)step_number(step, "status", 0);
	if (step_has(step, "redirect")) {
		reply_reset(reply);
		reply->status = 307;
		reply_set_header(reply, "location",
		    json_object_new_string(step_text(step, "redirect")));
	}
	if (step_is(step, "echoHeader"))
		reply_set_header(reply, "x-echo",
		    json_object_new_string(request_credential(r)));
	add_headers(reply, step);
	if (reply->next_event == NULL)
		pad_body(reply->body, step);
}

static void
answer(struct exchange *x)
{
	const struct mock_settings *settings = x->place->settings;
	const struct request *r = connection_request(x->connection);
	struct evbuffer *out;

	settings->compose(r, x->step, &x->reply, settings->arg);
	if (x->step != NULL)
		apply_step(&x->reply, x->step, r);
	set_cut(x);
	out = allocate_buffer();
	reply_write(&x->reply, r, out);
	connection_write(x->connection, out);
	evbuffer_free(out);
	if (x->reply.next_event != NULL)
		send_events(x);
	else if (x->cut != CUT_NOT)
		end_cut(x);
	else
		end_with(x, connection_finish);
}

static void
begin(struct exchange *x)
{
	const char *reset = step_text(x->step, "reset");

	if (step_is(x->step, "hang"))
		return;
	if (reset != NULL && strcmp(reset, "before") == 0)
		end_with(x, connection_reset);
	else
		answer(x);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct exchange *x = arg;

	(void)fd;
	(void)what;
	if (x->n_sent == 0)
		begin(x);
	else
		send_events(x);
}

void
exchange_start(const struct exchange_place *place, struct connection *c,
    struct json_object *step)
{
	struct exchange *x = allocate(sizeof *x);
	const struct connection_watch watch = {
		.on_room = on_room, .on_gone = on_gone, .arg = x
	};

	x->place = place;
	x->connection = c;
	x->step = step;
	x->timer = evtimer_new(place->base, on_timer, x);
	reply_init(&x->reply);
	place->stats->n_open++;
	connection_watch(c, &watch);
	if (step_number(step, "delayMs", 0) > 0)
		wait_ms(x, step_number(step, "delayMs", 0));
	else
		begin(x);
}
