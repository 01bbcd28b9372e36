/* SPDX-License-Identifier: ISC */
#include "proxy/questions.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/allowed_users.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/process/channel.h"
#include "common/scoped.h"
#include "common/settings.h"
#include "proxy/agent_connection.h"
#include "proxy/clock.h"
#include "proxy/failover_answer.h"
#include "proxy/iso_time.h"
#include "proxy/problems.h"
#include "proxy/proxy.h"
#include "proxy/routing.h"
#include "proxy/routing_files.h"
#include "proxy/target_answer.h"
#include "proxy/target_wish.h"

#define TAIL_MAX 4096		/* bytes of a question's tail */
#define IDENTITY_FILE_MAX 65536	/* bytes */

/* What is asked; 'tail' ends in a NUL. */
struct question_text {
	char tail[TAIL_MAX + 1];
	size_t len;
};

/* The answer, or NULL with *err. */
typedef struct json_object *answerer(struct proxy *,
    const struct question_text *, struct err *);

static void
add(struct json_object *object, const char *name, struct json_object *value)
{
	json_object_object_add(object, name, value);
}

static struct json_object *
text_or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? json_object_new_string(text)
	    : NULL;
}

static struct json_object *
count(uint64_t n)
{
	return json_object_new_int64((int64_t)n);
}

static struct json_object *
problem_list(const struct proxy *p)
{
	const struct problems *problems = routing_files_problems(p->files);
	struct json_object *list = json_object_new_array();
	size_t n = problems->n < PROBLEMS_MAX ? problems->n : PROBLEMS_MAX;
	char more[64];

	for (size_t i = 0; i < n; i++)
		json_object_array_add(list,
		    json_object_new_string(problems->lines[i]));
	if (problems->n > n) {
		snprintf(more, sizeof more, "and %zu more", problems->n - n);
		json_object_array_add(list, json_object_new_string(more));
	}
	return list;
}

/* As in routing/providers.json: a name, an array of names, or null. */
static struct json_object *
failover_names(const struct provider *provider)
{
	struct json_object *list;

	if (provider->n_failover_for < 2)
		return text_or_null(provider->n_failover_for == 1 ?
		    provider->failover_for[0] : NULL);
	list = json_object_new_array();
	for (size_t i = 0; i < provider->n_failover_for; i++)
		json_object_array_add(list,
		    json_object_new_string(provider->failover_for[i]));
	return list;
}

static struct json_object *
provider_object(const struct provider *provider)
{
	struct json_object *o = json_object_new_object();

	add(o, "id", json_object_new_string(provider->id));
	add(o, "protocol",
	    json_object_new_string(protocol_name(provider->protocol)));
	add(o, "baseUrl", json_object_new_string(provider->base_url));
	add(o, "source", json_object_new_string(
	    provider_source_name(provider->source)));
	add(o, "failoverFor", failover_names(provider));
	add(o, "central", json_object_new_boolean(provider->is_central));
	add(o, "noKey", json_object_new_boolean(provider->wants_no_key));
	return o;
}

static struct json_object *
answer_providers(struct proxy *p, const struct question_text *q,
    struct err *err)
{
	const struct routing *r = routing_files_current(p->files);
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const struct provider_list *source;

	(void)q;
	(void)err;
	for (unsigned n = 0; (source = routing_providers(r, n)) != NULL; n++)
		for (size_t i = 0; i < source->n; i++) {
			const struct provider *found = &source->items[i];

			/* I8: one that counts more hides this one. */
			if (routing_provider(r, found->id) == found)
				json_object_array_add(list,
				    provider_object(found));
		}
	add(o, "providers", list);
	return o;
}

static struct json_object *
answer_provider(struct proxy *p, const struct question_text *q,
    struct err *err)
{
	const struct provider *found = strlen(q->tail) == q->len ?
	    routing_provider(routing_files_current(p->files), q->tail) : NULL;

	if (found != NULL)
		return provider_object(found);
	err_set(err, ERR_UNKNOWN_PROVIDER, "%.64s", q->tail);
	return NULL;
}

