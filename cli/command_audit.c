/* SPDX-License-Identifier: ISC */
/* audit list, audit export-key: the use of keys, as the broker recorded it. */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit_filter.h"
#include "cli/audit_segments.h"
#include "cli/command.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define TEXT_LIMIT 50
#define LIMIT_MAX 10000000u
#define PUBLIC_KEY_FILE_MAX 256	/* bytes */

/* The places of the last 'limit' records that match, as a ring. */
struct finding {
	const struct audit_filter *filter;
	struct audit_place *places;
	size_t limit, n;	/* n: found in all */
};

/* What a listing writes: all of it goes through here, as it is found. */
struct listing {
	const struct audit_filter *filter;
	enum output_form form;
	unsigned limit;		/* 0: all */
	size_t n;		/* written */
};

static void
print_record(struct listing *l, struct json_object *record, const char *text,
    size_t len)
{
	if (l->form == OUTPUT_TEXT)
		audit_filter_print(record);
	else
		printf("%s%.*s", l->n > 0 ? "," : "", (int)len, text);
	l->n++;
}

static bool
on_line_to_print(struct json_object *record, const char *text,
    const struct audit_place *place, void *arg)
{
	struct listing *l = arg;

	if (audit_filter_matches(l->filter, record))
		print_record(l, record, text, place->len);
	return true;
}

static bool
on_line_to_find(struct json_object *record, const char *text,
    const struct audit_place *place, void *arg)
{
	struct finding *f = arg;

	(void)text;
	if (audit_filter_matches(f->filter, record))
		f->places[f->n++ % f->limit] = *place;
	return true;
}

static bool
print_place(const struct audit_segments *s, const struct audit_place *place,
    struct listing *l, struct err *err)
{
	struct json_text json = { .len = place->len,
	    .code = ERR_FILE_DAMAGED };
	struct json_object *record = NULL;
	AUTO_FREE char *text = NULL;
	bool ok;

	if (!audit_segments_read(s, place, &text, err))
		return false;
	json.text = text;
	ok = json_text_parse(&json, &record, err);
	if (ok)
		print_record(l, record, text, place->len);
	json_object_put(record);
	return ok;
}

static bool
list_last(const struct audit_segments *s, struct listing *l, size_t limit,
    struct err *err)
{
	AUTO_FREE struct audit_place *places = calloc(limit, sizeof *places);
	struct finding f = { .filter = l->filter, .places = places,
	    .limit = limit };

	if (places == NULL)
		return err_set(err, ERR_NO_MEMORY, "%zu records", limit);
	if (!audit_segments_scan_all(s, on_line_to_find, &f, err))
		return false;
	for (size_t i = f.n > limit ? f.n - limit : 0; i < f.n; i++)
		if (!print_place(s, &places[i % limit], l, err))
			return false;
	return true;
}

static bool
list(struct invocation *inv, const struct audit_segments *s,
    struct listing *l, struct err *err)
{
	char head[OUTPUT_HEAD_MAX];
	bool ok;

	if (l->form == OUTPUT_JSON) {
		output_head(inv, head);
		printf("%s{\"records\":[", head);
	} else
		audit_filter_print_head();
	ok = l->limit > 0 ? list_last(s, l, l->limit, err) :
	    audit_segments_scan_all(s, on_line_to_print, l, err);
	if (l->form == OUTPUT_JSON)
		puts("]}}");
	return ok;
}

static bool
run_list(struct invocation *inv, struct json_object **data, struct err *err)
{
	static struct audit_segments segments;
	struct audit_filter filter;
	struct listing listing = { .filter = &filter, .form = inv->form,
	    .limit = inv->form == OUTPUT_JSON ? 0 : TEXT_LIMIT };
	bool ok;

	(void)data;
	ok = audit_filter_init(&filter, inv, err) && invocation_number(inv,
	    "limit", LIMIT_MAX, &listing.limit, err) &&
	    audit_segments_open(&segments, inv, err) &&
	    list(inv, &segments, &listing, err);
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
