/* SPDX-License-Identifier: ISC */
/* connector_sandbox: the only one with which a connection can be opened. */
#pragma once

struct sandbox;

extern const struct sandbox connector_sandbox;
