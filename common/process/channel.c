/* SPDX-License-Identifier: ISC */
#include "common/process/channel.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/scoped.h"
#include "common/secret.h"

/* A packet that waits: body and tail stand in 'bytes'. */
struct waiting {
	STAILQ_ENTRY(waiting) next;
	struct ipc_outgoing out;
	size_t len;
	uint8_t bytes[];
};

/* A peer that is DEAF takes nothing any more; what it had said still counts. */
enum state { OPEN, DEAF, ENDING };

struct channel {
	const struct dispatcher *d;
	int fd;
	enum role peer;
	uint32_t number;
	void *data;
	struct event *readable, *writable, *end;
	uint64_t permitted[2];
	STAILQ_HEAD(, waiting) queue;
	size_t n_waiting;
	enum state state;
	bool in_handler, is_unwanted;
	struct channel_caller caller;
};

static const struct channel_caller nobody = { .uid = IPC_UID_UNKNOWN };
static struct channel_caller caller_now = { .uid = IPC_UID_UNKNOWN };

static void
waiting_free(struct waiting *w)
{
	if (w->out.fd != -1)
		close(w->out.fd);
	secret_wipe(w->bytes, w->len);
	free(w);
}

static void
destroy(struct channel *c)
{
	struct waiting *w;

	while ((w = STAILQ_FIRST(&c->queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&c->queue, next);
		waiting_free(w);
	}
	if (c->readable != NULL)
		event_free(c->readable);
	if (c->writable != NULL)
		event_free(c->writable);
	if (c->end != NULL)
		event_free(c->end);
	close(c->fd);
	free(c);
}

/* The end comes from the event loop, so that no caller sees it disappear. */
static void
end_soon(struct channel *c)
{
	struct timeval now = { 0, 0 };

	if (c->state == ENDING)
		return;
	c->state = ENDING;
	event_del(c->readable);
	event_del(c->writable);
	event_add(c->end, &now);
}

/* The peer takes nothing any more: the end, after what it said before. */
static void
end_after_reading(struct channel *c)
{
	struct timeval now = { 0, 0 };

	if (c->state != OPEN)
		return;
	c->state = DEAF;
	event_del(c->writable);
	event_add(c->end, &now);
}

/* Not understood, but seen: of every version the first word is its number. */
static void
tell_version(struct channel *c, const struct err *err)
{
	log_err(role_name(c->d->role), err);
	channel_send_done(c, err, 0, "");
	end_soon(c);
}

static void
on_broken(struct channel *c, const struct err *err)
{
	if (c->peer == CLI && err->code == ERR_OTHER_VERSION) {
		tell_version(c, err);
		return;
	}
	log_warning("%s: %s %u broke the rules: %s", role_name(c->d->role),
	    role_name(c->peer), c->number, err->about);
	if (c->peer != CLI && c->d->suspect != NULL)
		c->d->suspect(c, c->d->self);
	end_soon(c);
}

static bool
is_permitted(const struct channel *c, enum ipc_type type)
{
	return (c->permitted[type / 64] >> (type % 64) & 1) != 0;
}

/* One packet; false when there is none, or the channel has ended. */
static bool
receive_one(struct channel *c)
{
	/* One for all: handlers do not nest.  Locked, for keys pass through. */
	static struct ipc_packet packet;
	static bool is_locked;
	struct ipc_message msg;
	struct err err = { 0 };
	enum ipc_received got;

	if (!is_locked && !secret_lock_pages(&packet, sizeof packet, &err))
		log_err("channel", &err);
	is_locked = true;
	got = ipc_receive(c->fd, &packet, &err);
	if (got == IPC_NOTHING_YET)
		return false;
	if (got == IPC_CLOSED) {
		end_soon(c);
		return false;
	}
	if (got == IPC_FAILED && err.code == ERR_OVERLOADED) {
		/*
		 * Not the peer's fault: what hung on it ends by itself.  But
		 * what the supervisor hands comes once: our successor gets it.
		 */
		log_err(role_name(c->d->role), &err);
		if (c->peer == SUPERVISOR)
			end_soon(c);
		return c->peer != SUPERVISOR;
	}
	if (got == IPC_FAILED ||
	    !ipc_check(&msg, &packet, c->peer, c->d->role, &err)) {
		ipc_packet_release(&packet, SECRET);
		on_broken(c, &err);
		return false;
	}
	if (!is_permitted(c, msg.type) || c->d->handlers[msg.type] == NULL) {
		err_set(&err, ERR_IPC_BROKEN, "%s: out of order",
		    ipc_declarations[msg.type].name);
		ipc_packet_release(&packet, SECRET);
		on_broken(c, &err);
		return false;
	}
	c->in_handler = true;
	caller_now = c->caller;
	c->d->handlers[msg.type](c, &msg, c->d->self);
	caller_now = nobody;
	c->in_handler = false;
	ipc_packet_release(&packet, ipc_declarations[msg.type].secrecy);
	return c->state != ENDING && !c->is_unwanted;
}

/* A burst is taken in one go, but others get their turn after this many. */
#define PACKETS_PER_TURN 32

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;

	(void)fd;
	(void)what;
	for (int i = 0; i < PACKETS_PER_TURN && receive_one(c); i++)
		;
	if (c->is_unwanted)
		destroy(c);
}

void
channel_read_rest(struct channel *c)
{
	for (int i = 0; i < 2 * PACKETS_PER_TURN && c->state != ENDING &&
	    receive_one(c); i++)
		;
}

