/* SPDX-License-Identifier: ISC */
/*
 * cloud: the control plane as its clients and its administrator see it.
 */
#pragma once

#include "tests/mock/cloud_devices.h"
#include "tests/mock/reply.h"

struct items;

struct cloud {
	struct items *items;
	struct devices devices;		/* with the token that is asked for */
	struct json_object *runs;	/* by what makes one unique */
	struct evbuffer *snapshot;	/* told instead of items; NULL: none */
};

void cloud_init(struct cloud *, const char *token);
void cloud_close(struct cloud *);

/* The two fit struct mock_settings; 'arg' is the struct cloud. */
void cloud_compose(const struct request *, struct json_object *step,
    struct reply *, void *arg);
bool cloud_control(const struct request *, struct reply *, void *arg);

/* {"detail":{"error":code}} */
void cloud_set_error(struct reply *, int status, const char *code);

/* 422, in the shape of a failed validation. */
void cloud_set_invalid(struct reply *);
