/* SPDX-License-Identifier: ISC */
/* occupy ADDR:PORT FILE: listens there, writes the port into FILE, stays. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	FILE *f;

	if (argc != 3)
		return 2;
	a.sin_port = htons((uint16_t)atoi(strchr(argv[1], ':') + 1));
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&a, len) == -1 || listen(fd, 1) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		return 1;
	f = fopen(argv[2], "w");
	fprintf(f, "%u\n", ntohs(a.sin_port));
	fclose(f);
	pause();
	return 0;
}