static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;

	(void)fd;
	(void)what;
	channel_read_rest(c);
	c->in_handler = true;
	if (c->d->closed != NULL && !c->is_unwanted)
		c->d->closed(c, c->d->self);
	destroy(c);
}

/* Sends what waits; true when nothing waits any more. */
static bool
flush(struct channel *c)
{
	struct waiting *w;
	struct err err;

	while ((w = STAILQ_FIRST(&c->queue)) != NULL) {
		if (!ipc_send(c->fd, &w->out, &err)) {
			if (!ipc_may_be_sent_later(&err))
				end_after_reading(c);
			return false;
		}
		STAILQ_REMOVE_HEAD(&c->queue, next);
		c->n_waiting--;
		waiting_free(w);
	}
	return true;
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;

	(void)fd;
	(void)what;
	if (flush(c))
		event_del(c->writable);
}

struct channel *
channel_new(const struct dispatcher *d, int fd, enum role peer,
    uint32_t number, struct err *err)
{
	struct channel *c = calloc(1, sizeof *c);

	if (c == NULL) {
		close(fd);
		err_set(err, ERR_NO_MEMORY, "channel");
		return NULL;
	}
	*c = (struct channel) { .d = d, .fd = fd, .peer = peer,
	    .number = number, .permitted = { UINT64_MAX, UINT64_MAX },
	    .caller = nobody };
	STAILQ_INIT(&c->queue);
	c->readable = event_new(d->base, fd, EV_READ | EV_PERSIST,
	    on_readable, c);
	c->writable = event_new(d->base, fd, EV_WRITE | EV_PERSIST,
	    on_writable, c);
	c->end = evtimer_new(d->base, on_end, c);
	if (c->readable == NULL || c->writable == NULL || c->end == NULL ||
	    event_add(c->readable, NULL) == -1) {	/* waits for messages */
		err_set(err, ERR_NO_MEMORY, "channel");
		destroy(c);
		return NULL;
	}
	return c;
}

void
channel_free(struct channel *c)
{
	if (c == NULL)
		return;
	if (c->in_handler) {
		c->is_unwanted = true;
		return;
	}
	destroy(c);
}

enum role
channel_peer(const struct channel *c)
{
	return c->peer;
}

uint32_t
channel_number(const struct channel *c)
{
	return c->number;
}

void *
channel_data(const struct channel *c)
{
	return c->data;
}

void
channel_set_data(struct channel *c, void *data)
{
	c->data = data;
}

void
channel_set_caller(struct channel *c, const struct channel_caller *caller)
{
	c->caller = *caller;
}

struct channel_caller
channel_caller_now(void)
{
	return caller_now;
}

void
channel_permit_nothing(struct channel *c)
{
	c->permitted[0] = c->permitted[1] = 0;
}

void
channel_permit(struct channel *c, enum ipc_type type)
{
	c->permitted[type / 64] |= UINT64_C(1) << (type % 64);
}

void
channel_forbid(struct channel *c, enum ipc_type type)
{
	c->permitted[type / 64] &= ~(UINT64_C(1) << (type % 64));
}

static bool
enqueue(struct channel *c, const struct ipc_outgoing *out)
{
	size_t body_len = ipc_declarations[out->type].body_size;
	size_t len = body_len + out->tail_len;
	struct waiting *w;

	if (c->n_waiting >= CHANNEL_QUEUE_MAX ||
	    (w = calloc(1, sizeof *w + len)) == NULL) {
		if (out->fd != -1)
			close(out->fd);
		end_soon(c);
		return false;
	}
	w->len = len;
	if (out->body != NULL)
		memcpy(w->bytes, out->body, body_len);
	if (out->tail_len > 0)
		memcpy(w->bytes + body_len, out->tail, out->tail_len);
	w->out = *out;
	w->out.body = w->bytes;
	w->out.tail = w->bytes + body_len;
	STAILQ_INSERT_TAIL(&c->queue, w, next);
	c->n_waiting++;
	/* The queue's limit bounds the wait. */
	if (event_add(c->writable, NULL) == 0)
		return true;
	end_soon(c);
	return false;
}

bool
channel_send(struct channel *c, const struct ipc_outgoing *out)
{
	int fd = out->fd;
	struct err err;

	assert(out->tail_len <= ipc_declarations[out->type].tail_max);
	if (c->state != OPEN) {
		if (fd != -1)
			close(fd);
		return false;
	}
	if (!STAILQ_EMPTY(&c->queue))
		return enqueue(c, out);
	if (ipc_send(c->fd, out, &err)) {
		if (fd != -1)
			close(fd);
		return true;
	}
	if (ipc_may_be_sent_later(&err))
		return enqueue(c, out);
	if (fd != -1)
		close(fd);
	end_after_reading(c);
	return false;
}

bool
channel_send_body(struct channel *c, enum ipc_type type, const void *body)
{
	return channel_send(c, &(struct ipc_outgoing) { .type = type,
	    .body = body, .fd = -1 });
}

void
channel_send_done(struct channel *c, const struct err *err, uint64_t value,
    const char *text)
{
	struct ipc_done done = { .code = err->code, .os = (uint32_t)err->os,
	    .value = value };
	const char *tail = err->code != ERR_NONE ? err->about : text;

	channel_send(c, &(struct ipc_outgoing) { .type = IPC_DONE,
	    .body = &done, .tail = tail, .tail_len = strlen(tail), .fd = -1 });
}
