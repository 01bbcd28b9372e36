/* SPDX-License-Identifier: ISC */
#include "egress/body.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

void
body_reset(struct body *b)
{
	free(b->bytes);
	*b = (struct body) { .fd = -1 };
}

bool
body_is_short(const struct body *b)
{
	return b->len <= BODY_GATHERED_MAX;
}

bool
body_is_whole(const struct body *b)
{
	return b->n_read == b->len;
}

enum body_result
body_read(struct body *b, char *bytes, size_t room, size_t *n)
{
	uint64_t left = b->len - b->n_read;
	ssize_t got;

	*n = 0;
	if (left == 0)
		return BODY_WHOLE;
	do
		got = recv(b->fd, bytes, left < room ? (size_t)left : room,
		    MSG_DONTWAIT);
	while (got == -1 && errno == EINTR);
	if (got == -1 && errno == EAGAIN)
		return BODY_WAITS;
	if (got <= 0)
		return BODY_GONE;
	*n = (size_t)got;
	b->n_read += (size_t)got;
	return body_is_whole(b) ? BODY_WHOLE : BODY_WAITS;
}

enum body_result
body_gather(struct body *b)
{
	enum body_result result = BODY_WHOLE;
	size_t n = 1;

	if (b->len > 0 && b->bytes == NULL &&
	    (b->bytes = malloc((size_t)b->len)) == NULL)
		return BODY_NO_MEMORY;
	while (!body_is_whole(b) && n > 0)
		result = body_read(b, b->bytes + b->n_read,
		    (size_t)(b->len - b->n_read), &n);
	return result;
}

enum pair_state
body_look_at_pair(const struct body *b)
{
	struct pollfd p = { .fd = b->fd, .events = POLLIN | POLLRDHUP };

	if (poll(&p, 1, 0) != 1)
		return PAIR_OPEN;
	if ((p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		return PAIR_GONE;
	if (!body_is_whole(b))
		return PAIR_OPEN;
	return (p.revents & POLLRDHUP) != 0 ? PAIR_OPEN : PAIR_GONE;
}
