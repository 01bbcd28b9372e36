/* SPDX-License-Identifier: ISC */
#include "tests/bench/cpu_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
cpu_time_parse(struct cpu_time *c, const char *list)
{
	c->n_pids = 0;
	while (*list != '\0' && c->n_pids < CPU_TIME_PROCESSES_MAX) {
		char *end;
		long pid = strtol(list, &end, 10);

		if (pid <= 0 || (*end != ',' && *end != '\0'))
			return false;
		c->pids[c->n_pids++] = (pid_t)pid;
		list = *end == ',' ? end + 1 : end;
	}
	return *list == '\0';
}

/* source: proc(5), fields 14 and 15; the name before them may hold anything. */
static uint64_t
ticks(pid_t pid)
{
	char path[64], line[1024];
	unsigned long long user = 0, kernel = 0;
	const char *after;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	after = fgets(line, sizeof line, f) != NULL ? strrchr(line, ')') : NULL;
	fclose(f);
	if (after == NULL || sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u"
	    " %*u %*u %*u %*u %llu %llu", &user, &kernel) != 2)
		return 0;
	return user + kernel;
}

uint64_t
cpu_time_us(const struct cpu_time *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->n_pids; i++)
		sum += ticks(c->pids[i]);
	return sum * UINT64_C(1000000) / (uint64_t)sysconf(_SC_CLK_TCK);
}
