/* SPDX-License-Identifier: ISC */
/* print_messages: the message table as the rows of doc/architecture.md. */
#include <stdio.h>

#include "common/ipc.h"

static void
print_set(enum role_set set)
{
	const char *comma = "";

	for (enum role r = 0; r < ROLES; r++)
		if ((set & 1u << r) != 0) {
			printf("%s%s", comma, role_name(r));
			comma = ", ";
		}
}

int
main(void)
{
	puts("| message | from | to | body | tail | fds | |");
	puts("|---|---|---|---:|---:|---:|---|");
	for (enum ipc_type t = 0; t < IPC_TYPES; t++) {
		const struct ipc_declaration *d = &ipc_declarations[t];

		printf("| %s | ", d->name);
		print_set(d->from);
		printf(" | ");
		print_set(d->to);
		printf(" | %zu | %zu | %zu | %s |\n", d->body_size, d->tail_max,
		    d->n_fds, d->secrecy == SECRET ? "secret" : "");
	}
	return 0;
}
