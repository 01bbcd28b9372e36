/* SPDX-License-Identifier: ISC */
/*
 * request_chat: a Chat Completions request, read and written.
 */
#pragma once

#include <stdbool.h>

struct value;
struct reading;
struct where;

/* Fills r->request from the body, which is an object. */
bool request_chat_read(struct reading *r, struct value *body);

/* A new tree from r->request, which is in order. */
struct value *request_chat_write(struct reading *r);

/* For request_chat's own files. */
bool request_chat_read_messages(struct reading *, struct value *body);
struct value *request_chat_write_messages(struct reading *);
