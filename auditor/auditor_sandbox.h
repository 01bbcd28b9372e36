/* SPDX-License-Identifier: ISC */
/* auditor_sandbox: the walls of cofferdam-auditor. */
#pragma once

#include "common/confine/sandbox.h"

extern const struct sandbox auditor_sandbox;
