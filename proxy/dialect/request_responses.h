/* SPDX-License-Identifier: ISC */
/*
 * request_responses: a Responses request, read and written.
 */
#pragma once

#include <stdbool.h>

struct json_object;
struct reading;
struct where;

/* Fills r->request from the body, which is an object. */
bool request_responses_read(struct reading *r, struct json_object *body);

/* A new tree from r->request, which is in order. */
struct json_object *request_responses_write(struct reading *r);

/* For request_responses's own files. */
bool request_responses_read_input(struct reading *, struct json_object *body);
bool request_responses_read_tools(struct reading *, const struct where *up,
    struct json_object *holder);
void request_responses_write_input(struct reading *, struct json_object *body);
