/* SPDX-License-Identifier: ISC */
/*
 * starts: did what was before each start of the broker end as it should?
 *
 * A broker that ends signs its last record, so a start that follows upon no
 * signature tells of a crash, or of records that somebody added while nobody
 * was there to sign.  Without the vault open there is no key to sign with: then
 * the last record is the stop itself, and nothing between the lock, behind a
 * signature, and that stop is of the kind that needs an open vault.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;

#define STARTS_MAX 100	/* that are told by their numbers; all are counted */

struct starts {
	bool has_before;	/* a record that is no header of a file */
	bool is_signed;		/* the one before is a good signature */
	bool is_stop;		/* the one before is a stop */
	bool is_open;		/* the vault, as far as records tell */
	bool is_in_use;		/* something of an open vault is not signed */
	uint64_t n_stops;	/* since the last start */
	uint64_t n_unclean;
	uint64_t unclean[STARTS_MAX];	/* their numbers */
};

/* The next record; a signature counts when it is good. */
enum starts_signature { STARTS_UNSIGNED, STARTS_SIGNED };
void starts_note(struct starts *, const struct line *, enum starts_signature);
