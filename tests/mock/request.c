/* SPDX-License-Identifier: ISC */
#include "tests/mock/request.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/mock/allocate.h"

#define JSON_DEPTH_MAX 1000

enum { PART_REQUEST_LINE, PART_HEADER, PART_BODY, PART_CHUNK_SIZE, PART_CHUNK,
    PART_CHUNK_END, PART_TRAILER };

struct request *
request_new(void)
{
	struct request *r = allocate(sizeof *r);

	r->headers = json_object_new_object();
	r->body = allocate_buffer();
	return r;
}

void
request_free(struct request *r)
{
	if (r == NULL)
		return;
	free(r->method);
	free(r->target);
	free(r->path);
	json_object_put(r->headers);
	evbuffer_free(r->body);
	free(r);
}

const char *
request_header(const struct request *r, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(r->headers, name, &value))
		return NULL;
	return json_object_get_string(value);
}

static enum request_progress
read_request_line(struct request *r, struct evbuffer *in)
{
	char *line = evbuffer_readln(in, NULL, EVBUFFER_EOL_CRLF);
	int minor;
	bool is_sound;

	if (line == NULL)
		return REQUEST_PARTIAL;
	if (*line == '\0') {
		free(line);
		return REQUEST_GOES_ON;
	}
	is_sound = sscanf(line, "%ms %ms HTTP/1.%d", &r->method, &r->target,
	    &minor) == 3;
	free(line);
	if (!is_sound)
		return REQUEST_BROKEN;
	r->path = strndup(r->target, strcspn(r->target, "?"));
	r->may_be_chunked = minor > 0;
	r->part = PART_HEADER;
	return REQUEST_GOES_ON;
}

static bool
header_has(const struct request *r, const char *name, const char *word)
{
	const char *value = request_header(r, name);

	for (; value != NULL && *value != '\0'; value++)
		if (strncasecmp(value, word, strlen(word)) == 0)
			return true;
	return false;
}

static enum request_progress
end_head(struct request *r)
{
	const char *len = request_header(r, "content-length");

	r->keeps_alive = r->may_be_chunked ?
	    !header_has(r, "connection", "close") :
	    header_has(r, "connection", "keep-alive");
	r->expects_continue = header_has(r, "expect", "100-continue");
	if (header_has(r, "transfer-encoding", "chunked")) {
		r->part = PART_CHUNK_SIZE;
		return REQUEST_GOES_ON;
	}
	r->rest_len = len != NULL ? strtoul(len, NULL, 10) : 0;
	r->part = PART_BODY;
	return r->rest_len > 0 ? REQUEST_GOES_ON : REQUEST_WHOLE;
}

static void
add_header(struct request *r, char *name, const char *value)
{
	const char *before;
	struct evbuffer *joined;

	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	before = request_header(r, name);
	if (before == NULL) {
		json_object_object_add(r->headers, name,
		    json_object_new_string(value));
		return;
	}
	joined = allocate_buffer();
	evbuffer_add_printf(joined, "%s, %s", before, value);
	json_object_object_add(r->headers, name, json_object_new_string_len(
	    (const char *)evbuffer_pullup(joined, -1),
	    (int)evbuffer_get_length(joined)));
	evbuffer_free(joined);
}

static enum request_progress
read_header(struct request *r, struct evbuffer *in)
{
	size_t len;
	char *line = evbuffer_readln(in, &len, EVBUFFER_EOL_CRLF);
	char *value;

	if (line == NULL)
		return REQUEST_PARTIAL;
	if (len == 0) {
		free(line);
		return end_head(r);
	}
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
	value = strchr(line, ':');
	if (value == NULL) {
		free(line);
		return REQUEST_BROKEN;
	}
	*value++ = '\0';
	add_header(r, line, value + strspn(value, " \t"));
	free(line);
	return REQUEST_GOES_ON;
}

