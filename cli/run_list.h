/* SPDX-License-Identifier: ISC */
/*
 * run_list: the newest runs, gathered from lines that come newest first.
 *
 * Once there are enough of them, a line is parsed only when it belongs to one:
 * the rest is passed over at the speed of the disk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct run_list;

#define RUN_LIST_MAX 10000

enum run_list_kind { RUN_LIST_RUNS, RUN_LIST_CALLS };

struct run_wish {
	enum run_list_kind kind;
	const char *agent;	/* NULL: any */
	uint64_t since_ms;	/* of what ended then or later */
	size_t limit;		/* 1 to RUN_LIST_MAX */
};

/* 'wish' is borrowed.  NULL: no memory. */
struct run_list *run_list_new(const struct run_wish *);
void run_list_free(struct run_list *);

/* A run_line of run_files.h; 'arg' is the list. */
bool run_list_take(const char *line, size_t len, void *arg);

/* Newest first; the caller frees it. */
struct json_object *run_list_rows(struct run_list *);

/* Lines that are no records, and whether any was of the wanted agent. */
unsigned long run_list_bad(const struct run_list *);
bool run_list_knows_agent(const struct run_list *);
