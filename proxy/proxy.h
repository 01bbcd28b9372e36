/* SPDX-License-Identifier: ISC */
/*
 * proxy: what the parts of this process share.
 *
 * This address space is the one that agents and the cloud's metadata reach.  It
 * holds no key, cannot connect anywhere, and nobody believes what it says: the
 * broker decides on every grant, the egress on every request.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/process/process.h"
#include "common/settings.h"
#include "proxy/agent_token.h"
#include "proxy/base_url.h"
#include "proxy/central_check.h"
#include "proxy/egress_link.h"
#include "proxy/health.h"
#include "proxy/inflight.h"
#include "proxy/metrics.h"
#include "proxy/returned_grants.h"

#define FREE_MEMORY_MAX (16 << 20)	/* bytes kept for the next body */

struct agent_connections;
struct broker_link;
struct commands;
struct evbuffer;
struct http_front;
struct request;
struct routing_files;
struct run_log;
struct run_meter;

struct proxy {
	struct event_base *base;	/* borrowed from the process */
	struct settings settings;
	struct agent_connections *connections;
	struct http_front *front;
	struct broker_link *broker;
	struct egress_link egresses;
	struct routing_files *files;
	struct run_log *runs;		/* NULL until its folder was handed */
	struct run_meter *meter;
	struct run_queue *queue;	/* NULL as long as runs is */
	int cloud;			/* cloud/, for the queue; -1 */
	struct commands *commands;	/* NULL until its socket was handed */
	struct token_cache tokens;
	struct inflight *inflight;
	struct body_budget budget;
	struct base_memory bases;
	struct metrics metrics;
	struct health_table health;
	struct central_memory central;
	struct returned_grants returned;
	struct evbuffer *passing;	/* on the way, within one step */
	LIST_HEAD(, request) requests;
	struct event *stopping;		/* NULL until the supervisor wants it */
};

/* The hooks of struct process. */
void *proxy_open(struct err *);
bool proxy_adopt(void *self, const struct ipc_hand *, int *fd, struct err *);
bool proxy_warm(void *self, struct err *);
void proxy_stop(void *self, uint32_t grace_ms);
void proxy_reload(void *self);
void proxy_closed(struct channel *, void *self);
void proxy_close(void *self);

/* Message handlers. */
ipc_handler on_who_is, on_agents_changed, on_carrier_key, on_granted,
    on_denied, on_question;
