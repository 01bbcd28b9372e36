/* SPDX-License-Identifier: ISC */
#include "proxy/model_splice.h"

#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/json_escape.h"

enum { MODEL, STREAM, STREAM_OPTIONS, METADATA, SAFEGUARDS, CLIENT_METADATA,
	MEMBERS };

#define INCLUDE_USAGE "\"include_usage\":true"
#define STREAM_OPTIONS_USAGE "{" INCLUDE_USAGE "}"

/* Bytes from 'at' to 'end' give way to 'text'. */
struct edit {
	size_t at, end;
	const char *text;
};

/* Sorted by 'at'; they do not overlap. */
struct edits {
	struct edit list[SPLICE_EDITS_MAX];
	size_t n;
};

/* A body that is being worked on. */
struct work {
	const struct splice_wish *wish;
	struct spliced *out;
	struct json_object_text object;
	struct json_member members[MEMBERS];
	struct edits edits;
};

static void
add_edit(struct edits *edits, struct edit edit)
{
	size_t i = edits->n++;

	for (; i > 0 && edits->list[i - 1].at > edit.at; i--)
		edits->list[i] = edits->list[i - 1];
	edits->list[i] = edit;
}

/*
 * Takes out 'n' members, NULL-free and in the order of the text, each with a
 * comma: the one behind it, or else the one before the first of its run.
 */
static void
remove_members(struct edits *edits, struct json_member *const *gone, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t first = i;

		while (i + 1 < n && gone[i]->comma_after != 0 &&
		    gone[i + 1]->comma_before == gone[i]->comma_after)
			i++;
		if (gone[i]->comma_after != 0)
			add_edit(edits, (struct edit) { gone[first]->name_at,
			    gone[i]->comma_after + 1, "" });
		else if (gone[first]->comma_before != 0)
			add_edit(edits, (struct edit) {
			    gone[first]->comma_before, gone[i]->end, "" });
		else
			add_edit(edits, (struct edit) { gone[first]->name_at,
			    gone[i]->end, "" });
	}
}

/* Only what says who the user is: other metadata are the application's. */
static bool
drop_user_id(struct work *w, struct err *err)
{
	const struct json_member *metadata = &w->members[METADATA];
	struct json_member user = { .name = "user_id" }, *gone = &user;
	struct json_object_text inside;
	struct edits edits = { .n = 0 };

	if (!metadata->is_found || w->wish->text[metadata->at] != '{')
		return true;
	if (!json_members_find(w->wish->text + metadata->at,
	    metadata->end - metadata->at, &inside, &user, 1, err))
		return false;
	if (!user.is_found)
		return true;
	remove_members(&edits, &gone, 1);
	add_edit(&w->edits, (struct edit) {
	    metadata->at + edits.list[0].at,
	    metadata->at + edits.list[0].end, "" });
	return true;
}

/* Does the object have no members but these one or two? */
static bool
are_all(struct json_member *const gone[], size_t n)
{
	return gone[0]->comma_before == 0 && gone[n - 1]->comma_after == 0 &&
	    gone[0]->comma_after == gone[n - 1]->comma_before;
}

static bool
drop_identity(struct work *w, struct err *err)
{
	struct json_member *gone[2] = { NULL, NULL };
	size_t n = 0;

	if (w->wish->identity == IDENTITY_KEPT)
		return true;
	for (int m = SAFEGUARDS; m <= CLIENT_METADATA; m++)
		if (w->members[m].is_found)
			gone[n++] = &w->members[m];
	if (n == 2 && gone[0]->at > gone[1]->at) {
		struct json_member *first = gone[1];

		gone[1] = gone[0];
		gone[0] = first;
	}
	remove_members(&w->edits, gone, n);
	if (n > 0 && are_all(gone, n))
		w->object.is_empty = true;
	return drop_user_id(w, err);
}

/* A new member at the end of the object, without the comma if it is alone. */
static void
append_member(struct work *w, const char *with_comma)
{
	size_t at = w->object.close;

	add_edit(&w->edits, (struct edit) { at, at,
	    w->object.is_empty ? with_comma + 1 : with_comma });
}

