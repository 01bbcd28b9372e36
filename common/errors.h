/* SPDX-License-Identifier: ISC */
/*
 * errors: what can go wrong, as a value.
 *
 * A function that can fail returns bool and takes a struct err * last.  Whoever
 * sees the failure first fills it in; everyone above passes it on untouched;
 * the one place that can tell somebody (a reply, the CLI, the log) tells, once.
 *
 * To add an error, add a line to ERRORS: code, HTTP status, exit code, whether
 * a client should try again, sentence and remedy all come from that line.
 */
#pragma once

#include <stdbool.h>
#include <sysexits.h>

#include "common/errors_table.h"

enum err_code {
	ERR_NONE,
#define X(name, ...) ERR_##name,
	ERRORS(X)
#undef X
	ERR_CODES
};

/* What "x-should-retry" tells a client (shared by all three dialects' SDKs). */
enum err_retry { RETRY_UNSAID, RETRY_NO, RETRY_YES };

#define ERR_ABOUT_MAX 160	/* bytes, with the NUL */

struct err {
	enum err_code code;
	int os;			/* errno of the call that failed, 0 if none */
	char about[ERR_ABOUT_MAX];	/* what it happened to; never a secret */
};

/*
 * Fills *err and returns false, so that a check is one statement:
 *	return err_set(err, ERR_NO_CREDENTIAL, "provider %s", id);
 * err_set_os() also keeps errno.
 */
bool err_set(struct err *, enum err_code, const char *about, ...)
    __attribute__((format(printf, 3, 4)));
bool err_set_os(struct err *, enum err_code, const char *about, ...)
    __attribute__((format(printf, 3, 4)));

/* The code for programs ("vault_locked"); static storage. */
const char *err_name(enum err_code);
int err_http_status(enum err_code);
int err_exit_status(enum err_code);
enum err_retry err_retry(enum err_code);
/* One sentence without a full stop, and what to do next; static storage. */
const char *err_sentence(enum err_code);
const char *err_remedy(enum err_code);

/*
 * The number as it came from another process, as a code: anything that is not
 * a code of the table becomes ERR_INTERNAL.
 */
enum err_code err_code_from_wire(unsigned);

#define ERR_TEXT_MAX 640	/* bytes, with the NUL */

/* "<sentence> (<about>: <strerror>); <remedy>" into 'text', cut to fit. */
void err_format(const struct err *, char text[ERR_TEXT_MAX]);
