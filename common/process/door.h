/* SPDX-License-Identifier: ISC */
/*
 * door: a listening socket on the event loop.
 *
 * Where no descriptor is left for who calls, nobody is accepted for a second:
 * who waits goes on to wait, and to be told so at once again helps nobody.
 */
#pragma once

struct door;
struct err;
struct event_base;

/*
 * Called with who has come, non-blocking, which it takes over.  The door may be
 * shut in here, not freed.
 */
typedef void door_caller(int caller, void *owner);

/*
 * Shut, until door_open(); 'fd' stays the owner's.  NULL with ERR_NO_MEMORY.
 * Free with door_free(); NULL is allowed.
 */
struct door *door_new(struct event_base *, int fd, door_caller *,
    void *owner, struct err *);
void door_free(struct door *);

/* Once or again; who came while it was shut waits in the kernel's queue. */
void door_open(struct door *);
void door_shut(struct door *);
