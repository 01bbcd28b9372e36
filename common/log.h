/* SPDX-License-Identifier: ISC */
/*
 * log: one line per event; children send theirs to the supervisor.
 *
 *	log_info("egress %u: started for provider %s", id, provider);
 *
 * The subject comes first, then what happened, then why.  Four levels:
 *	error	somebody must act		warning	refused or degraded
 *	info	a state changed			debug	one step, off by default
 * There is no fatal level: a failure is a struct err until main() returns it.
 * Control characters are written as '?', so that a line stays one line.
 */
#pragma once

#include <stddef.h>

struct err;

#define LOG_LINE_MAX 1024	/* bytes of text, with the NUL; longer is cut */

enum log_level { LOG_AT_ERROR, LOG_AT_WARNING, LOG_AT_INFO, LOG_AT_DEBUG,
	LOG_LEVELS };

/* Called with every line that is loud enough; 'text' has no line end. */
typedef void log_sink(enum log_level, const char *text, size_t len);

/* Where lines go (the default is standard error), and up to which level. */
void log_set_sink(log_sink *);
void log_set_level(enum log_level);

/* "warning"; static storage. */
const char *log_level_name(enum log_level);
/* LOG_AT_INFO for what is no name of one. */
enum log_level log_level_of(const char *name);

void log_line(enum log_level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_line(LOG_AT_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_AT_WARNING, __VA_ARGS__)
#define log_info(...)    log_line(LOG_AT_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_AT_DEBUG, __VA_ARGS__)

/* "<subject>: <the error as err_format() says it>" at warning level. */
void log_err(const char *subject, const struct err *);
