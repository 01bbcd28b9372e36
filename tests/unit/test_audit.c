/* SPDX-License-Identifier: ISC */
/* No audit, no use (I4): the log as a file that others may damage. */
#include <criterion/criterion.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "broker/audit.h"
#include "broker/seal.h"
#include "common/crypto/digest.h"
#include "common/log.h"

/* Played: a disk that does what the test wants of it. */
static volatile int n_syncs;
static int sync_fails_with, write_fails_with;
static int held[2] = { -1, -1 };	/* a call waits for a byte from here */
static volatile int n_writes;		/* of lines */
static bool writes_hang;

int
fdatasync(int fd)
{
	char byte;

	n_syncs++;
	if (held[0] != -1 && !writes_hang && read(held[0], &byte, 1) != 1)
		return -1;
	if (sync_fails_with == 0)
		return (int)syscall(SYS_fdatasync, fd);
	errno = sync_fails_with;
	return -1;
}

static int64_t clock_is_off_by_s;

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	long result = syscall(SYS_clock_gettime, clock, t);

	if (clock == CLOCK_REALTIME)
		t->tv_sec += clock_is_off_by_s;
	return (int)result;
}

static size_t dies_after = SIZE_MAX;	/* bytes of a line */

ssize_t
write(int fd, const void *bytes, size_t len)
{
	char byte;

	n_writes += len >= 100;
	if (writes_hang && len >= 100 && read(held[0], &byte, 1) != 1)
		return -1;
	/* The last byte alone is another case: the line's end was torn. */
	if (dies_after != SIZE_MAX && len >= 100) {
		len = dies_after >= len - 1 ? len : dies_after;
		syscall(SYS_write, fd, bytes, len);
		_exit(0);
	}
	if (write_fails_with == 0 || len < 100)
		return syscall(SYS_write, fd, bytes, len);
	errno = write_fails_with;
	return -1;
}

static char folder[] = "/tmp/test_audit.XXXXXX";
static struct event_base *base;
static struct audit *audit;
static uint32_t wanted;
static int n_answers;
static struct err last_answer;
static struct audit_record hanging = { .event = AUDIT_BEGIN, .request = 1 };
static int n_hanging_told;	/* how often whoever waits for it was told */

static void
be_quiet(enum log_level level, const char *text, size_t len)
{
	(void)level;
	(void)text;
	(void)len;
}

static void
on_wanted(uint32_t number, void *arg)
{
	(void)arg;
	wanted = number;
}

static void
on_done(void *waiter, const struct err *err)
{
	n_answers++;
	n_hanging_told += waiter == &hanging;
	last_answer = *err;
	event_base_loopbreak(base);
}

static int
open_log(void)
{
	return open("audit.jsonl", O_RDWR | O_APPEND | O_CREAT, 0600);
}

static void
start(uint64_t segment_len)
{
	struct err err = { 0 };

	audit = audit_new(base, segment_len, on_wanted, NULL, &err);
	cr_assert_not_null(audit);
	cr_assert(audit_start_thread(audit, &err));
	audit_take_folder(audit, open(".", O_PATH | O_DIRECTORY));
	audit_take_segment(audit, open("audit.jsonl", O_RDONLY | O_CREAT,
	    0600), 1);
	audit_take_log(audit, open_log(), 1);
}

static void
setup(void)
{
	struct err err = { 0 };

	log_set_sink(be_quiet);
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	cr_assert(digest_open(&err) && seal_start(&err));
	base = event_base_new();
	start(1 << 20);
}

static void
teardown(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", folder);
	cr_expect_eq(system(command), 0);
}

TestSuite(audit, .init = setup, .fini = teardown, .timeout = 60);

/* One record that somebody waits for; what he is told. */
static enum err_code
ask(void)
{
	struct audit_record r = { .event = AUDIT_BEGIN, .request = 1 };
	int before = n_answers;
	struct err err = { 0 };

	if (!audit_append_and_wait(audit, &r, on_done, &r, &err))
		return err.code;
	while (n_answers == before)
		event_base_loop(base, EVLOOP_ONCE);
	return last_answer.code;
}

