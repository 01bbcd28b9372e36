/* SPDX-License-Identifier: ISC */
/*
 * dry_run: TLS with ourselves, in memory, before the sandbox closes.
 *
 * OpenSSL looks up algorithms, lays out tables and asks the system when it
 * first needs something; a confined process may not.  So a whole handshake and
 * some bytes happen once, in each version that we speak, with a certificate
 * made on the spot that nobody else ever sees.
 */
#pragma once

#include <stdbool.h>

struct err;

/* ERR_INTERNAL with what did not work. */
bool dry_run(struct err *);
