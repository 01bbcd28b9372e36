/* SPDX-License-Identifier: ISC */
#include "syncer/run_wire.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"

#define LINE_DEPTH 8

enum kind {
	KIND_TEXT,	/* 1 to 'most' characters */
	KIND_WORD,	/* one of 'words' */
	KIND_COUNT,	/* a whole number that is not negative */
	KIND_COST,	/* a number that is not negative */
	KIND_FLAG,
};

enum need { NEEDED, OR_NULL };

static const char *const statuses[] = { "ok", "error", NULL };
static const char *const protocols[] = { "anthropic", "openai", NULL };
static const char *const sources[] = { "cloud", "local", "none", NULL };

/* source: RunIn of the control plane's API; 'ours' only where it differs. */
static const struct field {
	const char *name, *ours;
	enum kind kind;
	enum need need;
	size_t most;
	const char *const *words;
	bool is_free_text;
} fields[] = {
	{ "runId", NULL, KIND_TEXT, NEEDED, 64, NULL, false },
	{ "agentId", "agent", KIND_TEXT, NEEDED, 40, NULL, false },
	{ "startedAt", NULL, KIND_TEXT, NEEDED, 64, NULL, false },
	{ "endedAt", NULL, KIND_TEXT, NEEDED, 64, NULL, false },
	{ "durationMs", NULL, KIND_COUNT, NEEDED, 0, NULL, false },
	{ "status", NULL, KIND_WORD, NEEDED, 0, statuses, false },
	{ "inboundProtocol", NULL, KIND_WORD, NEEDED, 0, protocols, false },
	{ "outboundProvider", NULL, KIND_TEXT, NEEDED, 64, NULL, false },
	{ "outboundModel", NULL, KIND_TEXT, NEEDED, 120, NULL, false },
	{ "inputTokens", NULL, KIND_COUNT, NEEDED, 0, NULL, false },
	{ "outputTokens", NULL, KIND_COUNT, NEEDED, 0, NULL, false },
	{ "cost", NULL, KIND_COST, OR_NULL, 0, NULL, false },
	{ "streamed", NULL, KIND_FLAG, NEEDED, 0, NULL, false },
	{ "httpStatus", NULL, KIND_COUNT, NEEDED, 0, NULL, false },
	{ "errorMessage", NULL, KIND_TEXT, OR_NULL, 2000, NULL, true },
	{ "failovers", NULL, KIND_COUNT, OR_NULL, 0, NULL, false },
	{ "failoverNote", NULL, KIND_TEXT, OR_NULL, 2000, NULL, true },
	{ "policyId", NULL, KIND_TEXT, OR_NULL, 64, NULL, false },
	{ "policySource", NULL, KIND_WORD, OR_NULL, 0, sources, false },
};

/* The text's first 'most' characters, never half of one. */
static struct json_object *
cut(const char *text, size_t most)
{
	size_t len = 0;

	for (size_t n = 0; text[len] != '\0'; len++) {
		if (((unsigned char)text[len] & 0xc0) != 0x80 && n++ == most)
			break;
	}
	return json_object_new_string_len(text, (int)len);
}

static struct json_object *
read_text(const struct json_object *o, const char *name,
    const struct field *f)
{
	const char *text = json_text_string(o, name);

	return text != NULL && *text != '\0' ? cut(text, f->most) : NULL;
}

static struct json_object *
read_word(const struct json_object *o, const char *name,
    const struct field *f)
{
	const char *text = json_text_string(o, name);

	for (size_t i = 0; text != NULL && f->words[i] != NULL; i++)
		if (strcmp(text, f->words[i]) == 0)
			return json_object_new_string(text);
	return NULL;
}

static struct json_object *
read_value(const struct json_object *o, const struct field *f)
{
	const char *name = f->ours != NULL ? f->ours : f->name;
	int64_t count = 0;
	double cost = 0;
	bool flag = false;

	switch (f->kind) {
	case KIND_TEXT:
		return read_text(o, name, f);
	case KIND_WORD:
		return read_word(o, name, f);
	case KIND_COUNT:
		return json_text_int(o, name, &count) && count >= 0 ?
		    json_object_new_int64(count) : NULL;
	case KIND_COST:
		return json_text_number(o, name, &cost) && cost >= 0 ?
		    json_object_new_double(cost) : NULL;
	case KIND_FLAG:
	default:
		return json_text_bool(o, name, &flag) ?
		    json_object_new_boolean(flag) : NULL;
	}
}

static bool
copy_fields(const struct json_object *o, enum run_texts texts,
    struct json_object *out, struct err *err)
{
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct field *f = &fields[i];
		struct json_object *value = f->is_free_text &&
		    texts == RUN_WITHOUT_TEXTS ? NULL : read_value(o, f);

		if (value == NULL && f->need == NEEDED)
			return err_set(err, ERR_INVALID_REQUEST, "%s",
			    f->name);
		/* A count that may be absent has a default there, not null. */
		if (value != NULL || f->kind != KIND_COUNT)
			json_object_object_add(out, f->name, value);
	}
	return true;
}

/*
 * The API tells records apart by run and start, and two calls of a run may start
 * in the same millisecond.  Behind ours come digits that are the request's own:
 * the same each time that this record is sent.
 */
static void
tell_apart(const struct json_object *o, struct json_object *out)
{
	const char *request = json_text_string(o, "requestId");
	const char *started = json_text_string(out, "startedAt");
	size_t len = strlen(started);
	uint32_t sum = 2166136261u;	/* FNV-1a */
	char text[80];

	if (request == NULL || len > 64 || len < 5 ||
	    started[len - 1] != 'Z' || started[len - 5] != '.')
		return;
	for (const char *c = request; *c != '\0'; c++)
		sum = (sum ^ (unsigned char)*c) * 16777619u;
	snprintf(text, sizeof text, "%.*s%03uZ", (int)len - 1, started,
	    sum % 1000);
	json_object_object_add(out, "startedAt", json_object_new_string(text));
}

struct json_object *
run_wire_read(const char *line, size_t len, enum run_texts texts,
    struct err *err)
{
	struct json_text parse = { .text = line, .len = len,
	    .depth = LINE_DEPTH, .code = ERR_INVALID_REQUEST };
	struct json_object *o, *out;
	bool ok;

	if (!json_text_parse(&parse, &o, err))
		return NULL;
	if (!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		err_set(err, ERR_INVALID_REQUEST, "not an object");
		return NULL;
	}
	out = json_object_new_object();
	ok = copy_fields(o, texts, out, err);
	if (ok)
		tell_apart(o, out);
	json_object_put(o);
	if (ok)
		return out;
	json_object_put(out);
	return NULL;
}
