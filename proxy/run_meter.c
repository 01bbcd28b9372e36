/* SPDX-License-Identifier: ISC */
#include "proxy/run_meter.h"

#include <stdlib.h>

#include "common/log.h"
#include "proxy/run_log.h"
#include "proxy/run_record.h"

#define DAY_S 86400
#define NO_DAY INT64_MIN
/*
 * So many records in a row of an earlier day are the end of this one; a few may
 * stand between those of today, written while the clock was wrong.
 */
#define OLDER_MAX 1000

struct run_meter {
	struct day_usage *usage;
	struct run_log *log;	/* NULL: none */
	int64_t day;		/* since 1970, or NO_DAY */
};

struct reading {
	struct run_meter *meter;
	uint64_t n_lines, n_found, n_older;
};

struct run_meter *
run_meter_new(void)
{
	struct run_meter *m = calloc(1, sizeof *m);

	if (m == NULL)
		return NULL;
	m->day = NO_DAY;
	m->usage = day_usage_new();
	if (m->usage != NULL)
		return m;
	free(m);
	return NULL;
}

void
run_meter_free(struct run_meter *m)
{
	if (m == NULL)
		return;
	day_usage_free(m->usage);
	free(m);
}

void
run_meter_set_log(struct run_meter *m, struct run_log *log)
{
	m->log = log;
	m->day = NO_DAY;
}

static bool
take_line(void *arg, const char *line, size_t len)
{
	struct reading *r = arg;
	struct run_summary s;

	if (++r->n_lines > RUN_METER_LINES)
		return false;
	if (!run_summary_read(&s, line, len))
		return true;
	if (s.ended_s / DAY_S < r->meter->day)
		return ++r->n_older < OLDER_MAX;
	r->n_older = 0;
	if (s.ended_s / DAY_S > r->meter->day)
		return true;
	r->n_found++;
	return day_usage_add(r->meter->usage, &(struct usage_holder) {
	    .agent = s.agent,
	    .plan = s.policy_id[0] != '\0' ? s.policy_id : NULL,
	    .leg = &s.target }, &s.cost);
}

struct day_usage *
run_meter_day(struct run_meter *m, int64_t utc_ms)
{
	int64_t day = utc_ms / 1000 / DAY_S;
	struct reading r = { .meter = m };

	if (day == m->day)
		return m->usage;
	m->day = day;
	day_usage_clear(m->usage);
	if (m->log == NULL)
		return m->usage;
	run_log_read_back(m->log, take_line, &r);
	if (r.n_lines > RUN_METER_LINES)
		log_warning("proxy: of today's runs only those among the last "
		    "%d records are counted", RUN_METER_LINES);
	log_debug("proxy: %llu runs today so far",
	    (unsigned long long)r.n_found);
	return m->usage;
}
