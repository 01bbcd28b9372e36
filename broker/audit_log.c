/* SPDX-License-Identifier: ISC */
#include "broker/audit_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypto/digest.h"
#include "common/errors.h"

#define TAIL_LEN (16 * AUDIT_LINE_MAX)

/* A piece of the file, and where in it the lines end that were not seen yet. */
struct window {
	char text[TAIL_LEN];
	uint64_t at;		/* in the file */
	size_t end;
};

static bool
load_before(struct window *w, int fd, uint64_t end, struct err *err)
{
	w->end = end < sizeof w->text ? (size_t)end : sizeof w->text;
	w->at = end - w->end;
	return pread(fd, w->text, w->end, (off_t)w->at) == (ssize_t)w->end ||
	    err_set_os(err, ERR_AUDIT_UNAVAILABLE, "log");
}

/* From the last line on; what is left at the window's start is half a one. */
static bool
find_line(struct window *w, struct audit_last *last, uint8_t hash[32],
    uint32_t *n_passed)
{
	while (w->end > 0) {
		const char *before = memrchr(w->text, '\n', w->end - 1);
		size_t start = before != NULL ?
		    (size_t)(before + 1 - w->text) : 0;
		size_t len = w->end - 1 - start;

		if (before == NULL && w->at > 0)
			return false;
		if (audit_record_parse_last(w->text + start, len, last)) {
			digest_sha256(w->text + start, len, hash);
			return true;
		}
		if (*n_passed < TAIL_LEN)
			*n_passed += (uint32_t)len;
		w->end = start;
	}
	return false;
}

bool
audit_log_find_end(struct audit_log *log, int fd, struct audit_last *last,
    uint8_t hash[32], bool *is_empty, struct err *err)
{
	static struct window w;
	struct stat st;
	uint64_t end;

	*is_empty = true;
	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_AUDIT_UNAVAILABLE, "log");
	log->len = (uint64_t)st.st_size;
	log->torn = (struct audit_torn) { 0 };
	if (!load_before(&w, fd, log->len, err))
		return false;
	for (; w.end > 0 && w.text[w.end - 1] != '\n'; w.end--)
		log->torn.unended++;
	/* Further back than ours can be: not to give a number twice. */
	for (end = log->len; (*is_empty = !find_line(&w, last, hash,
	    &log->torn.untold)) && w.at > 0;) {
		end = w.end > 0 && w.at + w.end < end ? w.at + w.end : w.at;
		if (!load_before(&w, fd, end, err))
			return false;
	}
	return log->len - w.at <= sizeof w.text || err_set(err,
	    ERR_AUDIT_UNAVAILABLE, "the log's end is not ours");
}

bool
audit_log_check(const struct audit_log *log, struct err *err)
{
	struct stat st, named;

	if (log->fd == -1)
		return err_set(err, ERR_AUDIT_UNAVAILABLE, "there is no log");
	if (fstat(log->fd, &st) == -1)
		return err_set_os(err, ERR_AUDIT_UNAVAILABLE, "log");
	if (st.st_nlink == 0)
		return err_set(err, ERR_AUDIT_UNAVAILABLE,
		    "the log was unlinked");
	if (log->folder != -1 && fstatat(log->folder, AUDIT_LOG_NAME, &named,
	    AT_SYMLINK_NOFOLLOW) == -1)
		return err_set(err, ERR_AUDIT_UNAVAILABLE,
		    "the log was renamed");
	if (log->folder != -1 && (named.st_ino != st.st_ino ||
	    named.st_dev != st.st_dev))
		return err_set(err, ERR_AUDIT_UNAVAILABLE,
		    "the log was replaced");
	if ((uint64_t)st.st_size < log->len)
		return err_set(err, ERR_AUDIT_UNAVAILABLE,
		    "the log was shortened");
	if ((uint64_t)st.st_size > log->len)
		return err_set(err, ERR_AUDIT_UNAVAILABLE,
		    "somebody else wrote to the log");
	return true;
}

size_t
audit_log_write(struct audit_log *log, const char *bytes, size_t len,
    struct err *err)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = write(log->fd, bytes + at, len - at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			err_set_os(err, ERR_AUDIT_UNAVAILABLE,
			    "the log cannot be written");
			break;
		}
		at += (size_t)n;
	}
	log->len += at;
	return at;
}
