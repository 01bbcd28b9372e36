/* SPDX-License-Identifier: ISC */
#include "cli/audit_ends.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 1024		/* a power of 2 */
#define ID_LEN 16
#define EVENT_WITHIN 96		/* bytes */

/* Open addressing; 0 is a free place.  At most half full. */
struct audit_ends {
	uint64_t *ids;
	size_t room, n;
	bool is_lost;		/* no memory: nothing is known any more */
};

/* It stands behind number and time, near the start of a line of ours. */
static bool
is_event(const char *line, size_t len, const char *what)
{
	return memmem(line, len < EVENT_WITHIN ? len : EVENT_WITHIN, what,
	    strlen(what)) != NULL;
}

/* 0 when it has none. */
static uint64_t
id_of(const char *line, size_t len)
{
	static const char name[] = "\"requestId\":\"req_";
	const char *at = memmem(line, len, name, sizeof name - 1);
	char digits[ID_LEN + 1] = "";

	if (at == NULL || (size_t)(line + len - at) < sizeof name + ID_LEN)
		return 0;
	memcpy(digits, at + sizeof name - 1, ID_LEN);
	return strtoull(digits, NULL, 16);
}

static size_t
place_of(const struct audit_ends *e, uint64_t id)
{
	size_t i = (size_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 20);

	for (i &= e->room - 1; e->ids[i] != 0 && e->ids[i] != id;)
		i = (i + 1) & (e->room - 1);
	return i;
}

static bool
grow(struct audit_ends *e)
{
	struct audit_ends larger = { .room = 2 * e->room };

	larger.ids = calloc(larger.room, sizeof larger.ids[0]);
	if (larger.ids == NULL)
		return false;
	for (size_t i = 0; i < e->room; i++)
		if (e->ids[i] != 0)
			larger.ids[place_of(&larger, e->ids[i])] = e->ids[i];
	free(e->ids);
	e->ids = larger.ids;
	e->room = larger.room;
	return true;
}

struct audit_ends *
audit_ends_new(void)
{
	struct audit_ends *e = calloc(1, sizeof *e);

	if (e == NULL)
		return NULL;
	e->room = FIRST_ROOM;
	e->ids = calloc(e->room, sizeof e->ids[0]);
	if (e->ids == NULL) {
		free(e);
		return NULL;
	}
	return e;
}

void
audit_ends_free(struct audit_ends *e)
{
	if (e == NULL)
		return;
	free(e->ids);
	free(e);
}

void
audit_ends_note(struct audit_ends *e, const char *line, size_t len)
{
	uint64_t id;
	size_t i;

	if (e == NULL || e->is_lost || !is_event(line, len, "\"event\":\"end\"") ||
	    (id = id_of(line, len)) == 0)
		return;
	i = place_of(e, id);
	e->n += e->ids[i] == 0;
	e->ids[i] = id;
	if (e->n > e->room / 2 && !grow(e))
		e->is_lost = true;
}

bool
audit_ends_misses(const struct audit_ends *e, const char *line, size_t len)
{
	uint64_t id;

	return e != NULL && !e->is_lost &&
	    is_event(line, len, "\"event\":\"begin\"") &&
	    (id = id_of(line, len)) != 0 && e->ids[place_of(e, id)] == 0;
}
