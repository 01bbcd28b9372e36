/* SPDX-License-Identifier: ISC */
/*
 * vault_entries: the plain values that a vault is made of: credentials with
 * their pins, agents, how the master key is wrapped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/ipc.h"
#include "common/url.h"

#define VAULT_HEADER_MAX 64	/* bytes of a custom header's name, with NUL */

/* Where a key is added and what is allowed: one entry, one list. */
struct credential {
	LIST_ENTRY(credential) next;
	char provider[IPC_NAME_TEXT];
	char agent[IPC_NAME_TEXT];	/* "": for all agents */
	char header[VAULT_HEADER_MAX];	/* of AUTH_HEADER */
	char pin[URL_MAX];		/* canonical base URL */
	uint32_t scheme;		/* enum auth_scheme */
	uint32_t uid;			/* IPC_UID_UNKNOWN: any */
	uint32_t flags;			/* IS_CLOUD, IS_CENTRAL */
	uint64_t created_s, used_s;
	bool has_reflected;		/* its key came back; not stored */
	uint8_t *sealed_key;		/* NULL for AUTH_NOTHING */
	size_t sealed_len;
};

struct agent {
	LIST_ENTRY(agent) next;
	char id[IPC_NAME_TEXT];
	uint8_t token[32];		/* SHA-256 of it */
	uint32_t dialect;
	uint64_t created_s, used_s;
};

LIST_HEAD(credential_list, credential);
LIST_HEAD(agent_list, agent);

enum vault_wrap { WRAP_NOTHING, WRAP_PASSPHRASE, WRAP_KEY_FILE };

/* How the master key is wrapped; not secret. */
struct vault_wrapping {
	uint32_t kind;			/* enum vault_wrap */
	uint32_t log2_n, r, p;		/* of scrypt */
	uint8_t salt[32];
};

/* What the vault remembers of the audit log, so that a roll-back shows. */
struct vault_anchor {
	uint64_t seq;
	uint8_t hash[32];
};