static int
n_lines(const char *containing)
{
	FILE *f = fopen("audit.jsonl", "re");
	char line[AUDIT_LINE_MAX + 1];
	int n = 0;

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		n += strstr(line, containing) != NULL;
	if (f != NULL)
		fclose(f);
	return n;
}

/* Every line names the hash of the one before, numbers follow each other. */
static void
expect_chain(void)
{
	FILE *f = fopen("audit.jsonl", "re");
	char line[AUDIT_LINE_MAX + 1], previous[DIGEST_HEX], *at;
	uint8_t hash[DIGEST_LEN] = { 0 };
	unsigned long long seq, expected = 1;

	while (fgets(line, sizeof line, f) != NULL) {
		size_t len = strcspn(line, "\n");

		if (line[0] != '{' || sscanf(line, "{\"seq\":%llu", &seq) != 1 ||
		    line[len - 1] != '}')
			continue;	/* the torn line: a record follows */
		cr_expect_eq(seq, expected++);
		digest_hex(hash, sizeof hash, previous);
		at = strstr(line, "\"prev\":\"");
		cr_assert_not_null(at);
		cr_expect_eq(strncmp(at + 8, previous, 64), 0, "line %llu", seq);
		digest_sha256(line, len, hash);
	}
	fclose(f);
}

Test(audit, answers_when_the_record_is_in_the_file)
{
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"event\":\"begin\""), 1);
	cr_expect_eq(ask(), ERR_NONE);
	expect_chain();
}

Test(audit, goes_on_where_an_earlier_run_ended)
{
	cr_expect_eq(ask(), ERR_NONE);
	start(1 << 20);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(audit_last(audit).seq, 3);
	expect_chain();
}

Test(audit, refuses_when_the_log_was_unlinked)
{
	cr_expect_eq(ask(), ERR_NONE);
	unlink("audit.jsonl");
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
	cr_expect_str_eq(last_answer.about, "the log was unlinked");
}

Test(audit, refuses_while_the_log_is_renamed_and_recovers_by_itself)
{
	cr_expect_eq(ask(), ERR_NONE);
	rename("audit.jsonl", "away");
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
	rename("away", "audit.jsonl");
	cr_expect_eq(ask(), ERR_NONE);
	expect_chain();
}

Test(audit, refuses_when_the_log_was_replaced)
{
	cr_expect_eq(ask(), ERR_NONE);
	rename("audit.jsonl", "away");
	close(open_log());
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
	cr_expect_str_eq(last_answer.about, "the log was replaced");
}

Test(audit, refuses_when_the_log_was_shortened)
{
	cr_expect_eq(ask(), ERR_NONE);
	cr_assert_eq(truncate("audit.jsonl", 10), 0);
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
	cr_expect_str_eq(last_answer.about, "the log was shortened");
}

/* What a disk may say: refused with that, and healed without a restart. */
Test(audit, refuses_what_the_disk_refuses_and_recovers_by_itself)
{
	static const int reasons[] = { ENOSPC, EDQUOT, EIO, EROFS, EFBIG };

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		write_fails_with = reasons[i];
		cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
		cr_expect_eq(last_answer.os, reasons[i]);
		write_fails_with = 0;
		cr_expect_eq(ask(), ERR_NONE);
		sync_fails_with = reasons[i];
		cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
		cr_expect_eq(last_answer.os, reasons[i]);
		sync_fails_with = 0;
		cr_expect_eq(ask(), ERR_NONE);
	}
	expect_chain();
}

Test(audit, goes_on_when_the_clock_jumps)
{
	static const int64_t jumps[] = { 0, 315360000, -315360000, 86400, 0 };

	for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
		clock_is_off_by_s = jumps[i];
		cr_expect_eq(ask(), ERR_NONE);
	}
	start(1 << 20);
	cr_expect_eq(ask(), ERR_NONE);
	expect_chain();
}

