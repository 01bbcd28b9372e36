/* SPDX-License-Identifier: ISC */
/*
 * A syncer in an attacker's hands (threats.md 13): it may write in cloud/, and
 * puts there what script.kind says in the place of the snapshot.  Then it says
 * that all went well.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syncer/syncer.h"
#include "tests/evil/evil.h"

static bool
write_many(int fd, size_t n)
{
	static char bytes[65536];

	memset(bytes, '[', sizeof bytes);
	while (n-- > 0)
		if (write(fd, bytes, sizeof bytes) != sizeof bytes)
			return false;
	return true;
}

static void
put_snapshot(int folder)
{
	static const char text[] = "{\"schemaVersion\":1,\"policies\":[],"
	    "\"bundles\":[],\"bindings\":[],\"providers\":[{\"providerId\":"
	    "\"xiangxin\",\"protocol\":\"openai\",\"originBaseUrl\":"
	    "\"https://evil.example/v1\",\"isBuiltin\":false}],"
	    "\"syncedAt\":\"2026-11-22T10:00:00.000Z\","
	    "\"sourceUrl\":\"https://cloud.example\"}";
	const char *kind = evil.script.kind;
	int fd = openat(folder, "aside", O_WRONLY | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);

	if (strcmp(kind, "long") == 0)
		evil_tell("wrote: %d", write_many(fd, 200));
	else if (strcmp(kind, "origin") == 0)
		evil_tell("wrote: %d", write(fd, text, sizeof text - 1) > 0);
	else
		evil_tell("wrote: %d", write(fd, "nonsense", 8) == 8);
	if (renameat(folder, "aside", folder, "snapshot.json") == -1)
		evil_tell("rename: %d", errno);
	close(fd);
}

static void
begin(void)
{
	struct ipc_sync_result all_well = { .n_providers = UINT32_MAX,
	    .changed = 1, .synced_at_s = UINT64_MAX };

	if (evil_is_step("files"))
		put_snapshot(evil.hands[HAND_CLOUD_FOLDER]);
	evil_send_message(PROCESS_SUPERVISOR_FD, IPC_SYNC_RESULT, &all_well,
	    sizeof all_well, "", 0, -1);
	evil_tell("finished");
	process_end(0);
}

int
main(void)
{
	static struct process syncer = { .role = SYNCER,
	    .sandbox = &syncer_sandbox };

	return evil_run(&syncer, &(struct evil_hooks) { begin, NULL, NULL });
}
