/* SPDX-License-Identifier: ISC */
/*
 * granting: one grant from the question to the ticket.
 *
 *	asked -> recorded on the disk -> egress serving -> ticket
 *
 * In that order (I4): the ticket cannot exist before its record.  Each waits
 * under one deadline; what is not granted by then is denied with the reason.
 */
#pragma once

#define GRANTS_MAX 4096		/* that wait at a time, whoever asks */

struct broker;
struct egress;
struct err;

void granting_egress_ready(struct broker *, struct egress *);
void granting_egress_gone(struct broker *, const struct egress *);

/* Denies all that wait: the vault was locked, or the proxy is gone. */
void granting_deny_all(struct broker *, const struct err *);
