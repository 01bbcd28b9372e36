/* SPDX-License-Identifier: ISC */
#include "tests/bench/visitor.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

#include "tests/bench/canned.h"
#include "tests/bench/nanoseconds.h"
#include "tests/bench/wire.h"

#define HEAD_MAX 8192			/* bytes of a request's head */
#define READ_MAX 65536

enum visitor_state { VISITOR_HEAD, VISITOR_BODY, VISITOR_STREAMING };

struct visitor {
	struct wire wire;
	struct visitors *all;
	enum visitor_state state;
	char head[HEAD_MAX], wish[VISITOR_WISH_MAX + 1];
	size_t head_len, wish_len;
	uint64_t body_left;

	TAILQ_ENTRY(visitor) next;
	bool is_queued;			/* in all->streams */
	uint64_t due_ns, delay_ns, events_left;
};

static void
visitor_free(struct visitor *v)
{
	if (v->is_queued)
		TAILQ_REMOVE(&v->all->streams, v, next);
	if (v->state == VISITOR_STREAMING)
		v->all->open_streams--;
	wire_close(&v->wire);
	free(v);
}

/* Streams of one kind come in order: the search from the end is short. */
static void
enqueue(struct visitor *v)
{
	struct visitor *before;

	TAILQ_FOREACH_REVERSE(before, &v->all->streams, visitor_queue, next)
		if (before->due_ns <= v->due_ns)
			break;
	if (before != NULL)
		TAILQ_INSERT_AFTER(&v->all->streams, before, v, next);
	else
		TAILQ_INSERT_HEAD(&v->all->streams, v, next);
	v->is_queued = true;
}

static void
dequeue(struct visitor *v)
{
	TAILQ_REMOVE(&v->all->streams, v, next);
	v->is_queued = false;
}

/* The value after 'name' in 'text', or NULL. */
static const char *
value_of(const char *text, const char *name)
{
	const char *at = strcasestr(text, name);

	if (at == NULL)
		return NULL;
	at += strlen(name);
	return at + strspn(at, " \t");
}

static uint64_t
number_of(const char *text, const char *name, uint64_t otherwise)
{
	const char *value = value_of(text, name);

	return value != NULL ? strtoull(value, NULL, 10) : otherwise;
}

static bool
key_is_right(const struct visitor *v)
{
	const char *value = value_of(v->head, "\r\nauthorization:");
	size_t len = strlen(v->all->key);

	return value != NULL && strncasecmp(value, "bearer ", 7) == 0 &&
	    strncmp(value + 7, v->all->key, len) == 0 && value[7 + len] == '\r';
}

static void
say(struct visitor *v, struct canned text)
{
	wire_say(&v->wire, text.bytes, text.len);
}

static void
say_counts(struct visitor *v)
{
	char text[128], answer[256];
	int len = snprintf(text, sizeof text,
	    "requests=%ju wrong_keys=%ju open_streams=%ju\n",
	    (uintmax_t)v->all->requests, (uintmax_t)v->all->wrong_keys,
	    (uintmax_t)v->all->open_streams);
	int whole = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\n"
	    "Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", len,
	    text);

	wire_say(&v->wire, answer, (size_t)whole);
}

static void
start_stream(struct visitor *v)
{
	v->state = VISITOR_STREAMING;
	v->all->open_streams++;
	v->events_left = number_of(v->wish, "\"events\":\"", VISITOR_EVENTS);
	v->delay_ns = number_of(v->wish, "\"delay_us\":\"", 0) * NS_PER_US;
	v->due_ns = nanoseconds_now();
	say(v, canned_stream_head());
	enqueue(v);
}

static bool
answer(struct visitor *v)
{
	v->state = VISITOR_HEAD;
	v->wish[v->wish_len] = '\0';
	if (strncmp(v->head, "GET /stats ", 11) == 0) {
		say_counts(v);
	} else if (v->all->requests++, !key_is_right(v)) {
		v->all->wrong_keys++;
		say(v, canned_refusal());
	} else if (strstr(v->wish, "\"stream\":true") != NULL) {
		start_stream(v);
	} else {
		say(v, canned_plain());
	}
	v->head_len = v->wish_len = 0;
	return wire_flush(&v->wire);
}

