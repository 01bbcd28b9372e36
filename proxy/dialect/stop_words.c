/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/stop_words.h"

#include <stddef.h>
#include <string.h>

static const struct {
	enum dialect dialect;
	const char *word;
	enum neutral_stop stop;
} words[] = {
	{ DIALECT_ANTHROPIC, "end_turn", STOP_END },
	{ DIALECT_ANTHROPIC, "stop_sequence", STOP_SEQUENCE },
	{ DIALECT_ANTHROPIC, "max_tokens", STOP_LENGTH },
	{ DIALECT_ANTHROPIC, "model_context_window_exceeded", STOP_CONTEXT },
	{ DIALECT_ANTHROPIC, "tool_use", STOP_TOOLS },
	{ DIALECT_ANTHROPIC, "refusal", STOP_REFUSAL },
	{ DIALECT_ANTHROPIC, "pause_turn", STOP_PAUSE },
	{ DIALECT_CHAT, "stop", STOP_END },
	{ DIALECT_CHAT, "length", STOP_LENGTH },
	{ DIALECT_CHAT, "tool_calls", STOP_TOOLS },
	{ DIALECT_CHAT, "function_call", STOP_TOOLS },
	{ DIALECT_CHAT, "content_filter", STOP_REFUSAL },
	{ DIALECT_RESPONSES, "max_output_tokens", STOP_LENGTH },
	{ DIALECT_RESPONSES, "content_filter", STOP_REFUSAL },
};

/* Each stop in the client's words; none is decided to be an end first. */
static const char *const written[STOPS][DIALECTS] = {
	[STOP_END] = { NULL, "end_turn", "stop", NULL },
	[STOP_SEQUENCE] = { NULL, "stop_sequence", "stop", NULL },
	[STOP_LENGTH] = { NULL, "max_tokens", "length", "max_output_tokens" },
	[STOP_CONTEXT] = { NULL, "model_context_window_exceeded", "length",
	    "max_output_tokens" },
	[STOP_TOOLS] = { NULL, "tool_use", "tool_calls", NULL },
	[STOP_REFUSAL] = { NULL, "refusal", "content_filter",
	    "content_filter" },
	[STOP_PAUSE] = { NULL, "pause_turn", "stop", NULL },
};

enum neutral_stop
stop_words_read(enum dialect dialect, const char *word)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (words[i].dialect == dialect &&
		    strcmp(words[i].word, word) == 0)
			return words[i].stop;
	return STOP_END;
}

const char *
stop_words_write(enum dialect dialect, enum neutral_stop stop)
{
	return written[stop][dialect];
}

enum neutral_stop
stop_words_decide(enum neutral_stop stop, const struct stop_facts *facts,
    enum dialect to)
{
	/* A call that was cut short must not be run. */
	if (stop == STOP_LENGTH || stop == STOP_CONTEXT ||
	    stop == STOP_REFUSAL)
		return stop;
	if (facts->has_tool)
		return STOP_TOOLS;
	/* The others tell a refusal by its block. */
	if (facts->has_refusal && to == DIALECT_ANTHROPIC)
		return STOP_REFUSAL;
	return stop == STOP_TOOLS || stop == STOP_NONE ? STOP_END : stop;
}
