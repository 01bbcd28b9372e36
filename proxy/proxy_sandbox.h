/* SPDX-License-Identifier: ISC */
/*
 * proxy_sandbox: what the proxy may do: accept, pair up, read two folders and
 * append to a third.  No socket of the network's, no connecting, no running.
 */
#pragma once

#include "common/confine/sandbox.h"

extern const struct sandbox proxy_sandbox;