/* Killed while it writes, behind each few bytes of a line. */
Test(audit, goes_on_where_it_was_killed)
{
	cr_expect_eq(ask(), ERR_NONE);
	for (size_t n = 0; n < 400; n += 13) {
		pid_t pid = fork();

		if (pid == 0) {
			base = event_base_new();
			start(1 << 20);
			dies_after = n;
			ask();
			_exit(1);
		}
		cr_assert_eq(waitpid(pid, NULL, 0), pid);
	}
	start(1 << 20);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_geq(n_lines("\"event\":\"torn\""), 1);
	expect_chain();
}

Test(audit, does_not_wait_for_a_disk_that_hangs)
{
	struct audit_record r = { .event = AUDIT_BEGIN, .request = 1 };
	struct err err;

	cr_expect_eq(ask(), ERR_NONE);
	cr_assert_eq(pipe(held), 0);
	n_syncs = 0;
	cr_assert(audit_append_and_wait(audit, &r, on_done, &r, &err));
	while (n_syncs == 0)	/* another thread's */
		event_base_loop(base, EVLOOP_NONBLOCK);
	/* The loop is ours again, and nobody was told that it is there. */
	cr_expect_eq(n_answers, 1);
	audit_cancel(audit, &r);	/* the deadline of whoever waited */
	cr_assert_eq(syscall(SYS_write, held[1], "12345678", 8), 8);
	cr_expect_eq(ask(), ERR_NONE, "served again");
	cr_expect_eq(n_answers, 2, "who gave up was not told");
}

/* A write or a sync that does not come back, until it is let go. */
static void
hang(bool in_write)
{
	struct err err;

	cr_expect_eq(ask(), ERR_NONE);
	cr_assert_eq(pipe(held), 0);
	writes_hang = in_write;
	n_writes = n_syncs = 0;
	cr_assert(audit_append_and_wait(audit, &hanging, on_done, &hanging,
	    &err));
	while ((in_write ? n_writes : n_syncs) == 0)	/* another thread's */
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static void
let_go(void)
{
	writes_hang = false;
	cr_assert_eq(syscall(SYS_write, held[1], "12345678", 8), 8);
}

static void
expect_refusal_while_it_hangs(bool in_write)
{
	struct err state;

	hang(in_write);
	while (n_answers == 1)	/* whoever waited */
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_eq(last_answer.code, ERR_AUDIT_UNAVAILABLE);
	cr_expect_str_eq(last_answer.about,
	    "the disk under the log does not answer");
	last_answer = (struct err) { 0 };
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE, "and whoever comes then");
	audit_state(audit, &state);
	cr_expect_eq(state.code, ERR_AUDIT_UNAVAILABLE);
	let_go();
	while (ask() != ERR_NONE)	/* until the answer has come */
		continue;
	cr_expect_eq(n_hanging_told, 1, "no use after a no");
	audit_state(audit, &state);
	cr_expect_eq(state.code, ERR_NONE);
	expect_chain();
}

Test(audit, says_that_the_disk_hangs_in_a_write)
{
	expect_refusal_while_it_hangs(true);
	cr_expect_eq(n_lines("\"event\":\"begin\""), 3,
	    "written late, and never used");
}

Test(audit, says_that_the_disk_hangs_in_a_sync)
{
	expect_refusal_while_it_hangs(false);
}

Test(audit, ends_without_a_disk_that_hangs)
{
	hang(true);
	audit_finish(audit);
	cr_expect_eq(n_answers, 2, "whoever waited is refused");
	cr_expect_eq(last_answer.code, ERR_AUDIT_UNAVAILABLE);
	audit_free(audit);
	let_go();
}

Test(audit, accepts_another_log_when_the_disk_under_the_lost_one_answers)
{
	hang(true);
	unlink("audit.jsonl");
	audit_take_log(audit, open_log(), 1);
	audit_accept(audit);
	cr_expect_eq(audit_lost_seq(audit), 0, "not before");
	let_go();
	while (audit_lost_seq(audit) == 0)
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"event\":\"gap\""), 1);
}

/* What stands in line 'n', and the hash of the line before. */
static void
read_line(int n, char line[AUDIT_LINE_MAX + 1], uint8_t before[DIGEST_LEN])
{
	FILE *f = fopen("audit.jsonl", "re");

	for (int i = 1; i <= n; i++) {
		if (i > 1)
			digest_sha256(line, strcspn(line, "\n"), before);
		cr_assert_not_null(fgets(line, AUDIT_LINE_MAX + 1, f));
	}
	fclose(f);
}

