/* SPDX-License-Identifier: ISC */
/*
 * egress: one credential, one upstream, many requests.
 *
 * It believes the broker, once (PROVISION), the proxy only with a ticket, the
 * connector not at all (TLS checks where it led us) and the upstream not at all
 * (every byte is looked at before it goes on).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/ipc_bodies.h"
#include "common/process/channel.h"

struct err;

void *egress_open(struct err *);
bool egress_adopt(void *self, const struct ipc_hand *, int *fd, struct err *);
bool egress_warm(void *self, struct err *);
void egress_stop(void *self, uint32_t grace_ms);
void egress_closed(struct channel *, void *self);
void egress_close(void *self);

/* From the broker, once: the credential.  READY is sent then. */
ipc_handler on_provision;
/* From the proxy, after PROVISION. */
ipc_handler on_request;
/* From the connector. */
ipc_handler on_connected, on_not_connected;