static struct json_object *
answer_targets(struct proxy *p, const struct question_text *q,
    struct err *err)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();

	struct target_wish wish = target_wish_now(p,
	    routing_files_current(p->files));

	(void)err;
	for (const char *at = q->tail; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		char agent[IPC_NAME_TEXT];

		if (len > 0 && len < sizeof agent) {
			memcpy(agent, at, len);
			agent[len] = '\0';
			wish.agent = agent;
			json_object_array_add(list, target_answer(&wish));
		}
		at += len + (at[len] != '\0');
	}
	add(o, "agents", list);
	return o;
}

static struct json_object *
answer_snapshot(struct proxy *p, const struct question_text *q,
    struct err *err)
{
	const struct snapshot *s = routing_snapshot(
	    routing_files_current(p->files));
	struct json_object *o = json_object_new_object();
	int64_t age_s = s != NULL ? clock_utc_ms() / 1000 - s->synced_at_s : 0;

	(void)q;
	(void)err;
	add(o, "present", json_object_new_boolean(s != NULL));
	add(o, "syncedAt", text_or_null(s != NULL ? s->synced_at : NULL));
	add(o, "ageSeconds", s != NULL ? json_object_new_int64(age_s) : NULL);
	add(o, "stale", json_object_new_boolean(s != NULL &&
	    snapshot_is_stale(s, clock_utc_ms() / 1000,
	    p->settings.snapshot_max_age_ms)));
	add(o, "error", text_or_null(routing_files_cloud_error(p->files)));
	add(o, "policiesCount", count(s != NULL ? s->policies.n : 0));
	add(o, "bundlesCount", count(s != NULL ? s->bundles.n : 0));
	add(o, "bindingsCount", count(s != NULL ? s->bindings.n : 0));
	add(o, "providersCount", count(s != NULL ? s->providers.n : 0));
	add(o, "sourceUrl", text_or_null(s != NULL ? s->source_url : NULL));
	add(o, "problems", problem_list(p));
	return o;
}

static struct json_object *
error_object(const struct last_error *last)
{
	struct json_object *o = json_object_new_object();
	char at[ISO_TIME_TEXT];

	iso_time_format(last->at_ms, at);
	add(o, "at", json_object_new_string(at));
	add(o, "code", json_object_new_string(err_name(last->code)));
	add(o, "message", json_object_new_string(last->message));
	add(o, "requestId", text_or_null(last->request_id));
	add(o, "agent", text_or_null(last->agent));
	return o;
}

#define USERS_SHOWN 16

static struct json_object *
user_list(const struct proxy *p)
{
	struct agent_connections_user users[USERS_SHOWN];
	size_t n = agent_connections_users(p->connections, users, USERS_SHOWN);
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_new_object();

		add(o, "uid", users[i].uid != IPC_UID_UNKNOWN ?
		    json_object_new_int64(users[i].uid) : NULL);
		add(o, "connections", count(users[i].n));
		json_object_array_add(list, o);
	}
	return list;
}

/* Who may call, by the settings; null: everybody. */
static struct json_object *
allowed_list(const struct proxy *p)
{
	struct json_object *list;
	char word[ALLOWED_USER_TEXT];

	if (allowed_users_has(p->settings.users, IPC_UID_UNKNOWN))
		return NULL;
	list = json_object_new_array();
	for (size_t i = 0; settings_word(p->settings.users, i, word,
	    sizeof word); i++)
		json_object_array_add(list,
		    json_object_new_int64(strtoll(word, NULL, 10)));
	return list;
}

static struct json_object *
answer_failovers(struct proxy *p, const struct question_text *q,
    struct err *err)
{
	struct json_object *o = json_object_new_object();

	(void)q;
	(void)err;
	add(o, "failovers", failover_answer_list(p));
	return o;
}

