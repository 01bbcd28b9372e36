/* SPDX-License-Identifier: ISC */
/*
 * thomas_secrets: the two files of a thomas home that hold secrets:
 *
 *	credentials.json	{"providers":[{"provider","type","key",...}]}
 *	agents.json		{"connected":{"<agent>":{"token",...}}}
 *
 * Their text is read into locked memory and searched there: no piece of it is
 * ever copied but the one secret that is asked for.  An image that does this
 * asks nobody but the broker, and ends (I1).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/ipc.h"

struct err;
struct secret;

struct thomas_secrets {
	char *text;	/* NULL: not open */
	size_t room;
};

/* A file that is absent is an empty one.  Close it in any case. */
bool thomas_secrets_open(struct thomas_secrets *, const char *home,
    const char *name, struct err *);
void thomas_secrets_close(struct thomas_secrets *);

/* Is it an object, whose member, if it is there, starts so? */
bool thomas_secrets_fit(const struct thomas_secrets *, const char *member,
    char opens);

enum thomas_kind {
	THOMAS_KEY,
	THOMAS_REFERENCE,	/* the key is somewhere else */
	THOMAS_LOGIN		/* a subscription's: no key */
};

struct thomas_entry {
	char id[IPC_NAME_TEXT];	/* "": none that could be taken over */
	enum thomas_kind kind;
	size_t at, len;		/* the secret's place in the text */
};

/* The n-th credential, or agent, from 0; false: there are no more. */
bool thomas_secrets_credential(struct thomas_secrets *, size_t n,
    struct thomas_entry *);
bool thomas_secrets_agent(struct thomas_secrets *, size_t n,
    struct thomas_entry *);

/* A copy of its secret; NULL with ERR_KEY_INVALID. */
struct secret *thomas_secrets_take(const struct thomas_secrets *,
    const struct thomas_entry *, struct err *);
