/* SPDX-License-Identifier: ISC */
/*
 * client: the agents that "connect" knows, and what each must be told.
 *
 * Facts of the programs themselves: where they keep their configuration and
 * which of its members name an endpoint and a token.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc_bodies.h"

struct err;
struct json_object;

#define CLIENT_TEXT_MAX 1536

/* What is put into members and variables. */
struct client_facts {
	const char *url;	/* "http://127.0.0.1:51168" */
	const char *token;
	const char *shim_token;	/* the file that holds it */
};

/* Members of the configuration are taken over when 'is_free' says so. */
struct client_member {
	const char *path[6];	/* a JSON member; of TOML a key, or a table */
	const char *value;	/* JSON or TOML text, "%u" and "%t" in it */
	bool must_be_free;	/* another value is a conflict */
};

struct client_variable {
	const char *name, *value;	/* "%u"; NULL: the token */
};

enum client_form { CLIENT_JSON = 1, CLIENT_TOML };

struct client {
	const char *id, *name, *binary;
	enum dialect dialect;
	const char *folder_variable[2];	/* of the environment */
	const char *folder;		/* else this, in the user's home */
	enum client_form form;		/* 0: only by a shim */
	const char *file;
	const struct client_member *members;	/* path[0] NULL ends */
	const struct client_variable *variables;	/* of a shim */
	const char *const *unset;		/* variables in its way */
};

/* NULL: none of that name.  The n-th, NULL behind the last. */
const struct client *client_find(const char *id);
const struct client *client_at(size_t n);

/* Its configuration's path; false when there is no home folder. */
bool client_config_path(const struct client *, char *path, size_t size);

/* "%u" by the URL, "%t" by the token; the caller frees it. */
char *client_value(const char *value, const struct client_facts *);

/*
 * Where the program is, folders that are 'not_here' (st_dev and st_ino of one)
 * left out; false: not on the PATH.  *is_behind: that folder comes before it.
 */
struct client_search {
	int not_here;		/* a folder's descriptor */
	char path[1024];	/* out */
	bool is_shadowed;	/* out: 'not_here' is on the PATH before it */
};
bool client_search(const struct client *, struct client_search *);

/* The script that starts it; the caller frees it.  NULL: no memory. */
char *client_shim(const struct client *, const struct client_facts *,
    const char *original);