/* Moves what is there of 'rest_len'; true when nothing is missing. */
static bool
move_body(struct request *r, struct evbuffer *in)
{
	int n = evbuffer_remove_buffer(in, r->body, r->rest_len);

	if (n > 0) {
		r->rest_len -= (size_t)n;
		r->expects_continue = false;
	}
	return r->rest_len == 0;
}

static enum request_progress
read_body(struct request *r, struct evbuffer *in)
{
	return move_body(r, in) ? REQUEST_WHOLE : REQUEST_PARTIAL;
}

static enum request_progress
read_chunk_size(struct request *r, struct evbuffer *in)
{
	char *line = evbuffer_readln(in, NULL, EVBUFFER_EOL_CRLF);
	char *end;

	if (line == NULL)
		return REQUEST_PARTIAL;
	r->rest_len = strtoul(line, &end, 16);
	r->part = r->rest_len > 0 ? PART_CHUNK : PART_TRAILER;
	if (end == line)
		r->part = -1;
	free(line);
	return r->part == -1 ? REQUEST_BROKEN : REQUEST_GOES_ON;
}

static enum request_progress
read_chunk(struct request *r, struct evbuffer *in)
{
	if (!move_body(r, in))
		return REQUEST_PARTIAL;
	r->part = PART_CHUNK_END;
	return REQUEST_GOES_ON;
}

static enum request_progress
read_chunk_end(struct request *r, struct evbuffer *in)
{
	char *line = evbuffer_readln(in, NULL, EVBUFFER_EOL_CRLF);

	if (line == NULL)
		return REQUEST_PARTIAL;
	r->part = PART_CHUNK_SIZE;
	free(line);
	return REQUEST_GOES_ON;
}

static enum request_progress
read_trailer(struct request *r, struct evbuffer *in)
{
	size_t len;
	char *line = evbuffer_readln(in, &len, EVBUFFER_EOL_CRLF);

	(void)r;
	free(line);
	if (line == NULL)
		return REQUEST_PARTIAL;
	return len == 0 ? REQUEST_WHOLE : REQUEST_GOES_ON;
}

enum request_progress
request_read(struct request *r, struct evbuffer *in)
{
	static enum request_progress (*const readers[])(struct request *,
	    struct evbuffer *) = {
		[PART_REQUEST_LINE] = read_request_line,
		[PART_HEADER] = read_header,
		[PART_BODY] = read_body,
		[PART_CHUNK_SIZE] = read_chunk_size,
		[PART_CHUNK] = read_chunk,
		[PART_CHUNK_END] = read_chunk_end,
		[PART_TRAILER] = read_trailer,
	};
	enum request_progress progress;

	do
		progress = readers[r->part](r, in);
	while (progress == REQUEST_GOES_ON);
	return progress;
}

struct json_object *
request_json(const struct request *r)
{
	size_t len = evbuffer_get_length(r->body);
	const char *text = (const char *)evbuffer_pullup(r->body, -1);
	struct json_tokener *parser;
	struct json_object *found = NULL;
	size_t end;

	if (len == 0 || len > INT_MAX)
		return NULL;
	parser = json_tokener_new_ex(JSON_DEPTH_MAX);
	found = json_tokener_parse_ex(parser, text, (int)len);
	end = json_tokener_get_parse_end(parser);
	while (end < len && isspace((unsigned char)text[end]))
		end++;
	if (json_tokener_get_error(parser) != json_tokener_success ||
	    end != len) {
		json_object_put(found);
		found = NULL;
	}
	json_tokener_free(parser);
	return found;
}

const char *
request_credential(const struct request *r)
{
	const char *value = request_header(r, "authorization");

	if (value == NULL)
		value = request_header(r, "x-api-key");
	return value != NULL ? value : "";
}

bool
request_has_key(const struct request *r, const char *key)
{
	const char *bearer = request_header(r, "authorization");
	const char *bare = request_header(r, "x-api-key");

	return (bare != NULL && strcmp(bare, key) == 0) ||
	    (bearer != NULL && strncasecmp(bearer, "Bearer ", 7) == 0 &&
	    strcmp(bearer + 7, key) == 0);
}
