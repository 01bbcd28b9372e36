/* SPDX-License-Identifier: ISC */
/*
 * later_cofferdam: the command as a later version has it.  Its words have
 * another number on the wire, and that is all.
 */
#include "common/ipc_messages.h"

enum { VERSION_NOW = IPC_VERSION };

#undef IPC_VERSION
#define IPC_VERSION (VERSION_NOW + 1u)

#include "common/ipc.c"
#include "common/ipc_socket.c"
