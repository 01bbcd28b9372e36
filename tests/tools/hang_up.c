/* SPDX-License-Identifier: ISC */
/* hang_up SOCKET: a server that takes what it is told, and says nothing. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), caller;
	char word[64];

	if (argc != 2 || strlen(argv[1]) >= sizeof a.sun_path)
		return 2;
	strcpy(a.sun_path, argv[1]);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(fd, 8) == -1)
		return 1;
	while ((caller = accept(fd, NULL, NULL)) != -1) {
		recv(caller, word, sizeof word, 0);
		close(caller);
	}
	return 1;
}
