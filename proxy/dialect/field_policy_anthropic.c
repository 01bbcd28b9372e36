/* SPDX-License-Identifier: ISC */
/* What becomes of the members of a Messages request. */
#include "proxy/dialect/field_tables.h"

static const struct field_rule request[] = {
	{ "model", "s", NULL, { BOTH(CARRIED) } },
	{ "messages", "a", NULL, { BOTH(CARRIED) } },
	{ "max_tokens", "i", NULL, { BOTH(CARRIED) } },
	{ "system", "sa", NULL, { BOTH(CARRIED) } },
	{ "stream", "b", NULL, { BOTH(CARRIED) } },
	{ "tools", "a", NULL, { BOTH(CARRIED) } },
	{ "tool_choice", "o", NULL, { BOTH(CARRIED) } },
	{ "temperature", "n", NULL, { BOTH(CARRIED) } },
	{ "top_p", "n", NULL, { BOTH(CARRIED) } },
	{ "top_k", "i", NULL, { BOTH(DROPPED) } },
	{ "stop_sequences", "a", "[]", { BOTH(CARRIED) } },
	{ "metadata", "o", NULL, { BOTH(CARRIED) } },
	{ "thinking", "o", NULL, { BOTH(CARRIED) } },
	{ "output_config", "o", NULL, { BOTH(CARRIED) } },
	{ "output_format", "o", NULL, { BOTH(CARRIED) } },
	{ "service_tier", "s", NULL, { BOTH(CARRIED) } },
	{ "speed", "s", "\"standard\"", { BOTH(CARRIED) } },
	{ "cache_control", "o", NULL, { BOTH(DROPPED) } },
	{ "container", "", NULL, { BOTH(REFUSED) } },
	{ "mcp_servers", "a", "[]", { BOTH(REFUSED) } },
	{ "context_management", "o", NULL, { BOTH(DROPPED) } },
	{ "inference_geo", "s", NULL, { BOTH(REFUSED) } },
	{ "diagnostics", "", NULL, { BOTH(PRIVATE) } },
	{ "safeguards", "", NULL, { BOTH(PRIVATE) } },
};

static const struct field_rule message[] = {
	{ "role", "s", NULL, { BOTH(CARRIED) } },
	{ "content", "sa", NULL, { BOTH(CARRIED) } },
	{ "output_config", "o", NULL, { BOTH(DROPPED) } },
	{ "id", "s", NULL, { BOTH(NEEDLESS) } },
};

/* The kinds of block, as "type" names them. */
static const struct field_rule block[] = {
	{ "text", "", NULL, { BOTH(CARRIED) } },
	{ "image", "", NULL, { BOTH(CARRIED) } },
	{ "document", "", NULL, { BOTH(CARRIED) } },
	{ "search_result", "", NULL, { BOTH(CARRIED) } },
	{ "thinking", "", NULL, { BOTH(CARRIED) } },
	{ "redacted_thinking", "", NULL, { BOTH(CARRIED) } },
	{ "tool_use", "", NULL, { BOTH(CARRIED) } },
	{ "tool_result", "", NULL, { BOTH(CARRIED) } },
	{ "tool_reference", "", NULL, { BOTH(CARRIED) } },
	{ "compaction", "", NULL, { BOTH(CARRIED) } },
	{ "tool_addition", "", NULL, { BOTH(CARRIED) } },
	{ "tool_removal", "", NULL, { BOTH(CARRIED) } },
	{ "server_tool_use", "", NULL, { BOTH(DROPPED) } },
	{ "web_search_tool_result", "", NULL, { BOTH(DROPPED) } },
	{ "web_fetch_tool_result", "", NULL, { BOTH(DROPPED) } },
	{ "tool_search_tool_result", "", NULL, { BOTH(DROPPED) } },
	{ "code_execution_tool_result", "", NULL, { BOTH(DROPPED) } },
	{ "bash_code_execution_tool_result", "", NULL, { BOTH(DROPPED) } },
	{ "text_editor_code_execution_tool_result", "", NULL,
	    { BOTH(DROPPED) } },
	{ "mcp_tool_use", "", NULL, { BOTH(DROPPED) } },
	{ "mcp_tool_result", "", NULL, { BOTH(DROPPED) } },
	{ "fallback", "", NULL, { BOTH(DROPPED) } },
	{ "container_upload", "", NULL, { BOTH(REFUSED) } },
};

