/* SPDX-License-Identifier: ISC */
#include "proxy/metrics.h"

#include <string.h>

void
metrics_note_error(struct metrics *m, int64_t at_ms,
    const struct http_error *e, const char *agent)
{
	struct last_error *last = &m->errors[m->n_errors++ % LAST_ERRORS];

	*last = (struct last_error) { .at_ms = at_ms, .code = e->err->code };
	http_error_text(e, last->message);
	strncpy(last->request_id, e->request_id, sizeof last->request_id - 1);
	strncpy(last->agent, agent, sizeof last->agent - 1);
}

const struct last_error *
metrics_error(const struct metrics *m, size_t n)
{
	if (n >= LAST_ERRORS || n >= m->n_errors)
		return NULL;
	return &m->errors[(m->n_errors - 1 - n) % LAST_ERRORS];
}
