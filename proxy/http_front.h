/* SPDX-License-Identifier: ISC */
/*
 * http_front: evhttp, and what its requests are sent to.
 */
#pragma once

#include <stdbool.h>

struct err;
struct http_front;
struct proxy;

/* NULL with ERR_NO_MEMORY. */
struct http_front *http_front_new(struct proxy *, struct err *);

/* Closes all connections.  NULL is allowed. */
void http_front_free(struct http_front *);

/* Takes over 'fd', a bound and listening TCP socket. */
bool http_front_listen(struct http_front *, int fd, struct err *);

/* No new connections. */
void http_front_stop_listening(struct http_front *);
