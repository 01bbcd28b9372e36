/* SPDX-License-Identifier: ISC */
/* PROVISION at the egress: body, then URL, header name and key. */
#include <assert.h>
#include <string.h>

#include "common/errors.h"
#include "egress/provision.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct provision *p)
{
	const char *value;

	assert(strlen(p->pin.text) > 0);
	if (p->line == NULL)
		return;
	value = strchr(p->line, ':');
	assert(value != NULL);
	assert((size_t)(value - p->line) == strlen(p->header));
	/* One header line: nothing in it can begin another. */
	assert(strpbrk(p->line, "\r\n") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct ipc_provision body;
	struct ipc_message msg = { .type = IPC_PROVISION, .body = &body };
	struct provision p;
	struct err err;

	if (len < sizeof body || len - sizeof body > 12288)
		return 0;
	memcpy(&body, bytes, sizeof body);
	msg.tail = bytes + sizeof body;
	msg.tail_len = len - sizeof body;
	if (provision_read(&p, &msg, &err))
		check(&p);
	provision_free(&p);
	return 0;
}
