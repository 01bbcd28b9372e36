/* SPDX-License-Identifier: ISC */
/*
 * links: the connected descriptors of this process, from the connector.
 *
 * We cannot open one and cannot say where one leads (I3, I7).  libcurl asks for
 * a socket in the middle of its work and cannot wait, so one is asked for
 * before, whenever a transfer might need it.  Of those that came and were not
 * needed one is kept, and not for long.  libcurl keeps connections open between
 * transfers; those that it can use again count as room.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;
struct err;
struct event_base;
struct links;
struct url;

#define LINKS_IN_HAND_MAX 64	/* descriptors that came and wait for libcurl */
#define LINKS_IN_HAND_MAX_MS 2000	/* then they are closed */
#define LINKS_IDLE_MAX_S 60	/* connections that nobody used for so long */

struct links_hooks {
	/* A descriptor has come, or room has been made. */
	void (*has_room)(void *arg);
	/* A descriptor that was asked for will not come. */
	void (*refused)(const struct err *, void *arg);
	/* libcurl's turn for this socket; 'what' is of EV_READ, EV_WRITE. */
	void (*ready)(int fd, short what, void *arg);
	void *arg;
};

struct links *links_new(struct event_base *, const struct links_hooks *,
    struct err *);
void links_free(struct links *);

/* NULL: it is gone; what was asked of it will not come and is not refused. */
void links_set_connector(struct links *, struct channel *);

/*
 * For an endpoint without TLS nothing else would show that the connector lies:
 * descriptors must then lead to this machine and to the URL's port.
 */
void links_set_url(struct links *, const struct url *);

/* Asks for one more descriptor; false while there is no connector. */
bool links_ask(struct links *);
size_t links_n_asked(const struct links *);

/* The connector's answers.  Takes over 'fd'. */
void links_connected(struct links *, int fd);
void links_not_connected(struct links *, const struct err *);

/* Is there one that libcurl has not got yet? */
bool links_have_fresh(const struct links *);
/* Is there a connection, fresh or kept, for one more than 'n_running'? */
bool links_have_room(const struct links *, size_t n_running);

/* libcurl has had its turn: of what it did not need, one is kept. */
void links_trim(struct links *);

/*
 * libcurl opens (-1: none in hand), watches (0: nothing) and closes.  'user' is
 * the transfer for which it does, and is only compared.
 */
int links_open(struct links *, const void *user);
void links_watch(struct links *, int fd, short what, const void *user);
void links_close(struct links *, int fd);

/*
 * That transfer is over.  libcurl may have closed the connection by now, or
 * given it to another transfer, whose it is then.
 */
void links_release(struct links *, int fd, const void *user);
