/* SPDX-License-Identifier: ISC */
/*
 * audit_find: a record by its number, in segments that somebody may have
 * exchanged: is it the one that the vault remembers?
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "broker/audit_parts.h"
#include "common/crypto/digest.h"

#define READ_LEN (64 * AUDIT_LINE_MAX)

/* 0 when the line is not one of ours. */
static uint64_t
number_of(const char *line, size_t len)
{
	char start[40] = "";
	unsigned long long seq;

	memcpy(start, line, len < sizeof start - 1 ? len : sizeof start - 1);
	return sscanf(start, "{\"seq\":%19llu,", &seq) == 1 ? seq : 0;
}

static uint64_t
first_number(int fd)
{
	char line[40];
	ssize_t n = pread(fd, line, sizeof line, 0);

	return n > 0 ? number_of(line, (size_t)n) : 0;
}

/* Looks at a buffer's whole lines; how many bytes they are. */
static size_t
look_at(const char *text, size_t len, uint64_t seq, uint8_t hash[32],
    bool *is_found)
{
	const char *start = text, *end;

	while (!*is_found && (end = memchr(start, '\n',
	    len - (size_t)(start - text))) != NULL) {
		if (number_of(start, (size_t)(end - start)) == seq) {
			digest_sha256(start, (size_t)(end - start), hash);
			*is_found = true;
		}
		start = end + 1;
	}
	return (size_t)(start - text);
}

static bool
find_in(int fd, uint64_t seq, uint8_t hash[32])
{
	static char buffer[READ_LEN];
	bool is_found = false;
	off_t at = 0;

	while (!is_found) {
		ssize_t n = pread(fd, buffer, sizeof buffer, at);
		size_t used;

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		used = look_at(buffer, (size_t)n, seq, hash, &is_found);
		/* A line that long is none of ours; half a one ends the file. */
		if (used == 0 && (size_t)n < sizeof buffer)
			break;
		at += used > 0 ? (off_t)used : n;
	}
	return is_found;
}

enum audit_found
audit_find(const struct audit *a, uint64_t seq, uint8_t hash[32])
{
	int fd = -1;

	for (size_t i = 0; i < a->segments.n; i++) {
		uint64_t first = first_number(a->segments.all[i].fd);

		if (first != 0 && first <= seq)
			fd = a->segments.all[i].fd;
		else if (i == 0 && first > seq)
			return AUDIT_REMOVED;
	}
	return fd != -1 && find_in(fd, seq, hash) ? AUDIT_FOUND : AUDIT_ABSENT;
}
