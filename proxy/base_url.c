/* SPDX-License-Identifier: ISC */
#include "proxy/base_url.h"

#include <string.h>

#include "common/errors.h"
#include "common/url.h"

static size_t
slot_of(const struct provider *p)
{
	return p->origin[0] % BASE_MEMORY_LEN;
}

static int
known(const struct base_memory *m, const struct provider *p)
{
	const struct base_known *k = &m->pins[slot_of(p)];

	/* Those that are built in are known to want it. */
	if (p->source == SOURCE_BUILTIN)
		return BASE_WITH_V1;
	return memcmp(k->origin, p->origin, DIGEST_LEN) == 0 ? (int)k->is
	    : BASE_UNKNOWN;
}

bool
base_url_path(const struct base_memory *m, const struct provider *p,
    enum base_attempt attempt, const char *path, const char **below,
    struct err *err)
{
	bool wants_v1 = !p->has_version && attempt == ATTEMPT_FIRST &&
	    known(m, p) != BASE_WITHOUT_V1;

	*below = path;
	if (!wants_v1 && strncmp(path, "/v1/", 4) == 0)
		*below = path + 3;
	return url_path_is_below(*below, strlen(*below)) ||
	    err_set(err, ERR_NOT_FOUND, "%.100s", path);
}

bool
base_url_may_retry(const struct base_memory *m, const struct provider *p,
    enum base_attempt attempt)
{
	return attempt == ATTEMPT_FIRST && !p->has_version &&
	    known(m, p) == BASE_UNKNOWN;
}

void
base_url_learn(struct base_memory *m, const struct provider *p,
    enum base_attempt attempt)
{
	struct base_known *k = &m->pins[slot_of(p)];

	if (p->has_version || known(m, p) != BASE_UNKNOWN)
		return;
	memcpy(k->origin, p->origin, DIGEST_LEN);
	k->is = attempt == ATTEMPT_FIRST ? BASE_WITH_V1 : BASE_WITHOUT_V1;
}
