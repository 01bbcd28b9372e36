/* SPDX-License-Identifier: ISC */
#include "egress/outlet.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* An idle stream keeps no more than this. */
#define ROOM_KEPT 2048

void
outlet_reset(struct outlet *o)
{
	free(o->bytes);
	*o = (struct outlet) { .fd = -1 };
}

static bool
make_room(struct outlet *o, size_t len)
{
	size_t pending = o->end - o->start, room = o->room * 2;
	uint8_t *bytes;

	if (o->room - o->end >= len)
		return true;
	if (pending > 0 && o->start > 0)
		memmove(o->bytes, o->bytes + o->start, pending);
	o->start = 0;
	o->end = pending;
	if (o->room - o->end >= len)
		return true;
	if (room < pending + len)
		room = pending + len;
	if (room < ROOM_KEPT)
		room = ROOM_KEPT;
	bytes = realloc(o->bytes, room);
	if (bytes == NULL)
		return false;
	o->bytes = bytes;
	o->room = room;
	return true;
}

static void
append(struct outlet *o, struct outlet_part part)
{
	if (part.len > 0)
		memcpy(o->bytes + o->end, part.bytes, part.len);
	o->end += part.len;
}

bool
outlet_put(struct outlet *o, enum frame_type type, struct outlet_part head,
    struct outlet_part body)
{
	size_t len = head.len + body.len;

	assert(len <= FRAME_PAYLOAD_MAX);
	if (!make_room(o, FRAME_WORD_LEN + len))
		return false;
	frame_encode_word(o->bytes + o->end, type, len);
	o->end += FRAME_WORD_LEN;
	append(o, head);
	append(o, body);
	return true;
}

size_t
outlet_pending(const struct outlet *o)
{
	return o->end - o->start;
}

bool
outlet_is_full(const struct outlet *o)
{
	return outlet_pending(o) > OUTLET_PENDING_MAX;
}

enum outlet_result
outlet_write(struct outlet *o)
{
	while (o->start < o->end) {
		/* MSG_DONTWAIT: the flag of the pair is the proxy's too. */
		ssize_t n = send(o->fd, o->bytes + o->start,
		    o->end - o->start, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN ? OUTLET_PENDING : OUTLET_GONE;
		o->start += (size_t)n;
	}
	o->start = o->end = 0;
	if (o->room > ROOM_KEPT) {
		free(o->bytes);
		o->bytes = NULL;
		o->room = 0;
	}
	return OUTLET_EMPTY;
}
