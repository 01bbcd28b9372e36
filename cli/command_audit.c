/* SPDX-License-Identifier: ISC */
/* audit list, audit export-key: the use of keys, as the broker recorded it. */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit_backwards.h"
#include "cli/audit_ends.h"
#include "cli/audit_filter.h"
#include "cli/audit_segments.h"
#include "cli/command.h"
#include "cli/fields.h"
#include "cli/flat_line.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define TEXT_LIMIT 50
#define LIMIT_MAX 10000000u
#define PUBLIC_KEY_FILE_MAX 256	/* bytes */

/* One that is to be shown. */
struct found {
	struct audit_place place;
	bool is_unfinished;
};

struct listing {
	const struct audit_segments *segments;
	const struct audit_filter *filter;
	enum output_form form;
	size_t limit;		/* 0: all */
	struct audit_ends *ends;	/* that stand behind what is looked at */
	struct found *found;	/* the last one first */
	size_t n, room;
	bool is_out_of_memory;
};

/* Nothing to look for in a line of the broker's usual form. */
static bool
is_any_wanted(const struct audit_filter *f)
{
	return f->agent == NULL && f->provider == NULL &&
	    f->outcome == NULL && f->since_s == 0;
}

/* The line as an object, if it is one that is wanted; else NULL. */
static struct json_object *
parse_wanted(const struct listing *l, const char *text, size_t len)
{
	struct json_text json = { .text = text, .len = len,
	    .code = ERR_FILE_DAMAGED };
	struct json_object *record = NULL;
	struct err ignored;

	if (!audit_filter_may_match(l->filter, text, len) ||
	    !json_text_parse(&json, &record, &ignored))
		return NULL;
	if (json_object_is_type(record, json_type_object) &&
	    audit_filter_matches(l->filter, record))
		return record;
	json_object_put(record);
	return NULL;
}

static bool
keep(struct listing *l, const struct audit_place *place, bool is_unfinished)
{
	if (l->n == l->room) {
		size_t room = l->room > 0 ? 2 * l->room : 64;
		struct found *larger = reallocarray(l->found, room,
		    sizeof *larger);

		l->is_out_of_memory = larger == NULL;
		if (larger == NULL)
			return false;
		l->found = larger;
		l->room = room;
	}
	l->found[l->n++] = (struct found) { *place, is_unfinished };
	return l->n != l->limit;
}

static bool
on_text(const char *text, const struct audit_place *place, void *arg)
{
	struct listing *l = arg;
	bool is_unfinished = audit_ends_misses(l->ends, text, place->len);
	struct json_object *record = NULL;

	if (audit_filter_wants_end(l->filter, text, place->len))
		audit_ends_note(l->ends, text, place->len);
	if (is_any_wanted(l->filter) && flat_line_parse(text, place->len, NULL,
	    NULL))
		return keep(l, place, is_unfinished);
	if (is_unfinished || !audit_filter_is_unfinished(l->filter))
		record = parse_wanted(l, text, place->len);
	if (record == NULL)
		return true;
	json_object_put(record);
	return keep(l, place, is_unfinished);
}

/* As JSON the line stays as it is, but for one member more. */
static void
print_json(const struct found *f, const char *text, const char *before)
{
	printf("%s%.*s%s", before,
	    (int)f->place.len - (f->is_unfinished ? 1 : 0), text,
	    f->is_unfinished ? ",\"unfinished\":true}" : "");
}

static bool
print_found(const struct listing *l, size_t i, struct err *err)
{
	const struct found *f = &l->found[i];
	AUTO_FREE char *text = NULL;
	struct json_object *record;

	if (!audit_segments_read(l->segments, &f->place, &text, err))
		return false;
	if (l->form == OUTPUT_JSON) {
		print_json(f, text, i + 1 < l->n ? "," : "");
		return true;
	}
	record = parse_wanted(l, text, f->place.len);
	if (record != NULL)
		audit_filter_print(record, f->is_unfinished ? "no end" : NULL);
	json_object_put(record);
	return true;
}

/* From the end, as far as need be; then in the order of time. */
static bool
print_all(struct listing *l, struct err *err)
{
	if (!audit_backwards(l->segments, on_text, l, err))
		return false;
	if (l->is_out_of_memory)
		return err_set(err, ERR_NO_MEMORY, "%zu records", l->n);
	for (size_t i = l->n; i-- > 0;)
		if (!print_found(l, i, err))
			return false;
	return true;
}

static bool
list(struct invocation *inv, struct listing *l, struct err *err)
{
	char head[OUTPUT_HEAD_MAX];
	bool ok;

	if (l->form == OUTPUT_JSON) {
		output_head(inv, head);
		printf("%s{\"records\":[", head);
	} else
		audit_filter_print_head();
	l->ends = audit_ends_new();
	ok = print_all(l, err);
	audit_ends_free(l->ends);
	free(l->found);
	if (l->form == OUTPUT_JSON)
		puts("]}}");
	return ok;
}

static bool
run_list(struct invocation *inv, struct json_object **data, struct err *err)
{
	static struct audit_segments segments;
	struct audit_filter filter;
	struct listing listing = { .segments = &segments, .filter = &filter,
	    .form = inv->form };
	unsigned limit = inv->form == OUTPUT_JSON ? 0 : TEXT_LIMIT;
	bool ok;

	(void)data;
	ok = audit_filter_init(&filter, inv, err) && invocation_number(inv,
	    "limit", LIMIT_MAX, &limit, err) &&
	    audit_segments_open(&segments, inv, err);
	listing.limit = limit;
	ok = ok && list(inv, &listing, err);
	audit_segments_close(&segments);
	return ok;
}

static bool
run_export_key(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "audit", err);
	AUTO_FREE char *text = NULL;
	size_t len;

	if (folder == -1)
		return false;
	if (!home_read(folder, "audit.pub", PUBLIC_KEY_FILE_MAX, &text, &len,
	    err))
		return err->os == ENOENT ?
		    err_set(err, ERR_NO_VAULT, "audit/audit.pub") : false;
	text[strcspn(text, "\r\n")] = '\0';
	if (strlen(text) != 64 ||
	    strspn(text, "0123456789abcdef") != 64)
		return err_set(err, ERR_FILE_DAMAGED, "audit/audit.pub");
	*data = json_object_new_object();
	field_set_text(*data, "algorithm", "ed25519");
	field_set_text(*data, "publicKey", text);
	return true;
}

static void
print_export_key(struct json_object *data)
{
	puts(json_text_string(data, "publicKey"));
}

static const struct command_option list_options[] = {
	AUDIT_FILTER_OPTIONS,
	{ "limit", "N", "the last N; 0: all (as text 50, else all)" },
	{ NULL, NULL, NULL },
};

const struct command audit_commands[] = {
	{ .name = "audit", .envelope = "audit list",
	    .help = "The same as audit list.", .options = list_options,
	    .visibility = COMMAND_HIDDEN, .run = run_list },
	{ .name = "audit list", .help = "Shows who used which key, and how it "
	    "ended.",
	    .options = list_options, .run = run_list },
	{ .name = "audit export-key", .help = "Prints the key that verifies "
	    "the log elsewhere.",
	    .run = run_export_key, .print = print_export_key },
	{ .name = NULL },
};
