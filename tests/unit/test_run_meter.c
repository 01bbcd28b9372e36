/* SPDX-License-Identifier: ISC */
/* What was used today, and that a restart or a wrong clock does not forget. */
#include <criterion/criterion.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proxy/iso_time.h"
#include "proxy/routes.h"
#include "proxy/run_log.h"
#include "proxy/run_meter.h"

#define DAY_MS INT64_C(86400000)
#define NOON_MS INT64_C(1795348800000)	/* 2026-11-22T12:00:00Z */

static char folder_path[] = "/tmp/run_meter.XXXXXX";
static int folder;
static struct event_base *base;
static struct run_log *runs;
static struct run_meter *meter;

static void
open_log(void)
{
	runs = run_log_new(base, dup(folder));
	cr_assert_not_null(runs);
	run_meter_set_log(meter, runs);
}

static void
begin(void)
{
	cr_assert_not_null(mkdtemp(folder_path));
	folder = open(folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	base = event_base_new();
	meter = run_meter_new();
	cr_assert(folder != -1 && base != NULL && meter != NULL);
	open_log();
}

static void
end(void)
{
	run_log_free(runs);
	run_meter_free(meter);
	event_base_free(base);
	unlinkat(folder, "runs.jsonl", 0);
	unlinkat(folder, "runs.jsonl.1", 0);
	close(folder);
	rmdir(folder_path);
}

TestSuite(run_meter, .init = begin, .fini = end);

static void
restart(void)
{
	run_log_free(runs);
	open_log();
}

static void
record(const char *agent, int64_t ended_ms, const char *cost)
{
	char line[512], ended[ISO_TIME_TEXT];
	int n;

	iso_time_format(ended_ms, ended);
	n = snprintf(line, sizeof line, "{\"agent\":\"%s\",\"endedAt\":\"%s\","
	    "\"outboundProvider\":\"p\",\"outboundModel\":\"sent\","
	    "\"targetModel\":\"m\",\"policyId\":\"b\",\"cost\":%s}\n", agent,
	    ended, cost);
	run_log_add(runs, line, (size_t)n);
}

static void
write_raw(const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static struct usage_totals
today(int64_t utc_ms)
{
	return day_usage_agent(run_meter_day(meter, utc_ms), "a");
}

Test(run_meter, is_rebuilt_from_the_log_back_to_midnight)
{
	struct model_ref leg = { "p", "m" };
	struct usage_totals t;

	record("a", NOON_MS - DAY_MS / 2 - 1, "100");	/* yesterday */
	record("a", NOON_MS - DAY_MS / 2, "0.5");
	record("b", NOON_MS - 2, "100");
	record("a", NOON_MS - 1, "null");
	restart();
	t = today(NOON_MS);
	cr_expect_eq(t.n_calls, 2);
	cr_expect_eq(t.n_unpriced, 1);
	cr_expect_eq(t.spend_usd, 0.5);
	t = day_usage_leg(run_meter_day(meter, NOON_MS), "b", &leg);
	cr_expect_eq(t.n_calls, 3);
}

Test(run_meter, reads_the_rotated_file_too)
{
	record("a", NOON_MS - 20, "1");
	restart();
	cr_assert_eq(renameat(folder, "runs.jsonl", folder, "runs.jsonl.1"),
	    0);
	restart();
	record("a", NOON_MS - 10, "2");
	cr_expect_eq(today(NOON_MS).spend_usd, 3);
}

Test(run_meter, begins_anew_at_midnight_without_a_restart)
{
	struct usage_holder a = { .agent = "a" };
	struct day_usage *u;

	record("a", NOON_MS - 1, "1");
	u = run_meter_day(meter, NOON_MS);
	cr_expect_eq(today(NOON_MS).n_calls, 1);
	cr_assert(day_usage_begin(u, &a));
	cr_expect_eq(today(NOON_MS + DAY_MS / 2 - 1).n_calls, 1);
	cr_expect_eq(today(NOON_MS + DAY_MS / 2).n_calls, 0);
	cr_expect_eq(today(NOON_MS + DAY_MS / 2).n_in_flight, 1);
}

Test(run_meter, knows_the_day_again_after_a_clock_that_was_ahead)
{
	record("a", NOON_MS - 1, "1");
	cr_expect_eq(today(NOON_MS).n_calls, 1);
	record("a", NOON_MS + 400 * DAY_MS, "7");
	cr_expect_eq(today(NOON_MS + 400 * DAY_MS).spend_usd, 7);
	record("a", 0, "9");		/* and one far behind */
	cr_expect_eq(today(NOON_MS).spend_usd, 1);
	restart();
	cr_expect_eq(today(NOON_MS).spend_usd, 1);
}

Test(run_meter, passes_over_lines_that_are_no_records)
{
	char *huge = malloc(200001);

	memset(huge, 'x', 200000);
	huge[200000] = '\0';
	record("a", NOON_MS - 3, "1");
	run_log_free(runs);
	runs = NULL;
	write_raw("runs.jsonl", "garbage\n\n{\"agent\":\"a\"}\n");
	write_raw("runs.jsonl", huge);
	write_raw("runs.jsonl", "\n");
	free(huge);
	open_log();
	record("a", NOON_MS - 2, "2");
	cr_expect_eq(today(NOON_MS).spend_usd, 3);
}

Test(run_meter, keeps_the_record_after_one_that_a_crash_cut_short)
{
	record("a", NOON_MS - 3, "1");
	run_log_free(runs);
	runs = NULL;
	write_raw("runs.jsonl", "{\"agent\":\"a\",\"endedAt\":\"2026-11");
	open_log();
	record("a", NOON_MS - 2, "2");
	cr_expect_eq(today(NOON_MS).spend_usd, 3);
}

Test(run_meter, reads_many_pieces_of_a_long_log)
{
	for (int i = 0; i < 5000; i++)
		record("a", NOON_MS - 1 - i % 7, "0.25");
	restart();
	cr_expect_eq(today(NOON_MS).n_calls, 5000);
	cr_expect_eq(today(NOON_MS).spend_usd, 1250);
}

Test(run_meter, looks_at_so_many_lines_and_no_more)
{
	char *feeds = malloc(RUN_METER_LINES + 1);

	memset(feeds, '\n', RUN_METER_LINES);
	feeds[RUN_METER_LINES - 1] = '\0';
	record("a", NOON_MS - 1, "1");
	run_log_free(runs);
	runs = NULL;
	write_raw("runs.jsonl", feeds);
	open_log();
	cr_expect_eq(today(NOON_MS).n_calls, 1);
	write_raw("runs.jsonl", "\n");
	restart();
	cr_expect_eq(today(NOON_MS).n_calls, 0);
	free(feeds);
}

Test(run_meter, counts_without_a_log)
{
	run_meter_set_log(meter, NULL);
	cr_expect_eq(today(NOON_MS).n_calls, 0);
}
