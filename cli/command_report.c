/* SPDX-License-Identifier: ISC */
/* audit report: how often which key was used, and what became of it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/audit_backwards.h"
#include "cli/audit_ends.h"
#include "cli/audit_filter.h"
#include "cli/audit_segments.h"
#include "cli/audit_tally.h"
#include "cli/command.h"
#include "cli/fields.h"
#include "cli/flat_line.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "cli/report_page.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define DAY_LEN 10		/* "2026-11-22" */

/* What counts of a record; each is "" when it is not there. */
enum part { PART_TIME, PART_EVENT, PART_AGENT, PART_PROVIDER, PART_OUTCOME,
	PART_REASON, PARTS };
static const char *const part_names[PARTS] = { "time", "event", "agent",
	"provider", "outcome", "reason" };

struct parts {
	char texts[PARTS][TALLY_NAME];
};

struct report {
	const struct audit_filter *filter;
	struct audit_ends *ends;
	struct audit_tally *tally;
};

static void
on_member(const struct flat_member *m, void *arg)
{
	struct parts *p = arg;

	for (int i = 0; m->is_text && i < PARTS; i++)
		if (m->name_len == strlen(part_names[i]) &&
		    memcmp(m->name, part_names[i], m->name_len) == 0)
			snprintf(p->texts[i], sizeof p->texts[i], "%.*s",
			    (int)m->value_len, m->value);
}

/* A line with escapes, or one that is not of ours. */
static bool
parse_object(const char *line, size_t len, struct parts *p)
{
	struct json_text json = { .text = line, .len = len,
	    .code = ERR_FILE_DAMAGED };
	struct json_object *record = NULL;
	struct err ignored;

	memset(p, 0, sizeof *p);
	if (!json_text_parse(&json, &record, &ignored))
		return false;
	for (int i = 0; i < PARTS; i++) {
		const char *text = json_text_string(record, part_names[i]);

		snprintf(p->texts[i], sizeof p->texts[i], "%s",
		    text != NULL ? text : "");
	}
	json_object_put(record);
	return true;
}

static bool
is_wanted(const struct audit_filter *f, const struct parts *p)
{
	return (f->agent == NULL ||
	    strcmp(p->texts[PART_AGENT], f->agent) == 0) &&
	    (f->provider == NULL ||
	    strcmp(p->texts[PART_PROVIDER], f->provider) == 0) &&
	    strncmp(p->texts[PART_TIME], f->since, strlen(f->since)) >= 0;
}

/* TALLY_COUNTS for what is no use. */
static enum tally_count
count_of(const struct parts *p)
{
	const char *event = p->texts[PART_EVENT];

	if (strcmp(event, "begin") == 0)
		return TALLY_USES;
	if (strcmp(event, "denied") == 0)
		return TALLY_DENIED;
	if (strcmp(event, "end") != 0)
		return TALLY_COUNTS;
	return strcmp(p->texts[PART_OUTCOME], "ok") == 0 ? TALLY_OK :
	    TALLY_FAILED;
}

static bool
on_text(const char *line, const struct audit_place *place, void *arg)
{
	struct report *r = arg;
	struct parts p = { 0 };
	const char *names[TALLY_KINDS] = { p.texts[PART_TIME],
	    p.texts[PART_AGENT], p.texts[PART_PROVIDER],
	    p.texts[PART_REASON] };
	bool is_unfinished = audit_ends_misses(r->ends, line, place->len);
	enum tally_count count;

	audit_ends_note(r->ends, line, place->len);
	if (!audit_filter_may_match(r->filter, line, place->len) ||
	    (!flat_line_parse(line, place->len, on_member, &p) &&
	    !parse_object(line, place->len, &p)) || !is_wanted(r->filter, &p))
		return true;
	r->tally->n_records++;
	count = count_of(&p);
	p.texts[PART_TIME][DAY_LEN] = '\0';
	if (count != TALLY_COUNTS)
		audit_tally_add(r->tally, count, names);
	if (is_unfinished)
		audit_tally_add(r->tally, TALLY_UNFINISHED, names);
	return true;
}

