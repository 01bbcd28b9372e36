/* SPDX-License-Identifier: ISC */
/*
 * sandbox: what a process may still do once it is confined.
 *
 * Each role declares one struct sandbox, a table of system calls with the
 * reason for each; whatever is not listed ends the process.  Landlock takes the
 * file system away except for the folders that are named when confining.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct ipc_ready;

enum sandbox_test {
	SANDBOX_ANY,
	SANDBOX_EQUALS,		/* argument == value */
	SANDBOX_WITHOUT,	/* (argument & value) == 0 */
};

struct sandbox_condition {
	enum sandbox_test test;
	unsigned argument;	/* 0 to 5 */
	uint64_t value;
};

#define SANDBOX_CONDITIONS 3

/* Several rules for one call: any of them lets it through. */
struct sandbox_rule {
	const char *call;	/* its name; NULL ends a table */
	const char *why;
	int refuse_with;	/* an errno instead of letting it through */
	struct sandbox_condition when[SANDBOX_CONDITIONS];	/* all hold */
};

/* What Landlock adds where it knows of networks (ABI 4): TCP alone. */
enum sandbox_network { SANDBOX_NO_NETWORK, SANDBOX_CONNECTS };

struct sandbox {
	const char *name;	/* of the process, as errors call it */
	const struct sandbox_rule *rules;	/* beyond sandbox_base_rules */
	unsigned landlock_floor;	/* oldest ABI that will do; at least 1 */
	enum sandbox_network network;
	uint64_t n_files;	/* RLIMIT_NOFILE */
	uint64_t memory_len;	/* RLIMIT_AS, bytes; 0: no limit */
	uint64_t file_len;	/* RLIMIT_FSIZE, bytes; 0: it writes no files */
};

#define SANDBOX_NO_FILE_LIMIT UINT64_MAX

/* What every role needs: memory, time, waiting, its own descriptors. */
extern const struct sandbox_rule sandbox_base_rules[];
extern const struct sandbox_rule sandbox_sanitizer_rules[];

enum sandbox_access { SANDBOX_READ, SANDBOX_WRITE };

/* A folder that stays reachable, with all below it. */
struct sandbox_folder {
	int fd;
	enum sandbox_access access;
};

/*
 * What the process may do without where the kernel does not have it: a set of
 * enum waiver.  Before confining; nothing by default.
 */
void sandbox_waive(unsigned set);

/*
 * Called in the signal handler of a forbidden call, just before the process
 * dies of it: may do what a handler may and the sandbox lets it.
 */
typedef void sandbox_last_word(uint32_t call);
void sandbox_set_last_word(sandbox_last_word *);

/* "socket"; "call 9999" when the library does not know it. */
#define SANDBOX_CALL_TEXT 32	/* bytes, with the NUL */
void sandbox_call_name(uint32_t number, char text[SANDBOX_CALL_TEXT]);

/*
 * First statement of main(): never dumpable, no core, no new privileges, no
 * inherited environment but LANG, umask 077.
 */
bool sandbox_begin(struct err *);

/*
 * Takes the file system away but for the folders given, and sets the limits.
 * Threads made after this are under it too.  ERR_CONFINE_FAILED, or
 * ERR_BELOW_FLOOR where the kernel has less than the role's floor.
 */
bool sandbox_confine_files(const struct sandbox *,
    const struct sandbox_folder *, size_t n, struct err *);

/* What holds of this process so far, but for the filter on its calls. */
void sandbox_measure(struct ipc_ready *);

/*
 * From here on only the listed calls, in all threads; fills what was measured
 * of the process itself.  ERR_CONFINE_FAILED names the rule that could not be
 * built; the caller must then exit.  ERR_BELOW_FLOOR as above.
 */
bool sandbox_confine_calls(const struct sandbox *, struct ipc_ready *,
    struct err *);
