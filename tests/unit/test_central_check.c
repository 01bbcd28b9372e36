/* SPDX-License-Identifier: ISC */
/*
 * A check that is given up, in each state that it can be in: what the broker has
 * granted, or still may, is given back.  The neighbours are played here.
 */
#include <criterion/criterion.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/broker_link.h"
#include "proxy/central_check.h"
#include "proxy/egress_link.h"
#include "proxy/exchange.h"
#include "proxy/proxy.h"

#define EGRESS 7

static struct proxy proxy;
static struct provider central = { .id = "central" };
static const uint8_t token[DIGEST_LEN];
static struct channel *channel;		/* to the egress; NULL: not there */
static struct asking *asked;
static struct exchange_hooks hooks;
static int n_sent, n_freed, n_given_back, n_checked;
static bool was_open, had_ticket;
static char given_path[256];
static enum central_outcome outcome;
static struct central_check *check;

/* --- the neighbours --- */

bool
broker_link_ask_grant(struct broker_link *link, struct asking *asking,
    const struct ipc_grant_request *ask, const char *path, struct err *err)
{
	(void)link;
	(void)path;
	(void)err;
	asking->id = ask->request;
	asking->what = ASKED_GRANT;
	asked = asking;
	return true;
}

void
broker_link_forget(struct asking *asking)
{
	asking->what = ASKED_NOTHING;
	asked = NULL;
}

struct channel *
egress_link_find(const struct egress_link *links, uint32_t number)
{
	(void)links;
	return number == EGRESS ? channel : NULL;
}

struct exchange *
exchange_start(const struct exchange_order *order, struct err *err)
{
	(void)err;
	hooks = *order->hooks;
	n_sent++;
	return calloc(1, 1);
}

void
exchange_free(struct exchange *x)
{
	n_freed += x != NULL;
	free(x);
}

void
returned_grants_add(struct proxy *p, const struct given_up *g)
{
	(void)p;
	was_open = g->asking->what == ASKED_GRANT;
	had_ticket = g->ticket != NULL;
	n_given_back += was_open || had_ticket;
	snprintf(given_path, sizeof given_path, "%s %s", g->method, g->path);
}

/* --- what happens --- */

static void
on_checked(void *arg, enum central_outcome o)
{
	(void)arg;
	n_checked++;
	outcome = o;
	central_check_free(check);
	check = NULL;
}

static void
start(void)
{
	proxy.base = event_base_new();
	proxy.settings.central_timeout_ms = 5000;
	check = central_check_start(&(struct central_question) {
		.proxy = &proxy, .central = &central, .token = token,
		.request = 9, .model = "big", .checked = on_checked });
	cr_assert(check != NULL && asked != NULL);
}

static void
grant(void)
{
	struct asking *asking = asked;
	const struct broker_word word = { .granted = { .request = 9,
	    .egress = EGRESS } };

	asking->what = ASKED_NOTHING;
	asking->answered(asking, &word);
}

TestSuite(central_check, .init = start);

Test(central_check, gives_back_a_grant_that_is_still_to_come)
{
	central_check_free(check);
	cr_expect(was_open && !had_ticket && n_given_back == 1);
	cr_expect_str_eq(given_path, "HEAD /api/v1/llms/big");
	cr_expect_eq(n_checked, 0, "who gave it up is not told");
}

Test(central_check, gives_back_a_ticket_whose_egress_is_not_there_yet)
{
	grant();
	cr_expect_eq(n_sent, 0);
	central_check_free(check);
	cr_expect(!was_open && had_ticket && n_given_back == 1);
	cr_expect_eq(n_checked, 0);
}

Test(central_check, goes_on_when_its_egress_is_there)
{
	grant();
	central_check_unpark(check, EGRESS + 1);
	cr_expect_eq(n_sent, 0, "another egress is not its own");
	channel = (struct channel *)&channel;
	central_check_unpark(check, EGRESS);
	central_check_unpark(check, EGRESS);
	cr_expect_eq(n_sent, 1, "and asks once");
	hooks.frame(check, &(struct frame) { .type = FRAME_HEAD,
	    .status = 204 });
	cr_expect(n_checked == 1 && outcome == CENTRAL_ALLOWED);
	cr_expect(n_freed == 1 && n_given_back == 0, "the ticket is used");
}

Test(central_check, ends_an_exchange_that_it_has_begun)
{
	channel = (struct channel *)&channel;
	grant();
	cr_expect_eq(n_sent, 1);
	central_check_free(check);
	cr_expect(n_freed == 1 && n_given_back == 0 && n_checked == 0);
}

Test(central_check, is_unreachable_when_its_egress_does_not_come_in_time)
{
	event_base_free(proxy.base);
	central_check_free(check);
	n_given_back = 0;
	proxy.base = event_base_new();
	proxy.settings.central_timeout_ms = 1;
	check = central_check_start(&(struct central_question) {
		.proxy = &proxy, .central = &central, .token = token,
		.request = 9, .model = "big", .checked = on_checked });
	grant();
	event_base_dispatch(proxy.base);
	cr_expect(n_checked == 1 && outcome == CENTRAL_UNREACHABLE);
	cr_expect(had_ticket && n_given_back == 1, "its ticket is given back");
}
