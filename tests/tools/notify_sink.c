/* SPDX-License-Identifier: ISC */
/* notify_sink PATH: a service manager's socket; prints what it is told. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int
main(int argc, char *argv[])
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char text[1024];
	ssize_t n;

	if (argc != 2 || strlen(argv[1]) >= sizeof a.sun_path)
		return 2;
	strcpy(a.sun_path, argv[1]);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof a) == -1)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((n = recv(fd, text, sizeof text, 0)) >= 0)
		printf("%.*s\n", (int)n, text);
	return 1;
}
