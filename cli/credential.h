/* SPDX-License-Identifier: ISC */
/* credential: entries of the vault, made and taken away. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct call_end;
struct err;
struct secret;

struct credential_add {
	const char *provider;
	const char *agent;	/* NULL: for all agents */
	const char *url;	/* to pin, canonical */
	uint32_t scheme;	/* enum auth_scheme */
	uint32_t uid;		/* IPC_UID_UNKNOWN: any */
	uint32_t flags;		/* CREDENTIAL_... */
};

/* 'key' is NULL for AUTH_NOTHING.  *end as ADD_CREDENTIAL's DONE says. */
bool credential_send(int home, const struct credential_add *,
    const struct secret *key, struct call_end *end, struct err *);

/*
 * Tells the vault whether the provider is a central server, which decides what
 * its keys may be used for.
 */
bool credential_mark_central(int home, const char *provider, bool is_central,
    struct err *);

/*
 * Takes away one entry; 'agent' is NULL for the one that all share.  *was_there
 * tells whether there was one.
 */
bool credential_remove_one(int home, const char *provider, const char *agent,
    bool *was_there, struct err *);

/*
 * Takes away the provider's entry for 'agent', or all of them when it is NULL;
 * *n says how many there were.
 */
bool credential_remove(int home, const char *provider, const char *agent,
    unsigned *n, struct err *);
