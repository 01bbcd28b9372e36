/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/idle_event.h"

#include <string.h>

bool
idle_event_is(const char *type, size_t len)
{
	static const char *const types[] = { "ping", "keepalive", "heartbeat",
		"response.created", "response.queued",
		"response.in_progress" };

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strlen(types[i]) == len &&
		    memcmp(types[i], type, len) == 0)
			return true;
	return false;
}

/* Moves behind this mark, and the blanks before it. */
static bool
skip_mark(const char **at, const char *end, char mark)
{
	while (*at < end && **at == ' ')
		++*at;
	if (*at == end || **at != mark)
		return false;
	++*at;
	return true;
}

bool
idle_event_is_data(const char *data, size_t len)
{
	static const char type[] = "type\"";
	const char *at = data, *end = data + len, *quote;

	if (!skip_mark(&at, end, '{') || !skip_mark(&at, end, '"') ||
	    (size_t)(end - at) < sizeof type - 1 ||
	    memcmp(at, type, sizeof type - 1) != 0)
		return false;
	at += sizeof type - 1;
	if (!skip_mark(&at, end, ':') || !skip_mark(&at, end, '"'))
		return false;
	quote = memchr(at, '"', (size_t)(end - at));
	return quote != NULL && idle_event_is(at, (size_t)(quote - at));
}
