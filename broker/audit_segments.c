/* SPDX-License-Identifier: ISC */
#include "broker/audit_segments.h"

#include <string.h>
#include <sys/stat.h>
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

int
audit_segments_before(const struct audit_segments *s, uint32_t *number)
{
	uint32_t limit = *number;
	int fd = -1;

	for (size_t i = 0; i < s->n && s->all[i].number < limit; i++) {
		fd = s->all[i].fd;
		*number = s->all[i].number;
	}
	return fd;
}

void
audit_segments_drop_removed(struct audit_segments *s)
{
	size_t n_kept = 0;
	struct stat st;

	for (size_t i = 0; i < s->n; i++)
		if (fstat(s->all[i].fd, &st) == 0 && st.st_nlink == 0)
			close(s->all[i].fd);
		else
			s->all[n_kept++] = s->all[i];
	s->n = n_kept;
}
