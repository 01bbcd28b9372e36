/* SPDX-License-Identifier: ISC */
#include "syncer/run_segment.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/log.h"
#include "common/scoped.h"
#include "syncer/snapshot_file.h"

static bool
read_text(struct run_segment *s)
{
	s->text = malloc(RUN_SEGMENT_MAX + 1);
	s->len = 0;
	while (s->text != NULL && s->len < RUN_SEGMENT_MAX) {
		ssize_t n = read(s->fd, s->text + s->len,
		    RUN_SEGMENT_MAX - s->len);

		if (n == 0)
			break;
		if (n > 0)
			s->len += (size_t)n;
		else if (errno != EINTR)
			return false;
	}
	return s->text != NULL;
}

/* The line at *at, which it moves behind it; false at the end. */
static bool
take_line(const struct run_segment *s, size_t *at, struct run_item *item)
{
	const char *start = s->text + *at, *end;

	if (*at >= s->len)
		return false;
	end = memchr(start, '\n', s->len - *at);
	*item = (struct run_item) { .at = *at, .len = end != NULL ?
	    (size_t)(end - start) : s->len - *at };
	*at += item->len + 1;
	return true;
}

/* What the last lines say of the others. */
static bool
read_marks(struct run_segment *s)
{
	struct run_item item;
	size_t at = 0;

	s->is_marked = calloc(s->len + 1, sizeof *s->is_marked);
	if (s->is_marked == NULL)
		return false;
	s->is_torn = s->len > 0 && s->text[s->len - 1] != '\n';
	s->text[s->len] = '\0';
	while (take_line(s, &at, &item)) {
		unsigned long long sent = s->text[item.at] == '#' ?
		    strtoull(s->text + item.at + 1, NULL, 10) : s->len;

		if (sent < s->len)
			s->is_marked[sent] = true;
	}
	return true;
}

/* The next line that waits, from *at on, which it moves behind it. */
static bool
next_line(const struct run_segment *s, size_t *at, struct run_item *item)
{
	while (take_line(s, at, item))
		if (item->len > 0 && s->text[item->at] != '#' &&
		    !s->is_marked[item->at])
			return true;
	return false;
}

static size_t
count_lines(const struct run_segment *s)
{
	struct run_item item;
	size_t at = 0, n = 0;

	while (next_line(s, &at, &item))
		n++;
	return n;
}

static bool
find_items(struct run_segment *s, enum run_texts texts)
{
	struct run_item item;
	struct err err;
	size_t at = 0;

	s->items = calloc(count_lines(s) + 1, sizeof *s->items);
	if (s->items == NULL)
		return false;
	while (next_line(s, &at, &item)) {
		item.run = run_wire_read(s->text + item.at, item.len, texts,
		    &err);
		s->items[s->n_items++] = item;
	}
	s->n_left = s->n_items;
	return true;
}

bool
run_segment_open(struct run_segment *s, enum run_texts texts,
    struct err *err)
{
	if (flock(s->fd, LOCK_EX | LOCK_NB) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "pending-%u.jsonl",
		    s->number);
	return (read_text(s) && read_marks(s) && find_items(s, texts)) ||
	    err_set(err, ERR_NO_MEMORY, "run records");
}

size_t
run_segment_count(struct run_segment *s)
{
	if (s->items != NULL)
		return s->n_left;
	return s->text == NULL && read_text(s) && read_marks(s) ?
	    count_lines(s) : 0;
}

void
run_segment_mark(struct run_segment *s, const struct run_item *item)
{
	char mark[32];
	int len = snprintf(mark, sizeof mark, "%s#%zu\n",
	    s->is_torn ? "\n" : "", item->at);

	s->is_torn = false;
	/* Without a mark it is sent once more, and counts once. */
	if (write(s->fd, mark, (size_t)len) != len)
		log_warning("syncer: pending-%u.jsonl cannot be written",
		    s->number);
	s->n_left--;
}

static struct json_object *
parse_line(const struct run_segment *s, const struct run_item *item)
{
	struct json_text parse = { .text = s->text + item->at,
	    .len = item->len, .code = ERR_INVALID_REQUEST };
	struct json_object *record = NULL;
	struct err ignored;

	if (json_text_parse(&parse, &record, &ignored))
		return record;
	return json_object_new_string("not a record");
}

void
run_segment_reject(struct run_segment *s, const struct run_item *item,
    const char *reason, int fd)
{
	struct json_object *o = json_object_new_object();
	AUTO_FREE char *line = NULL;
	char when[SNAPSHOT_TIME_TEXT];
	const char *text;
	size_t len;

	snapshot_format_time((uint64_t)time(NULL), when);
	json_object_object_add(o, "at", json_object_new_string(when));
	json_object_object_add(o, "reason", json_object_new_string(reason));
	json_object_object_add(o, "record", parse_line(s, item));
	text = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN |
	    JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	line = malloc(len + 1);
	if (line != NULL) {
		memcpy(line, text, len);
		line[len] = '\n';
	}
	if (line == NULL || fd == -1 ||
	    write(fd, line, len + 1) != (ssize_t)len + 1)
		log_warning("syncer: runs/rejected.jsonl cannot be written");
	json_object_put(o);
	run_segment_mark(s, item);
}

void
run_segment_close(struct run_segment *s)
{
	for (size_t i = 0; i < s->n_items; i++)
		json_object_put(s->items[i].run);
	free(s->items);
	free(s->is_marked);
	free(s->text);
	s->items = NULL;
	s->is_marked = NULL;
	s->text = NULL;
	s->n_items = s->n_left = 0;
	if (s->fd == -1)
		return;
	fdatasync(s->fd);
	close(s->fd);
	s->fd = -1;
}
