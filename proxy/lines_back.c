/* SPDX-License-Identifier: ISC */
#include "proxy/lines_back.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/scoped.h"

#define PIECE (64 << 10)	/* bytes that are read at once */

/*
 * The window holds a piece of the file and, behind it, the beginning of the
 * line whose end was given last... or is not known yet.
 */
struct window {
	char text[PIECE + LINE_BACK_MAX + 1];
	size_t len;		/* of what is held */
	off_t at;		/* where in the file it begins */
	bool in_line;		/* what is held at its end belongs to a line */
	bool is_long;		/* ... of which too much has gone already */
};

/* Puts the piece before what is held. */
static bool
read_before(int fd, struct window *w, struct err *err)
{
	size_t n = w->at < PIECE ? (size_t)w->at : PIECE, done = 0;

	memmove(w->text + n, w->text, w->len);
	while (done < n) {
		ssize_t got = pread(fd, w->text + done, n - done,
		    w->at - (off_t)n + (off_t)done);

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)	/* shorter than it was: somebody cut it */
			return err_set_os(err, ERR_FILE_FAILED, "runs");
		done += (size_t)got;
	}
	w->at -= (off_t)n;
	w->len += n;
	return true;
}

/* Gives the line that ends where the held text ends, from 'start' on. */
static bool
give(struct window *w, size_t start, line_back_taker *take, void *arg)
{
	size_t len = w->len - start;
	bool is_wanted = w->in_line && !w->is_long && len <= LINE_BACK_MAX;

	w->is_long = false;
	w->text[w->len] = '\0';
	return !is_wanted || take(arg, w->text + start, len);
}

/* All lines whose beginning is held.  false: the taker has had enough. */
static bool
give_held(struct window *w, line_back_taker *take, void *arg)
{
	char *feed;

	while ((feed = memrchr(w->text, '\n', w->len)) != NULL) {
		size_t at = (size_t)(feed - w->text);

		if (!give(w, at + 1, take, arg))
			return false;
		w->len = at;
		w->in_line = true;
	}
	if (w->len <= LINE_BACK_MAX)
		return true;
	/* The beginning of a line that is too long: only that matters. */
	w->is_long = true;
	w->len = 0;
	return true;
}

bool
lines_back_read(int fd, line_back_taker *take, void *arg, bool *has_enough,
    struct err *err)
{
	AUTO_FREE struct window *w = calloc(1, sizeof *w);
	struct stat st;

	*has_enough = false;
	if (w == NULL)
		return err_set(err, ERR_NO_MEMORY, "runs");
	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "runs");
	w->at = st.st_size;
	while (w->at > 0) {
		if (!read_before(fd, w, err))
			return false;
		if (!give_held(w, take, arg)) {
			*has_enough = true;
			return true;
		}
	}
	*has_enough = !give(w, 0, take, arg);
	return true;
}
