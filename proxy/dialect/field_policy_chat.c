/* SPDX-License-Identifier: ISC */
/* What becomes of the members of a Chat Completions request. */
#include "proxy/dialect/field_tables.h"

static const struct field_rule request[] = {
	{ "model", "s", NULL, { BOTH(CARRIED) } },
	{ "messages", "a", NULL, { BOTH(CARRIED) } },
	{ "stream", "b", NULL, { BOTH(CARRIED) } },
	{ "stream_options", "o", NULL, { BOTH(CARRIED) } },
	{ "max_tokens", "i", NULL, { BOTH(CARRIED) } },
	{ "max_completion_tokens", "i", NULL, { BOTH(CARRIED) } },
	{ "tools", "a", "[]", { BOTH(CARRIED) } },
	{ "tool_choice", "so", NULL, { BOTH(CARRIED) } },
	{ "parallel_tool_calls", "b", NULL, { BOTH(CARRIED) } },
	{ "functions", "a", "[]", { BOTH(REFUSED) } },
	{ "function_call", "", NULL, { BOTH(REFUSED) } },
	{ "temperature", "n", NULL, { BOTH(CARRIED) } },
	{ "top_p", "n", NULL, { BOTH(CARRIED) } },
	{ "top_k", "i", NULL, { ANTHROPIC(CARRIED), RESPONSES(DROPPED) } },
	{ "n", "i", "1", { BOTH(REFUSED) } },
	{ "stop", "sa", "[]", { BOTH(CARRIED) } },
	{ "presence_penalty", "n", "0", { BOTH(DROPPED) } },
	{ "frequency_penalty", "n", "0", { BOTH(DROPPED) } },
	{ "logit_bias", "o", "{}", { BOTH(DROPPED) } },
	{ "logprobs", "b", "false", { BOTH(REFUSED) } },
	{ "top_logprobs", "i", "0",
	    { ANTHROPIC(REFUSED), RESPONSES(CARRIED) } },
	{ "seed", "i", NULL, { BOTH(DROPPED) } },
	{ "user", "s", NULL, { BOTH(CARRIED) } },
	{ "safety_identifier", "s", NULL, { BOTH(CARRIED) } },
	{ "response_format", "o", NULL, { BOTH(CARRIED) } },
	{ "reasoning_effort", "s", NULL, { BOTH(CARRIED) } },
	{ "verbosity", "s", "\"medium\"",
	    { ANTHROPIC(DROPPED), RESPONSES(CARRIED) } },
	{ "metadata", "o", "{}", { ANTHROPIC(DROPPED), RESPONSES(CARRIED) } },
	{ "store", "b", "false", { BOTH(DROPPED) } },
	{ "modalities", "a", "[\"text\"]", { BOTH(REFUSED) } },
	{ "audio", "o", NULL, { BOTH(REFUSED) } },
	{ "prediction", "o", NULL, { BOTH(DROPPED) } },
	{ "service_tier", "s", NULL, { BOTH(CARRIED) } },
	{ "web_search_options", "o", NULL, { BOTH(CARRIED) } },
	{ "prompt_cache_key", "s", NULL, { BOTH(CARRIED) } },
	{ "prompt_cache_retention", "s", NULL,
	    { ANTHROPIC(DROPPED), RESPONSES(CARRIED) } },
	{ "prompt_cache_options", "o", NULL,
	    { ANTHROPIC(DROPPED), RESPONSES(CARRIED) } },
};

static const struct field_rule message[] = {
	{ "role", "s", NULL, { BOTH(CARRIED) } },
	{ "content", "sa", NULL, { BOTH(CARRIED) } },
	{ "name", "s", NULL, { BOTH(DROPPED) } },
	{ "refusal", "s", NULL, { BOTH(CARRIED) } },
	{ "tool_calls", "a", "[]", { BOTH(CARRIED) } },
	{ "tool_call_id", "s", NULL, { BOTH(CARRIED) } },
	{ "function_call", "o", NULL, { BOTH(REFUSED) } },
	{ "reasoning_content", "s", NULL, { BOTH(CARRIED) } },
	{ "reasoning", "s", NULL, { BOTH(CARRIED) } },
	{ "reasoning_details", "a", "[]", { BOTH(CARRIED) } },
	{ "audio", "o", NULL, { BOTH(REFUSED) } },
	{ "annotations", "a", "[]", { BOTH(DROPPED) } },
	{ "id", "s", NULL, { BOTH(NEEDLESS) } },
};

