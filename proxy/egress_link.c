/* SPDX-License-Identifier: ISC */
#include "proxy/egress_link.h"

bool
egress_link_add(struct egress_link *l, struct channel *channel)
{
	if (l->n == EGRESSES_MAX)
		return false;
	l->channels[l->n++] = channel;
	return true;
}

struct channel *
egress_link_find(const struct egress_link *l, uint32_t number)
{
	/* From the newest on: an egress that came back has the same number. */
	for (size_t i = l->n; i > 0; i--)
		if (channel_number(l->channels[i - 1]) == number)
			return l->channels[i - 1];
	return NULL;
}

void
egress_link_remove(struct egress_link *l, const struct channel *channel)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->channels[i] == channel) {
			for (l->n--; i < l->n; i++)
				l->channels[i] = l->channels[i + 1];
			return;
		}
}
