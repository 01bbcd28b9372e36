/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/field_policy.h"

#include <assert.h>
#include <string.h>

#include "proxy/dialect/field_tables.h"

const struct field_scope *
field_scopes(enum dialect dialect, size_t *n)
{
	*n = dialect == DIALECT_ANTHROPIC ? field_scopes_anthropic_n :
	    dialect == DIALECT_CHAT ? field_scopes_chat_n :
	    field_scopes_responses_n;
	return dialect == DIALECT_ANTHROPIC ? field_scopes_anthropic :
	    dialect == DIALECT_CHAT ? field_scopes_chat :
	    field_scopes_responses;
}

const struct field_scope *
field_scope_find(enum dialect dialect, const char *name)
{
	const struct field_scope *found = NULL, *scopes;
	size_t n;

	scopes = field_scopes(dialect, &n);
	for (size_t i = 0; i < n && found == NULL; i++)
		if (strcmp(scopes[i].name, name) == 0)
			found = &scopes[i];
	assert(found != NULL);
	return found;
}

const struct field_rule *
field_rule_find(const struct field_scope *scope, const char *member)
{
	for (size_t i = 0; i < scope->n_rules; i++)
		if (scope->rules[i].name[0] == member[0] &&
		    strcmp(scope->rules[i].name, member) == 0)
			return &scope->rules[i];
	return NULL;
}
