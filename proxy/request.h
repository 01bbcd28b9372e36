/* SPDX-License-Identifier: ISC */
/*
 * request: one request of an agent, from its last byte to the answer's.
 *
 *	NEW -> WHO -> GRANT -> (PARKED) -> AWAITED -> ANSWERING -> gone
 *	 \______\______\_________\_________/ error reply: gone
 *	                ^------(CHECKING)-----' another attempt: attempts.h
 *
 * A step does its part and either goes on to the next one, or waits for a word
 * of the broker, an egress, or a frame.  A request ends in one place,
 * request_free(), which also writes the run record, so whatever ends it (the
 * answer's end, an error, or the client that leaves) leaves nothing behind.  No
 * step touches the request after a call that may have ended it: such calls are
 * the last statement of a function, or say so in what they return.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "proxy/agent_token.h"
#include "proxy/answer.h"
#include "proxy/attempts.h"
#include "proxy/base_url.h"
#include "proxy/broker_link.h"
#include "proxy/http_path.h"
#include "proxy/metrics.h"
#include "proxy/model_splice.h"
#include "proxy/run_record.h"
#include "proxy/target.h"

struct agent_connection;
struct evhttp_request;
struct exchange;
struct proxy;
struct translation;

enum request_state { REQUEST_NEW, REQUEST_WHO, REQUEST_GRANT, REQUEST_PARKED,
	REQUEST_AWAITED, REQUEST_CHECKING, REQUEST_ANSWERING };

struct request {
	LIST_ENTRY(request) next;
	struct proxy *proxy;
	struct agent_connection *connection;
	struct evhttp_request *http;	/* NULL: answered, or gone */
	enum request_state state;
	struct event *timer;
	struct asking asking;

	/* What is asked, by whom. */
	struct http_path path;
	char method[8];
	enum dialect dialect;	/* of errors */
	uint64_t id;
	char id_text[REQUEST_ID_TEXT];
	struct agent_tokens tokens;
	size_t token;		/* the one that is asked about */
	char agent[IPC_NAME_TEXT];
	char run_id[RUN_ID_MAX];	/* "": its own id will do */
	bool is_counted;	/* among the agent's requests in flight */

	/* Where it goes, and as what. */
	struct routing *routing;
	struct target target;
	const struct provider *provider;
	struct spliced body;
	struct translation *translation;	/* NULL: same dialect */
	char *opened;		/* the body, when carriers were taken out */
	char *infer_path;	/* a central server's, for this model */
	struct attempts attempts;

	/* The attempt. */
	enum base_attempt attempt;
	const char *below;	/* the path below the base URL */
	struct ipc_granted ticket;
	struct exchange *exchange;
	size_t body_left;	/* when the timer was last looked at */
	struct answer answer;

	/* What the run record says. */
	int64_t started_ms;
	int64_t granted_ms, answered_ms;	/* 0: it never came to that */
	int http_status;
	struct usage usage;
	bool is_metered;	/* counted among today's calls, as: */
	struct usage_holder metered;
	char error[HTTP_ERROR_TEXT_MAX];	/* "": it went well */
};

/* The path has been found.  Answers in its own time. */
void request_start(struct proxy *, struct agent_connection *,
    struct evhttp_request *, const struct http_path *);

/* "POST"; static storage. */
const char *request_method(const struct evhttp_request *);

/* The client has left, and its connection with it. */
void request_left(void *request);

/* The channel to this egress is there. */
void requests_unpark(struct proxy *, uint32_t egress);

/* Ends all of them, with nothing sent. */
void requests_drop(struct proxy *);

/* For the steps. */

/* Waits in this state for at most so long. */
void request_await(struct request *, enum request_state, uint64_t timeout_ms);

/* The error goes to the client in whatever form is still possible; it ends. */
void request_fail(struct request *, const struct err *);

/* What was granted, or is going to be, and is not used: back with it. */
void request_give_back(struct request *);

/* The end, once the answer is evhttp's or the client gone. */
void request_free(struct request *);
