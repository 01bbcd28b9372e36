/* SPDX-License-Identifier: ISC */
/*
 * cpu_time: what processes have used, user and system, all their threads.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CPU_TIME_PROCESSES_MAX 64

struct cpu_time {
	pid_t pids[CPU_TIME_PROCESSES_MAX];
	size_t n_pids;
};

/* "12,34,56".  False when it is no such list. */
bool cpu_time_parse(struct cpu_time *, const char *list);

/* Microseconds so far, in steps of a clock tick; one that is gone counts 0. */
uint64_t cpu_time_us(const struct cpu_time *);
