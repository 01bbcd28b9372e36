/* SPDX-License-Identifier: ISC */
/*
 * status: what there is to know about a home, gathered from whoever runs.
 *
 * Nothing here fails: what cannot be learned is null, with the reason beside
 * it, because a status is wanted most when something is wrong.
 */
#pragma once

struct invocation;
struct json_object;

/* The object of behaviour.md I.2; free with json_object_put(). */
struct json_object *status_collect(struct invocation *);

/* As text: what runs and listens; then everything. */
void status_print_start(struct json_object *status);
void status_print(struct json_object *status);
