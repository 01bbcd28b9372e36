/* SPDX-License-Identifier: ISC */
#include "egress/provision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/crypto/ticket.h"
#include "common/secret.h"
#include "egress/echo_guard.h"

/* The longest key behind the longest name, in whole pages. */
#define PAGE 4096
#define LINE_ROOM (SECRET_MAX + PAGE)

static bool
check_key(const uint8_t *key, size_t len, struct err *err)
{
	if (len < ECHO_GUARD_KEY_MIN || len > SECRET_MAX)
		return err_set(err, ERR_KEY_INVALID, "%zu characters", len);
	for (size_t i = 0; i < len; i++)
		if (key[i] <= ' ' || key[i] > '~')
			return err_set(err, ERR_KEY_INVALID, "character %zu",
			    i + 1);
	return true;
}

/* Lower case; what libcurl frames a request with is not for keys. */
static bool
is_header_name(const char *name)
{
	static const char *const never[] = { "host", "content-length",
		"transfer-encoding", "connection", "expect", "te", "trailer",
		"upgrade", "accept-encoding", "content-type" };

	if (*name == '\0' || name[strspn(name,
	    "abcdefghijklmnopqrstuvwxyz0123456789-_")] != '\0')
		return false;
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		if (strcmp(name, never[i]) == 0)
			return false;
	return true;
}

static bool
set_header_name(struct provision *c, enum auth_scheme scheme,
    const uint8_t *name, size_t len, struct err *err)
{
	const char *known = scheme == AUTH_BEARER ? "authorization" :
	    scheme == AUTH_X_API_KEY ? "x-api-key" : NULL;

	if (known != NULL) {
		snprintf(c->header, sizeof c->header, "%s", known);
		return true;
	}
	if (len >= sizeof c->header)
		return err_set(err, ERR_IPC_BROKEN, "PROVISION: header");
	memcpy(c->header, name, len);
	c->header[len] = '\0';
	return is_header_name(c->header) ||
	    err_set(err, ERR_IPC_BROKEN, "PROVISION: header");
}

/* In locked memory from the start, where libcurl will read it. */
static bool
write_line(struct provision *c, enum auth_scheme scheme, const uint8_t *key,
    size_t len, struct err *err)
{
	char before[PROVISION_HEADER_MAX + 16];
	size_t n = (size_t)snprintf(before, sizeof before, "%s: %s", c->header,
	    scheme == AUTH_BEARER ? "Bearer " : "");

	c->line = aligned_alloc(PAGE, LINE_ROOM);
	if (c->line == NULL)
		return err_set(err, ERR_NO_MEMORY, "key");
	if (!secret_lock_pages(c->line, LINE_ROOM, err))
		return false;
	memcpy(c->line, before, n);
	memcpy(c->line + n, key, len);
	c->line[n + len] = '\0';
	return true;
}

static bool
read_key(struct provision *c, const struct ipc_provision *p,
    const uint8_t *header, const uint8_t *key, struct err *err)
{
	enum auth_scheme scheme = (enum auth_scheme)p->scheme;

	if (p->scheme >= AUTH_SCHEMES)
		return err_set(err, ERR_IPC_BROKEN, "PROVISION: scheme");
	if (scheme == AUTH_NOTHING)
		return true;
	if (!check_key(key, p->key_len, err) ||
	    !set_header_name(c, scheme, header, p->header_len, err) ||
	    !write_line(c, scheme, key, p->key_len, err))
		return false;
	c->guard = echo_guard_new(key, p->key_len, err);
	return c->guard != NULL;
}

bool
provision_read(struct provision *c, const struct ipc_message *msg,
    struct err *err)
{
	const struct ipc_provision *p = msg->body;
	const uint8_t *url, *header, *key;
	size_t at = 0;

	*c = (struct provision) { .number = p->number };
	url = ipc_take(msg, &at, p->url_len, IPC_TEXT, err);
	if (url == NULL)
		return false;
	header = ipc_take(msg, &at, p->header_len, IPC_TEXT, err);
	if (header == NULL)
		return false;
	key = ipc_take(msg, &at, p->key_len, IPC_BYTES, err);
	if (key == NULL)
		return false;
	c->mac_key = secret_new(TICKET_KEY_LEN, err);
	if (c->mac_key == NULL)
		return false;
	memcpy(secret_bytes(c->mac_key), p->mac_key, TICKET_KEY_LEN);
	return url_parse(&c->pin, (const char *)url, p->url_len, err) &&
	    read_key(c, p, header, key, err);
}

void
provision_free(struct provision *c)
{
	secret_free(c->mac_key);
	if (c->line != NULL)
		secret_wipe(c->line, LINE_ROOM);
	free(c->line);
	echo_guard_free(c->guard);
	*c = (struct provision) { .line = NULL };
}
