/* SPDX-License-Identifier: ISC */
#include "common/ipc.h"

#include <string.h>

#include "common/errors.h"
#include "common/secret.h"

const struct ipc_declaration ipc_declarations[IPC_TYPES] = {
#define X(NAME, body, from, to, tail, fds, secrecy)			\
	[IPC_##NAME] = { #NAME, from, to, sizeof(struct ipc_##body),	\
	    tail, fds, secrecy },
	IPC_MESSAGES(X)
#undef X
};

#define X(NAME, body, from, to, tail, fds, secrecy)			\
	_Static_assert(sizeof(struct ipc_header) +			\
	    sizeof(struct ipc_##body) + (tail) <= IPC_PACKET_MAX, #NAME);	\
	_Static_assert((fds) <= IPC_FDS_MAX, #NAME);
IPC_MESSAGES(X)
#undef X

_Static_assert(IPC_TYPES <= 128, "struct permits has room for 128");

static const char *const role_names[ROLES] = {
#define X(NAME, text) [NAME] = text,
	ROLES_TABLE(X)
#undef X
};

const char *
role_name(enum role role)
{
	return role < ROLES ? role_names[role] : "nobody";
}

bool
ipc_check(struct ipc_message *msg, struct ipc_packet *packet,
    enum role from, enum role to, struct err *err)
{
	const struct ipc_declaration *d;
	struct ipc_header h;
	size_t rest;

	if (packet->len < sizeof h)
		return err_set(err, ERR_IPC_BROKEN, "%zu bytes", packet->len);
	memcpy(&h, packet->bytes, sizeof h);
	if (h.version != IPC_VERSION)
		return err_set(err, ERR_OTHER_VERSION,
		    "the %s speaks %u, the %s %u", role_name(from), h.version,
		    role_name(to), IPC_VERSION);
	if (h.type >= IPC_TYPES)
		return err_set(err, ERR_IPC_BROKEN, "type %u", h.type);

	d = &ipc_declarations[h.type];
	rest = packet->len - sizeof h;
	if ((d->from & 1u << from) == 0 || (d->to & 1u << to) == 0)
		return err_set(err, ERR_IPC_BROKEN, "%s: direction", d->name);
	if (rest < d->body_size || rest - d->body_size > d->tail_max)
		return err_set(err, ERR_IPC_BROKEN, "%s: size", d->name);
	if (packet->n_fds != d->n_fds)
		return err_set(err, ERR_IPC_BROKEN, "%s: descriptors", d->name);

	*msg = (struct ipc_message) {
		.type = (enum ipc_type)h.type,
		.body = packet->bytes + sizeof h,
		.tail = packet->bytes + sizeof h + d->body_size,
		.tail_len = rest - d->body_size,
		.fd = d->n_fds == 0 ? NULL : &packet->fds[0],
	};
	return true;
}

static bool
is_id_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool
ipc_name_set(struct ipc_name *name, const char *text, struct err *err)
{
	size_t len = strnlen(text, IPC_NAME_TEXT);

	*name = (struct ipc_name) { 0 };
	if (len == 0 || len >= IPC_NAME_TEXT)
		return err_set(err, ERR_ID_INVALID, "%zu characters", len);
	for (size_t i = 0; i < len; i++)
		if (!is_id_character(text[i]))
			return err_set(err, ERR_ID_INVALID, "character %zu",
			    i + 1);
	name->len = (uint8_t)len;
	memcpy(name->text, text, len);
	return true;
}

bool
ipc_name_get(const struct ipc_name *name, char text[IPC_NAME_TEXT],
    struct err *err)
{
	text[0] = '\0';
	if (name->len == 0 || name->len >= IPC_NAME_TEXT)
		return err_set(err, ERR_ID_INVALID, "%u characters", name->len);
	for (size_t i = 0; i < name->len; i++)
		if (!is_id_character(name->text[i]))
			return err_set(err, ERR_ID_INVALID, "character %zu",
			    i + 1);
	memcpy(text, name->text, name->len);
	text[name->len] = '\0';
	return true;
}

const uint8_t *
ipc_take(const struct ipc_message *msg, size_t *at, size_t len,
    enum ipc_piece piece, struct err *err)
{
	const char *name = ipc_declarations[msg->type].name;
	const uint8_t *bytes = msg->tail + *at;

	if (len > msg->tail_len - *at) {
		err_set(err, ERR_IPC_BROKEN, "%s: tail", name);
		return NULL;
	}
	for (size_t i = 0; piece == IPC_TEXT && i < len; i++)
		if (bytes[i] < 0x20 || bytes[i] == 0x7f) {
			err_set(err, ERR_IPC_BROKEN, "%s: text", name);
			return NULL;
		}
	*at += len;
	return bytes;
}
