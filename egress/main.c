/* SPDX-License-Identifier: ISC */
/*
 * cofferdam-egress: one key and its upstream.  Adds the key to granted requests
 * and speaks TLS over descriptors that it is handed.  No sockets, no files.
 */
#include "common/process/process.h"
#include "egress/egress.h"
#include "egress/egress_sandbox.h"

static const struct process egress = {
	.role = EGRESS,
	.sandbox = &egress_sandbox,
	.handlers = {
		[IPC_PROVISION] = on_provision,
		[IPC_REQUEST] = on_request,
		[IPC_CONNECTED] = on_connected,
		[IPC_NOT_CONNECTED] = on_not_connected,
	},
	.open = egress_open,
	.adopt = egress_adopt,
	.warm = egress_warm,
	.stop = egress_stop,
	.closed = egress_closed,
	.close = egress_close,
	.is_ready_later = true,
};

int
main(void)
{
	return process_run(&egress);
}
