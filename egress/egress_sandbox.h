/* SPDX-License-Identifier: ISC */
/* egress_sandbox: TLS over handed descriptors; nothing can be opened. */
#pragma once

struct sandbox;

extern const struct sandbox egress_sandbox;
