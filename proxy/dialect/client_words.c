/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/client_words.h"

#include "proxy/dialect/reading.h"

static const struct client_words words[DIALECTS] = {
	[DIALECT_ANTHROPIC] = {
		.max_tokens = "max_tokens",
		.stops = "stop_sequences",
		.effort = "thinking",
		.format = "output_config.format",
		.verbosity = "output_config",
		.messages = "messages",
		.thought = "messages[].content[].thinking",
		.call = "messages[].content[].tool_use",
		.result = "messages[].content[].tool_result",
		.result_error = "messages[].content[].is_error",
		.result_media = "messages[].content[].content[].source",
		.cache = "cache_control",
		.strict = "tools[].strict",
		.custom = "tools[].type",
	},
	[DIALECT_CHAT] = {
		.max_tokens = "max_completion_tokens",
		.stops = "stop",
		.effort = "reasoning_effort",
		.format = "response_format",
		.verbosity = "verbosity",
		.messages = "messages",
		.thought = "messages[].reasoning_content",
		.call = "messages[].tool_calls[]",
		.result = "messages[].tool_call_id",
		.result_error = "messages[].content",
		.result_media = "messages[].content[]",
		.cache = "messages[].content[].prompt_cache_breakpoint",
		.strict = "tools[].function.strict",
		.custom = "tools[].custom",
	},
	[DIALECT_RESPONSES] = {
		.max_tokens = "max_output_tokens",
		.stops = "stop",
		.effort = "reasoning.effort",
		.format = "text.format",
		.verbosity = "text.verbosity",
		.messages = "input",
		.thought = "input[].reasoning",
		.call = "input[].function_call",
		.result = "input[].function_call_output",
		.result_error = "input[].output",
		.result_media = "input[].output[].input_image",
		.cache = "input[].content[].prompt_cache_breakpoint",
		.strict = "tools[].strict",
		.custom = "tools[].format",
	},
};

const struct client_words *
client_words(enum dialect dialect)
{
	return &words[dialect];
}
