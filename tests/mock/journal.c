/* SPDX-License-Identifier: ISC */
#include "tests/mock/journal.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/mock/allocate.h"

struct journal {
	FILE *file;
};

struct journal *
journal_open(const char *path)
{
	FILE *file = fopen(path, "ae");
	struct journal *j;

	if (file == NULL)
		return NULL;
	j = allocate(sizeof *j);
	j->file = file;
	return j;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	fclose(j->file);
	free(j);
}

static struct json_object *
describe_body(const struct request *r)
{
	struct json_object *body = request_json(r);

	if (body != NULL)
		return body;
	return json_object_new_string_len(
	    (const char *)evbuffer_pullup(r->body, -1),
	    (int)evbuffer_get_length(r->body));
}

void
journal_add(struct journal *j, const struct request *r, int port)
{
	struct json_object *line = json_object_new_object();

	json_object_object_add(line, "method",
	    json_object_new_string(r->method));
	json_object_object_add(line, "path", json_object_new_string(r->target));
	json_object_object_add(line, "headers", json_object_get(r->headers));
	json_object_object_add(line, "body", describe_body(r));
	json_object_object_add(line, "bodyBytes",
	    json_object_new_uint64(evbuffer_get_length(r->body)));
	json_object_object_add(line, "port", json_object_new_int(port));
	fprintf(j->file, "%s\n", json_object_to_json_string_ext(line,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	fflush(j->file);
	json_object_put(line);
}
