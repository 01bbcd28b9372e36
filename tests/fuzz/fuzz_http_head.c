/* SPDX-License-Identifier: ISC */
/*
 * The head of an agent's request at the guard before evhttp, and the chunked
 * body behind it.  The first byte says how the bytes are cut.  What passes is a
 * head that any two readers read alike.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/body_chunks.h"
#include "proxy/http_guard.h"
#include "proxy/http_path.h"
#include "tests/fuzz/fuzz.h"

#define BODY_MAX 100000

static const struct guard_rules rules = { .max_head_len = 4096,
    .n_headers_max = 16, .max_body_len = BODY_MAX,
    .allow_origin = "http://a.example", .port = 51168 };

/* The length of the head, or 0; the same however it is cut. */
static size_t
find_end(const uint8_t *bytes, size_t len, size_t piece)
{
	size_t line_len = 0;

	for (size_t at = 0; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		size_t end = guard_find_end(&line_len,
		    (const char *)bytes + at, n);

		assert(end <= n);
		if (end > 0)
			return at + end;
	}
	return 0;
}

static bool
has_line(const char *head, size_t len, const char *name)
{
	for (size_t i = 0; i + strlen(name) <= len; i++)
		if (head[i] == '\n' && i + 1 + strlen(name) <= len &&
		    strncasecmp(head + i + 1, name, strlen(name)) == 0)
			return true;
	return false;
}

static void
check_passed(const char *head, size_t len, const struct guard_head *seen)
{
	for (size_t i = 0; i < len; i++) {
		assert(head[i] != '\0');
		/* No bare line feed, no folded line. */
		assert(head[i] != '\n' || (i > 0 && head[i - 1] == '\r'));
		assert(head[i] != '\n' || i + 1 == len ||
		    (head[i + 1] != ' ' && head[i + 1] != '\t'));
	}
	assert(len <= rules.max_head_len && seen->body_len <= BODY_MAX);
	assert(has_line(head, len, "host:"));
	assert(seen->is_chunked == has_line(head, len, "transfer-encoding:"));
	assert(!seen->is_chunked || !has_line(head, len, "content-length:"));
}

/* All at once or byte by byte: the same word on it. */
static void
check_chunks(const uint8_t *bytes, size_t len)
{
	struct body_chunks whole = { 0 }, cut = { 0 };
	struct err err;
	bool is_good = body_chunks_check(&whole, (const char *)bytes, len,
	    BODY_MAX, &err), is_good_cut = true;

	for (size_t i = 0; is_good_cut && i < len; i++)
		is_good_cut = body_chunks_check(&cut, (const char *)bytes + i,
		    1, BODY_MAX, &err);
	assert(is_good == is_good_cut);
	assert(!is_good || (whole.part == cut.part &&
	    whole.body_len == cut.body_len && whole.body_len <= BODY_MAX));
}

static void
find_path(const char *head, size_t len)
{
	const char *target = memchr(head, ' ', len);
	struct http_path path;
	struct err err;
	char method[8] = "", *copy;
	size_t n;

	assert(target != NULL);
	if ((size_t)(target - head) >= sizeof method)
		return;
	memcpy(method, head, (size_t)(target - head));
	target++;
	n = strcspn(target, " ");
	copy = strndup(target, n);
	assert(copy != NULL);
	if (http_path_find(method, copy, PATH_PLAIN, &path, &err))
		assert(path.kind != PATH_NOTHING);
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct guard_head seen = { 0 };
	struct err err = { 0 };
	size_t end;
	char *head;

	if (len < 2)
		return 0;
	end = find_end(bytes + 1, len - 1, 1u + bytes[0]);
	assert(end == find_end(bytes + 1, len - 1, len));
	guard_dialect((const char *)bytes + 1, len - 1);
	if (end == 0)
		return 0;
	head = malloc(end);
	assert(head != NULL);
	memcpy(head, bytes + 1, end);
	if (guard_check(&rules, head, end, &seen, &err)) {
		check_passed(head, end, &seen);
		find_path(head, end);
	} else
		assert(err.code != ERR_NONE);
	free(head);
	check_chunks(bytes + 1 + end, len - 1 - end);
	return 0;
}