static bool
replace_model(struct work *w, struct err *err)
{
	const struct json_member *m = &w->members[MODEL];
	char *text = w->out->inserted;
	char escaped[2 * SPLICE_MODEL_MAX];

	if (m->is_found && w->wish->text[m->at] != '"')
		return err_set(err, ERR_INVALID_REQUEST,
		    "model: not a string");
	if (w->wish->model == NULL) {
		char name[JSON_TEXT_ROOM];

		json_string_value(w->wish->text, m, name);
		snprintf(w->out->model, sizeof w->out->model, "%s", name);
		return true;
	}
	snprintf(w->out->model, sizeof w->out->model, "%s", w->wish->model);
	json_escape(escaped, sizeof escaped, w->out->model);
	if (m->is_found) {
		snprintf(text, sizeof w->out->inserted, "\"%s\"", escaped);
		add_edit(&w->edits, (struct edit) { m->at, m->end, text });
	} else {
		snprintf(text, sizeof w->out->inserted, ",\"model\":\"%s\"",
		    escaped);
		append_member(w, text);
	}
	return true;
}

static bool
ask_for_usage(struct work *w, struct err *err)
{
	const struct json_member *options = &w->members[STREAM_OPTIONS];
	struct json_member asked = { .name = "include_usage" };
	struct json_object_text inside;
	size_t at = options->at + 1;

	if (w->wish->dialect != DIALECT_CHAT || !w->out->is_stream)
		return true;
	w->out->adds_usage = true;
	if (!options->is_found)
		append_member(w, ",\"stream_options\":" STREAM_OPTIONS_USAGE);
	else if (json_value_is(w->wish->text, options, "null"))
		add_edit(&w->edits, (struct edit) { options->at, options->end,
		    STREAM_OPTIONS_USAGE });
	else if (w->wish->text[options->at] != '{')
		return err_set(err, ERR_INVALID_REQUEST,
		    "stream_options: not an object");
	else if (!json_members_find(w->wish->text + options->at,
	    options->end - options->at, &inside, &asked, 1, err))
		return false;
	else if (asked.is_found)
		w->out->adds_usage = false;
	else
		add_edit(&w->edits, (struct edit) { at, at,
		    inside.is_empty ? INCLUDE_USAGE : INCLUDE_USAGE "," });
	return true;
}

static void
add_piece(struct spliced *out, const char *bytes, size_t len)
{
	if (len == 0)
		return;
	out->pieces[out->n_pieces++] = (struct iovec) { (void *)bytes, len };
	out->len += len;
}

static void
cut_pieces(struct work *w)
{
	size_t at = 0;

	for (size_t i = 0; i < w->edits.n; i++) {
		const struct edit *e = &w->edits.list[i];

		add_piece(w->out, w->wish->text + at, e->at - at);
		add_piece(w->out, e->text, strlen(e->text));
		at = e->end;
	}
	add_piece(w->out, w->wish->text + at, w->wish->len - at);
}

bool
model_splice(const struct splice_wish *wish, struct spliced *out,
    struct err *err)
{
	struct work w = {
		.wish = wish,
		.out = out,
		.members = {
			[MODEL] = { .name = "model" },
			[STREAM] = { .name = "stream" },
			[STREAM_OPTIONS] = { .name = "stream_options" },
			[METADATA] = { .name = "metadata" },
			[SAFEGUARDS] = { .name = "safeguards" },
			[CLIENT_METADATA] = { .name = "client_metadata" },
		},
	};

	*out = (struct spliced) { .n_pieces = 0 };
	if (!json_members_find(wish->text, wish->len, &w.object, w.members,
	    MEMBERS, err))
		return false;
	out->is_stream = json_value_is(wish->text, &w.members[STREAM], "true");
	/* What is dropped first: it may leave nothing for a comma to follow. */
	if (!drop_identity(&w, err) || !replace_model(&w, err) ||
	    !ask_for_usage(&w, err))
		return false;
	cut_pieces(&w);
	return true;
}
