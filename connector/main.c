/* SPDX-License-Identifier: ISC */
/*
 * cofferdam-connector: resolves and connects, to the endpoints that the broker
 * named and to no others, and passes the connected descriptor.  Holds nothing.
 */
#include "common/process/process.h"
#include "connector/connector.h"
#include "connector/connector_sandbox.h"

static const struct process connector = {
	.role = CONNECTOR,
	.sandbox = &connector_sandbox,
	.handlers = {
		[IPC_ENDPOINT] = on_endpoint,
		[IPC_CONNECT] = on_connect,
	},
	.open = connector_open,
	.adopt = connector_adopt,
	.warm = connector_warm,
	.closed = connector_closed,
	.close = connector_close,
};

int
main(void)
{
	return process_run(&connector);
}
