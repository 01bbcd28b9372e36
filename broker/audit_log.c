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

bool
audit_log_find_end(struct audit_log *log, int fd, struct audit_last *last,
    uint8_t hash[32], bool *is_empty, struct err *err)
{
	static char tail[TAIL_LEN];
	struct stat st;
	size_t want, end, start;

	*is_empty = true;
	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_AUDIT_UNAVAILABLE, "log");
	log->len = (uint64_t)st.st_size;
	log->n_torn = log->n_untold = 0;
	want = log->len < sizeof tail ? (size_t)log->len : sizeof tail;
	if (pread(fd, tail, want, st.st_size - (off_t)want) != (ssize_t)want)
		return err_set_os(err, ERR_AUDIT_UNAVAILABLE, "log");
	for (end = want; end > 0 && tail[end - 1] != '\n'; end--)
		log->n_torn++;
	for (; end > 0; end = start) {
		for (start = end - 1; start > 0 && tail[start - 1] != '\n';
		    start--)
			;
		if (audit_record_parse_last(tail + start, end - 1 - start,
		    last)) {
			digest_sha256(tail + start, end - 1 - start, hash);
			*is_empty = false;
			return true;
		}
		log->n_untold += (uint32_t)(end - 1 - start);
	}
	return log->len <= want || err_set(err, ERR_AUDIT_UNAVAILABLE,
	    "the log's end is not ours");
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
