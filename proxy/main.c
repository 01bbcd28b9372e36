/* SPDX-License-Identifier: ISC */
/* cofferdam-proxy: HTTP front, routing, passing on.  Connects nowhere. */
#include "proxy/proxy.h"
#include "proxy/proxy_sandbox.h"

static const struct process proxy = {
	.role = PROXY,
	.sandbox = &proxy_sandbox,
	.handlers = {
		[IPC_WHO_IS] = on_who_is,
		[IPC_AGENTS_CHANGED] = on_agents_changed,
		[IPC_CARRIER_KEY] = on_carrier_key,
		[IPC_GRANTED] = on_granted,
		[IPC_DENIED] = on_denied,
		[IPC_QUESTION] = on_question,
	},
	.open = proxy_open,
	.adopt = proxy_adopt,
	.warm = proxy_warm,
	.stop = proxy_stop,
	.reload = proxy_reload,
	.closed = proxy_closed,
	.close = proxy_close,
};

int
main(void)
{
	return process_run(&proxy);
}