static bool
write_page(const struct audit_tally *tally, const char *path, struct err *err)
{
	char made[MOMENT_TEXT];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY |
	    O_CLOEXEC, 0600);
	FILE *f = fd != -1 ? fdopen(fd, "w") : NULL;
	bool is_written;

	if (f == NULL) {
		err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
		if (fd != -1)
			close(fd);
		return false;
	}
	moment_format((uint64_t)time(NULL), made);
	report_page_print(f, tally, made);
	is_written = ferror(f) == 0;
	return (fclose(f) == 0 && is_written) ||
	    err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
}

static const char *const count_names[TALLY_COUNTS] = {
	[TALLY_USES] = "uses", [TALLY_OK] = "ok", [TALLY_FAILED] = "failed",
	[TALLY_DENIED] = "denied", [TALLY_UNFINISHED] = "unfinished",
};

static void
set_counts(struct json_object *to, const uint64_t counts[TALLY_COUNTS])
{
	for (int i = 0; i < TALLY_COUNTS; i++)
		field_set_number(to, count_names[i], (int64_t)counts[i]);
}

static struct json_object *
tally_object(const struct audit_tally *tally)
{
	static const char *const names[TALLY_KINDS] = { "days", "agents",
		"providers", "reasons" };
	struct json_object *data = json_object_new_object();

	field_set_number(data, "records", (int64_t)tally->n_records);
	set_counts(data, tally->totals);
	for (int kind = 0; kind < TALLY_KINDS; kind++) {
		const struct tally_table *t = &tally->tables[kind];
		struct json_object *rows = field_set_array(data, names[kind]);

		for (size_t i = 0; i < t->n; i++) {
			struct json_object *row = field_append_object(rows);

			field_set_text(row, "name", t->rows[i].name);
			set_counts(row, t->rows[i].counts);
		}
	}
	return data;
}

static bool
run_report(struct invocation *inv, struct json_object **data, struct err *err)
{
	static struct audit_segments segments;
	static struct audit_tally tally;
	struct audit_filter filter;
	struct report report = { &filter, NULL, &tally };
	const char *path = invocation_option(inv, "html");
	bool ok;

	ok = audit_filter_init(&filter, inv, err) &&
	    audit_segments_open(&segments, inv, err);
	if (ok) {
		report.ends = audit_ends_new();
		ok = audit_backwards(&segments, on_text, &report, err);
		audit_ends_free(report.ends);
	}
	audit_segments_close(&segments);
	audit_tally_sort(&tally);
	ok = ok && (path == NULL || write_page(&tally, path, err));
	if (ok)
		*data = tally_object(&tally);
	return ok;
}

static void
print_rows(struct json_object *data, const char *kind)
{
	struct json_object *rows = json_text_array(data, kind);
	struct output_table table = { .n_columns = TALLY_COUNTS + 1 };
	char numbers[TALLY_COUNTS][24];
	const char *cells[TALLY_COUNTS + 1] = { kind };
	size_t n = rows != NULL ? json_object_array_length(rows) : 0;

	memcpy(cells + 1, count_names, sizeof count_names);
	output_table_add(&table, cells);
	for (size_t i = 0; i < n; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		cells[0] = output_clean(json_text_string(row, "name"));
		for (int c = 0; c < TALLY_COUNTS; c++) {
			int64_t value = 0;

			json_text_int(row, count_names[c], &value);
			snprintf(numbers[c], sizeof numbers[c], "%" PRId64,
			    value);
			cells[c + 1] = numbers[c];
		}
		output_table_add(&table, cells);
	}
	output_table_print(&table);
}

static void
print_report(struct json_object *data)
{
	print_rows(data, "days");
	print_rows(data, "agents");
	print_rows(data, "providers");
	print_rows(data, "reasons");
}

static const struct command_option report_options[] = {
	{ "html", "F", "a page with charts, which needs nothing but itself" },
	{ "since", "T", "records after a time, or of the last 10m, 2h, 1d" },
	{ "agent", "A", "records of this agent" },
	{ "provider", "P", "records of this provider" },
	{ NULL, NULL, NULL },
};

const struct command report_commands[] = {
	{ .name = "audit report", .help = "Counts uses, denials and outcomes "
	    "per day, agent and provider.",
	    .options = report_options, .run = run_report,
	    .print = print_report },
	{ .name = NULL },
};
