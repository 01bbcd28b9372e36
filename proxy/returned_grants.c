/* SPDX-License-Identifier: ISC */
#include "proxy/returned_grants.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/scoped.h"
#include "common/url.h"
#include "proxy/broker_link.h"
#include "proxy/clock.h"
#include "proxy/proxy.h"

struct returned_grant {
	struct returned_grant *older;
	uint64_t request;
	int64_t since_ms;
	bool has_ticket;
	struct ipc_granted ticket;
	char method[8];
	char path[URL_PATH_MAX + 1];
};

/* false: its egress is not there yet. */
static bool
use_up(struct proxy *p, const struct returned_grant *g)
{
	struct channel *egress = egress_link_find(&p->egresses,
	    g->ticket.egress);
	/* A body is announced, so that its absence ends the request. */
	struct ipc_request request = { .ticket = g->ticket, .body_len = 1,
	    .path_len = (uint32_t)strlen(g->path) };
	AUTO_CLOSE int theirs = -1;
	int pair[2];

	if (egress == NULL)
		return false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
	    pair) == -1)
		return true;
	close(pair[0]);
	theirs = pair[1];
	memcpy(request.method, g->method, sizeof request.method);
	channel_send(egress, &(struct ipc_outgoing) { .type = IPC_REQUEST,
	    .body = &request, .tail = g->path, .tail_len = request.path_len,
	    .fd = take_fd(&theirs) });
	return true;
}

static void
take_out(struct returned_grants *all, struct returned_grant **at)
{
	struct returned_grant *g = *at;

	*at = g->older;
	all->n--;
	free(g);
}

/* Nothing comes for those any more; the newest come first. */
static void
forget_old(struct returned_grants *all, int64_t now_ms)
{
	struct returned_grant **at = &all->newest;

	for (unsigned i = 0; *at != NULL; i++)
		if (i >= RETURNED_GRANTS_MAX ||
		    now_ms - (*at)->since_ms > RETURNED_GRANT_MS)
			take_out(all, at);
		else
			at = &(*at)->older;
}

void
returned_grants_add(struct proxy *p, const struct given_up *what)
{
	struct returned_grants *all = &p->returned;
	bool is_open = what->asking->what == ASKED_GRANT;
	struct returned_grant *g;

	if ((!is_open && what->ticket == NULL) || what->path == NULL ||
	    strlen(what->path) > URL_PATH_MAX)
		return;
	g = calloc(1, sizeof *g);
	if (g == NULL)
		return;
	g->request = what->asking->id;
	g->since_ms = clock_mono_ms();
	strncpy(g->method, what->method, sizeof g->method - 1);
	memcpy(g->path, what->path, strlen(what->path) + 1);
	if (!is_open) {
		g->has_ticket = true;
		g->ticket = *what->ticket;
	}
	g->older = all->newest;
	all->newest = g;
	all->n++;
	forget_old(all, g->since_ms);
}

void
returned_grants_granted(struct proxy *p, const struct ipc_granted *ticket)
{
	for (struct returned_grant **at = &p->returned.newest; *at != NULL;
	    at = &(*at)->older) {
		if ((*at)->request != ticket->request || (*at)->has_ticket)
			continue;
		(*at)->ticket = *ticket;
		(*at)->has_ticket = true;
		if (use_up(p, *at))
			take_out(&p->returned, at);
		return;
	}
}

void
returned_grants_unpark(struct proxy *p, uint32_t egress)
{
	struct returned_grant **at = &p->returned.newest;

	while (*at != NULL)
		if ((*at)->has_ticket && (*at)->ticket.egress == egress &&
		    use_up(p, *at))
			take_out(&p->returned, at);
		else
			at = &(*at)->older;
}

void
returned_grants_free(struct returned_grants *all)
{
	while (all->newest != NULL)
		take_out(all, &all->newest);
}
