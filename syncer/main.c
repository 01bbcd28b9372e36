/* SPDX-License-Identifier: ISC */
/* cofferdam-syncer: one errand to the control plane. */
#include "syncer/syncer.h"

static const struct process syncer = {
	.role = SYNCER,
	.sandbox = &syncer_sandbox,
	.handlers = {
		[IPC_SYNC_JOB] = on_sync_job,
		[IPC_SYNC_GRANTED] = on_sync_granted,
		[IPC_LOGIN_GRANTED] = on_login_granted,
		[IPC_DONE] = on_done,
		[IPC_DENIED] = on_denied,
		[IPC_CONNECTED] = on_connected,
		[IPC_NOT_CONNECTED] = on_not_connected,
	},
	.open = syncer_open,
	.adopt = syncer_adopt,
	.warm = syncer_warm,
	.closed = syncer_closed,
	.close = syncer_close,
};

int
main(void)
{
	return process_run(&syncer);
}
