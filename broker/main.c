/* SPDX-License-Identifier: ISC */
/* cofferdam-broker: the vault, the pins, the grants, the audit log. */
#include "broker/broker.h"

static const struct process broker = {
	.role = BROKER,
	.sandbox = &broker_sandbox,
	.handlers = {
		[IPC_WHO] = on_who,
		[IPC_GRANT_REQUEST] = on_grant_request,
		[IPC_OUTCOME] = on_outcome,
		[IPC_EGRESS_STARTED] = on_egress_started,
		[IPC_EGRESS_READY] = on_egress_ready,
		[IPC_EGRESS_GONE] = on_egress_gone,
		[IPC_DERIVED] = on_derived,
		[IPC_VAULT_STORED] = on_vault_stored,
		[IPC_AUDIT_REOPEN] = on_audit_reopen,
		[IPC_SYNC_REQUEST] = on_sync_request,
		[IPC_SYNCED] = on_synced,
		[IPC_LOGIN_REQUEST] = on_login_request,
		[IPC_LOGIN_TOKEN] = on_login_token,
		[IPC_LOGIN_APPROVE] = on_login_approve,
		[IPC_INIT_VAULT] = on_init_vault,
		[IPC_UNLOCK] = on_unlock,
		[IPC_LOCK] = on_lock,
		[IPC_DROP_KEYS] = on_drop_keys,
		[IPC_PASSWD] = on_passwd,
		[IPC_ADD_CREDENTIAL] = on_add_credential,
		[IPC_ROTATE_KEY] = on_rotate_key,
		[IPC_REMOVE_CREDENTIAL] = on_remove_credential,
		[IPC_TRUST] = on_trust,
		[IPC_MARK_CENTRAL] = on_mark_central,
		[IPC_LIST_CREDENTIALS] = on_list_credentials,
		[IPC_ADD_AGENT] = on_add_agent,
		[IPC_REMOVE_AGENT] = on_remove_agent,
		[IPC_LIST_AGENTS] = on_list_agents,
		[IPC_VAULT_STATUS_REQUEST] = on_vault_status_request,
		[IPC_AUDIT_READ] = on_audit_read,
	},
	.open = broker_open,
	.adopt = broker_adopt,
	.warm = broker_warm,
	.stop = broker_stop,
	.closed = broker_closed,
	.close = broker_close,
};

int
main(void)
{
	return process_run(&broker);
}
