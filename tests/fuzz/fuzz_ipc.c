/* SPDX-License-Identifier: ISC */
/*
 * A packet from one of our processes to another, in every direction: the first
 * bytes choose sender, receiver, descriptors, and whether the header is mended,
 * so that the declarations behind it are reached.
 */
#include <assert.h>
#include <string.h>

#include "common/errors.h"
#include "common/ipc.h"
#include "tests/fuzz/fuzz.h"

enum { FROM, TO, N_FDS, TYPE, PREFIX };

static void
mend_header(struct ipc_packet *packet, uint8_t type)
{
	struct ipc_header h = { IPC_VERSION, type % IPC_TYPES };

	if (packet->len >= sizeof h)
		memcpy(packet->bytes, &h, sizeof h);
}

static void
check_declared(const struct ipc_message *msg, const struct ipc_packet *packet,
    enum role from, enum role to)
{
	const struct ipc_declaration *d = &ipc_declarations[msg->type];

	assert((d->from & 1u << from) != 0 && (d->to & 1u << to) != 0);
	assert(msg->tail_len <= d->tail_max);
	assert(packet->n_fds == d->n_fds);
	assert((msg->fd != NULL) == (d->n_fds == 1));
	assert(packet->len == sizeof(struct ipc_header) + d->body_size +
	    msg->tail_len);
}

/* Pieces of chosen lengths never reach behind the tail. */
static void
take_all(const struct ipc_message *msg)
{
	struct err err;
	size_t at = 0;

	for (int i = 0; i < 16 && at < msg->tail_len; i++) {
		size_t wanted = (size_t)msg->tail[at] * 257 % 600;
		const uint8_t *piece = ipc_take(msg, &at, wanted,
		    i % 2 ? IPC_TEXT : IPC_BYTES, &err);

		assert(at <= msg->tail_len);
		if (piece == NULL)
			return;
		for (size_t k = 0; i % 2 && k < wanted; k++)
			assert(piece[k] >= 0x20 && piece[k] != 0x7f);
	}
}

static void
read_names(const struct ipc_message *msg)
{
	size_t len = ipc_declarations[msg->type].body_size;
	char text[IPC_NAME_TEXT];
	struct ipc_name name, again;
	struct err err;

	for (size_t at = 0; at + sizeof name <= len; at += 8) {
		memcpy(&name, (const uint8_t *)msg->body + at, sizeof name);
		if (!ipc_name_get(&name, text, &err)) {
			assert(text[0] == '\0');
			continue;
		}
		assert(strlen(text) == name.len);
		assert(ipc_name_set(&again, text, &err));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct ipc_packet packet;
	struct ipc_message msg;
	struct err err;

	if (len < PREFIX || len - PREFIX > sizeof packet.bytes)
		return 0;
	packet.len = len - PREFIX;
	packet.n_fds = bytes[N_FDS] & 1;
	packet.fds[0] = -1;
	memcpy(packet.bytes, bytes + PREFIX, packet.len);
	if (bytes[N_FDS] & 2)
		mend_header(&packet, bytes[TYPE]);
	for (int from = 0; from < ROLES; from++) {
		enum role to = (enum role)(bytes[TO] % ROLES);

		if ((bytes[FROM] & 0x80) == 0 && bytes[FROM] % ROLES != from)
			continue;
		if (!ipc_check(&msg, &packet, (enum role)from, to, &err)) {
			assert(err.code == ERR_IPC_BROKEN ||
			    err.code == ERR_OTHER_VERSION);
			continue;
		}
		check_declared(&msg, &packet, (enum role)from, to);
		take_all(&msg);
		read_names(&msg);
	}
	return 0;
}
