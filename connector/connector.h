/* SPDX-License-Identifier: ISC */
/*
 * connector: whose channel may reach which endpoint, and nothing else.
 *
 * It alone can open a connection, and it holds nothing worth stealing (I7).  It
 * believes the broker about endpoints, and callers about nothing.
 */
#pragma once

#include <stdbool.h>

#include "common/ipc_bodies.h"
#include "common/process/channel.h"

struct err;

#define CONNECTOR_CALLERS_MAX 1024

void *connector_open(struct err *);
bool connector_adopt(void *self, const struct ipc_hand *, int *fd,
    struct err *);
bool connector_warm(void *self, struct err *);
void connector_closed(struct channel *, void *self);
void connector_close(void *self);

/* From the broker: the only endpoint of a caller; the last one counts. */
ipc_handler on_endpoint;
/* From a caller: answered by CONNECTED or NOT_CONNECTED. */
ipc_handler on_connect;
