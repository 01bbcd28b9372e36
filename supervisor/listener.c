/* SPDX-License-Identifier: ISC */
#include "supervisor/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/scoped.h"
#include "common/settings.h"

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static bool
parse_port(const char *text, in_port_t *port)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*port = htons((uint16_t)value);
	return *text >= '0' && *text <= '9' && *end == '\0' && value <= 65535;
}

/* "127.0.0.1:51168" or "[::1]:51168"; this machine only. */
static bool
parse(const char *text, union address *a, socklen_t *len)
{
	char host[LISTENER_TEXT];
	const char *colon = strrchr(text, ':');
	size_t host_len = colon != NULL ? (size_t)(colon - text) : 0;

	if (host_len == 0 || host_len >= sizeof host)
		return false;
	memcpy(host, text, host_len);
	host[host_len] = '\0';
	*a = (union address) { 0 };
	if (host[0] == '[' && host[host_len - 1] == ']') {
		host[host_len - 1] = '\0';
		a->six.sin6_family = AF_INET6;
		*len = sizeof a->six;
		return inet_pton(AF_INET6, host + 1, &a->six.sin6_addr) == 1 &&
		    IN6_IS_ADDR_LOOPBACK(&a->six.sin6_addr) &&
		    parse_port(colon + 1, &a->six.sin6_port);
	}
	a->four.sin_family = AF_INET;
	*len = sizeof a->four;
	return inet_pton(AF_INET, host, &a->four.sin_addr) == 1 &&
	    ntohl(a->four.sin_addr.s_addr) >> 24 == 127 &&
	    parse_port(colon + 1, &a->four.sin_port);
}

static void
format(const union address *a, char text[LISTENER_TEXT])
{
	char host[INET6_ADDRSTRLEN];
	bool is_six = a->any.sa_family == AF_INET6;

	inet_ntop(a->any.sa_family, is_six ? (const void *)&a->six.sin6_addr :
	    (const void *)&a->four.sin_addr, host, sizeof host);
	snprintf(text, LISTENER_TEXT, is_six ? "[%s]:%u" : "%s:%u", host,
	    ntohs(is_six ? a->six.sin6_port : a->four.sin_port));
}

static bool
open_one(const char *text, struct listener *l, struct err *err)
{
	union address a;
	socklen_t len;
	int on = 1;
	AUTO_CLOSE int fd = -1;

	if (!parse(text, &a, &len))
		return err_set(err, ERR_LISTEN_FAILED,
		    "%.60s: not a loopback address and port", text);
	fd = socket(a.any.sa_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return err_set_os(err, ERR_LISTEN_FAILED, "%.60s", text);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (a.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, &a.any, len) == -1 ||
	    listen(fd, LISTENER_BACKLOG) == -1 ||
	    getsockname(fd, &a.any, &len) == -1)
		return err_set_os(err, ERR_LISTEN_FAILED, "%.60s", text);
	format(&a, l->address);
	l->fd = take_fd(&fd);
	return true;
}

static bool
is_missing_ipv6(const char *text, const struct err *err)
{
	return text[0] == '[' &&
	    (err->os == EADDRNOTAVAIL || err->os == EAFNOSUPPORT);
}

size_t
listener_open_all(const char *list, struct listener all[LISTENERS_MAX],
    struct err *err)
{
	char text[LISTENER_TEXT];
	size_t n = 0;

	err_set(err, ERR_LISTEN_FAILED, "no address given");
	for (size_t i = 0; settings_word(list, i, text, sizeof text); i++) {
		if (n == LISTENERS_MAX) {
			err_set(err, ERR_LISTEN_FAILED, "too many addresses");
			return 0;
		}
		if (open_one(text, &all[n], err)) {
			n++;
			continue;
		}
		if (!is_missing_ipv6(text, err)) {
			while (n > 0)
				close(all[--n].fd);
			return 0;
		}
		log_err("listener", err);
	}
	return n;
}

int
listener_open_commands(int folder, const char *name, gid_t admin,
    struct err *err)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	AUTO_CLOSE int fd = socket(AF_UNIX,
	    SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* Through the descriptor: the home's path may be too long for one. */
	snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/%s", folder,
	    name);
	unlinkat(folder, name, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    (admin != 0 && (fchownat(folder, name, 0, admin, 0) == -1 ||
	    fchmodat(folder, name, 0660, 0) == -1)) || listen(fd, 64) == -1) {
		err_set_os(err, ERR_LISTEN_FAILED, "run/%s", name);
		return -1;
	}
	return take_fd(&fd);
}