/* Members of a block of any kind. */
static const struct field_rule block_members[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "text", "s", NULL, { BOTH(CARRIED) } },
	{ "cache_control", "o", NULL, { BOTH(CARRIED) } },
	{ "source", "", NULL, { BOTH(CARRIED) } },
	{ "title", "s", NULL, { BOTH(CARRIED) } },
	{ "context", "s", NULL, { BOTH(DROPPED) } },
	{ "citations", "oa", "[]", { BOTH(DROPPED) } },
	{ "thinking", "s", NULL, { BOTH(CARRIED) } },
	{ "signature", "s", NULL, { BOTH(CARRIED) } },
	{ "data", "s", NULL, { BOTH(CARRIED) } },
	{ "id", "s", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "input", "", NULL, { BOTH(CARRIED) } },
	{ "caller", "", NULL, { BOTH(NEEDLESS) } },
	{ "tool_use_id", "s", NULL, { BOTH(CARRIED) } },
	{ "tool_name", "s", NULL, { BOTH(CARRIED) } },
	{ "tool", "o", NULL, { BOTH(CARRIED) } },
	{ "content", "sa", NULL, { BOTH(CARRIED) } },
	{ "is_error", "b", "false", { BOTH(CARRIED) } },
};

static const struct field_rule source[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "media_type", "s", NULL, { BOTH(CARRIED) } },
	{ "data", "s", NULL, { BOTH(CARRIED) } },
	{ "url", "s", NULL, { BOTH(CARRIED) } },
	{ "content", "sa", NULL, { BOTH(CARRIED) } },
	{ "file_id", "s", NULL, { BOTH(REFUSED) } },
};

static const struct field_rule tool[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "description", "s", NULL, { BOTH(CARRIED) } },
	{ "input_schema", "o", NULL, { BOTH(CARRIED) } },
	{ "strict", "b", NULL, { BOTH(CARRIED) } },
	{ "cache_control", "o", NULL, { BOTH(CARRIED) } },
	{ "defer_loading", "b", "false", { BOTH(DROPPED) } },
	{ "eager_input_streaming", "b", NULL, { BOTH(DROPPED) } },
	{ "input_examples", "a", "[]", { BOTH(DROPPED) } },
	{ "allowed_callers", "a", "[\"direct\"]", { BOTH(DROPPED) } },
};

/* Tools that are not the client's, by the beginning of their type. */
static const struct field_rule tool_type[] = {
	{ "custom", "", NULL, { BOTH(CARRIED) } },
	{ "web_search_", "", NULL, { BOTH(CARRIED) } },
	{ "tool_search_", "", NULL, { BOTH(DROPPED) } },
};

static const struct field_rule web_search[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "max_uses", "i", NULL, { BOTH(DROPPED) } },
	{ "allowed_domains", "a", "[]",
	    { CHAT(DROPPED), RESPONSES(CARRIED) } },
	{ "blocked_domains", "a", "[]", { BOTH(DROPPED) } },
	{ "user_location", "o", NULL, { BOTH(CARRIED) } },
	{ "cache_control", "o", NULL, { BOTH(DROPPED) } },
};

static const struct field_rule tool_choice[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "disable_parallel_tool_use", "b", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule thinking[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "budget_tokens", "i", NULL, { BOTH(CARRIED) } },
	{ "display", "s", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule output_config[] = {
	{ "effort", "s", NULL, { BOTH(CARRIED) } },
	{ "format", "o", NULL, { BOTH(CARRIED) } },
	{ "task_budget", "", NULL, { BOTH(DROPPED) } },
};

static const struct field_rule format[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "schema", "o", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule metadata[] = {
	{ "user_id", "s", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule cache_control[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "ttl", "s", "\"5m\"", { BOTH(DROPPED) } },
	{ "scope", "s", NULL, { BOTH(DROPPED) } },
};

#define A DIALECT_ANTHROPIC
const struct field_scope field_scopes_anthropic[] = {
	SCOPE(A, "request", request),
	SCOPE(A, "message", message),
	SCOPE(A, "block", block),
	SCOPE(A, "block members", block_members),
	SCOPE(A, "source", source),
	SCOPE(A, "tool", tool),
	SCOPE(A, "tool type", tool_type),
	SCOPE(A, "web search", web_search),
	SCOPE(A, "tool_choice", tool_choice),
	SCOPE(A, "thinking", thinking),
	SCOPE(A, "output_config", output_config),
	SCOPE(A, "format", format),
	SCOPE(A, "metadata", metadata),
	SCOPE(A, "cache_control", cache_control),
};
const size_t field_scopes_anthropic_n =
    sizeof field_scopes_anthropic / sizeof field_scopes_anthropic[0];