/* As a lock does: the key is gone when the writer answers. */
Test(audit, signs_the_head_that_a_write_under_way_will_leave)
{
	char line[AUDIT_LINE_MAX + 1], expected[AUDIT_SIGNATURE_HEX];
	uint8_t signature[SEAL_SIGNATURE_LEN], before[DIGEST_LEN];
	struct err err;
	struct secret *signing = seal_signing_key(&err);

	audit_set_vault(audit, 1, signing);
	hang(true);
	audit_checkpoint(audit);
	audit_set_vault(audit, 1, NULL);
	let_go();
	while (n_answers == 1)
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_eq(ask(), ERR_NONE);
	/* Behind the header, a use, its signature, and what was under way. */
	read_line(5, line, before);
	cr_assert(seal_sign(signing, before, sizeof before, signature, &err));
	digest_hex(signature, sizeof signature, expected);
	cr_expect_not_null(strstr(line, expected), "%s", line);
	expect_chain();
}

Test(audit, signs_no_head_that_was_not_written)
{
	struct err err;
	struct secret *signing = seal_signing_key(&err);

	audit_set_vault(audit, 1, signing);
	hang(true);
	audit_checkpoint(audit);
	audit_set_vault(audit, 1, NULL);
	write_fails_with = EIO;
	let_go();
	while (n_answers == 1)
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_eq(last_answer.os, EIO);
	write_fails_with = 0;
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"event\":\"checkpoint\""), 0);
	expect_chain();
}

/* Of an end or an add nobody waits to hear: it is on the disk soon. */
Test(audit, syncs_what_nobody_waits_for_too)
{
	struct audit_record r = { .event = AUDIT_END, .request = 1 };

	cr_expect_eq(ask(), ERR_NONE);
	n_syncs = 0;
	audit_append(audit, &r);
	while (n_syncs == 0)
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_eq(n_lines("\"event\":\"end\""), 1);
}

Test(audit, finds_a_record_by_its_number)
{
	uint8_t hash[32], head[32];

	for (int i = 0; i < 100; i++)
		cr_assert_eq(ask(), ERR_NONE);
	audit_head(audit, head);
	cr_expect_eq(audit_find(audit, audit_last(audit).seq, hash),
	    AUDIT_FOUND);
	cr_expect_arr_eq(hash, head, sizeof head);
	cr_expect_eq(audit_find(audit, 50, hash), AUDIT_FOUND);
	cr_expect_eq(audit_find(audit, audit_last(audit).seq + 1, hash),
	    AUDIT_ABSENT);
}

Test(audit, starts_a_new_log_only_when_the_administrator_accepts_it)
{
	cr_expect_eq(ask(), ERR_NONE);
	unlink("audit.jsonl");
	audit_take_log(audit, open_log(), 1);
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE, "offered is not accepted");
	audit_accept(audit);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"event\":\"gap\""), 1, "and says so");
}

static void
limit_files(rlim_t len)
{
	struct rlimit limit = { len, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
}

Test(audit, refuses_when_the_disk_is_full_and_mends_the_torn_line)
{
	struct stat st;

	cr_expect_eq(ask(), ERR_NONE);
	cr_assert_eq(stat("audit.jsonl", &st), 0);
	limit_files((rlim_t)st.st_size + 100);
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
	cr_expect_eq(last_answer.os, EFBIG);
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE, "still full");
	limit_files(RLIM_INFINITY);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"event\":\"torn\""), 1);
	expect_chain();
}

/* Room for the line's end alone: that it was torn is still to be told. */
Test(audit, tells_of_a_torn_line_even_if_only_its_end_could_be_written)
{
	struct stat st;

	cr_expect_eq(ask(), ERR_NONE);
	cr_assert_eq(stat("audit.jsonl", &st), 0);
	limit_files((rlim_t)st.st_size + 100);
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
	limit_files((rlim_t)st.st_size + 101);
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE);
	limit_files(RLIM_INFINITY);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"bytes\":100"), 1);
	expect_chain();
}

