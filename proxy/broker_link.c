/* SPDX-License-Identifier: ISC */
#include "proxy/broker_link.h"

#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/log.h"

#define BUCKETS 256

LIST_HEAD(bucket, asking);

struct broker_link {
	struct channel *channel;
	uint64_t serial;	/* of the last WHO */
	struct bucket buckets[BUCKETS];
};

static struct bucket *
bucket_of(struct broker_link *l, uint64_t id)
{
	return &l->buckets[id % BUCKETS];
}

struct broker_link *
broker_link_new(void)
{
	return calloc(1, sizeof(struct broker_link));
}

void
broker_link_free(struct broker_link *l)
{
	free(l);
}

struct channel *
broker_link_channel(const struct broker_link *l)
{
	return l->channel;
}

void
broker_link_forget(struct asking *a)
{
	if (a->what == ASKED_NOTHING)
		return;
	a->what = ASKED_NOTHING;
	LIST_REMOVE(a, next);
}

static void
answer(struct asking *a, const struct broker_word *word)
{
	broker_link_forget(a);
	a->answered(a, word);
}

void
broker_link_set(struct broker_link *l, struct channel *channel)
{
	struct broker_word gone = { .err = { .code = ERR_BROKER_UNAVAILABLE,
	    .about = "it went away" } };

	l->channel = channel;
	if (channel != NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct asking *a;

		/* No answer makes another question while there is no broker. */
		while ((a = LIST_FIRST(&l->buckets[i])) != NULL)
			answer(a, &gone);
	}
}

static bool
ask(struct broker_link *l, struct asking *a, const struct ipc_outgoing *out,
    struct err *err)
{
	if (l->channel == NULL || !channel_send(l->channel, out))
		return err_set(err, ERR_BROKER_UNAVAILABLE, "%s",
		    l->channel == NULL ? "it is not connected" : "its queue");
	a->what = out->type == IPC_WHO ? ASKED_WHO : ASKED_GRANT;
	LIST_INSERT_HEAD(bucket_of(l, a->id), a, next);
	return true;
}

bool
broker_link_ask_who(struct broker_link *l, struct asking *a,
    const uint8_t token[32], struct err *err)
{
	struct ipc_who who = { .serial = ++l->serial };

	a->id = who.serial;
	memcpy(who.token, token, sizeof who.token);
	return ask(l, a, &(struct ipc_outgoing) { .type = IPC_WHO,
	    .body = &who, .fd = -1 }, err);
}

bool
broker_link_ask_grant(struct broker_link *l, struct asking *a,
    const struct ipc_grant_request *request, const char *path,
    struct err *err)
{
	a->id = request->request;
	return ask(l, a, &(struct ipc_outgoing) { .type = IPC_GRANT_REQUEST,
	    .body = request, .tail = path, .tail_len = strlen(path),
	    .fd = -1 }, err);
}

/* Who asked this; NULL when nobody waits for it any more. */
static struct asking *
find(struct broker_link *l, uint64_t id, int what)
{
	struct asking *a;

	LIST_FOREACH(a, bucket_of(l, id), next)
		if (a->id == id && (int)a->what == what)
			return a;
	log_debug("proxy: the broker's answer came too late");
	return NULL;
}

void
broker_link_who_is(struct broker_link *l, const struct ipc_message *msg)
{
	const struct ipc_who_is *who = msg->body;
	struct asking *a = find(l, who->serial, ASKED_WHO);
	struct broker_word word = { .err = {
	    .code = err_code_from_wire(who->code) } };

	if (a == NULL)
		return;
	if (word.err.code == ERR_NONE &&
	    !ipc_name_get(&who->agent, word.agent, &word.err))
		err_set(&word.err, ERR_IPC_BROKEN, "WHO_IS: agent");
	answer(a, &word);
}

bool
broker_link_granted(struct broker_link *l, const struct ipc_message *msg)
{
	const struct ipc_granted *granted = msg->body;
	struct asking *a = find(l, granted->request, ASKED_GRANT);
	struct broker_word word = { .granted = *granted };

	if (a == NULL)
		return false;
	answer(a, &word);
	return true;
}

void
broker_link_denied(struct broker_link *l, const struct ipc_message *msg)
{
	const struct ipc_denied *denied = msg->body;
	struct asking *a = find(l, denied->request, ASKED_GRANT);
	struct broker_word word = { .err = { .code = ERR_NONE } };
	enum err_code code = err_code_from_wire(denied->code);

	if (a == NULL)
		return;
	/* A denial without a reason is one all the same. */
	err_set(&word.err, code == ERR_NONE ? ERR_IPC_BROKEN : code, "%.*s",
	    (int)msg->tail_len, (const char *)msg->tail);
	word.err.os = (int)denied->os;
	answer(a, &word);
}
