/* SPDX-License-Identifier: ISC */
/* daemon_presence: is there one to talk to? */
#include "cli/daemon.h"

#include "cli/call.h"
#include "cli/invocation.h"
#include "common/errors.h"

static bool
on_row(struct ipc_message *msg, void *arg, struct err *err)
{
	const struct ipc_process_row *row = msg->body;
	bool *has_proxy = arg;

	(void)err;
	if (msg->type == IPC_PROCESS_ROW && row->role == PROXY)
		*has_proxy = true;
	return true;
}

static bool
look(int home, bool *has_proxy, struct err *err)
{
	struct call_ask ask = { .server = SUPERVISOR,
	    .type = IPC_STATUS_REQUEST, .on_row = on_row, .arg = has_proxy };

	*has_proxy = false;
	return call_ask(home, &ask, NULL, err);
}

bool
daemon_serves(int home)
{
	bool has_proxy;
	struct err ignored;

	return look(home, &has_proxy, &ignored) && has_proxy;
}

bool
daemon_is_needed(struct invocation *inv, struct err *err)
{
	int home = invocation_home(inv, HOME_EXISTS, err);
	bool has_proxy;

	if (home == -1)
		return false;
	if (look(home, &has_proxy, err) && has_proxy)
		return true;
	return err->code == ERR_NOT_ADMIN || err->code == ERR_OTHER_VERSION ?
	    false :
	    err_set(err, ERR_NOT_RUNNING, "%.100s", inv->home_path);
}

bool
daemon_is_understood(int home, struct err *err)
{
	bool ignored;

	return look(home, &ignored, err) || err->code != ERR_OTHER_VERSION;
}
