/* SPDX-License-Identifier: ISC */
#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"

static const char *const names[LOG_LEVELS] = {
	[LOG_AT_ERROR] = "error",
	[LOG_AT_WARNING] = "warning",
	[LOG_AT_INFO] = "info",
	[LOG_AT_DEBUG] = "debug",
};

static void
to_standard_error(enum log_level level, const char *text, size_t len)
{
	fprintf(stderr, "%s: %.*s\n", names[level], (int)len, text);
}

static log_sink *sink = to_standard_error;
static enum log_level loudest = LOG_AT_INFO;

void
log_set_sink(log_sink *new_sink)
{
	sink = new_sink;
}

void
log_set_level(enum log_level level)
{
	loudest = level;
}

const char *
log_level_name(enum log_level level)
{
	return names[level];
}

enum log_level
log_level_of(const char *name)
{
	for (enum log_level l = LOG_AT_ERROR; l < LOG_LEVELS; l++)
		if (strcmp(names[l], name) == 0)
			return l;
	return LOG_AT_INFO;
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char text[LOG_LINE_MAX];
	va_list ap;
	size_t len;
	int n;

	if (level > loudest)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	len = (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
	sink(level, text, len);
}

void
log_err(const char *subject, const struct err *err)
{
	char text[ERR_TEXT_MAX];

	err_format(err, text);
	log_warning("%s: %s", subject, text);
}
