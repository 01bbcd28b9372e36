/* SPDX-License-Identifier: ISC */
#include "cli/audit_backwards.h"

#include <string.h>
#include <unistd.h>

#include "common/errors.h"

#define CHUNK_LEN (1 << 20)
_Static_assert(CHUNK_LEN > 2 * AUDIT_LINE_TEXT_MAX, "a line fits");

static char chunk[CHUNK_LEN];

/* The lines between 'first' and 'end' of the chunk; false: enough. */
static bool
give(size_t first, size_t end, struct audit_place place, uint64_t at,
    audit_text *each, void *arg)
{
	while (end > first) {
		const char *before = memrchr(chunk + first, '\n',
		    end - 1 - first);
		size_t start = before != NULL ?
		    (size_t)(before + 1 - chunk) : first;

		place.at = at + start;
		place.len = end - 1 - start;
		if (!each(chunk + start, &place, arg))
			return false;
		end = start;
	}
	return true;
}

/* One segment; *goes_on tells whether 'each' wants more. */
static bool
scan(const struct audit_segments *s, size_t i, audit_text *each, void *arg,
    bool *goes_on)
{
	uint64_t end = s->all[i].len;

	while (*goes_on && end > 0) {
		uint64_t at = end > CHUNK_LEN ? end - CHUNK_LEN : 0;
		size_t len = (size_t)(end - at), first = 0;
		const char *last, *line_end;

		if (pread(s->all[i].fd, chunk, len, (off_t)at) != (ssize_t)len)
			return false;
		/* What has no end is none yet; what began before comes next. */
		last = memrchr(chunk, '\n', len);
		line_end = at > 0 ? memchr(chunk, '\n', len) : NULL;
		if (line_end != NULL)
			first = (size_t)(line_end + 1 - chunk);
		if (last != NULL)
			*goes_on = give(first, (size_t)(last + 1 - chunk),
			    (struct audit_place) { .segment = i }, at, each,
			    arg);
		/* A line longer than the chunk is passed over. */
		end = at + (first < len ? first : 0);
	}
	return true;
}

bool
audit_backwards(const struct audit_segments *s, audit_text *each, void *arg,
    struct err *err)
{
	bool goes_on = true;

	for (size_t i = s->n; goes_on && i-- > 0;)
		if (!scan(s, i, each, arg, &goes_on))
			return err_set_os(err, ERR_FILE_FAILED,
			    "segment %zu of the log", i + 1);
	return true;
}
