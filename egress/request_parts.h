/* SPDX-License-Identifier: ISC */
/* request_parts: what request.c and request_curl.c know of each other. */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "egress/answer.h"
#include "egress/body.h"
#include "egress/outlet.h"
#include "egress/request.h"
#include "egress/request_head.h"

struct event;
struct transfer;

enum stage { FREE, GATHERING, SENT, DRAINING };

struct request {
	TAILQ_ENTRY(request) next;	/* in flight, or in the pool */
	TAILQ_ENTRY(request) next_dirty;
	struct requests *all;
	struct transfer *transfer;
	struct event *ready, *writable, *quiet;
	enum stage stage;
	int pair;
	char method[8];
	char *target;		/* of the request line, NUL-ended */
	char *lines;		/* header lines, behind it in the same memory */
	size_t lines_len;
	struct request_head head;
	struct body body;
	struct outlet outlet;
	struct answer answer;
	struct ipc_outcome outcome;
	uint64_t active_ms;	/* when a byte last moved */
	bool is_dirty;		/* the outlet has something new */
	bool waits_for_body;	/* libcurl is paused until the pair has more */
	bool waits_for_reader;	/* libcurl is paused until the pair has room */
};

TAILQ_HEAD(request_list, request);

/* Header lines that every request ends with, in this order. */
struct fixed_lines {
	struct curl_slist no_type;	/* only where there is no type */
	struct curl_slist identity, no_expect;
	struct curl_slist key;		/* in locked memory */
};

struct requests {
	struct event_base *base;
	struct upstream *upstream;
	const struct credential *credential;
	struct requests_hooks hooks;
	struct fixed_lines fixed;
	struct request_list in_flight, pool, dirty;
	size_t n_in_flight, n_pool;
	bool has_lines;		/* fixed is set: the credential is known */
};

/* request.c */
void request_mark_active(struct request *);
/* The outlet has something new: it leaves when libcurl has had its turn. */
void request_mark_dirty(struct request *);

/* request_curl.c: the callbacks, once for each libcurl handle. */
bool request_curl_open(struct request *, struct err *);
/* Method, target, headers and body of this request. */
bool request_curl_set(struct request *, struct err *);
