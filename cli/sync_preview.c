/* SPDX-License-Identifier: ISC */
#include "cli/sync_preview.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "common/errors.h"
#include "common/ipc_bodies.h"
#include "common/scoped.h"

/* The syncer has limits of its own, far below. */
#define PREVIEW_TIMEOUT_S 1300

static bool
take_result(const struct ipc_message *msg, struct err *err)
{
	const struct ipc_sync_result *result = msg->body;

	if (err_code_from_wire(result->code) == ERR_NONE)
		return true;
	err_set(err, err_code_from_wire(result->code), "%.*s",
	    (int)msg->tail_len, (const char *)msg->tail);
	err->os = (int)result->os;
	return false;
}

/* false with *err, also when the supervisor itself refuses. */
static bool
hear(struct call *c, struct err *err)
{
	const struct ipc_done *done;
	bool has_result = false;

	while (call_next(c, err)) {
		if (c->msg.type == IPC_SYNC_RESULT) {
			if (!take_result(&c->msg, err))
				return false;
			has_result = true;
			continue;
		}
		if (c->msg.type != IPC_DONE)
			return err_set(err, ERR_IPC_BROKEN, "preview");
		done = c->msg.body;
		if (err_code_from_wire(done->code) != ERR_NONE)
			return err_set(err, err_code_from_wire(done->code),
			    "%.*s", (int)c->msg.tail_len,
			    (const char *)c->msg.tail);
		return has_result ||
		    err_set(err, ERR_START_FAILED, "syncer");
	}
	return false;
}

static bool
ask(struct invocation *inv, int preview, struct err *err)
{
	struct ipc_sync_start start = { .task = SYNC_DRY, .flags =
	    inv->form == OUTPUT_JSON ? SYNC_AS_JSON : 0 };
	struct call c;
	bool ok;

	ok = call_open(&c, inv->home, SUPERVISOR, err);
	if (ok) {
		call_set_timeout(&c, PREVIEW_TIMEOUT_S);
		ok = ipc_send(c.socket, &(struct ipc_outgoing) {
		    .type = IPC_SYNC_PREVIEW, .body = &start, .fd = preview },
		    err) && hear(&c, err);
	}
	call_close(&c);
	return ok;
}

static bool
copy_out(int preview, struct err *err)
{
	char bytes[16384];
	ssize_t n;
	off_t at = 0;

	while ((n = pread(preview, bytes, sizeof bytes, at)) > 0) {
		if (!output_raw(bytes, (size_t)n, err))
			return false;
		at += n;
	}
	return n == 0 || err_set_os(err, ERR_FILE_FAILED, "preview");
}

bool
sync_preview(struct invocation *inv, struct err *err)
{
	AUTO_CLOSE int preview = memfd_create("preview", MFD_CLOEXEC);
	char head[OUTPUT_HEAD_MAX];

	if (preview == -1)
		return err_set_os(err, ERR_FILE_FAILED, "preview");
	if (!ask(inv, preview, err))
		return false;
	if (inv->form != OUTPUT_JSON)
		return copy_out(preview, err);
	output_head(inv, head);
	return output_raw(head, strlen(head), err) && copy_out(preview, err) &&
	    output_raw("}\n", 2, err);
}
