/* SPDX-License-Identifier: ISC */
/*
 * command: what there is to type, as tables.
 *
 * A noun's file (command_<noun>.c) exports one table.  From its lines come the
 * parser, the help, the envelope's name and the dispatch.
 */
#pragma once

#include <stdbool.h>

struct err;
struct invocation;
struct json_object;

struct command_option {
	const char *name;	/* without the dashes */
	/* What help calls it; NULL: takes none.  "X...": may be repeated. */
	const char *argument;
	const char *help;
};

#define COMMAND_NO_LIMIT (-1)

enum command_visibility { COMMAND_SHOWN, COMMAND_HIDDEN };

struct command {
	const char *name;	/* "providers add"; NULL ends a table */
	const char *envelope;	/* whose answer it gives; NULL: its own */
	const char *operands;	/* "<id> [-]", as help shows it */
	const char *help;	/* one sentence */
	const struct command_option *options;	/* ends in a NULL name */
	int least, most;	/* operands */
	enum command_visibility visibility;
	/*
	 * Does it.  *data is what --json shows; NULL when it has printed by
	 * itself.  The caller frees it.
	 */
	bool (*run)(struct invocation *, struct json_object **data,
	    struct err *);
	void (*print)(struct json_object *data);	/* the same as text */
};

extern const struct command approved_commands[];
extern const struct command agents_commands[];
extern const struct command audit_commands[];
extern const struct command cloud_commands[];
extern const struct command config_commands[];
extern const struct command connect_commands[];
extern const struct command daemon_commands[];
extern const struct command doctor_commands[];
extern const struct command explain_commands[];
extern const struct command failovers_commands[];
extern const struct command follow_commands[];
extern const struct command help_commands[];
extern const struct command key_commands[];
extern const struct command import_commands[];
extern const struct command import_secrets_commands[];
extern const struct command login_commands[];
extern const struct command passwd_commands[];
extern const struct command policy_commands[];
extern const struct command prices_commands[];
extern const struct command provider_commands[];
extern const struct command recommend_commands[];
extern const struct command registry_commands[];
extern const struct command report_commands[];
extern const struct command rotate_commands[];
extern const struct command route_commands[];
extern const struct command runs_commands[];
extern const struct command status_commands[];
extern const struct command vault_commands[];
extern const struct command verify_commands[];

/* Every table, in the order of the help; ends in NULL. */
extern const struct command *const command_tables[];
