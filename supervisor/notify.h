/* SPDX-License-Identifier: ISC */
/*
 * notify: a word to the service manager that started us.
 *
 * One datagram to the socket that $NOTIFY_SOCKET names; source: sd_notify(3).
 */
#pragma once

/* "READY=1".  Without $NOTIFY_SOCKET nobody is told. */
void notify_send(const char *text);
