/* SPDX-License-Identifier: ISC */
/*
 * parts: what upstream.c and transfer.c know of each other.
 *
 *	IDLE -start-> WAITING -room-> RUNNING -> IDLE
 *
 * A transfer that was denied a descriptor goes back from RUNNING to WAITING.
 */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/upstream/easy.h"
#include "common/upstream/upstream.h"
#include "common/url.h"

struct event;
struct event_base;
struct links;

enum transfer_state { IDLE, WAITING, RUNNING };

struct transfer {
	TAILQ_ENTRY(transfer) next;	/* while WAITING */
	struct upstream *upstream;
	CURL *curl;
	enum transfer_state state;
	uint64_t deadline_ms;	/* while WAITING */
	int fd;			/* the one it uses; -1: none yet */
	bool is_sent;		/* the request has begun to leave */
	bool is_denied;		/* libcurl wanted a descriptor, had none */
	bool is_repeated;	/* libcurl wanted to send the request again */
	bool is_resolved;	/* the placeholder is in libcurl's cache */
	transfer_ended *ended;
	void *arg;
	char fault[CURL_ERROR_SIZE];
};

TAILQ_HEAD(transfers, transfer);

struct upstream {
	struct event_base *base;
	CURLM *multi;
	struct event *timer;	/* libcurl's */
	struct event *turn;	/* soon: libcurl's turn, then ours */
	struct event *waited;	/* the first that waits has waited too long */
	struct links *links;
	struct url url;
	struct x509_store_st *roots;
	uint64_t connect_timeout_ms;
	struct curl_slist resolve;
	char resolve_text[EASY_RESOLVE_MAX];
	struct transfers waiting;
	size_t n_waiting, n_running;
	upstream_settled *settled;
	void *arg;
};

/* upstream.c: libcurl's turn, soon. */
void upstream_take_turn_soon(struct upstream *);
void upstream_set_timer(struct event *, uint64_t wait_ms);

/* transfer.c, for the event loop's side. */
void transfer_run_waiting(struct upstream *);
void transfer_fail_first(struct upstream *, const struct err *);
void transfer_fail_overdue(struct upstream *);
void transfer_end(struct transfer *, CURLcode);