static struct json_object *
answer_metrics(struct proxy *p, const struct question_text *q,
    struct err *err)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const struct last_error *last;

	(void)q;
	(void)err;
	for (size_t i = 0; (last = metrics_error(&p->metrics, i)) != NULL; i++)
		json_object_array_add(list, error_object(last));
	add(o, "requests", count(p->metrics.n_requests));
	add(o, "guardedStreams", count(p->metrics.n_guarded));
	add(o, "inFlight", count(inflight_count(p->inflight)));
	add(o, "connections", count(agent_connections_count(p->connections)));
	add(o, "users", user_list(p));
	add(o, "allowedUsers", allowed_list(p));
	add(o, "lastErrors", list);
	add(o, "health", failover_answer_health(p));
	add(o, "problems", problem_list(p));
	return o;
}

static struct json_object *
answer_reload(struct proxy *p, const struct question_text *q, struct err *err)
{
	struct json_object *o = json_object_new_object();

	(void)q;
	(void)err;
	routing_files_read(p->files);
	add(o, "problems", problem_list(p));
	return o;
}

/* What cloud/identity.json holds, an object; NULL when it is not there. */
static bool
read_identity(const struct proxy *p, struct json_object **identity,
    struct err *err)
{
	struct json_text parse = { .code = ERR_FILE_DAMAGED };
	AUTO_FREE char *text = NULL;
	struct err why = { .about = "" };

	*identity = NULL;
	if (!home_read(p->cloud, "identity.json", IDENTITY_FILE_MAX, &text,
	    &parse.len, err))
		return err->os == ENOENT;
	parse.text = text;
	if (json_text_parse(&parse, identity, &why) &&
	    json_object_is_type(*identity, json_type_object))
		return true;
	json_object_put(*identity);
	return err_set(err, ERR_FILE_DAMAGED, "cloud/identity.json%s%s",
	    why.about[0] != '\0' ? ": " : "", why.about);
}

/* As the syncer wrote it; null when nobody is logged in. */
static struct json_object *
answer_identity(struct proxy *p, const struct question_text *q,
    struct err *err)
{
	const struct snapshot *s = routing_snapshot(
	    routing_files_current(p->files));
	struct json_object *o, *identity;

	(void)q;
	if (!read_identity(p, &identity, err))
		return NULL;
	o = json_object_new_object();
	add(o, "identity", identity);
	add(o, "lastSyncAt", text_or_null(s != NULL ? s->synced_at : NULL));
	return o;
}

static answerer *const answerers[QUESTIONS] = {
	[QUESTION_PROVIDERS] = answer_providers,
	[QUESTION_PROVIDER] = answer_provider,
	[QUESTION_TARGETS] = answer_targets,
	[QUESTION_SNAPSHOT] = answer_snapshot,
	[QUESTION_METRICS] = answer_metrics,
	[QUESTION_FAILOVERS] = answer_failovers,
	[QUESTION_RELOAD] = answer_reload,
	[QUESTION_IDENTITY] = answer_identity,
};

static bool
send_piece(struct channel *channel, const struct ipc_answer *answer,
    const char *text, size_t len)
{
	return channel_send(channel, &(struct ipc_outgoing) {
	    .type = IPC_ANSWER, .body = answer, .tail = text,
	    .tail_len = len, .fd = -1 });
}

static void
send_text(struct channel *channel, const char *text)
{
	size_t left = strlen(text);
	struct ipc_answer answer = { .code = ERR_NONE };

	do {
		size_t n = left < ANSWER_PIECE_MAX ? left : ANSWER_PIECE_MAX;

		left -= n;
		answer.more = left > 0;
		if (!send_piece(channel, &answer, text, n))
			return;
		text += n;
	} while (left > 0);
}

void
questions_answer(struct proxy *p, struct channel *channel,
    const struct ipc_message *msg)
{
	const struct ipc_question *question = msg->body;
	struct question_text q = { .len = msg->tail_len };
	struct json_object *o = NULL;
	struct err err;

	memcpy(q.tail, msg->tail, msg->tail_len);
	if (question->what >= QUESTIONS || answerers[question->what] == NULL)
		err_set(&err, ERR_USAGE, "question %u", question->what);
	else
		o = answerers[question->what](p, &q, &err);
	if (o == NULL) {
		struct ipc_answer answer = { .code = err.code };

		send_piece(channel, &answer, err.about, strlen(err.about));
		return;
	}
	send_text(channel, json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}
