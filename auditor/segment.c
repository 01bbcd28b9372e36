/* SPDX-License-Identifier: ISC */
#include "auditor/segment.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "auditor/chain.h"
#include "common/errors.h"

/* A whole line fits behind the rest of one. */
static char buffer[2 * LINE_MAX_LEN];

static bool
fill(int fd, uint64_t at, size_t *n_held, uint64_t len, struct err *err)
{
	size_t room = sizeof buffer - *n_held;
	size_t want = len - at < room ? (size_t)(len - at) : room;
	ssize_t n;

	do
		n = pread(fd, buffer + *n_held, want, (off_t)at);
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		return err_set_os(err, ERR_FILE_FAILED,
		    "segment at descriptor %d", fd);
	*n_held += (size_t)n;
	return true;
}

/* Feeds the whole lines that are held, and keeps what follows them. */
static void
feed_lines(struct chain *chain, size_t *n_held)
{
	char *start = buffer, *end;

	while ((end = memchr(start, '\n',
	    *n_held - (size_t)(start - buffer))) != NULL) {
		chain_feed(chain, start, (size_t)(end - start),
		    CHAIN_LINE_WHOLE);
		start = end + 1;
	}
	*n_held -= (size_t)(start - buffer);
	memmove(buffer, start, *n_held);
}

bool
segment_feed(int fd, uint64_t len, struct chain *chain, struct err *err)
{
	size_t n_held = 0;
	uint64_t at = 0;

	while (at < len) {
		size_t before = n_held;

		if (!fill(fd, at, &n_held, len, err))
			return false;
		at += n_held - before;
		feed_lines(chain, &n_held);
		/* No record is that long: its pieces are all malformed. */
		if (n_held >= LINE_MAX_LEN) {
			chain_feed(chain, buffer, n_held, CHAIN_LINE_WHOLE);
			n_held = 0;
		}
	}
	if (n_held > 0)
		chain_feed(chain, buffer, n_held, CHAIN_LINE_TORN);
	return true;
}
