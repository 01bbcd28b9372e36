/* SPDX-License-Identifier: ISC */
#include "supervisor/parked.h"

#include <event2/event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/ipc.h"
#include "common/process/door.h"
#include "supervisor/supervisor.h"

#define CALLERS_MAX 64		/* at once; more are hung up on */
#define LONGEST_MS 30000	/* in all */
#define PATIENCE_S 5		/* with one that does not hang up */
#define UNREAD_MAX 65536	/* bytes thrown away at once */
#define HTTP_ANSWER_MAX 1024	/* bytes */
#define PLACES_MAX (LISTENERS_MAX + 2)

/* One of the sockets on which a process of ours is called. */
struct place {
	struct parked *parked;
	struct door *door;
	enum role role;			/* who should answer */
	enum { AGENTS, COMMANDS } whom;
};

struct caller {
	LIST_ENTRY(caller) next;
	struct place *place;
	struct event *speaks;
	uint64_t since_ms;
	bool is_answered;
	int fd;
};

struct parked {
	struct event_base *base;
	struct place places[PLACES_MAX];
	size_t n_places;
	LIST_HEAD(, caller) callers;
	size_t n_callers;
	char http[HTTP_ANSWER_MAX];
};

/* Both shapes of an error in one, for nobody has read which it should be. */
static void
write_http(char answer[HTTP_ANSWER_MAX])
{
	char body[HTTP_ANSWER_MAX / 2];
	int len = snprintf(body, sizeof body, "{\"type\":\"error\",\"error\":"
	    "{\"type\":\"api_error\",\"code\":\"%s\",\"param\":null,"
	    "\"message\":\"%s (%s); %s\"}}", err_name(ERR_PROCESS_PARKED),
	    err_sentence(ERR_PROCESS_PARKED), role_name(PROXY),
	    err_remedy(ERR_PROCESS_PARKED));

	snprintf(answer, HTTP_ANSWER_MAX, "HTTP/1.1 %d Service Unavailable\r\n"
	    "Content-Type: application/json\r\nContent-Length: %d\r\n"
	    "Connection: close\r\nx-should-retry: false\r\n\r\n%s",
	    err_http_status(ERR_PROCESS_PARKED), len, body);
}

static void
hang_up(struct caller *c)
{
	LIST_REMOVE(c, next);
	c->place->parked->n_callers--;
	if (c->speaks != NULL)
		event_free(c->speaks);
	close(c->fd);
	free(c);
}

static void
answer(struct caller *c)
{
	const struct ipc_done done = { .code = ERR_PROCESS_PARKED };
	const char *name = role_name(c->place->role);
	const char *http = c->place->parked->http;
	struct err ignored;

	/* One that does not take it has hung up. */
	if (c->place->whom == AGENTS)
		send(c->fd, http, strlen(http), MSG_NOSIGNAL);
	else
		ipc_send(c->fd, &(struct ipc_outgoing) { .type = IPC_DONE,
		    .body = &done, .tail = name, .tail_len = strlen(name),
		    .fd = -1 }, &ignored);
	shutdown(c->fd, SHUT_WR);
	c->is_answered = true;
}

/*
 * Thrown away by the kernel: it may be a key or a passphrase, and no word of it
 * comes into this address space.  Of a packet any length takes the whole.
 */
static bool
is_speaking(const struct caller *c)
{
	size_t len = c->place->whom == AGENTS ? UNREAD_MAX : 0;

	return recv(c->fd, NULL, len, MSG_TRUNC | MSG_DONTWAIT) > 0;
}

/* Answered once it speaks: before, a command would see no more than an end. */
static void
on_speaks(evutil_socket_t fd, short what, void *arg)
{
	struct caller *c = arg;

	(void)fd;
	if ((what & EV_TIMEOUT) != 0 || !is_speaking(c) ||
	    child_now_ms() - c->since_ms > LONGEST_MS)
		hang_up(c);
	else if (!c->is_answered)
		answer(c);
}

static void
on_caller(int fd, void *owner)
{
	const struct timeval patience = { PATIENCE_S, 0 };
	struct place *place = owner;
	struct parked *p = place->parked;
	struct caller *c = p->n_callers == CALLERS_MAX ? NULL :
	    calloc(1, sizeof *c);

	if (c == NULL) {
		close(fd);
		return;
	}
	*c = (struct caller) { .place = place, .fd = fd,
	    .since_ms = child_now_ms() };
	LIST_INSERT_HEAD(&p->callers, c, next);
	p->n_callers++;
	c->speaks = event_new(p->base, fd, EV_READ | EV_PERSIST, on_speaks, c);
	if (c->speaks == NULL || event_add(c->speaks, &patience) == -1)
		hang_up(c);
}

static bool
add_place(struct parked *p, int fd, const struct place *place,
    struct err *err)
{
	struct place *added = &p->places[p->n_places++];

	*added = *place;
	added->parked = p;
	added->door = door_new(p->base, fd, on_caller, added, err);
	return added->door != NULL;
}

bool
parked_open(struct supervisor *s, struct err *err)
{
	struct parked *p = calloc(1, sizeof *p);
	bool ok;

	s->parked = p;
	if (p == NULL)
		return err_set(err, ERR_NO_MEMORY, "parked");
	p->base = s->base;
	LIST_INIT(&p->callers);
	write_http(p->http);
	ok = add_place(p, s->commands[BROKER], &(struct place) {
	    .role = BROKER, .whom = COMMANDS }, err);
	if (ok && supervisor_is_daemon(s))
		ok = add_place(p, s->commands[PROXY], &(struct place) {
		    .role = PROXY, .whom = COMMANDS }, err);
	for (size_t i = 0; ok && i < s->n_listeners; i++)
		ok = add_place(p, s->listeners[i].fd, &(struct place) {
		    .role = PROXY, .whom = AGENTS }, err);
	return ok;
}

void
parked_close(struct supervisor *s)
{
	struct parked *p = s->parked;
	struct caller *c;

	s->parked = NULL;
	if (p == NULL)
		return;
	while ((c = LIST_FIRST(&p->callers)) != NULL)
		hang_up(c);
	for (size_t i = 0; i < p->n_places; i++)
		door_free(p->places[i].door);
	free(p);
}

void
parked_look(struct supervisor *s, const struct child *c)
{
	struct parked *p = s->parked;

	for (size_t i = 0; p != NULL && i < p->n_places; i++) {
		if (p->places[i].role != c->role)
			continue;
		if (c->state == CHILD_PARKED)
			door_open(p->places[i].door);
		else
			door_shut(p->places[i].door);
	}
}
