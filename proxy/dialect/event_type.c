/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/event_type.h"

#include <string.h>

static const struct {
	const char *name;
	enum event_type type;
} known[] = {
	{ "ping", EVENT_IDLE },
	{ "keepalive", EVENT_IDLE },
	{ "heartbeat", EVENT_IDLE },
	{ "response.created", EVENT_IDLE },
	{ "response.queued", EVENT_IDLE },
	{ "response.in_progress", EVENT_IDLE },
	{ "message_stop", EVENT_LAST },
	{ "response.completed", EVENT_LAST },
	{ "response.incomplete", EVENT_LAST },
	{ "response.failed", EVENT_FAULT },
	{ "error", EVENT_FAULT },
};

enum event_type
event_type_of_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strlen(known[i].name) == len &&
		    memcmp(known[i].name, name, len) == 0)
			return known[i].type;
	return EVENT_OTHER;
}

/* Moves behind this mark, and the blanks before it. */
static bool
skip_mark(const char **at, const char *end, const char *mark)
{
	size_t len = strlen(mark);

	while (*at < end && **at == ' ')
		++*at;
	if ((size_t)(end - *at) < len || memcmp(*at, mark, len) != 0)
		return false;
	*at += len;
	return true;
}

enum event_type
event_type_of_data(const char *data, size_t len)
{
	const char *at = data, *end = data + len, *quote;

	if (skip_mark(&at, end, "[DONE]"))
		return EVENT_LAST;
	if (!skip_mark(&at, end, "{"))
		return EVENT_OTHER;
	if (skip_mark(&at, end, "\"error\""))
		return EVENT_FAULT;
	if (!skip_mark(&at, end, "\"type\"") || !skip_mark(&at, end, ":") ||
	    !skip_mark(&at, end, "\""))
		return EVENT_OTHER;
	quote = memchr(at, '"', (size_t)(end - at));
	return quote == NULL ? EVENT_OTHER :
	    event_type_of_name(at, (size_t)(quote - at));
}

bool
event_type_is_idle(const char *name, const char *data, size_t len)
{
	return event_type_of_name(name, strlen(name)) == EVENT_IDLE ||
	    event_type_of_data(data, len) == EVENT_IDLE;
}
