/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/model_traits.h"

#include <ctype.h>
#include <string.h>

#define CLAUDE_OLD (IS_CLAUDE | TAKES_BUDGET)
#define CLAUDE_4_6 (IS_CLAUDE | TAKES_BUDGET | TAKES_ADAPTIVE | NO_PREFILL | \
	TAKES_FORMAT | TAKES_MAX)
#define CLAUDE_4_7 (IS_CLAUDE | TAKES_ADAPTIVE | FIXED_SAMPLING | \
	NO_PREFILL | TAKES_FORMAT | TAKES_XHIGH | TAKES_MAX)
#define CLAUDE_4_8 (CLAUDE_4_7 | TAKES_MID_SYSTEM)
#define CLAUDE_5_1 (CLAUDE_4_8 | THINKS_ALWAYS | NO_FORCED_TOOL)
/* Of one that is yet to come: what all since 4.6 take. */
#define CLAUDE_NEXT (IS_CLAUDE | TAKES_ADAPTIVE | FIXED_SAMPLING | \
	NO_PREFILL | TAKES_FORMAT | TAKES_MAX)

#define O_SERIES (IS_OPENAI | TAKES_EFFORT | TAKES_DEVELOPER | \
	WANTS_COMPLETION_TOKENS)
#define GPT_5 (O_SERIES | TAKES_MINIMAL)
#define GPT_5_1 (O_SERIES | TAKES_EFFORT_NONE)
#define GPT_5_2 (GPT_5_1 | TAKES_XHIGH)
#define GPT_5_6 (GPT_5_2 | TAKES_MAX | TAKES_BREAKPOINTS)
#define GPT_ALWAYS (GPT_5_6 & ~(uint32_t)TAKES_EFFORT_NONE)
/* One effort only, which goes without saying. */
#define GPT_FIXED (IS_OPENAI | FIXED_SAMPLING | TAKES_DEVELOPER | \
	WANTS_COMPLETION_TOKENS)

/* Compatible hosts. */
#define OTHERS (TAKES_BUDGET | TAKES_FORMAT | TAKES_UNKNOWN)
#define DEEPSEEK (TAKES_BUDGET | TAKES_UNKNOWN | WANTS_REASONING_BACK)

