/* SPDX-License-Identifier: ISC */
#include "cli/runs_queue.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/invocation.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define SEGMENTS 16		/* pending-1.jsonl to pending-16.jsonl */
#define FILE_MAX (8u << 20)	/* bytes */

/* Lines that were not sent yet: of each that is, a line with a '#' tells. */
static int64_t
count_lines(int folder, const char *name)
{
	AUTO_FREE char *text = NULL;
	struct err ignored;
	int64_t n = 0;
	size_t len;

	if (!home_read(folder, name, FILE_MAX, &text, &len, &ignored))
		return 0;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\n' && (i == 0 || text[i - 1] == '\n'))
			n += text[i] == '#' ? -1 : 1;
	return n > 0 ? n : 0;
}

static int64_t
sum_dropped(int folder)
{
	AUTO_FREE char *text = NULL;
	struct json_object *o = NULL;
	struct err ignored;
	int64_t sum = 0, n;
	size_t len;

	if (!home_read(folder, "dropped.jsonl", FILE_MAX, &text, &len,
	    &ignored))
		return 0;
	for (char *line = text, *end; line < text + len; line = end + 1) {
		struct json_text parse = { .text = line,
		    .code = ERR_FILE_DAMAGED };

		end = memchr(line, '\n', len - (size_t)(line - text));
		if (end == NULL)
			break;
		parse.len = (size_t)(end - line);
		if (!json_text_parse(&parse, &o, &ignored))
			continue;
		n = 0;
		json_text_int(o, "records", &n);
		sum += n;
		json_object_put(o);
	}
	return sum;
}

bool
runs_queue_count(struct invocation *inv, struct runs_queue *q,
    struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "runs", err);
	char name[32];

	*q = (struct runs_queue) { 0 };
	if (folder == -1)
		return false;
	q->pending = count_lines(folder, "pending.jsonl");
	for (int i = 1; i <= SEGMENTS; i++) {
		snprintf(name, sizeof name, "pending-%d.jsonl", i);
		q->pending += count_lines(folder, name);
	}
	q->rejected = count_lines(folder, "rejected.jsonl");
	q->dropped = sum_dropped(folder);
	return true;
}

void
runs_queue_add(struct json_object *object, struct invocation *inv)
{
	struct json_object *o = field_set_object(object, "runsQueue");
	struct runs_queue q = { 0 };
	struct err ignored;

	runs_queue_count(inv, &q, &ignored);
	field_set_number(o, "pending", q.pending);
	field_set_number(o, "rejected", q.rejected);
	field_set_number(o, "dropped", q.dropped);
}