Test(audit, mends_the_torn_line_of_an_earlier_run)
{
	int fd;

	cr_expect_eq(ask(), ERR_NONE);
	fd = open_log();
	cr_assert_eq(write(fd, "{\"seq\":3,\"ti", 12), 12);
	start(1 << 20);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"event\":\"torn\""), 1);
	expect_chain();
}

Test(audit, wants_a_new_segment_when_it_is_full)
{
	cr_expect_eq(ask(), ERR_NONE);
	start(1000);
	for (int i = 0; i < 8 && wanted == 0; i++)
		cr_expect_eq(ask(), ERR_NONE, "%s", last_answer.about);
	cr_expect_eq(wanted, 2);
}

static void
fill_segment(void)
{
	wanted = 0;
	for (int i = 0; i < 8 && wanted == 0; i++)
		cr_expect_eq(ask(), ERR_NONE, "%s", last_answer.about);
	cr_assert_neq(wanted, 0);
}

/* As the supervisor does it. */
static void
rotate(uint32_t number)
{
	char name[32];

	snprintf(name, sizeof name, "old.%u", number - 1);
	rename("audit.jsonl", name);
	close(open_log());
	audit_take_segment(audit, open("audit.jsonl", O_RDONLY), number);
	audit_take_log(audit, open_log(), number);
}

/* It may be verified by itself. */
Test(audit, signs_each_segment_soon)
{
	struct err err;
	struct secret *signing = seal_signing_key(&err);

	cr_expect_eq(ask(), ERR_NONE);
	start(1000);
	audit_set_vault(audit, 1, signing);
	fill_segment();
	rotate(2);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"event\":\"segment\""), 1);
	cr_expect_eq(n_lines("\"event\":\"checkpoint\""), 1);
}

Test(audit, asks_again_for_a_segment_that_does_not_come)
{
	cr_expect_eq(ask(), ERR_NONE);
	start(1000);
	fill_segment();
	wanted = 0;
	for (int i = 0; i < 400 && wanted == 0; i++) {
		event_base_loop(base, EVLOOP_NONBLOCK);
		usleep(10000);
	}
	cr_expect_eq(wanted, 2);
	rotate(2);
	cr_expect_eq(ask(), ERR_NONE);
}

Test(audit, lets_go_of_segments_that_were_removed)
{
	cr_expect_eq(ask(), ERR_NONE);
	start(1000);
	fill_segment();
	rotate(2);
	fill_segment();
	unlink("old.1");
	rotate(3);
	cr_expect_eq(audit_n_segments(audit), 2);
	cr_expect_eq(ask(), ERR_NONE);
}

Test(audit, signs_nothing_before_the_first_line_of_a_segment)
{
	char line[AUDIT_LINE_MAX + 1];
	uint8_t before[DIGEST_LEN];
	struct err err;

	cr_expect_eq(ask(), ERR_NONE);
	start(1000);
	audit_set_vault(audit, 1, seal_signing_key(&err));
	fill_segment();
	rotate(2);
	audit_checkpoint(audit);
	cr_expect_eq(ask(), ERR_NONE);
	read_line(1, line, before);
	cr_expect_not_null(strstr(line, "\"event\":\"segment\""));
}

/* The chain goes over from one segment to the next, whatever else is there. */
Test(audit, goes_on_in_an_empty_segment_where_the_one_before_ended)
{
	struct err err = { 0 };

	cr_expect_eq(ask(), ERR_NONE);
	rename("audit.jsonl", "old.1");
	audit = audit_new(base, 1 << 20, on_wanted, NULL, &err);
	cr_assert(audit_start_thread(audit, &err));
	audit_take_folder(audit, open(".", O_PATH | O_DIRECTORY));
	audit_take_segment(audit, open("old.1", O_RDONLY), 1);
	/* That of the newest one could not be opened. */
	audit_take_log(audit, open_log(), 2);
	cr_expect_eq(audit_last(audit).seq, 2);
	cr_expect_eq(ask(), ERR_NONE);
}

