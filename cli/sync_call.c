/* SPDX-License-Identifier: ISC */
#include "cli/sync_call.h"

#include <stdio.h>
#include <string.h>

#include "cli/call.h"
#include "common/errors.h"
#include "common/url.h"

/* The syncer has a limit of its own, far below. */
#define SYNC_TIMEOUT_S 1300
#define TEXTS_MAX (URL_MAX + 120)	/* bytes: URL and label */

static bool
on_row(struct ipc_message *msg, void *arg, struct err *err)
{
	struct sync_end *end = arg;

	if (msg->type != IPC_SYNC_RESULT)
		return err_set(err, ERR_IPC_BROKEN, "sync");
	memcpy(&end->result, msg->body, sizeof end->result);
	end->is_there = true;
	snprintf(end->text, sizeof end->text, "%.*s", (int)msg->tail_len,
	    (const char *)msg->tail);
	return true;
}

static bool
take_error(const struct sync_end *end, struct err *err)
{
	enum err_code code = err_code_from_wire(end->result.code);

	if (!end->is_there || code == ERR_NONE)
		return true;
	err_set(err, code, "%s", end->text);
	err->os = (int)end->result.os;
	return false;
}

bool
sync_call(int home, const struct sync_wish *wish, struct sync_end *end,
    struct err *err)
{
	struct ipc_sync_start start = wish->start;
	char texts[TEXTS_MAX + 1];
	int n = snprintf(texts, sizeof texts, "%s%s",
	    wish->url != NULL ? wish->url : "",
	    wish->label != NULL ? wish->label : "");
	struct call_ask ask = { .server = SUPERVISOR, .type = IPC_SYNC_START,
	    .body = &start, .tail = texts, .tail_len = (size_t)n,
	    .on_row = on_row, .arg = end, .timeout_s = SYNC_TIMEOUT_S };

	*end = (struct sync_end) { .is_there = false };
	if (n > TEXTS_MAX)
		return err_set(err, ERR_USAGE, "URL and label are too long");
	start.url_len = wish->url != NULL ? (uint32_t)strlen(wish->url) : 0;
	return call_ask(home, &ask, NULL, err) && take_error(end, err);
}
