/* SPDX-License-Identifier: ISC */
/*
 * field_tables: how the tables of field_policy are written down.
 *
 * Each dialect has a file field_policy_<dialect>.c with its scopes.  A row is
 *	{ "member", "types", harmless, { fates at the two other dialects } }
 */
#pragma once

#include "proxy/dialect/field_policy.h"

#define ANTHROPIC(fate) [DIALECT_ANTHROPIC] = FATE_##fate
#define CHAT(fate) [DIALECT_CHAT] = FATE_##fate
#define RESPONSES(fate) [DIALECT_RESPONSES] = FATE_##fate
/* The same at both. */
#define BOTH(fate) [1 ... DIALECTS - 1] = FATE_##fate

#define SCOPE(dialect, name, rules) \
	{ dialect, name, rules, sizeof rules / sizeof rules[0] }

extern const struct field_scope field_scopes_anthropic[];
extern const size_t field_scopes_anthropic_n;
extern const struct field_scope field_scopes_chat[];
extern const size_t field_scopes_chat_n;
extern const struct field_scope field_scopes_responses[];
extern const size_t field_scopes_responses_n;
