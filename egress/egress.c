/* SPDX-License-Identifier: ISC */
#include "egress/egress.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/crypto/digest.h"
#include "common/crypto/ticket.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/process/process.h"
#include "common/scoped.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/upstream/dry_run.h"
#include "common/upstream/roots.h"
#include "common/upstream/upstream.h"
#include "egress/deliveries.h"
#include "egress/provision.h"

#define PROXIES_MAX 64		/* channels of workers, old ones included */

struct egress {
	struct channel *broker, *connector;
	struct channel *proxies[PROXIES_MAX];
	size_t n_proxies;
	struct x509_store_st *roots;
	struct upstream *upstream;
	struct deliveries *deliveries;
	struct provision provision;
	struct ticket_history history;
	struct event *grace;
	bool is_provisioned, is_ending;
};

static void
on_settled(void *self)
{
	struct egress *e = self;

	deliveries_write(e->deliveries);
}

/* For the closing audit record; without a broker there is nobody to tell. */
static void
on_request_ended(const struct ipc_outcome *outcome, void *self)
{
	struct egress *e = self;

	if (e->broker != NULL)
		channel_send_body(e->broker, IPC_OUTCOME, outcome);
}

static void
end_when_idle(struct egress *e)
{
	if (e->is_ending && deliveries_n(e->deliveries) == 0)
		process_end(EX_OK);
}

static void
on_idle(void *self)
{
	end_when_idle(self);
}

static void
on_grace_over(evutil_socket_t fd, short what, void *self)
{
	struct egress *e = self;
	struct err err;

	(void)fd;
	(void)what;
	err_set(&err, ERR_EGRESS_UNAVAILABLE, "it was stopped");
	deliveries_end_all(e->deliveries, &err);
	process_end(EX_OK);
}

static bool
make_parts(struct egress *e, struct err *err)
{
	const struct deliveries_hooks hooks = { on_request_ended, on_idle, e };

	e->grace = evtimer_new(process_base(), on_grace_over, e);
	if (e->grace == NULL)
		return err_set(err, ERR_NO_MEMORY, "egress");
	if (!digest_open(err))
		return false;
	e->upstream = upstream_open(process_base(), on_settled, e, err);
	if (e->upstream == NULL)
		return false;
	e->deliveries = deliveries_new(process_base(), e->upstream,
	    &e->provision, &hooks, err);
	return e->deliveries != NULL;
}

void *
egress_open(struct err *err)
{
	struct egress *e = calloc(1, sizeof *e);

	if (e == NULL) {
		err_set(err, ERR_NO_MEMORY, "egress");
		return NULL;
	}
	if (make_parts(e, err))
		return e;
	egress_close(e);
	return NULL;
}

void
egress_close(void *self)
{
	struct egress *e = self;

	deliveries_free(e->deliveries);
	upstream_close(e->upstream);
	roots_free(e->roots);
	provision_free(&e->provision);
	if (e->grace != NULL)
		event_free(e->grace);
	free(e);
}

bool
egress_warm(void *self, struct err *err)
{
	(void)self;
	return dry_run(err);
}

/*
 * Without roots no certificate will be accepted: that error names ca_file.  What
 * another one may be able to read is left to it.
 */
static bool
adopt_roots(struct egress *e, int fd, struct err *err)
{
	roots_free(e->roots);
	e->roots = roots_load(fd, err);
	if (e->roots != NULL)
		return true;
	if (err->code == ERR_NO_MEMORY || (err->os != 0 && err->os != EISDIR))
		return false;
	log_err("egress", err);
	return true;
}

static bool
adopt_proxy(struct egress *e, struct channel *channel, struct err *err)
{
	if (e->n_proxies == PROXIES_MAX) {
		channel_free(channel);
		return err_set(err, ERR_OVERLOADED, "channels to proxies");
	}
	e->proxies[e->n_proxies++] = channel;
	if (!e->is_provisioned)
		channel_permit_nothing(channel);
	return true;
}

static bool
adopt_channel(struct egress *e, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct channel *channel;

	if (hand->role != BROKER && hand->role != PROXY &&
	    hand->role != CONNECTOR)
		return err_set(err, ERR_IPC_BROKEN, "channel to role %u",
		    hand->role);
	/* A second broker could bring a second credential. */
	if (hand->role == BROKER && (e->broker != NULL || e->is_provisioned))
		return err_set(err, ERR_IPC_BROKEN, "second broker");
	channel = process_adopt_channel(hand, fd, err);
	if (channel == NULL)
		return false;
	if (hand->role == PROXY)
		return adopt_proxy(e, channel, err);
	if (hand->role == BROKER) {
		e->broker = channel;
		channel_permit_nothing(channel);
		channel_permit(channel, IPC_PROVISION);
		return true;
	}
	e->connector = channel;
	upstream_set_connector(e->upstream, channel);
	return true;
}

