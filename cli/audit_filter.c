/* SPDX-License-Identifier: ISC */
#include "cli/audit_filter.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"

/*
 * The member as it stands in a line of ours; nothing when the value is one that
 * would be escaped there, or is too long to be looked for.
 */
static void
need(char needle[96], const char *name, const char *value)
{
	needle[0] = '\0';
	if (value == NULL || strlen(value) > 64)
		return;
	for (const char *c = value; *c != '\0'; c++)
		if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
			return;
	if (name != NULL)
		snprintf(needle, 96, "\"%s\":\"%s\"", name, value);
	else
		snprintf(needle, 96, "\"%s\"", value);
}

/* One of the broker's words, or an error's code, which is a reason. */
static bool
check_outcome(const char *outcome, struct err *err)
{
	static const char *const words[] = { "granted", "ok", "failed",
	    "denied", "unfinished" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(outcome, words[i]) == 0)
			return true;
	for (int code = ERR_NONE + 1; code < ERR_CODES; code++)
		if (strcmp(outcome, err_name((enum err_code)code)) == 0)
			return true;
	return err_set(err, ERR_USAGE, "--outcome is granted, ok, failed, "
	    "denied, unfinished or a reason, such as no_credential");
}

/* An id that is none would match nothing, and say nothing. */
static bool
check_words(const struct audit_filter *f, struct err *err)
{
	struct ipc_name name;

	return (f->agent == NULL || ipc_name_set(&name, f->agent, err)) &&
	    (f->provider == NULL || ipc_name_set(&name, f->provider, err)) &&
	    (f->outcome == NULL || check_outcome(f->outcome, err));
}

bool
audit_filter_init(struct audit_filter *f, const struct invocation *inv,
    struct err *err)
{
	const char *since = invocation_option(inv, "since");
	char moment[MOMENT_TEXT];

	*f = (struct audit_filter) {
		.agent = invocation_option(inv, "agent"),
		.provider = invocation_option(inv, "provider"),
		.outcome = invocation_option(inv, "outcome"),
	};
	if (!check_words(f, err))
		return false;
	need(f->needles[0], "agent", f->agent);
	need(f->needles[1], "provider", f->provider);
	if (!audit_filter_is_unfinished(f))
		need(f->needles[2], NULL, f->outcome);
	if (since == NULL)
		return true;
	if (!moment_parse_since(since, (uint64_t)time(NULL), &f->since_s, err))
		return false;
	moment_format(f->since_s, moment);
	snprintf(f->since, sizeof f->since, "%.19s", moment);
	return true;
}

bool
audit_filter_is_unfinished(const struct audit_filter *f)
{
	return f->outcome != NULL && strcmp(f->outcome, "unfinished") == 0;
}

/* Our own lines begin with number and time; another one is looked at. */
static bool
is_since(const struct audit_filter *f, const char *line, size_t len)
{
	static const char name[] = ",\"time\":\"";
	const char *at = memmem(line, len < 64 ? len : 64, name,
	    sizeof name - 1);
	size_t n = strlen(f->since);

	return n == 0 || at == NULL ||
	    (size_t)(line + len - at) < sizeof name + n ||
	    memcmp(at + sizeof name - 1, f->since, n) >= 0;
}

/* The first n of the needles. */
static bool
has_needles(const struct audit_filter *f, size_t n, const char *line,
    size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (f->needles[i][0] != '\0' && memmem(line, len,
		    f->needles[i], strlen(f->needles[i])) == NULL)
			return false;
	return true;
}

bool
audit_filter_may_match(const struct audit_filter *f, const char *line,
    size_t len)
{
	return has_needles(f, 3, line, len) && is_since(f, line, len);
}

bool
audit_filter_wants_end(const struct audit_filter *f, const char *line,
    size_t len)
{
	/* What begins is "granted"; its end is of the same agent and provider. */
	return (f->outcome == NULL || audit_filter_is_unfinished(f) ||
	    strcmp(f->outcome, "granted") == 0) &&
	    has_needles(f, 2, line, len);
}

static bool
is(const struct json_object *record, const char *name, const char *wanted)
{
	const char *text = json_text_string(record, name);

	return text != NULL && strcmp(text, wanted) == 0;
}

bool
audit_filter_matches(const struct audit_filter *f,
    const struct json_object *record)
{
	const char *time_text = json_text_string(record, "time");
	uint64_t s;

	if (f->since_s != 0 && (time_text == NULL ||
	    !moment_parse(time_text, &s) || s < f->since_s))
		return false;
	return (f->agent == NULL || is(record, "agent", f->agent)) &&
	    (f->provider == NULL || is(record, "provider", f->provider)) &&
	    (f->outcome == NULL || audit_filter_is_unfinished(f) ||
	    is(record, "outcome", f->outcome) ||
	    is(record, "reason", f->outcome));
}

static const char *
text_of(const struct json_object *record, const char *name)
{
	return output_clean(json_text_string(record, name));
}

void
audit_filter_print_head(void)
{
	printf("%s%-7s %-19s %-12s %-14s %-14s %-8s %-6s %s%s\n",
	    output_colour(OUTPUT_BOLD), "SEQ", "TIME (UTC)", "EVENT", "AGENT",
	    "PROVIDER", "OUTCOME", "STATUS", "REASON",
	    output_colour(OUTPUT_PLAIN));
}

void
audit_filter_print(const struct json_object *record, const char *mark)
{
	char moment[20], status[24] = "-";
	int64_t seq = 0, http_status;

	json_text_int(record, "seq", &seq);
	if (mark != NULL)
		snprintf(status, sizeof status, "%s", mark);
	else if (json_text_int(record, "httpStatus", &http_status))
		snprintf(status, sizeof status, "%lld", (long long)http_status);
	snprintf(moment, sizeof moment, "%.19s", text_of(record, "time"));
	if (strlen(moment) > 10)
		moment[10] = ' ';
	printf("%-7lld %-19s %-12s %-14s %-14s %-8s %-6s %s\n", (long long)seq,
	    moment, text_of(record, "event"), text_of(record, "agent"),
	    text_of(record, "provider"), text_of(record, "outcome"), status,
	    text_of(record, "reason"));
}
