/* SPDX-License-Identifier: ISC */
#include "egress/deliveries.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"
#include "egress/delivery.h"
#include "egress/provision.h"

#define POOL_MAX 32		/* kept, with their libcurl handles */

void
delivery_retire(struct delivery *d)
{
	struct deliveries *all = d->all;

	if (d->is_dirty)
		TAILQ_REMOVE(&all->dirty, d, next_dirty);
	d->is_dirty = false;
	TAILQ_REMOVE(&all->in_flight, d, next);
	if (all->n_pool < POOL_MAX) {
		TAILQ_INSERT_HEAD(&all->pool, d, next);
		all->n_pool++;
	} else
		delivery_free(d);
	if (--all->n_in_flight == 0)
		all->hooks.idle(all->hooks.arg);
}

void
deliveries_write(struct deliveries *all)
{
	struct delivery *d;

	while ((d = TAILQ_FIRST(&all->dirty)) != NULL) {
		TAILQ_REMOVE(&all->dirty, d, next_dirty);
		d->is_dirty = false;
		delivery_write(d);
	}
}

static struct delivery *
take(struct deliveries *all, struct err *err)
{
	struct delivery *d = TAILQ_FIRST(&all->pool);

	if (all->n_in_flight >= DELIVERIES_MAX) {
		err_set(err, ERR_OVERLOADED, "%zu requests for this credential",
		    all->n_in_flight);
		return NULL;
	}
	if (d == NULL)
		d = delivery_new(all, err);
	else {
		TAILQ_REMOVE(&all->pool, d, next);
		all->n_pool--;
	}
	if (d == NULL)
		return NULL;
	TAILQ_INSERT_TAIL(&all->in_flight, d, next);
	all->n_in_flight++;
	return d;
}

/* Target and header lines, in one piece of memory. */
static bool
copy_texts(struct delivery *d, const struct delivery_order *order,
    struct err *err)
{
	const struct ipc_request *q = order->request;
	const char *base = d->all->provision->pin.path;
	size_t base_len = strlen(base);
	size_t target_len = base_len + q->path_len;

	d->target = malloc(target_len + 1 + q->headers_len);
	if (d->target == NULL)
		return err_set(err, ERR_OVERLOADED, "memory for a request");
	memcpy(d->target, base, base_len);
	memcpy(d->target + base_len, order->path, q->path_len);
	d->target[target_len] = '\0';
	d->lines = d->target + target_len + 1;
	d->lines_len = q->headers_len;
	memcpy(d->lines, order->headers, d->lines_len);
	return true;
}

static bool
check(struct delivery *d, const struct delivery_order *order, struct err *err)
{
	bool is_bodyless;

	if (!request_head_check_method(d->method, err) ||
	    !request_head_check_path(order->path, order->request->path_len,
	    err) || !copy_texts(d, order, err) ||
	    !request_head_read(&d->head, d->lines, d->lines_len,
	    d->all->provision->header, err))
		return false;
	is_bodyless = strcmp(d->method, "GET") == 0 ||
	    strcmp(d->method, "HEAD") == 0;
	return !is_bodyless || d->body.len == 0 ||
	    err_set(err, ERR_INVALID_REQUEST, "%s with a body", d->method);
}

void
deliveries_start(struct deliveries *all, const struct delivery_order *order)
{
	struct err err;
	struct delivery *d = take(all, &err);

	if (d == NULL) {
		struct ipc_outcome outcome = { .code = err.code,
		    .request = order->request->ticket.request,
		    .sequence = order->request->ticket.sequence };

		deliveries_refuse(order->pair, &err);
		all->hooks.ended(&outcome, all->hooks.arg);
		return;
	}
	delivery_open(d, order);
	if (check(d, order, &err))
		delivery_begin(d);
	else
		delivery_finish(d, &err);
	deliveries_write(all);
}

void
deliveries_refuse(int pair, const struct err *err)
{
	struct outlet outlet = { .fd = pair };
	struct framing answer = { .outlet = &outlet };
	enum err_code code;

	framing_finish(&answer, err,
	    FRAME_BEFORE_ANY_BYTE | FRAME_NOTHING_SENT, &code);
	outlet_write(&outlet);
	outlet_reset(&outlet);
	close(pair);
}

void
deliveries_end_all(struct deliveries *all, const struct err *err)
{
	struct delivery *d, *next;

	for (d = TAILQ_FIRST(&all->in_flight); d != NULL; d = next) {
		next = TAILQ_NEXT(d, next);
		if (d->stage != DRAINING)
			delivery_finish(d, err);
	}
	deliveries_write(all);
}

size_t
deliveries_n(const struct deliveries *all)
{
	return all->n_in_flight;
}

struct deliveries *
deliveries_new(struct event_base *base, struct upstream *upstream,
    const struct provision *provision, const struct deliveries_hooks *hooks,
    struct err *err)
{
	struct deliveries *all = calloc(1, sizeof *all);

	if (all == NULL) {
		err_set(err, ERR_NO_MEMORY, "requests");
		return NULL;
	}
	*all = (struct deliveries) { .base = base, .upstream = upstream,
	    .provision = provision, .hooks = *hooks };
	TAILQ_INIT(&all->in_flight);
	TAILQ_INIT(&all->pool);
	TAILQ_INIT(&all->dirty);
	return all;
}

void
deliveries_free(struct deliveries *all)
{
	struct delivery *d;

	if (all == NULL)
		return;
	while ((d = TAILQ_FIRST(&all->in_flight)) != NULL)
		delivery_cancel(d);
	while ((d = TAILQ_FIRST(&all->pool)) != NULL) {
		TAILQ_REMOVE(&all->pool, d, next);
		delivery_free(d);
	}
	free(all);
}
