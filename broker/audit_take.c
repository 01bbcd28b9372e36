/* SPDX-License-Identifier: ISC */
/*
 * audit_take: which file the log is: where an earlier run ended, the next
 * segment, and what the administrator accepts in place of a lost one.
 */
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/audit_parts.h"
#include "common/log.h"

void
audit_take_folder(struct audit *a, int fd)
{
	if (a->log.folder != -1)
		close(a->log.folder);
	a->log.folder = fd;
}

void
audit_take_segment(struct audit *a, int fd, uint32_t number)
{
	audit_segments_add(&a->segments, fd, number);
}

static void
use_log(struct audit *a, int fd, uint32_t number)
{
	if (a->log.fd != -1)
		close(a->log.fd);
	a->log.fd = fd;
	a->log.number = number;
}

static void
start_segment(struct audit *a)
{
	struct audit_record header = { .event = AUDIT_SEGMENT,
	    .number = a->log.number, .oldest = a->log.number };

	/* What retention has removed by now, nobody may miss later. */
	audit_segments_drop_removed(&a->segments);
	if (a->segments.n > 0 && a->segments.all[0].number < header.oldest)
		header.oldest = a->segments.all[0].number;
	if (a->log.len == a->log.torn.unended)
		audit_prepend(a, &header);
	a->has_to_sign = true;
}

/*
 * Where an earlier run ended: in this segment, or in one before.  A broker in
 * an attacker's hands may have left segments without a record of ours: a number
 * that was given stays given.
 */
static void
find_start(struct audit *a, int fd, uint32_t number)
{
	struct audit_log before = { 0 };
	struct audit_last last = { 0 };
	bool is_empty = true;
	struct err err = { 0 };
	bool ok = audit_log_find_end(&a->log, fd, &last, a->chain.hash,
	    &is_empty, &err);
	uint32_t n = number;
	int earlier;

	while (is_empty && err.os == 0 &&
	    (earlier = audit_segments_before(&a->segments, &n)) != -1)
		ok = audit_log_find_end(&before, earlier, &last,
		    a->chain.hash, &is_empty, &err) && ok;
	a->chain.seq = last.seq;
	a->last_generation = last.generation;
	if (!ok) {
		/* Wait for the administrator: audit_accept() goes on from here. */
		a->offered_fd = fd;
		a->offered_number = number;
		audit_fail(a, &err);
		return;
	}
	use_log(a, fd, number);
	a->has_started = true;
	a->broken = (struct err) { 0 };
	start_segment(a);
	audit_schedule(a, 0);
}

void
audit_take_log(struct audit *a, int fd, uint32_t number)
{
	struct audit_last ignored;
	uint8_t hash[32];
	bool is_empty;

	if (!a->has_started) {
		if (a->offered_fd != -1)
			close(a->offered_fd);
		a->offered_fd = -1;
		find_start(a, fd, number);
		return;
	}
	if (a->is_rotating && number == a->log.number + 1) {
		a->is_rotating = false;
		use_log(a, fd, number);
		audit_log_find_end(&a->log, fd, &ignored, hash, &is_empty,
		    &(struct err) { 0 });
		start_segment(a);
		event_del(a->turn);	/* what asked for it again */
		audit_schedule(a, 0);
		return;
	}
	if (a->offered_fd != -1)
		close(a->offered_fd);
	a->offered_fd = fd;
	a->offered_number = number;
	if (a->is_rotating) {	/* the supervisor could not rename it */
		a->is_rotating = false;
		a->segment_len *= 2;
		event_del(a->turn);
		audit_schedule(a, 0);
	}
}

bool
audit_was_read(const struct audit *a, struct err *err)
{
	if (a->has_started || a->broken.os == 0)
		return true;
	*err = a->broken;
	return false;
}

void
audit_accept(struct audit *a)
{
	struct audit_record gap = { .event = AUDIT_GAP };
	struct audit_last ignored;
	uint8_t hash[32];
	struct err err = { 0 };
	bool is_empty;

	a->is_accepting = a->offered_fd != -1 &&
	    audit_writer_is_busy(a->writer);
	if (a->offered_fd == -1 || a->is_accepting)
		return;
	if (a->has_started && audit_log_check(&a->log, &err)) {
		close(a->offered_fd);
		a->offered_fd = -1;
		audit_schedule(a, 0);
		return;
	}
	if (!a->has_started)
		err = a->broken;
	snprintf(gap.about, sizeof gap.about, "%s", err.about);
	use_log(a, a->offered_fd, a->offered_number);
	a->offered_fd = -1;
	audit_log_find_end(&a->log, a->log.fd, &ignored, hash, &is_empty,
	    &(struct err) { 0 });
	a->has_started = true;
	log_warning("audit: a new log is accepted: %s", err.about);
	audit_prepend(a, &gap);
	a->lost_seq = a->chain.seq;
}

uint64_t
audit_lost_seq(const struct audit *a)
{
	return a->lost_seq;
}

struct audit_last
audit_last(const struct audit *a)
{
	return (struct audit_last) { .seq = a->chain.seq,
	    .generation = a->last_generation };
}

void
audit_head(const struct audit *a, uint8_t hash[32])
{
	memcpy(hash, a->chain.hash, 32);
}

size_t
audit_n_segments(const struct audit *a)
{
	return a->segments.n;
}

int
audit_segment(const struct audit *a, size_t i, uint32_t *number,
    uint64_t *len)
{
	int fd = a->segments.all[i].fd;
	struct stat st;

	*number = a->segments.all[i].number;
	*len = fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
	if (*number == a->log.number && *len > a->log.len - a->log.torn.unended)
		*len = a->log.len - a->log.torn.unended;
	return fd;
}

void
audit_set_vault(struct audit *a, uint64_t generation,
    const struct secret *signing)
{
	a->generation = generation;
	a->last_generation = generation;
	if (a->signing == NULL)
		a->has_to_sign = true;
	a->signing = signing;
}

void
audit_state(struct audit *a, struct err *err)
{
	*err = a->broken;
	/* The writer looks too, and may hang where we would hang with it. */
	if (err->code == ERR_NONE && !a->is_rotating &&
	    !audit_writer_is_busy(a->writer))
		audit_log_check(&a->log, err);
}
