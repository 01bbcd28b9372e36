/* SPDX-License-Identifier: ISC */
/*
 * connection: what "connect" did for one agent, so that it can be taken back.
 *
 * Everything or nothing: all is worked out first, the journal agents/<id>.json
 * says what will be done before it is, and what cannot be finished is taken
 * back.  A crash leaves a journal that says "connecting"; the next connect or
 * disconnect takes that back.
 *
 * The agent's token stands in agents/<id>.token and in its configuration, 0600
 * both: it opens nothing but the gateway on this machine.
 */
#pragma once

#include <stdbool.h>

#include "cli/client.h"
#include "cli/config_file.h"

struct err;
struct invocation;
struct json_object;

#define CONNECTION_TOKEN_MAX 513	/* bytes, with the NUL */

struct connection {
	const struct client *client;
	int home, folder, bin, lock;		/* -1: none */
	struct json_object *journal;		/* NULL: not connected */
	char token[CONNECTION_TOKEN_MAX];	/* "": none is known */
	char token_path[CONFIG_PATH_MAX];
	/* A plan: */
	struct config_file config;
	char *new_text;		/* of the configuration; NULL: untouched */
	char *shim;		/* the script; NULL: none */
	bool is_shim_reached;	/* it is on the PATH before the program */
	struct json_object *replaced;	/* names of members that had values */
};

/* Locks and reads the journal.  connection_close() in any case. */
bool connection_open(struct connection *, struct invocation *,
    const struct client *, struct err *);
void connection_close(struct connection *);

/* "connecting", "connected", or NULL. */
const char *connection_state(const struct connection *);
/* Was it the shim that was chosen? */
bool connection_is_shim(const struct connection *);

/* Is all that the journal says in place, for this URL? */
bool connection_is_intact(struct connection *, const char *url);

enum connection_way { CONNECTION_BY_FILE, CONNECTION_BY_SHIM };
enum connection_values { CONNECTION_KEEP_VALUES, CONNECTION_REPLACE_VALUES };

/*
 * Works out what to do, with connection.token; nothing changes.
 * ERR_CONFIG_CONFLICT, ERR_CONFIG_NOT_UNDERSTOOD, ERR_AGENT_NOT_INSTALLED.
 */
struct connection_wish {
	enum connection_way way;
	enum connection_values values;
	const char *url;
};
bool connection_plan(struct connection *, const struct connection_wish *,
    struct err *);

/* Before anything is done; 'agent_added' tells whether the vault's is ours. */
enum connection_agent { CONNECTION_AGENT_STAYS, CONNECTION_AGENT_IS_OURS };
bool connection_begin(struct connection *, enum connection_agent,
    struct err *);
/* Does it: shim, then configuration, then the journal's last word. */
bool connection_finish(struct connection *, struct err *);

/*
 * Takes back the files of the journal, all or none.  With the journal and the
 * token when 'forget'; the vault is the caller's.
 */
enum connection_end { CONNECTION_KEEP_TOKEN, CONNECTION_FORGET };
bool connection_take_back(struct connection *, enum connection_end,
    struct err *);
bool connection_agent_is_ours(const struct connection *);