bool
egress_adopt(void *self, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct egress *e = self;

	if (hand->kind == HAND_CHANNEL)
		return adopt_channel(e, hand, fd, err);
	if (hand->kind != HAND_CA_BUNDLE || e->is_provisioned)
		return err_set(err, ERR_IPC_BROKEN, "hand %u", hand->kind);
	return adopt_roots(e, *fd, err);
}

/* No new requests; those in flight are finished. */
static void
begin_to_end(struct egress *e)
{
	e->is_ending = true;
	end_when_idle(e);
}

void
egress_stop(void *self, uint32_t grace_ms)
{
	struct timeval grace = { (time_t)(grace_ms / 1000),
	    (suseconds_t)(grace_ms % 1000 * 1000) };
	struct egress *e = self;

	event_add(e->grace, &grace);
	begin_to_end(e);
}

void
egress_closed(struct channel *channel, void *self)
{
	struct egress *e = self;

	if (channel == e->connector) {
		e->connector = NULL;
		upstream_set_connector(e->upstream, NULL);
	}
	for (size_t i = e->n_proxies; i-- > 0;)
		if (e->proxies[i] == channel)
			e->proxies[i] = e->proxies[--e->n_proxies];
	/* I4: without a broker there are no grants, and no records. */
	if (channel == e->broker) {
		e->broker = NULL;
		begin_to_end(e);
	}
}

void
on_provision(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	struct egress *e = self;
	struct err err;

	/* I3: one key, for good. */
	channel_forbid(channel, IPC_PROVISION);
	if (!provision_read(&e->provision, msg, &err)) {
		log_err("egress", &err);
		process_end(err_exit_status(err.code));
		return;
	}
	upstream_set_url(e->upstream, &e->provision.pin, e->roots,
	    process_settings()->connect_timeout_ms);
	e->is_provisioned = true;
	for (size_t i = 0; i < e->n_proxies; i++)
		channel_permit(e->proxies[i], IPC_REQUEST);
	log_info("egress %u: ready for %s", e->provision.number,
	    e->provision.pin.text);
	process_ready();
}

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Path and headers fill the tail exactly, and the ticket is for them. */
static bool
is_granted(struct egress *e, const struct ipc_message *msg, struct err *err)
{
	const struct ipc_request *q = msg->body;

	if (q->path_len > msg->tail_len ||
	    q->headers_len != msg->tail_len - q->path_len)
		return err_set(err, ERR_IPC_BROKEN, "REQUEST: tail");
	return ticket_accept(&e->history, q,
	    secret_peek(e->provision.mac_key), e->provision.number,
	    (const char *)msg->tail, now_ms(), err);
}

void
on_request(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_request *q = msg->body;
	struct egress *e = self;
	struct delivery_order order = { .request = q,
	    .path = (const char *)msg->tail,
	    .headers = (const char *)msg->tail + q->path_len };
	struct err err;

	if (e->is_ending) {
		err_set(&err, ERR_EGRESS_UNAVAILABLE, "it is ending");
		deliveries_refuse(take_fd(msg->fd), &err);
		return;
	}
	/* I4: no request without a fresh grant, whoever asks. */
	if (!is_granted(e, msg, &err)) {
		log_warning("egress %u: refused REQUEST of proxy %u: %s",
		    e->provision.number, channel_number(channel), err.about);
		deliveries_refuse(take_fd(msg->fd), &err);
		return;
	}
	order.pair = take_fd(msg->fd);
	deliveries_start(e->deliveries, &order);
}

void
on_connected(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	struct egress *e = self;

	/* One that has been replaced has nothing to say. */
	if (channel == e->connector)
		upstream_connected(e->upstream, take_fd(msg->fd));
}

void
on_not_connected(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_not_connected *no = msg->body;
	struct egress *e = self;
	struct err err, bad;
	size_t at = 0;
	const uint8_t *about = ipc_take(msg, &at, msg->tail_len, IPC_TEXT,
	    &bad);

	if (channel != e->connector)
		return;
	err_set(&err, err_code_from_wire(no->code), "%.*s",
	    about != NULL ? (int)msg->tail_len : 0, (const char *)about);
	err.os = (int)no->os;
	upstream_not_connected(e->upstream, &err);
}
