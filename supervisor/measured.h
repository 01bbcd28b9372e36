/* SPDX-License-Identifier: ISC */
/* measured: what the kernel shows of a process's confinement. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct ipc_ready;

/*
 * Sets seccomp and no_new_privs, which it shows of any process, and whether
 * capabilities are in effect: of the weakest of its threads.  false when it does
 * not show all of them.
 */
bool measured_read(pid_t, struct ipc_ready *, bool *has_capabilities);
