/* SPDX-License-Identifier: ISC */
/*
 * A broker in an attacker's hands (threats.md 12).  It has every key: that is
 * accepted.  Step "spawn": as many egresses as the supervisor will start.  Step
 * "images": vault images that are none.  Step "grants": tickets and names that
 * the proxy never asked for.  Step "segments": a new one each time, so that
 * retention would remove the log, or an empty one hide where it ended.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "broker/broker.h"
#include "tests/evil/evil.h"

static void
finish(void)
{
	evil_tell("finished");
}

static void
spawn_many(void)
{
	int supervisor = evil_find(SUPERVISOR)->fd;

	for (uint64_t i = 1; i <= 1000; i++) {
		struct ipc_egress_wanted w = { .serial = i, .provider.len = 1,
		    .provider.text = "p" };

		evil_send_message(supervisor, IPC_EGRESS_WANTED, &w, sizeof w,
		    "", 0, -1);
	}
	evil_later(3000, finish);
}

static void
send_images(void)
{
	static const char text[] = "not a vault";
	int supervisor = evil_find(SUPERVISOR)->fd;
	int unsealed = memfd_create("image", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	const struct { int fd; uint64_t len; } images[] = { { evil.file, 1 },
		{ evil.pipe, 1 }, { unsealed, 1 << 20 }, { unsealed, 0 },
		{ unsealed, UINT64_MAX }, { unsealed, sizeof text - 1 },
		{ supervisor, 1 },
		{ evil.hands[HAND_AUDIT_FOLDER], 1 } };

	if (write(unsealed, text, sizeof text - 1) == -1)
		evil_tell("cannot write");
	for (size_t i = 0; i < sizeof images / sizeof images[0]; i++)
		evil_send_message(supervisor, IPC_VAULT_IMAGE,
		    &(struct ipc_vault_image) { i, images[i].len },
		    sizeof(struct ipc_vault_image), "", 0, images[i].fd);
	evil_tell("finished");
}

static void
send_grants(void)
{
	struct evil_peer *proxy = evil_find(PROXY);
	struct ipc_granted granted;
	unsigned n_sent = 0;

	for (int i = 0; proxy != NULL && i < 300; i++) {
		evil_random(&granted, sizeof granted);
		n_sent += evil_send_message(proxy->fd, IPC_GRANTED, &granted,
		    sizeof granted, "", 0, -1);
	}
	evil_tell("sent %u", n_sent);
}

static void
want_segments(void)
{
	int supervisor = evil_find(SUPERVISOR)->fd;

	for (uint32_t number = 1; number <= 40; number++)
		evil_send_message(supervisor, IPC_AUDIT_WANTED,
		    &(struct ipc_audit_wanted) { .number = number },
		    sizeof(struct ipc_audit_wanted), "", 0, -1);
	evil_tell("finished");
}

static void
begin(void)
{
	if (evil_is_step("segments"))
		want_segments();
	if (evil_is_step("spawn"))
		spawn_many();
	if (evil_is_step("images"))
		send_images();
	if (evil_is_step("grants"))
		send_grants();
}

int
main(void)
{
	static struct process broker = { .role = BROKER,
	    .sandbox = &broker_sandbox };

	return evil_run(&broker, &(struct evil_hooks) { begin, NULL, NULL });
}
