/* SPDX-License-Identifier: ISC */
#include "cli/call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "common/errors.h"
#include "common/scoped.h"

/*
 * The folder by its descriptor: the home's path may be longer than the 108
 * bytes that an address has room for.
 */
static bool
connect_to(int socket_fd, int home, enum role server, struct err *err)
{
	/* In a system install it is a link that root made. */
	AUTO_CLOSE int run = openat(home, "run",
	    O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (run == -1)
		return err_set(err, ERR_NOT_RUNNING, "%s", role_name(server));
	snprintf(address.sun_path, sizeof address.sun_path,
	    "/proc/self/fd/%d/%s.sock", run, role_name(server));
	if (connect(socket_fd, (struct sockaddr *)&address,
	    sizeof address) == 0)
		return true;
	if (errno == EACCES)
		return err_set(err, ERR_NOT_ADMIN, "%s.sock",
		    role_name(server));
	if (errno == ENOENT || errno == ECONNREFUSED)
		return err_set(err, ERR_NOT_RUNNING, "%s", role_name(server));
	return err_set_os(err, ERR_NOT_RUNNING, "%s", role_name(server));
}

bool
call_open(struct call *c, int home, enum role server, struct err *err)
{
	c->server = server;
	c->packet.n_fds = 0;
	c->packet.len = 0;
	c->socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (c->socket == -1)
		return err_set_os(err, ERR_NOT_RUNNING, "socket");
	call_set_timeout(c, CALL_TIMEOUT_S);
	return connect_to(c->socket, home, server, err);
}

void
call_close(struct call *c)
{
	ipc_packet_release(&c->packet, PLAIN);
	if (c->socket != -1)
		close(c->socket);
	c->socket = -1;
}

void
call_set_timeout(struct call *c, unsigned s)
{
	struct timeval limit = { .tv_sec = (time_t)s };

	/* Cannot fail on a socket of ours; without it a wait has no end. */
	setsockopt(c->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(c->socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* What it means when this server says nothing. */
static bool
set_silence(const struct call *c, enum err_code code, const char *what,
    struct err *err)
{
	if (c->server == BROKER)
		code = ERR_BROKER_UNAVAILABLE;
	return err_set(err, code, "%s %s", role_name(c->server), what);
}

bool
call_send_tail(struct call *c, enum ipc_type type, const void *body,
    const void *tail, size_t tail_len, struct err *err)
{
	struct ipc_outgoing out = { .type = type, .body = body, .tail = tail,
	    .tail_len = tail_len, .fd = -1 };
	struct err sending;

	if (tail_len > ipc_declarations[type].tail_max)
		return err_set(err, ERR_INVALID_REQUEST, "%zu bytes are too "
		    "much for %s", tail_len, ipc_declarations[type].name);
	if (ipc_send(c->socket, &out, &sending))
		return true;
	return sending.os == EAGAIN ?
	    set_silence(c, ERR_TIMED_OUT, "does not listen", err) :
	    set_silence(c, ERR_NOT_RUNNING, "hung up", err);
}

bool
call_send(struct call *c, enum ipc_type type, const void *body,
    struct err *err)
{
	return call_send_tail(c, type, body, NULL, 0, err);
}

bool
call_next(struct call *c, struct err *err)
{
	ipc_packet_release(&c->packet, PLAIN);
	switch (ipc_receive(c->socket, &c->packet, err)) {
	case IPC_GOT:
		return ipc_check(&c->msg, &c->packet, c->server, CLI, err);
	case IPC_NOTHING_YET:
		return set_silence(c, ERR_TIMED_OUT, "does not answer", err);
	case IPC_CLOSED:
		return set_silence(c, ERR_NOT_RUNNING, "hung up", err);
	case IPC_FAILED:
	default:
		return false;
	}
}

bool
call_wait_end(struct call *c, struct err *err)
{
	for (;;) {
		ipc_packet_release(&c->packet, PLAIN);
		switch (ipc_receive(c->socket, &c->packet, err)) {
		case IPC_GOT:
			break;
		case IPC_NOTHING_YET:
			return err_set(err, ERR_TIMED_OUT,
			    "%s does not end", role_name(c->server));
		case IPC_CLOSED:
		case IPC_FAILED:
		default:
			return true;
		}
	}
}

bool
call_read_end(const struct ipc_message *msg, struct call_end *end,
    struct err *err)
{
	const struct ipc_done *done = msg->body;
	enum err_code code = err_code_from_wire(done->code);
	int len = (int)msg->tail_len;

	end->value = done->value;
	snprintf(end->text, sizeof end->text, "%.*s", len,
	    (const char *)msg->tail);
	for (char *c = end->text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	if (code == ERR_NONE)
		return true;
	err_set(err, code, "%s", end->text);
	err->os = (int)done->os;
	return false;
}

static bool
converse(struct call *c, const struct call_ask *ask, struct call_end *end,
    struct err *err)
{
	if (ask->timeout_s != 0)
		call_set_timeout(c, ask->timeout_s);
	if (!call_send_tail(c, ask->type, ask->body, ask->tail, ask->tail_len,
	    err))
		return false;
	for (;;) {
		if (!call_next(c, err))
			return false;
		if (c->msg.type == IPC_DONE)
			return call_read_end(&c->msg, end, err);
		if (ask->on_row == NULL)
			return err_set(err, ERR_IPC_BROKEN, "%s: not awaited",
			    ipc_declarations[c->msg.type].name);
		if (!ask->on_row(&c->msg, ask->arg, err))
			return false;
	}
}

bool
call_ask(int home, const struct call_ask *ask, struct call_end *end,
    struct err *err)
{
	struct call_end unused;
	struct call c;
	bool ok;

	ok = call_open(&c, home, ask->server, err) &&
	    converse(&c, ask, end != NULL ? end : &unused, err);
	call_close(&c);
	return ok;
}

bool
call_is_running(int home)
{
	struct call c;
	struct err err;
	bool ok = call_open(&c, home, SUPERVISOR, &err);

	call_close(&c);
	return ok;
}
