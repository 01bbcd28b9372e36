/* SPDX-License-Identifier: ISC */
/*
 * key_drop: every key out of every process, now (SIGUSR1).
 *
 * The egresses are killed at once; the broker locks, which it records.  If it
 * has not done so within two seconds it is killed as well, and starts locked.
 */
#pragma once

#include <stdbool.h>

struct err;
struct supervisor;

/* ERR_NO_MEMORY. */
bool key_drop_open(struct supervisor *, struct err *);
void key_drop_close(struct supervisor *);

void key_drop_now(struct supervisor *);
/* Kills all egresses. */
void key_drop_egresses(struct supervisor *);
/* The broker says that it is locked. */
void key_drop_done(struct supervisor *);
