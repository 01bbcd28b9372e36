/* SPDX-License-Identifier: ISC */
/* What becomes of the members of a Responses request. */
#include "proxy/dialect/field_tables.h"

static const struct field_rule request[] = {
	{ "model", "s", NULL, { BOTH(CARRIED) } },
	{ "input", "sa", NULL, { BOTH(CARRIED) } },
	{ "instructions", "s", NULL, { BOTH(CARRIED) } },
	{ "stream", "b", NULL, { BOTH(CARRIED) } },
	{ "stream_options", "o", NULL, { BOTH(NEEDLESS) } },
	{ "tools", "a", NULL, { BOTH(CARRIED) } },
	{ "tool_choice", "so", NULL, { BOTH(CARRIED) } },
	{ "parallel_tool_calls", "b", NULL, { BOTH(CARRIED) } },
	{ "max_tool_calls", "i", NULL, { BOTH(DROPPED) } },
	{ "max_output_tokens", "i", NULL, { BOTH(CARRIED) } },
	{ "temperature", "n", NULL, { BOTH(CARRIED) } },
	{ "top_p", "n", NULL, { BOTH(CARRIED) } },
	{ "top_logprobs", "i", "0", { BOTH(REFUSED) } },
	{ "reasoning", "o", NULL, { BOTH(CARRIED) } },
	{ "text", "o", NULL, { BOTH(CARRIED) } },
	{ "include", "a", NULL, { BOTH(NEEDLESS) } },
	{ "store", "b", "false", { BOTH(DROPPED) } },
	{ "previous_response_id", "s", NULL, { BOTH(REFUSED) } },
	{ "conversation", "", NULL, { BOTH(REFUSED) } },
	{ "prompt", "o", NULL, { BOTH(REFUSED) } },
	{ "background", "b", "false", { BOTH(REFUSED) } },
	{ "truncation", "s", "\"disabled\"", { BOTH(DROPPED) } },
	{ "context_management", "", NULL, { BOTH(DROPPED) } },
	{ "metadata", "o", "{}", { ANTHROPIC(DROPPED), CHAT(CARRIED) } },
	{ "user", "s", NULL, { BOTH(CARRIED) } },
	{ "safety_identifier", "s", NULL, { BOTH(CARRIED) } },
	{ "service_tier", "s", NULL, { BOTH(CARRIED) } },
	{ "prompt_cache_key", "s", NULL, { BOTH(CARRIED) } },
	{ "prompt_cache_retention", "s", NULL,
	    { ANTHROPIC(DROPPED), CHAT(CARRIED) } },
	{ "prompt_cache_options", "o", NULL,
	    { ANTHROPIC(DROPPED), CHAT(CARRIED) } },
	{ "client_metadata", "", NULL, { BOTH(PRIVATE) } },
};

/* Kinds of item. */
static const struct field_rule item[] = {
	{ "message", "", NULL, { BOTH(CARRIED) } },
	{ "function_call", "", NULL, { BOTH(CARRIED) } },
	{ "function_call_output", "", NULL, { BOTH(CARRIED) } },
	{ "custom_tool_call", "", NULL, { BOTH(CARRIED) } },
	{ "custom_tool_call_output", "", NULL, { BOTH(CARRIED) } },
	{ "reasoning", "", NULL, { BOTH(CARRIED) } },
	{ "additional_tools", "", NULL, { BOTH(CARRIED) } },
	{ "web_search_call", "", NULL, { BOTH(DROPPED) } },
	{ "tool_search_call", "", NULL, { BOTH(DROPPED) } },
	{ "tool_search_output", "", NULL, { BOTH(DROPPED) } },
	{ "file_search_call", "", NULL, { BOTH(DROPPED) } },
	{ "code_interpreter_call", "", NULL, { BOTH(DROPPED) } },
	{ "image_generation_call", "", NULL, { BOTH(DROPPED) } },
	{ "mcp_list_tools", "", NULL, { BOTH(DROPPED) } },
	{ "mcp_call", "", NULL, { BOTH(DROPPED) } },
	{ "mcp_approval_request", "", NULL, { BOTH(DROPPED) } },
	{ "mcp_approval_response", "", NULL, { BOTH(DROPPED) } },
	{ "compaction", "", NULL, { BOTH(DROPPED) } },
	{ "item_reference", "", NULL, { BOTH(REFUSED) } },
	{ "compaction_trigger", "", NULL, { BOTH(REFUSED) } },
};

static const struct field_rule item_members[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "role", "s", NULL, { BOTH(CARRIED) } },
	{ "content", "sa", NULL, { BOTH(CARRIED) } },
	{ "call_id", "s", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "namespace", "s", NULL, { BOTH(CARRIED) } },
	{ "arguments", "s", NULL, { BOTH(CARRIED) } },
	{ "input", "s", NULL, { BOTH(CARRIED) } },
	{ "output", "sa", NULL, { BOTH(CARRIED) } },
	{ "summary", "a", NULL, { BOTH(CARRIED) } },
	{ "encrypted_content", "s", NULL, { BOTH(CARRIED) } },
	{ "tools", "a", NULL, { BOTH(CARRIED) } },
	{ "phase", "s", NULL, { BOTH(DROPPED) } },
	{ "id", "s", NULL, { BOTH(NEEDLESS) } },
	{ "status", "s", NULL, { BOTH(NEEDLESS) } },
	{ "internal_chat_message_metadata_passthrough", "", NULL,
	    { BOTH(PRIVATE) } },
};