/* The longest prefix that fits counts, whatever its place here. */
static const struct model_traits table[] = {
	{ "claude-3", "claude-3", IS_CLAUDE, 8192 },
	{ "claude-3-7", "claude-3-7", CLAUDE_OLD, 64000 },
	{ "claude-sonnet-4", "claude-sonnet-4", CLAUDE_OLD, 64000 },
	{ "claude-opus-4", "claude-opus-4", CLAUDE_OLD, 32000 },
	{ "claude-opus-4-1", "claude-opus-4-1", CLAUDE_OLD | TAKES_FORMAT,
	    32000 },
	{ "claude-sonnet-4-5", "claude-sonnet-4-5",
	    CLAUDE_OLD | TAKES_FORMAT, 64000 },
	{ "claude-opus-4-5", "claude-opus-4-5", CLAUDE_OLD | TAKES_FORMAT,
	    64000 },
	{ "claude-haiku-4-5", "claude-haiku-4-5", CLAUDE_OLD | TAKES_FORMAT,
	    64000 },
	{ "claude-sonnet-4-6", "claude-sonnet-4-6", CLAUDE_4_6, 128000 },
	{ "claude-opus-4-6", "claude-opus-4-6", CLAUDE_4_6, 128000 },
	{ "claude-opus-4-7", "claude-opus-4-7", CLAUDE_4_7, 128000 },
	{ "claude-opus-4-8", "claude-opus-4-8", CLAUDE_4_8, 128000 },
	{ "claude-sonnet-5", "claude-sonnet-5", CLAUDE_4_7, 128000 },
	{ "claude-sonnet-5-5", "claude-sonnet-5-5", CLAUDE_5_1, 128000 },
	{ "claude-opus-5", "claude-opus-5", CLAUDE_4_8, 128000 },
	{ "claude-opus-5-5", "claude-opus-5-5", CLAUDE_5_1, 128000 },
	{ "claude-haiku-5-5", "claude-haiku-5-5", CLAUDE_4_8, 128000 },
	{ "claude-fable-5", "claude-fable-5", CLAUDE_4_8 | THINKS_ALWAYS,
	    128000 },
	{ "claude-fable-5-1", "claude-fable-5-1", CLAUDE_5_1, 128000 },
	{ "claude-mythos", "claude-mythos", CLAUDE_4_8 | THINKS_ALWAYS,
	    128000 },
	{ "claude-mythos-5-1", "claude-mythos-5-1", CLAUDE_5_1, 128000 },
	{ "claude-", "claude", CLAUDE_NEXT, 0 },

	{ "gpt-3.5", "gpt-3.5", IS_OPENAI, 4096 },
	{ "gpt-4", "gpt-4", IS_OPENAI, 8192 },
	{ "gpt-4-turbo", "gpt-4-turbo", IS_OPENAI, 4096 },
	{ "gpt-4o-search", "gpt-4o", IS_OPENAI | SEARCHES, 16384 },
	{ "gpt-4o-mini-search", "gpt-4o", IS_OPENAI | SEARCHES, 16384 },
	{ "gpt-4o", "gpt-4o", IS_OPENAI, 16384 },
	{ "gpt-4.1", "gpt-4.1", IS_OPENAI, 32768 },
	{ "chatgpt-", "chatgpt", IS_OPENAI, 16384 },
	{ "o1", "o1", O_SERIES, 100000 },
	{ "o3", "o3", O_SERIES, 100000 },
	{ "o4", "o4", O_SERIES, 100000 },
	{ "gpt-5", "gpt-5", GPT_5, 128000 },
	{ "gpt-5-chat", "gpt-5-chat", IS_OPENAI | WANTS_COMPLETION_TOKENS,
	    16384 },
	{ "gpt-5-codex", "gpt-5-codex", O_SERIES, 128000 },
	{ "gpt-5-pro", "gpt-5-pro", GPT_FIXED, 272000 },
	{ "gpt-5.1", "gpt-5.1", GPT_5_1, 128000 },
	{ "gpt-5.1-chat", "gpt-5.1-chat", GPT_FIXED, 16384 },
	{ "gpt-5.2", "gpt-5.2", GPT_5_2, 128000 },
	{ "gpt-5.2-chat", "gpt-5.2-chat", GPT_FIXED, 16384 },
	{ "gpt-5.3", "gpt-5.3", GPT_5_2, 128000 },
	{ "gpt-5.3-chat", "gpt-5.3-chat", GPT_FIXED, 16384 },
	{ "gpt-5.4", "gpt-5.4", GPT_5_2, 128000 },
	{ "gpt-5.5", "gpt-5.5", GPT_5_2, 128000 },
	{ "gpt-5.6", "gpt-5.6", GPT_5_6, 128000 },
	{ "gpt-6", "gpt-6", GPT_5_6, 128000 },
	{ "gpt-6-astra", "gpt-6-astra", GPT_ALWAYS, 128000 },
	{ "gpt-6.1", "gpt-6.1", GPT_5_6, 128000 },
	{ "gpt-6.1-sol", "gpt-6.1-sol", GPT_ALWAYS, 128000 },
	{ "codex-", "codex", GPT_5_2, 128000 },

	{ "gpt-oss", "gpt-oss", TAKES_EFFORT | TAKES_UNKNOWN | TAKES_FORMAT,
	    0 },
	{ "deepseek", "deepseek", DEEPSEEK, 0 },
	{ "deepseek-v4", "deepseek-v4", DEEPSEEK | TAKES_EFFORT | TAKES_MAX,
	    0 },
	{ "kimi", "kimi", OTHERS | WANTS_REASONING_BACK, 0 },
	{ "", NULL, OTHERS, 0 },
};

/* Without "vendor/" and "region.vendor.". */
static const char *
bare_name(const char *model)
{
	const char *slash = strrchr(model, '/');
	const char *bare = slash != NULL ? slash + 1 : model;
	const char *dot = strstr(bare, "anthropic.");

	return dot != NULL ? dot + strlen("anthropic.") : bare;
}

/* Some hosts say "claude-opus-4.6" where the vendor says "-4-6". */
static bool
begins(const char *name, const char *prefix)
{
	bool is_claude = strncmp(prefix, "claude-", 7) == 0;

	for (; *prefix != '\0'; name++, prefix++)
		if (tolower((unsigned char)*name) != *prefix &&
		    !(is_claude && *name == '.' && *prefix == '-'))
			return false;
	return true;
}

const struct model_traits *
model_traits_find(const char *model)
{
	const char *bare = bare_name(model);
	const struct model_traits *best = NULL;
	size_t best_len = 0;

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		size_t len = strlen(table[i].prefix);

		if ((best == NULL || len > best_len) &&
		    begins(bare, table[i].prefix)) {
			best = &table[i];
			best_len = len;
		}
	}
	return best;
}

const char *
model_family(const char *model)
{
	const char *family = model_traits_find(model)->family;

	return family != NULL ? family : bare_name(model);
}
