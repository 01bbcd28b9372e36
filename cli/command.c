/* SPDX-License-Identifier: ISC */
#include "cli/command.h"

#include <stddef.h>

/* In the order of the help. */
const struct command *const command_tables[] = {
	vault_commands,
	passwd_commands,
	daemon_commands,
	status_commands,
	doctor_commands,
	provider_commands,
	key_commands,
	rotate_commands,
	registry_commands,
	agents_commands,
	connect_commands,
	route_commands,
	failovers_commands,
	policy_commands,
	prices_commands,
	runs_commands,
	explain_commands,
	recommend_commands,
	login_commands,
	cloud_commands,
	audit_commands,
	follow_commands,
	report_commands,
	verify_commands,
	import_commands,
	config_commands,
	help_commands,
	approved_commands,
	import_secrets_commands,
	NULL,
};
