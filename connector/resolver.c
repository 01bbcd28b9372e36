/* SPDX-License-Identifier: ISC */
#include "connector/resolver.h"

#include <errno.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/log.h"
#include "connector/name_files.h"

/* What one reading of the files gave; lives until its last query is over. */
struct reading {
	struct evdns_base *dns;
	struct event *unused;	/* frees it, outside of its own callbacks */
	unsigned n_queries;
	bool is_old;
};

struct resolver {
	struct event_base *base;
	struct reading *now;
	struct name_files *files;
};

struct query {
	struct reading *reading;
	struct evdns_getaddrinfo_request *request;
	struct event *deliver;	/* for an answer that came at once */
	resolver_answered *answered;	/* NULL: cancelled */
	void *arg;
	struct evutil_addrinfo *found;
	int result;
	bool is_asking;
	char host[256];
};

static void
reading_free(struct reading *r)
{
	if (r == NULL)
		return;
	if (r->dns != NULL)
		evdns_base_free(r->dns, 0);
	if (r->unused != NULL)
		event_free(r->unused);
	free(r);
}

static void
on_unused(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	reading_free(arg);
}

static void
release(struct reading *r)
{
	if (r->is_old && r->n_queries == 0)
		event_active(r->unused, EV_TIMEOUT, 0);
}

/* evdns speaks of every name server that comes and goes, with addresses. */
static void
on_dns_line(int is_warning, const char *text)
{
	(void)is_warning;
	(void)text;
}

/* What evdns_base_resolv_conf_parse() says of a file that it cannot open. */
#define CANNOT_OPEN 1

static struct reading *
reading_new(struct event_base *base, int *result, struct err *err)
{
	struct reading *r = calloc(1, sizeof *r);

	if (r != NULL) {
		r->dns = evdns_base_new(base, 0);
		r->unused = evtimer_new(base, on_unused, r);
	}
	if (r == NULL || r->dns == NULL || r->unused == NULL) {
		err_set(err, ERR_NO_MEMORY, "resolver");
		reading_free(r);
		return NULL;
	}
	/*
	 * A second server gets its turn within our deadline; and no questions
	 * of libevent's own to see whether a silent one is back: when all are
	 * silent it asks them all the same.
	 */
	evdns_base_set_option(r->dns, "timeout:", "2");
	evdns_base_set_option(r->dns, "initial-probe-timeout:", "3600");
	*result = evdns_base_resolv_conf_parse(r->dns, DNS_OPTIONS_ALL,
	    NAME_FILES_RESOLV_CONF);
	return r;
}

static void
on_files_changed(void *arg)
{
	struct resolver *resolver = arg;
	struct err err;
	int result = 0;
	struct reading *fresh = reading_new(resolver->base, &result, &err);

	if (fresh == NULL) {
		log_err("resolver", &err);
		return;
	}
	/* Just being replaced; or a link into a folder not granted to us. */
	if (result == CANNOT_OPEN) {
		log_warning("resolver: resolv.conf cannot be read: the old one "
		    "stays in force; if it has moved, restart cofferdamd");
		reading_free(fresh);
		return;
	}
	resolver->now->is_old = true;
	release(resolver->now);
	resolver->now = fresh;
	log_info("resolver: resolv.conf and hosts read again");
}

struct resolver *
resolver_new(struct event_base *base, struct err *err)
{
	struct resolver *r = calloc(1, sizeof *r);
	int result = 0;

	if (r == NULL) {
		err_set(err, ERR_NO_MEMORY, "resolver");
		return NULL;
	}
	evdns_set_log_fn(on_dns_line);
	r->base = base;
	r->now = reading_new(base, &result, err);
	if (r->now == NULL || (r->files = name_files_new(base,
	    on_files_changed, r, err)) == NULL) {
		resolver_free(r);
		return NULL;
	}
	return r;
}

void
resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	name_files_free(r->files);
	reading_free(r->now);
	free(r);
}

void
resolver_confined(struct resolver *r)
{
	name_files_confined(r->files);
}

static void
say_why(const struct query *q, struct err *err)
{
	const char *why = "the name servers failed";

	if (q->result == EVUTIL_EAI_NONAME || q->result == EVUTIL_EAI_NODATA)
		why = "no such host";
	else if (q->result == EVUTIL_EAI_AGAIN)
		why = "the name servers do not answer";
	err_set(err, ERR_UPSTREAM_UNREACHABLE, "%.100s: %s", q->host, why);
}

/* Tells and frees; nothing touches the query afterwards. */
static void
finish(struct query *q)
{
	struct err err = { 0 };

	if (q->result != 0 || q->found == NULL)
		say_why(q, &err);
	q->reading->n_queries--;
	release(q->reading);
	if (q->answered != NULL)
		q->answered(err.code == ERR_NONE ? q->found : NULL, &err,
		    q->arg);
	if (q->found != NULL)
		evutil_freeaddrinfo(q->found);
	event_free(q->deliver);
	free(q);
}

static void
on_deliver(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	finish(arg);
}

static void
on_found(int result, struct evutil_addrinfo *found, void *arg)
{
	struct query *q = arg;

	q->result = result;
	q->found = found;
	q->request = NULL;
	/* From the hosts file: the asker is not ready for the answer yet. */
	if (q->is_asking)
		event_active(q->deliver, EV_TIMEOUT, 0);
	else
		finish(q);
}

struct query *
resolver_ask(struct resolver *r, const char *host,
    resolver_answered *answered, void *arg, struct err *err)
{
	static const struct evutil_addrinfo hints = { .ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP };
	struct query *q = calloc(1, sizeof *q);

	if (q == NULL || (q->deliver = evtimer_new(r->base, on_deliver,
	    q)) == NULL) {
		free(q);
		err_set(err, ERR_NO_MEMORY, "resolver");
		return NULL;
	}
	q->reading = r->now;
	q->reading->n_queries++;
	q->answered = answered;
	q->arg = arg;
	snprintf(q->host, sizeof q->host, "%s", host);
	q->is_asking = true;
	q->request = evdns_getaddrinfo(r->now->dns, q->host, NULL, &hints,
	    on_found, q);
	q->is_asking = false;
	return q;
}

void
query_cancel(struct query *q)
{
	if (q == NULL)
		return;
	q->answered = NULL;
	/* libevent calls back, now or later, and only then is it over. */
	if (q->request != NULL)
		evdns_getaddrinfo_cancel(q->request);
}
