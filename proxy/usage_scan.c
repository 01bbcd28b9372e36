/* SPDX-License-Identifier: ISC */
#include "proxy/usage_scan.h"

#include <ctype.h>
#include <string.h>

/* What a member's name stands for.  0: nothing that matters. */
enum name { OTHER, USAGE, WRAPPER, CHOICES, FINISH, INPUT, OUTPUT, CACHE_READ,
	CACHE_WRITE, REASONING, DETAILS, MODEL };

static const struct {
	const char *text;
	enum name name;
} names[] = {
	{ "usage", USAGE },
	{ "model", MODEL },
	{ "message", WRAPPER },
	{ "response", WRAPPER },
	{ "choices", CHOICES },
	{ "finish_reason", FINISH },
	{ "input_tokens", INPUT },
	{ "prompt_tokens", INPUT },
	{ "output_tokens", OUTPUT },
	{ "completion_tokens", OUTPUT },
	{ "cache_read_input_tokens", CACHE_READ },
	{ "prompt_cache_hit_tokens", CACHE_READ },
	{ "cached_tokens", CACHE_READ },
	{ "cache_creation_input_tokens", CACHE_WRITE },
	{ "cache_write_tokens", CACHE_WRITE },
	{ "reasoning_tokens", REASONING },
	{ "prompt_tokens_details", DETAILS },
	{ "completion_tokens_details", DETAILS },
	{ "input_tokens_details", DETAILS },
	{ "output_tokens_details", DETAILS },
};

void
usage_scan_begin(struct usage_scan *s, struct usage *usage)
{
	*s = (struct usage_scan) { .usage = usage };
}

static enum name
find_name(const struct usage_scan *s)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i].text) == s->name_len &&
		    memcmp(names[i].text, s->name, s->name_len) == 0)
			return names[i].name;
	return OTHER;
}

/* At which depth the members of the usage object stand; 0: not inside one. */
static unsigned
usage_depth(const struct usage_scan *s)
{
	if (s->depth >= 2 && s->names[1] == USAGE)
		return 2;
	if (s->depth >= 3 && s->names[1] == WRAPPER && s->names[2] == USAGE)
		return 3;
	return 0;
}

static void
take_number(struct usage_scan *s)
{
	uint64_t *const counts[] = {
		[INPUT] = &s->usage->input,
		[OUTPUT] = &s->usage->output,
		[CACHE_READ] = &s->usage->cache_read,
		[CACHE_WRITE] = &s->usage->cache_write,
		[REASONING] = &s->usage->reasoning,
	};
	unsigned at = usage_depth(s);
	enum name name = s->depth <= USAGE_DEPTH ? s->names[s->depth] : OTHER;

	s->in_number = false;
	if (at == 0 || name < INPUT || name > REASONING)
		return;
	if (s->depth != at &&
	    (s->depth != at + 1 || s->names[at] != DETAILS))
		return;
	if (s->number > *counts[name])
		*counts[name] = s->number;
}

/* Does the string that begins here name the model of the answer? */
static bool
is_model(const struct usage_scan *s)
{
	return !s->is_name && s->usage->model[0] == '\0' &&
	    ((s->depth == 1 && s->names[1] == MODEL) ||
	    (s->depth == 2 && s->names[1] == WRAPPER && s->names[2] == MODEL));
}

/* To the last byte: equal texts make equal structures. */
static void
forget_model(struct usage_scan *s)
{
	memset(s->usage->model, 0, sizeof s->usage->model);
	s->in_model = false;
}

static void
take_model(struct usage_scan *s, const uint8_t *bytes, size_t len)
{
	char *model = s->usage->model;
	size_t at = strlen(model);

	for (size_t i = 0; i < len; i++)
		if (bytes[i] <= ' ' || bytes[i] == 0x7f ||
		    at + len >= USAGE_MODEL_MAX) {
			forget_model(s);
			return;
		}
	memcpy(model + at, bytes, len);
	model[at + len] = '\0';
}

/* The bytes of a string up to its end; how many were taken. */
static size_t
feed_string(struct usage_scan *s, const uint8_t *bytes, size_t len)
{
	size_t n = 0;

	if (s->after_backslash) {
		s->after_backslash = false;
		s->name_len = USAGE_NAME_MAX;	/* no name that we know */
		return 1;
	}
	while (n < len && bytes[n] != '"' && bytes[n] != '\\')
		n++;
	if (s->in_model)
		take_model(s, bytes, n);
	if (s->is_name && s->name_len + n < USAGE_NAME_MAX) {
		memcpy(s->name + s->name_len, bytes, n);
		s->name_len += n;
	} else
		s->name_len = USAGE_NAME_MAX;
	if (n == len)
		return n;
	if (bytes[n] == '\\') {
		s->after_backslash = true;
		if (s->in_model)
			forget_model(s);
	} else {
		s->in_string = s->in_model = false;
		if (s->is_name)
			s->names[s->depth] = (uint8_t)find_name(s);
	}
	return n + 1;
}

static void
begin_string(struct usage_scan *s)
{
	s->in_string = true;
	s->is_name = s->wants_name;
	s->wants_name = false;
	s->in_model = is_model(s);
	s->has_finish |= !s->is_name && s->depth == 3 &&
	    s->names[1] == CHOICES && s->names[3] == FINISH;
	s->name_len = 0;
}

static void
open_container(struct usage_scan *s, bool is_object)
{
	s->choices_open = !is_object && s->depth == 1 && s->names[1] == CHOICES;
	s->depth++;
	s->wants_name = false;
	if (s->depth > USAGE_DEPTH)
		return;
	s->in_object = (uint8_t)((s->in_object & ~(1u << s->depth)) |
	    (unsigned)is_object << s->depth);
	s->names[s->depth] = OTHER;
	s->wants_name = is_object;
	if (is_object && usage_depth(s) == s->depth)
		s->has_usage = true;
}

static void
feed_mark(struct usage_scan *s, uint8_t c)
{
	if (c == '"') {
		begin_string(s);
	} else if (c == '{' || c == '[') {
		open_container(s, c == '{');
		return;
	} else if (c == '}' || c == ']') {
		if (c == ']' && s->choices_open)
			s->has_empty_choices = true;
		s->depth -= s->depth > 0;
		s->wants_name = false;
	} else if (c == ',') {
		s->wants_name = s->depth <= USAGE_DEPTH &&
		    (s->in_object >> s->depth & 1) != 0;
	} else if (isdigit(c)) {
		s->in_number = true;
		s->number = c - '0';
	}
	if (!isspace(c))
		s->choices_open = false;
}

void
usage_scan_feed(struct usage_scan *s, const uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		if (s->in_string) {
			at += feed_string(s, bytes + at, len - at);
			continue;
		}
		if (s->in_number && isdigit(bytes[at])) {
			/* Far more than any count: it only must not wrap. */
			if (s->number < UINT64_C(1) << 50)
				s->number = s->number * 10 + bytes[at] - '0';
			at++;
			continue;
		}
		if (s->in_number)
			take_number(s);
		feed_mark(s, bytes[at++]);
	}
}