/* What a broker in an attacker's hands leaves: segments with nothing of ours. */
static void
make_junk(const char *name, size_t len)
{
	FILE *f = fopen(name, "we");

	for (size_t i = 0; i < len; i++)
		putc(i % 100 == 99 ? '\n' : 'x', f);
	fclose(f);
}

static void
start_again(uint32_t n_rotated)
{
	struct err err = { 0 };
	char name[16];

	audit = audit_new(base, 1 << 20, on_wanted, NULL, &err);
	cr_assert(audit_start_thread(audit, &err));
	audit_take_folder(audit, open(".", O_PATH | O_DIRECTORY));
	for (uint32_t n = 1; n <= n_rotated; n++) {
		snprintf(name, sizeof name, "old.%u", n);
		audit_take_segment(audit, open(name, O_RDONLY), n);
	}
	audit_take_log(audit, open_log(), n_rotated + 1);
}

Test(audit, gives_no_number_again_after_segments_that_hold_nothing_of_ours)
{
	cr_expect_eq(ask(), ERR_NONE);
	rename("audit.jsonl", "old.1");
	make_junk("old.2", 0);
	make_junk("old.3", 5000);
	start_again(3);
	cr_expect_eq(audit_last(audit).seq, 2);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(audit_last(audit).seq, 4, "segment and begin");
}

Test(audit, gives_no_number_again_when_what_follows_is_not_ours)
{
	cr_expect_eq(ask(), ERR_NONE);
	rename("audit.jsonl", "old.1");
	make_junk("old.2", 1 << 20);
	start_again(2);
	cr_expect_eq(ask(), ERR_AUDIT_UNAVAILABLE, "the administrator is told");
	cr_expect_eq(audit_last(audit).seq, 2);
	audit_accept(audit);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(audit_last(audit).seq, 4, "gap and begin");
}

/* A proxy in an attacker's hands, and a disk that is full. */
Test(audit, keeps_room_for_what_no_proxy_can_cause_and_counts_what_is_lost)
{
	struct audit_record denied = { .event = AUDIT_DENIED };
	struct audit_record lock = { .event = AUDIT_LOCK };

	cr_expect_eq(ask(), ERR_NONE);
	start(1 << 24);
	for (int i = 0; i < 2 * AUDIT_QUEUE_MAX; i++)
		audit_append(audit, &denied);
	audit_append(audit, &lock);
	while (n_lines("\"event\":\"lock\"") == 0)
		event_base_loop(base, EVLOOP_ONCE);
	cr_expect_eq(ask(), ERR_NONE);
	audit_append(audit, &denied);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("records were lost"), 1);
	expect_chain();
}

Test(audit, signs_its_head)
{
	struct err err;
	struct secret *signing = seal_signing_key(&err);

	audit_set_vault(audit, 1, signing);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(ask(), ERR_NONE);
	audit_checkpoint(audit);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_lines("\"event\":\"checkpoint\""), 2);
	cr_expect_eq(n_lines("\"sig\":\""), 2);
	expect_chain();
}

/* What nothing is signed in, does not verify. */
Test(audit, signs_soon_when_the_vault_was_opened_and_then_in_its_time)
{
	struct err err;
	struct secret *signing = seal_signing_key(&err);

	for (int i = 1; i <= 2; i++) {
		cr_expect_eq(ask(), ERR_NONE);
		audit_set_vault(audit, 1, signing);
		for (int n = 0; n < 5; n++)
			cr_expect_eq(ask(), ERR_NONE);
		cr_expect_eq(n_lines("\"event\":\"checkpoint\""), i);
		audit_set_vault(audit, 1, NULL);
	}
	expect_chain();
}

Test(audit, does_not_call_back_who_gave_up)
{
	struct audit_record r = { .event = AUDIT_BEGIN };
	struct err err;

	cr_assert(audit_append_and_wait(audit, &r, on_done, &r, &err));
	audit_cancel(audit, &r);
	cr_expect_eq(ask(), ERR_NONE);
	cr_expect_eq(n_answers, 1);
	cr_expect_eq(n_lines("\"event\":\"begin\""), 1, "nor is it written");
}
