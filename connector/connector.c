/* SPDX-License-Identifier: ISC */
#include "connector/connector.h"

#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/process/process.h"
#include "common/url.h"
#include "connector/caller.h"
#include "connector/resolver.h"

struct connector {
	struct resolver *resolver;
	struct caller *callers[CONNECTOR_CALLERS_MAX];
	size_t n_callers;
};

void *
connector_open(struct err *err)
{
	struct connector *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_set(err, ERR_NO_MEMORY, "connector");
		return NULL;
	}
	c->resolver = resolver_new(process_base(), err);
	if (c->resolver == NULL) {
		connector_close(c);
		return NULL;
	}
	return c;
}

void
connector_close(void *self)
{
	struct connector *c = self;

	for (size_t i = 0; i < c->n_callers; i++)
		caller_free(c->callers[i]);
	resolver_free(c->resolver);
	free(c);
}

bool
connector_warm(void *self, struct err *err)
{
	struct connector *c = self;

	(void)err;
	resolver_confined(c->resolver);
	return true;
}

static struct caller *
find(const struct connector *c, enum role role, uint32_t number)
{
	for (size_t i = 0; i < c->n_callers; i++)
		if (caller_is(c->callers[i], role, number))
			return c->callers[i];
	return NULL;
}

static struct caller *
add(struct connector *c, enum role role, uint32_t number, struct err *err)
{
	struct caller *caller;

	if (c->n_callers == CONNECTOR_CALLERS_MAX) {
		err_set(err, ERR_OVERLOADED, "callers");
		return NULL;
	}
	caller = caller_new(c->resolver, role, number, err);
	if (caller != NULL)
		c->callers[c->n_callers++] = caller;
	return caller;
}

static void
drop(struct connector *c, size_t i)
{
	caller_free(c->callers[i]);
	c->callers[i] = c->callers[--c->n_callers];
}

/* A new broker names its endpoints anew; those in use stay. */
static void
forget_unused(struct connector *c)
{
	for (size_t i = c->n_callers; i-- > 0;)
		if (caller_channel(c->callers[i]) == NULL)
			drop(c, i);
}

static bool
adopt_caller(struct connector *c, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	enum role role = (enum role)hand->role;
	struct caller *caller = find(c, role, hand->number);
	struct channel *channel;
	int looked_at = *fd;

	if (caller != NULL && caller_channel(caller) != NULL) {
		caller_retire(caller);
		caller = NULL;
	}
	if (caller == NULL)
		caller = add(c, role, hand->number, err);
	if (caller == NULL)
		return false;
	channel = process_adopt_channel(hand, fd, err);
	if (channel == NULL)
		return false;
	channel_set_data(channel, caller);
	caller_set_channel(caller, channel, looked_at);
	return true;
}

bool
connector_adopt(void *self, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct connector *c = self;

	if (hand->kind != HAND_CHANNEL)
		return err_set(err, ERR_IPC_BROKEN, "hand %u", hand->kind);
	if (hand->role == EGRESS || hand->role == SYNCER)
		return adopt_caller(c, hand, fd, err);
	if (hand->role != BROKER)
		return err_set(err, ERR_IPC_BROKEN, "channel to role %u",
		    hand->role);
	forget_unused(c);
	return process_adopt_channel(hand, fd, err) != NULL;
}

void
connector_closed(struct channel *channel, void *self)
{
	struct connector *c = self;
	const struct caller *caller = channel_data(channel);

	/* Its endpoint goes too: the next of this number starts with none. */
	for (size_t i = 0; caller != NULL && i < c->n_callers; i++)
		if (c->callers[i] == caller) {
			drop(c, i);
			return;
		}
}

static bool
set_endpoint(struct connector *c, const struct ipc_message *msg,
    struct err *err)
{
	const struct ipc_endpoint *e = msg->body;
	enum role role = (enum role)e->role;
	char host[URL_HOST_MAX] = "";
	const uint8_t *text;
	struct caller *caller;
	size_t at = 0;

	if ((role != EGRESS && role != SYNCER) || e->port == 0 ||
	    e->port > UINT16_MAX || msg->tail_len == 0 ||
	    msg->tail_len >= sizeof host)
		return err_set(err, ERR_IPC_BROKEN, "ENDPOINT");
	text = ipc_take(msg, &at, msg->tail_len, IPC_TEXT, err);
	if (text == NULL)
		return false;
	memcpy(host, text, msg->tail_len);
	caller = find(c, role, e->number);
	/* Meant for its successor, whose channel is still on the way. */
	if (caller != NULL && caller_is_gone(caller)) {
		caller_retire(caller);
		caller = NULL;
	}
	if (caller == NULL)
		caller = add(c, role, e->number, err);
	if (caller == NULL)
		return false;
	caller_set_endpoint(caller, host, (uint16_t)e->port);
	return true;
}

void
on_endpoint(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	struct err err;

	(void)channel;
	if (!set_endpoint(self, msg, &err))
		log_err("connector", &err);
}

void
on_connect(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_connect *ask = msg->body;

	(void)self;
	caller_connect(channel_data(channel), ask->serial);
}
