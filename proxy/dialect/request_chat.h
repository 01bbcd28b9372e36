/* SPDX-License-Identifier: ISC */
/*
 * request_chat: a Chat Completions request, read and written.
 */
#pragma once

#include <stdbool.h>

struct json_object;
struct reading;
struct where;

/* Fills r->request from the body, which is an object. */
bool request_chat_read(struct reading *r, struct json_object *body);

/* A new tree from r->request, which is in order. */
struct json_object *request_chat_write(struct reading *r);

/* For request_chat's own files. */
bool request_chat_read_messages(struct reading *, struct json_object *body);
struct json_object *request_chat_write_messages(struct reading *);
