/* SPDX-License-Identifier: ISC */
/* cofferdam-syncer: pulls the control plane's snapshot, once. */
#include "syncer/syncer.h"

static const struct process syncer = {
	.role = SYNCER,
	.sandbox = &syncer_sandbox,
	.handlers = {
		[IPC_SYNC_GRANTED] = on_sync_granted,
		[IPC_DENIED] = on_denied,
		[IPC_CONNECTED] = on_connected,
		[IPC_NOT_CONNECTED] = on_not_connected,
	},
	.open = syncer_open,
	.adopt = syncer_adopt,
	.warm = syncer_warm,
	.closed = syncer_closed,
};

int
main(void)
{
	return process_run(&syncer);
}
