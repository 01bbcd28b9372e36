/* SPDX-License-Identifier: ISC */
/*
 * changes: a change of the vault is done when it is on the disk.
 *
 * The change is made in memory first; the sealed image of the whole then goes
 * to the supervisor, which replaces the file.  Who asked is answered when that
 * is done.  If it fails, memory goes back to what is stored, and he is told
 * why.
 */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include "common/errors.h"
#include "common/url.h"

struct broker;
struct channel;

/* What to say when it is stored. */
struct change {
	STAILQ_ENTRY(change) next;
	uint64_t generation;	/* of the first image that has it */
	struct channel *asker;	/* NULL: gone, or nobody */
	uint64_t value;		/* of the DONE */
	char text[URL_MAX];
};

/*
 * Stores what is in memory and then sends DONE{value, text} to 'asker'.  The
 * log is told too: its record names the generation, so that a roll-back shows.
 */
void changes_store(struct broker *, struct channel *asker, uint64_t value,
    const char *text);

/* The vault is being locked: what no image has yet is lost, and said to be. */
void changes_refuse(struct broker *, const struct err *why);

/* A caller is gone: he is not answered. */
void changes_forget(struct broker *, const struct channel *asker);