/* Kinds of part. */
static const struct field_rule block[] = {
	{ "input_text", "", NULL, { BOTH(CARRIED) } },
	{ "output_text", "", NULL, { BOTH(CARRIED) } },
	{ "text", "", NULL, { BOTH(CARRIED) } },
	{ "refusal", "", NULL, { BOTH(CARRIED) } },
	{ "input_image", "", NULL, { BOTH(CARRIED) } },
	{ "input_file", "", NULL, { BOTH(CARRIED) } },
	{ "input_audio", "", NULL, { ANTHROPIC(REFUSED), CHAT(CARRIED) } },
};

static const struct field_rule block_members[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "text", "s", NULL, { BOTH(CARRIED) } },
	{ "refusal", "s", NULL, { BOTH(CARRIED) } },
	{ "image_url", "s", NULL, { BOTH(CARRIED) } },
	{ "detail", "s", "\"auto\"", { ANTHROPIC(DROPPED), CHAT(CARRIED) } },
	{ "file_data", "s", NULL, { BOTH(CARRIED) } },
	{ "file_url", "s", NULL, { ANTHROPIC(CARRIED), CHAT(REFUSED) } },
	{ "filename", "s", NULL, { BOTH(CARRIED) } },
	{ "file_id", "s", NULL, { BOTH(REFUSED) } },
	{ "input_audio", "o", NULL, { BOTH(CARRIED) } },
	{ "annotations", "a", "[]", { BOTH(DROPPED) } },
	{ "logprobs", "a", "[]", { BOTH(NEEDLESS) } },
	{ "prompt_cache_breakpoint", "", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule tool[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "description", "s", NULL, { BOTH(CARRIED) } },
	{ "parameters", "o", NULL, { BOTH(CARRIED) } },
	{ "strict", "b", NULL, { BOTH(CARRIED) } },
	{ "format", "o", NULL, { BOTH(CARRIED) } },
	{ "tools", "a", NULL, { BOTH(CARRIED) } },
	{ "defer_loading", "b", "false", { BOTH(DROPPED) } },
	{ "output_schema", "o", NULL, { BOTH(DROPPED) } },
};

static const struct field_rule tool_type[] = {
	{ "function", "", NULL, { BOTH(CARRIED) } },
	{ "custom", "", NULL, { BOTH(CARRIED) } },
	{ "namespace", "", NULL, { BOTH(CARRIED) } },
	{ "web_search", "", NULL, { BOTH(CARRIED) } },
	{ "web_search_preview", "", NULL, { BOTH(CARRIED) } },
	/* What Codex offers unasked; the rest somebody wanted: refused. */
	{ "tool_search", "", NULL, { BOTH(DROPPED) } },
	{ "image_generation", "", NULL, { BOTH(DROPPED) } },
};

static const struct field_rule web_search[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "filters", "o", NULL, { BOTH(CARRIED) } },
	{ "user_location", "o", NULL, { BOTH(CARRIED) } },
	{ "search_context_size", "s", "\"medium\"",
	    { ANTHROPIC(DROPPED), CHAT(CARRIED) } },
	{ "external_web_access", "b", "true", { BOTH(DROPPED) } },
	{ "search_content_types", "a", "[\"text\"]", { BOTH(DROPPED) } },
};

static const struct field_rule filters[] = {
	{ "allowed_domains", "a", "[]",
	    { ANTHROPIC(CARRIED), CHAT(DROPPED) } },
};

static const struct field_rule reasoning[] = {
	{ "effort", "s", NULL, { BOTH(CARRIED) } },
	{ "summary", "s", NULL, { ANTHROPIC(CARRIED), CHAT(NEEDLESS) } },
	{ "generate_summary", "s", NULL, { BOTH(NEEDLESS) } },
	{ "context", "s", NULL, { BOTH(DROPPED) } },
	{ "mode", "s", NULL, { BOTH(DROPPED) } },
};

static const struct field_rule text[] = {
	{ "format", "o", NULL, { BOTH(CARRIED) } },
	{ "verbosity", "s", "\"medium\"",
	    { ANTHROPIC(DROPPED), CHAT(CARRIED) } },
};

static const struct field_rule format[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "description", "s", NULL, { ANTHROPIC(DROPPED), CHAT(CARRIED) } },
	{ "schema", "o", NULL, { BOTH(CARRIED) } },
	{ "strict", "b", NULL, { BOTH(CARRIED) } },
};

#define R DIALECT_RESPONSES
const struct field_scope field_scopes_responses[] = {
	SCOPE(R, "request", request),
	SCOPE(R, "item", item),
	SCOPE(R, "item members", item_members),
	SCOPE(R, "block", block),
	SCOPE(R, "block members", block_members),
	SCOPE(R, "tool", tool),
	SCOPE(R, "tool type", tool_type),
	SCOPE(R, "web search", web_search),
	SCOPE(R, "filters", filters),
	SCOPE(R, "reasoning", reasoning),
	SCOPE(R, "text", text),
	SCOPE(R, "format", format),
};
const size_t field_scopes_responses_n =
    sizeof field_scopes_responses / sizeof field_scopes_responses[0];
