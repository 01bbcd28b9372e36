/* SPDX-License-Identifier: ISC */
/*
 * talk [--half-close] ADDR:PORT: sends standard input as it is, then its end if
 * so asked, and prints what comes back until the peer closes or has been silent
 * for two seconds.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct sockaddr_in peer = { .sin_family = AF_INET };
	bool half = argc == 3 && strcmp(argv[1], "--half-close") == 0;
	char *host = argc == 2 + half ? argv[argc - 1] : NULL;
	char *port = host != NULL ? strchr(host, ':') : NULL;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct pollfd readable = { fd, POLLIN, 0 };
	char buffer[65536];
	ssize_t n;

	if (port == NULL)
		return 2;
	*port++ = '\0';
	peer.sin_port = htons((uint16_t)atoi(port));
	if (inet_pton(AF_INET, host, &peer.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&peer, sizeof peer) == -1)
		return 1;
	while ((n = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
		if (send(fd, buffer, (size_t)n, MSG_NOSIGNAL) == -1)
			break;
	if (half)
		shutdown(fd, SHUT_WR);
	while (poll(&readable, 1, 2000) == 1 &&
	    (n = read(fd, buffer, sizeof buffer)) > 0)
		if (write(STDOUT_FILENO, buffer, (size_t)n) != n)
			return 1;
	return 0;
}
