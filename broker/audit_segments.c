/* SPDX-License-Identifier: ISC */
#include "broker/audit_segments.h"

#include <string.h>
#include <unistd.h>

void
audit_segments_add(struct audit_segments *s, int fd, uint32_t number)
{
	size_t i = 0;

	while (i < s->n && s->all[i].number < number)
		i++;
	if (i < s->n && s->all[i].number == number) {
		close(s->all[i].fd);
		s->all[i].fd = fd;
		return;
	}
	if (s->n == AUDIT_SEGMENTS_MAX) {
		close(fd);
		return;
	}
	memmove(&s->all[i + 1], &s->all[i], (s->n - i) * sizeof s->all[0]);
	s->all[i].number = number;
	s->all[i].fd = fd;
	s->n++;
}
