/* SPDX-License-Identifier: ISC */
/*
 * request_responses: a Responses request, read and written.
 */
#pragma once

#include <stdbool.h>

struct value;
struct reading;
struct where;

/* Fills r->request from the body, which is an object. */
bool request_responses_read(struct reading *r, struct value *body);

/* A new tree from r->request, which is in order. */
struct value *request_responses_write(struct reading *r);

/* For request_responses's own files. */
bool request_responses_read_input(struct reading *, struct value *body);
bool request_responses_read_tools(struct reading *, const struct where *up,
    struct value *holder);
void request_responses_write_input(struct reading *, struct value *body);
