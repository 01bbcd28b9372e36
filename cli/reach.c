/* SPDX-License-Identifier: ISC */
#include "cli/reach.h"

#include <json-c/json.h>
#include <string.h>
#include <unistd.h>

#include "cli/fields.h"
#include "cli/role_process.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/settings.h"
#include "common/url.h"

#define SOME_MORE_MS 2000	/* than the connector may take: then it hangs */

/* The connector, with us in its broker's place. */
struct reaching {
	struct role_process connector;
	int broker;		/* our end */
	uint64_t limit_ms;
};

/* Hands one end of a pair; the other, or -1. */
static int
hand_pair(struct reaching *r, enum role who, uint32_t number,
    struct err *err)
{
	struct ipc_hand hand = { .kind = HAND_CHANNEL, .role = who,
	    .number = number };
	AUTO_CLOSE int ours = -1;
	int pair[2];

	if (!role_process_pair(pair, r->limit_ms, err))
		return -1;
	ours = pair[0];
	return role_process_hand(&r->connector, &hand, pair[1], err) ?
	    take_fd(&ours) : -1;
}

static bool
open_connector(struct reaching *r, const struct settings *settings,
    struct err *err)
{
	struct ipc_settings body = { .settings = *settings };
	struct ipc_message msg;

	r->limit_ms = settings->connect_timeout_ms + SOME_MORE_MS;
	return role_process_start(&r->connector, CONNECTOR, err) &&
	    role_process_send(&r->connector, IPC_SETTINGS, &body, err) &&
	    (r->broker = hand_pair(r, BROKER, 0, err)) != -1 &&
	    role_process_send(&r->connector, IPC_CONFINE, NULL, err) &&
	    role_process_next(&r->connector, &msg, err) &&
	    (msg.type == IPC_READY ||
	    err_set(err, ERR_START_FAILED, "connector"));
}

static bool
take_answer(int end, struct err *err)
{
	static struct ipc_packet packet;
	const struct ipc_not_connected *not;
	struct ipc_message msg;
	bool ok = false;

	if (ipc_receive(end, &packet, err) != IPC_GOT)
		return err_set(err, ERR_TIMED_OUT, "connector");
	if (!ipc_check(&msg, &packet, CONNECTOR, EGRESS, err))
		return false;
	if (msg.type == IPC_CONNECTED)
		ok = true;
	else if (msg.type == IPC_NOT_CONNECTED) {
		not = msg.body;
		err_set(err, err_code_from_wire(not->code), "%.*s",
		    (int)msg.tail_len, (const char *)msg.tail);
		err->os = (int)not->os;
	} else
		err_set(err, ERR_IPC_BROKEN, "connector");
	ipc_packet_release(&packet, PLAIN);
	return ok;
}

/* As the number-th egress, whose endpoint the broker names. */
static bool
reach(struct reaching *r, const struct url *url, uint32_t number,
    struct err *err)
{
	struct ipc_endpoint endpoint = { .role = EGRESS, .number = number,
	    .port = url->port };
	struct ipc_connect ask = { .serial = 1 };
	AUTO_CLOSE int end = -1;

	if (!ipc_send(r->broker, &(struct ipc_outgoing) {
	    .type = IPC_ENDPOINT, .body = &endpoint, .tail = url->host,
	    .tail_len = strlen(url->host), .fd = -1 }, err))
		return false;
	end = hand_pair(r, EGRESS, number, err);
	if (end == -1)
		return false;
	return ipc_send(end, &(struct ipc_outgoing) { .type = IPC_CONNECT,
	    .body = &ask, .fd = -1 }, err) && take_answer(end, err);
}

static void
add_provider(struct reaching *r, struct json_object *credential,
    uint32_t number, struct json_object *all)
{
	const char *pin = json_text_string(credential, "pin");
	struct json_object *row = field_append_object(all);
	char text[ERR_TEXT_MAX];
	struct err err = { 0 };
	struct url url;
	bool ok = pin != NULL && url_parse(&url, pin, strlen(pin), &err);

	field_set_text(row, "provider", json_text_string(credential, "id"));
	field_set_text(row, "host", ok ? url.host : NULL);
	field_set_number(row, "port", ok ? url.port : 0);
	ok = ok && reach(r, &url, number, &err);
	field_set_flag(row, "ok", ok);
	if (!ok)
		err_format(&err, text);
	field_set_text(row, "error", ok ? NULL : text);
}

void
reach_providers(const struct settings *settings,
    struct json_object *credentials, struct json_object *data)
{
	struct json_object *all = field_set_array(data, "reachability");
	struct reaching r = { .broker = -1 };
	struct err err = { 0 };
	char text[ERR_TEXT_MAX];

	if (open_connector(&r, settings, &err))
		for (size_t i = 0; i < json_object_array_length(credentials);
		    i++)
			add_provider(&r, json_object_array_get_idx(credentials,
			    i), (uint32_t)i + 1, all);
	else {
		struct json_object *row = field_append_object(all);

		err_format(&err, text);
		field_set_false(row, "ok");
		field_set_text(row, "error", text);
	}
	if (r.broker != -1)
		close(r.broker);
	role_process_end(&r.connector);
}
