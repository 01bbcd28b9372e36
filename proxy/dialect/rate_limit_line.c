/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/rate_limit_line.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/frame.h"
#include "proxy/iso_time.h"

/*
 * Both vendors count requests and tokens; what else there is has no twin.  Of
 * each: limit, what remains, and when it is reset.
 */
static const struct {
	const char *anthropic, *openai;
	bool is_time;
} names[] = {
	{ "anthropic-ratelimit-requests-limit",
	    "x-ratelimit-limit-requests", false },
	{ "anthropic-ratelimit-requests-remaining",
	    "x-ratelimit-remaining-requests", false },
	{ "anthropic-ratelimit-requests-reset",
	    "x-ratelimit-reset-requests", true },
	{ "anthropic-ratelimit-tokens-limit",
	    "x-ratelimit-limit-tokens", false },
	{ "anthropic-ratelimit-tokens-remaining",
	    "x-ratelimit-remaining-tokens", false },
	{ "anthropic-ratelimit-tokens-reset",
	    "x-ratelimit-reset-tokens", true },
};

#define N_NAMES (sizeof names / sizeof names[0])
#define WAIT_MAX_MS (INT64_C(366) * 24 * 3600 * 1000)

/* "1h2m3.5s", "250ms", "12": milliseconds; false when it is none of these. */
static bool
parse_duration(const char *text, int64_t *ms)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = { { "ms", 1 }, { "h", 3600000 }, { "m", 60000 },
		{ "s", 1000 }, { "d", 86400000 } };
	double total = 0;

	if (*text == '\0')
		return false;
	while (*text != '\0') {
		double n = 0, place = 1;
		double factor = 0;
		size_t len = 0;

		if (!isdigit((unsigned char)*text))
			return false;
		for (; isdigit((unsigned char)*text) && n < 1e12; text++)
			n = n * 10 + (*text - '0');
		if (*text == '.')
			for (text++; isdigit((unsigned char)*text); text++)
				n += (*text - '0') * (place /= 10);
		for (size_t i = 0; factor == 0 &&
		    i < sizeof units / sizeof units[0]; i++) {
			len = strlen(units[i].unit);
			if (strncmp(text, units[i].unit, len) == 0)
				factor = units[i].ms;
		}
		if (factor == 0 && *text != '\0')
			return false;
		total += n * (factor != 0 ? factor : 1000);
		text += factor != 0 ? len : 0;
	}
	if (total > (double)WAIT_MAX_MS)
		return false;
	*ms = (int64_t)total;
	return true;
}

/* As they are written there: "6m0s", "1h0m0s", "17s", "250ms". */
static void
format_duration(int64_t ms, char value[RATE_LIMIT_VALUE])
{
	long long s = (long long)ms / 1000;

	if (ms < 1000)
		snprintf(value, RATE_LIMIT_VALUE, "%lldms", (long long)ms);
	else if (s < 60)
		snprintf(value, RATE_LIMIT_VALUE, "%llds", s);
	else if (s < 3600)
		snprintf(value, RATE_LIMIT_VALUE, "%lldm%llds", s / 60, s % 60);
	else
		snprintf(value, RATE_LIMIT_VALUE, "%lldh%lldm%llds", s / 3600,
		    s / 60 % 60, s % 60);
}

static bool
convert_time(enum dialect to, int64_t now_s, const char *from,
    char value[RATE_LIMIT_VALUE])
{
	char text[ISO_TIME_TEXT];
	int64_t ms, at_s;

	if (to != DIALECT_ANTHROPIC) {
		if (!iso_time_parse(from, &at_s) ||
		    at_s - now_s > WAIT_MAX_MS / 1000)
			return false;
		format_duration(at_s > now_s ? (at_s - now_s) * 1000 : 0,
		    value);
		return true;
	}
	if (!parse_duration(from, &ms))
		return false;
	/* Whole seconds, upwards: better to wait than to be refused. */
	iso_time_format((now_s + (ms + 999) / 1000) * 1000, text);
	snprintf(value, RATE_LIMIT_VALUE, "%.19sZ", text);
	return true;
}

static bool
convert_count(const char *from, char value[RATE_LIMIT_VALUE])
{
	if (strspn(from, "0123456789") != strlen(from) || *from == '\0' ||
	    strlen(from) >= RATE_LIMIT_VALUE)
		return false;
	snprintf(value, RATE_LIMIT_VALUE, "%s", from);
	return true;
}

static bool
convert(const struct header_line *line, enum dialect to, int64_t now_s,
    char name[RATE_LIMIT_NAME], char value[RATE_LIMIT_VALUE])
{
	for (size_t i = 0; i < N_NAMES; i++) {
		const char *from = to == DIALECT_ANTHROPIC ? names[i].openai
		    : names[i].anthropic;

		if (strcmp(line->name, from) != 0)
			continue;
		snprintf(name, RATE_LIMIT_NAME, "%s", to == DIALECT_ANTHROPIC
		    ? names[i].anthropic : names[i].openai);
		return names[i].is_time
		    ? convert_time(to, now_s, line->value, value)
		    : convert_count(line->value, value);
	}
	return false;
}

void
rate_limit_convert(struct rate_limit_lines *out, enum dialect to,
    int64_t now_s, const struct header_line *lines, size_t n)
{
	out->n = 0;
	for (size_t i = 0; i < n && out->n < RATE_LIMIT_LINES; i++)
		if (convert(&lines[i], to, now_s, out->line[out->n].name,
		    out->line[out->n].value))
			out->n++;
}

static bool
find_value(const char *lines, size_t len, const char *name,
    char value[RATE_LIMIT_VALUE])
{
	const char *at = lines, *end = lines + len;
	struct frame_line line;

	while (frame_next_line(&at, end, &line))
		if (line.name_len == strlen(name) &&
		    memcmp(line.name, name, line.name_len) == 0 &&
		    line.value_len < RATE_LIMIT_VALUE) {
			memcpy(value, line.value, line.value_len);
			value[line.value_len] = '\0';
			return true;
		}
	return false;
}

/* Of what has run out by the line 'remaining'; 0 when it has not. */
static int64_t
wait_ms(const char *lines, size_t len, int64_t now_s, const char *remaining,
    const char *reset)
{
	char value[RATE_LIMIT_VALUE];
	int64_t ms, at_s;

	if (!find_value(lines, len, remaining, value) ||
	    strcmp(value, "0") != 0 || !find_value(lines, len, reset, value))
		return 0;
	if (parse_duration(value, &ms))
		return ms;
	return iso_time_parse(value, &at_s) && at_s > now_s &&
	    at_s - now_s < WAIT_MAX_MS / 1000 ? (at_s - now_s) * 1000 : 0;
}

int64_t
rate_limit_wait_ms(const char *lines, size_t len, int64_t now_s)
{
	int64_t longest_ms = 0;

	for (size_t i = 0; i < N_NAMES; i += 3) {
		int64_t a_ms = wait_ms(lines, len, now_s,
		    names[i + 1].anthropic, names[i + 2].anthropic);
		int64_t o_ms = wait_ms(lines, len, now_s,
		    names[i + 1].openai, names[i + 2].openai);

		longest_ms = a_ms > longest_ms ? a_ms : longest_ms;
		longest_ms = o_ms > longest_ms ? o_ms : longest_ms;
	}
	return longest_ms;
}
