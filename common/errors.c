/* SPDX-License-Identifier: ISC */
#include "common/errors.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int http, exit;
	enum err_retry retry;
	const char *sentence, *remedy;
} errors[ERR_CODES] = {
	[ERR_NONE] = { "none", 200, EX_OK, RETRY_UNSAID, "nothing is wrong", "" },
#define X(name, text, http, exit, retry, sentence, remedy)		\
	[ERR_##name] = { text, http, exit, RETRY_##retry, sentence, remedy },
	ERRORS(X)
#undef X
};

static void
fill(struct err *err, enum err_code code, int os, const char *fmt, va_list ap)
{
	err->code = code;
	err->os = os;
	vsnprintf(err->about, sizeof err->about, fmt, ap);
}

bool
err_set(struct err *err, enum err_code code, const char *about, ...)
{
	va_list ap;

	va_start(ap, about);
	fill(err, code, 0, about, ap);
	va_end(ap);
	return false;
}

bool
err_set_os(struct err *err, enum err_code code, const char *about, ...)
{
	int os = errno;
	va_list ap;

	va_start(ap, about);
	fill(err, code, os, about, ap);
	va_end(ap);
	return false;
}

const char *
err_name(enum err_code code)
{
	return errors[code].name;
}

int
err_http_status(enum err_code code)
{
	return errors[code].http;
}

int
err_exit_status(enum err_code code)
{
	return errors[code].exit;
}

enum err_retry
err_retry(enum err_code code)
{
	return errors[code].retry;
}

const char *
err_sentence(enum err_code code)
{
	return errors[code].sentence;
}

const char *
err_remedy(enum err_code code)
{
	return errors[code].remedy;
}

enum err_code
err_code_from_wire(unsigned code)
{
	return code < ERR_CODES ? (enum err_code)code : ERR_INTERNAL;
}

void
err_format(const struct err *err, char text[ERR_TEXT_MAX])
{
	snprintf(text, ERR_TEXT_MAX, "%s%s%s%s%s%s; %s",
	    errors[err->code].sentence,
	    err->about[0] != '\0' || err->os != 0 ? " (" : "", err->about,
	    err->about[0] != '\0' && err->os != 0 ? ": " : "",
	    err->os != 0 ? strerror(err->os) : "",
	    err->about[0] != '\0' || err->os != 0 ? ")" : "",
	    errors[err->code].remedy);
}