/* How many of 'n' bytes belong to the head; 0 when it is none of ours. */
static size_t
take_head(struct visitor *v, const char *from, size_t n)
{
	size_t before = v->head_len, room = HEAD_MAX - 1 - before;
	size_t seen = before > 3 ? before - 3 : 0;
	const char *end;

	if (n > room)
		n = room;
	memcpy(v->head + before, from, n);
	v->head_len += n;
	v->head[v->head_len] = '\0';
	end = strstr(v->head + seen, "\r\n\r\n");
	if (end == NULL)
		return n;
	v->head_len = (size_t)(end - v->head) + 4;
	v->head[v->head_len - 2] = '\0';
	if (value_of(v->head, "\r\ntransfer-encoding:") != NULL)
		return 0;
	v->body_left = number_of(v->head, "\r\ncontent-length:", 0);
	v->state = VISITOR_BODY;
	return v->head_len - before;
}

static size_t
take_body(struct visitor *v, const char *from, size_t n)
{
	size_t wanted = VISITOR_WISH_MAX - v->wish_len;

	if (n > v->body_left)
		n = (size_t)v->body_left;
	if (wanted > n)
		wanted = n;
	memcpy(v->wish + v->wish_len, from, wanted);
	v->wish_len += wanted;
	v->body_left -= n;
	return n;
}

/* Bytes before their turn end the connection: no client of ours sends them. */
static bool
take(struct visitor *v, const char *from, size_t n)
{
	while (n > 0) {
		size_t used = 0;

		if (v->state == VISITOR_BODY)
			used = take_body(v, from, n);
		else if (v->state == VISITOR_HEAD && wire_is_clear(&v->wire))
			used = take_head(v, from, n);
		if (used == 0)
			return false;
		from += used;
		n -= used;
		if (v->state == VISITOR_BODY && v->body_left == 0 && !answer(v))
			return false;
	}
	return true;
}

static bool
read_on(struct visitor *v)
{
	static char bytes[READ_MAX];

	do {
		ssize_t n = wire_read(&v->wire, bytes, sizeof bytes);

		if (n <= 0)
			return n == 0;
		if (!take(v, bytes, (size_t)n))
			return false;
	} while (wire_has_more(&v->wire));
	return true;
}

/* A stream that had to wait for room takes its place in the queue again. */
static bool
write_on(struct visitor *v)
{
	if (!wire_flush(&v->wire))
		return false;
	if (v->state == VISITOR_STREAMING && !v->is_queued &&
	    wire_is_clear(&v->wire))
		enqueue(v);
	return true;
}

static bool
step(struct visitor *v, uint32_t events)
{
	if (!v->wire.is_open && !wire_shake(&v->wire))
		return false;
	if (!v->wire.is_open)
		return true;
	if ((events & EPOLLOUT) != 0 && !write_on(v))
		return false;
	return (events & ~(uint32_t)EPOLLOUT) == 0 || read_on(v);
}

void
on_visitor(struct visitor *v, uint32_t events)
{
	if (!step(v, events))
		visitor_free(v);
}

static void
say_event(struct visitor *v, uint64_t now_ns)
{
	char event[CANNED_MAX];
	uint64_t next_ns = v->due_ns + v->delay_ns;

	wire_say(&v->wire, event, canned_event(event, nanoseconds_now()));
	v->due_ns = next_ns > now_ns ? next_ns : now_ns;
	if (v->events_left > 1) {
		v->events_left--;
		return;
	}
	say(v, canned_stream_end());
	v->state = VISITOR_HEAD;
	v->all->open_streams--;
}

uint64_t
visitors_run(struct visitors *all, uint64_t now_ns)
{
	struct visitor *last = TAILQ_LAST(&all->streams, visitor_queue);
	bool more = last != NULL;

	while (more && TAILQ_FIRST(&all->streams)->due_ns <= now_ns) {
		struct visitor *v = TAILQ_FIRST(&all->streams);

		more = v != last;
		dequeue(v);
		if (wire_is_clear(&v->wire))
			say_event(v, now_ns);
		if (!write_on(v))
			visitor_free(v);
	}
	return TAILQ_EMPTY(&all->streams) ? UINT64_MAX :
	    TAILQ_FIRST(&all->streams)->due_ns;
}

void
visitor_open(struct visitors *all, int fd, SSL_CTX *tls)
{
	struct visitor *v = calloc(1, sizeof *v);

	if (v == NULL)
		abort();
	v->all = all;
	v->state = VISITOR_HEAD;
	v->wire.owner = v;
	v->wire.epoll = all->epoll;
	wire_open(&v->wire, fd, tls);
	wire_watch(&v->wire);
}
