/* SPDX-License-Identifier: ISC */
/*
 * The head of an upstream's answer at the egress, line by line as libcurl gives
 * it.  What passes is what the proxy's reader of frames accepts, and holds no
 * cookie, no redirect and no hop's business.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/frame.h"
#include "egress/head_filter.h"
#include "tests/fuzz/fuzz.h"

static void
check_passed(const struct head_filter *f)
{
	static const char *const never[] = { "set-cookie", "location",
		"connection", "transfer-encoding", "alt-svc", "refresh",
		"upgrade", "www-authenticate" };
	const char *at = f->len > 0 ? f->text : "", *end = at + f->len;
	struct frame_line line;

	assert(f->status >= 200 && f->status <= 599);
	assert(f->len <= FRAME_LINES_MAX);
	while (frame_next_line(&at, end, &line))
		for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
			assert(line.name_len != strlen(never[i]) ||
			    strncasecmp(line.name, never[i],
			    line.name_len) != 0);
	assert(at == end);
}

/* The proxy would take it: the two sides agree on what a line is. */
static void
check_frame(const struct head_filter *f)
{
	uint8_t *frame = malloc(FRAME_LEN_MAX);
	struct frame_reader reader = { 0 };
	struct frame got;
	struct err err;
	size_t used;

	assert(frame != NULL);
	frame_encode_word(frame, FRAME_HEAD, 4 + f->len);
	frame_encode_u32(frame + FRAME_WORD_LEN, f->status);
	if (f->len > 0)
		memcpy(frame + FRAME_WORD_LEN + 4, f->text, f->len);
	assert(frame_read(&reader, frame, FRAME_WORD_LEN + 4 + f->len, &got,
	    &used, &err) == FRAME_GOT);
	free(frame);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct head_filter f = { 0 };
	struct err err;
	bool is_good = true;

	while (is_good && len > 0 && !f.is_complete) {
		const uint8_t *end = memchr(bytes, '\n', len);
		size_t n = end == NULL ? len : (size_t)(end - bytes) + 1;
		char *line = malloc(n);

		assert(line != NULL);
		memcpy(line, bytes, n);
		is_good = head_filter_read(&f, line, n, &err);
		free(line);
		bytes += n;
		len -= n;
	}
	if (is_good && f.is_complete && f.status >= 200) {
		check_passed(&f);
		check_frame(&f);
	}
	head_filter_reset(&f);
	return 0;
}
