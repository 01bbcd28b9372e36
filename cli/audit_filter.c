/* SPDX-License-Identifier: ISC */
#include "cli/audit_filter.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "common/json/json_text.h"

bool
audit_filter_init(struct audit_filter *f, const struct invocation *inv,
    struct err *err)
{
	const char *since = invocation_option(inv, "since");

	*f = (struct audit_filter) {
		.agent = invocation_option(inv, "agent"),
		.provider = invocation_option(inv, "provider"),
		.outcome = invocation_option(inv, "outcome"),
	};
	return since == NULL || moment_parse_since(since,
	    (uint64_t)time(NULL), &f->since_s, err);
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
	    (f->outcome == NULL || is(record, "outcome", f->outcome) ||
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
audit_filter_print(const struct json_object *record)
{
	char moment[20], status[24] = "-";
	int64_t seq = 0, http_status;

	json_text_int(record, "seq", &seq);
	if (json_text_int(record, "httpStatus", &http_status))
		snprintf(status, sizeof status, "%lld", (long long)http_status);
	snprintf(moment, sizeof moment, "%.19s", text_of(record, "time"));
	if (strlen(moment) > 10)
		moment[10] = ' ';
	printf("%-7lld %-19s %-12s %-14s %-14s %-8s %-6s %s\n", (long long)seq,
	    moment, text_of(record, "event"), text_of(record, "agent"),
	    text_of(record, "provider"), text_of(record, "outcome"), status,
	    text_of(record, "reason"));
}
