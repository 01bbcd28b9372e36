/* SPDX-License-Identifier: ISC */
/*
 * reply: short answers of our own.
 *
 * Each gives the request to evhttp for good.
 */
#pragma once

#include <stddef.h>

struct evhttp_request;
struct http_error;

/* With a JSON body. */
void reply_json(struct evhttp_request *, int status, const char *text,
    size_t len);

/* The error, with the headers that belong to it. */
void reply_error(struct evhttp_request *, const struct http_error *);
