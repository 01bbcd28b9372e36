/* SPDX-License-Identifier: ISC */
/*
 * add_credential SOCKET PROVIDER URL KEY: asks the broker directly, without the
 * command's own checks; prints the code of its answer ("none" when it agreed).
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/errors.h"
#include "common/ipc.h"

int
main(int argc, char *argv[])
{
	static struct ipc_packet packet;
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct ipc_add_credential body = { .scheme = AUTH_BEARER,
	    .uid = IPC_UID_UNKNOWN };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	struct ipc_message msg;
	char tail[2048];
	struct err err;

	if (argc != 5)
		return 2;
	snprintf(a.sun_path, sizeof a.sun_path, "%s", argv[1]);
	body.url_len = (uint32_t)strlen(argv[3]);
	body.key_len = (uint32_t)strlen(argv[4]);
	snprintf(tail, sizeof tail, "%s%s", argv[3], argv[4]);
	if (!ipc_name_set(&body.provider, argv[2], &err) ||
	    connect(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    !ipc_send(fd, &(struct ipc_outgoing) { .type = IPC_ADD_CREDENTIAL,
	    .body = &body, .tail = tail,
	    .tail_len = body.url_len + body.key_len, .fd = -1 }, &err) ||
	    ipc_receive(fd, &packet, &err) != IPC_GOT ||
	    !ipc_check(&msg, &packet, BROKER, CLI, &err) ||
	    msg.type != IPC_DONE)
		return 1;
	puts(err_name(err_code_from_wire(((const struct ipc_done *)
	    msg.body)->code)));
	return 0;
}