/* Kinds of part. */
static const struct field_rule block[] = {
	{ "text", "", NULL, { BOTH(CARRIED) } },
	{ "refusal", "", NULL, { BOTH(CARRIED) } },
	{ "image_url", "", NULL, { BOTH(CARRIED) } },
	{ "file", "", NULL, { BOTH(CARRIED) } },
	{ "input_audio", "", NULL, { ANTHROPIC(REFUSED), RESPONSES(CARRIED) } },
};

static const struct field_rule block_members[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "text", "s", NULL, { BOTH(CARRIED) } },
	{ "refusal", "s", NULL, { BOTH(CARRIED) } },
	{ "image_url", "so", NULL, { BOTH(CARRIED) } },
	{ "file", "o", NULL, { BOTH(CARRIED) } },
	{ "input_audio", "o", NULL, { BOTH(CARRIED) } },
	{ "cache_control", "o", NULL, { BOTH(CARRIED) } },
	{ "prompt_cache_breakpoint", "", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule image_url[] = {
	{ "url", "s", NULL, { BOTH(CARRIED) } },
	{ "detail", "s", "\"auto\"",
	    { ANTHROPIC(DROPPED), RESPONSES(CARRIED) } },
};

static const struct field_rule file[] = {
	{ "file_data", "s", NULL, { BOTH(CARRIED) } },
	{ "filename", "s", NULL, { BOTH(CARRIED) } },
	{ "file_id", "s", NULL, { BOTH(REFUSED) } },
};

static const struct field_rule call[] = {
	{ "id", "s", NULL, { BOTH(CARRIED) } },
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "function", "o", NULL, { BOTH(CARRIED) } },
	{ "custom", "o", NULL, { BOTH(CARRIED) } },
	{ "index", "i", NULL, { BOTH(NEEDLESS) } },
};

/* "function" or "custom" of a call. */
static const struct field_rule called[] = {
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "arguments", "s", NULL, { BOTH(CARRIED) } },
	{ "input", "s", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule tool[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "function", "o", NULL, { BOTH(CARRIED) } },
	{ "custom", "o", NULL, { BOTH(CARRIED) } },
	{ "cache_control", "o", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule tool_type[] = {
	{ "function", "", NULL, { BOTH(CARRIED) } },
	{ "custom", "", NULL, { BOTH(CARRIED) } },
};

/* "function" or "custom" of a tool. */
static const struct field_rule function[] = {
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "description", "s", NULL, { BOTH(CARRIED) } },
	{ "parameters", "o", NULL, { BOTH(CARRIED) } },
	{ "strict", "b", NULL, { BOTH(CARRIED) } },
	{ "format", "o", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule response_format[] = {
	{ "type", "s", NULL, { BOTH(CARRIED) } },
	{ "json_schema", "o", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule json_schema[] = {
	{ "name", "s", NULL, { BOTH(CARRIED) } },
	{ "description", "s", NULL,
	    { ANTHROPIC(DROPPED), RESPONSES(CARRIED) } },
	{ "schema", "o", NULL, { BOTH(CARRIED) } },
	{ "strict", "b", NULL, { BOTH(CARRIED) } },
};

static const struct field_rule stream_options[] = {
	{ "include_usage", "b", NULL, { BOTH(CARRIED) } },
	{ "include_obfuscation", "b", NULL, { BOTH(NEEDLESS) } },
};

static const struct field_rule web_search[] = {
	{ "search_context_size", "s", "\"medium\"",
	    { ANTHROPIC(DROPPED), RESPONSES(CARRIED) } },
	{ "user_location", "o", NULL, { BOTH(CARRIED) } },
};

#define C DIALECT_CHAT
const struct field_scope field_scopes_chat[] = {
	SCOPE(C, "request", request),
	SCOPE(C, "message", message),
	SCOPE(C, "block", block),
	SCOPE(C, "block members", block_members),
	SCOPE(C, "image_url", image_url),
	SCOPE(C, "file", file),
	SCOPE(C, "call", call),
	SCOPE(C, "called", called),
	SCOPE(C, "tool", tool),
	SCOPE(C, "tool type", tool_type),
	SCOPE(C, "function", function),
	SCOPE(C, "response_format", response_format),
	SCOPE(C, "json_schema", json_schema),
	SCOPE(C, "stream_options", stream_options),
	SCOPE(C, "web search", web_search),
};
const size_t field_scopes_chat_n =
    sizeof field_scopes_chat / sizeof field_scopes_chat[0];
