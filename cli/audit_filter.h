/* SPDX-License-Identifier: ISC */
/* audit_filter: which records of the audit log are wanted. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command.h"

struct err;
struct invocation;
struct json_object;

struct audit_filter {
	uint64_t since_s;	/* UTC; 0: from the start */
	const char *agent, *provider, *outcome;	/* NULL: any */
	char since[24];		/* as a record's time begins; "": any */
	char needles[3][96];	/* what a line that matches contains; "" */
};

/* The options that set one, for the commands that have them. */
#define AUDIT_FILTER_OPTIONS						\
	{ "since", "T", "records after a time, or of the last 10m, 2h, 1d" },\
	{ "agent", "A", "records of this agent" },			\
	{ "provider", "P", "records of this provider" },		\
	{ "outcome", "O", "granted, ok, failed, denied, unfinished, or a reason" }

/* ERR_USAGE or ERR_ID_INVALID of what no record can have. */
bool audit_filter_init(struct audit_filter *, const struct invocation *,
    struct err *);
bool audit_filter_matches(const struct audit_filter *,
    const struct json_object *record);

/*
 * Cheap, of a line's text: false only if it does not match.  What may match is
 * to be looked at as an object.
 */
bool audit_filter_may_match(const struct audit_filter *, const char *line,
    size_t len);

/* Could the begin to which this line may be the end match? */
bool audit_filter_wants_end(const struct audit_filter *, const char *line,
    size_t len);

/* Those that have no end: "--outcome unfinished". */
bool audit_filter_is_unfinished(const struct audit_filter *);

/* A record as a line of text, and the head of such lines. */
void audit_filter_print(const struct json_object *record, const char *mark);
void audit_filter_print_head(void);
