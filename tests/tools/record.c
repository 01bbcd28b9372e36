/* SPDX-License-Identifier: ISC */
/*
 * record FILE [ANSWER]: listens on a port of 127.0.0.1 that the kernel chooses
 * and prints, takes whoever comes, writes down every byte that they send, and
 * sends the file ANSWER to each when the first has come; keeps silent without.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS_MAX 64

static int
listen_somewhere(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof here;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&here, sizeof here) == -1 ||
	    listen(fd, CLIENTS_MAX) == -1 ||
	    getsockname(fd, (struct sockaddr *)&here, &len) == -1)
		exit(EXIT_FAILURE);
	printf("%u\n", ntohs(here.sin_port));
	fflush(stdout);
	return fd;
}

static void
answer(int fd, const char *path)
{
	char bytes[65536];
	int from = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = from == -1 ? 0 : read(from, bytes, sizeof bytes);

	if (n > 0 && send(fd, bytes, (size_t)n, MSG_NOSIGNAL) == -1)
		perror("send");
	if (from != -1)
		close(from);
}

int
main(int argc, char *argv[])
{
	struct pollfd p[CLIENTS_MAX + 1] = { { .events = POLLIN } };
	int file = argc < 2 ? -1 : open(argv[1],
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	char bytes[65536];
	nfds_t n_clients = 0;

	p[0].fd = listen_somewhere();
	while (file != -1 && poll(p, 1 + n_clients, -1) > 0) {
		for (nfds_t i = 1; i <= n_clients; i++) {
			ssize_t n = (p[i].revents & (POLLIN | POLLHUP)) == 0 ?
			    -1 : read(p[i].fd, bytes, sizeof bytes);

			if (n > 0 && write(file, bytes, (size_t)n) == n)
				answer(p[i].fd, argv[2]);
			else if (p[i].revents != 0) {
				close(p[i].fd);
				p[i].fd = -1;	/* poll() passes over it */
			}
		}
		if ((p[0].revents & POLLIN) != 0 && n_clients < CLIENTS_MAX)
			p[++n_clients] = (struct pollfd) {
			    accept(p[0].fd, NULL, NULL), POLLIN, 0 };
	}
	return EXIT_SUCCESS;
}
