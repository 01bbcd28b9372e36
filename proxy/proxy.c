/* SPDX-License-Identifier: ISC */
#include "proxy/proxy.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "common/log.h"
#include "common/process/commands.h"
#include "common/scoped.h"
#include "proxy/agent_connection.h"
#include "proxy/broker_link.h"
#include "proxy/clock.h"
#include "proxy/http_error.h"
#include "proxy/http_front.h"
#include "proxy/providers.h"
#include "proxy/questions.h"
#include "proxy/request.h"
#include "proxy/routing_files.h"
#include "proxy/translation.h"
#include "proxy/run_log.h"
#include "proxy/run_meter.h"
#include "proxy/run_queue.h"

static void
on_refused(const struct err *err, void *self)
{
	struct proxy *p = self;

	metrics_note_error(&p->metrics, clock_utc_ms(), &(struct http_error) {
	    .err = err, .dialect = DIALECT_CHAT, .request_id = "" }, "");
}

/* The last connection has gone. */
static void
on_emptied(void *self)
{
	struct proxy *p = self;

	if (p->stopping != NULL)
		process_end(EX_OK);
}

static void
on_grace_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	process_end(EX_OK);
}

static bool
open_parts(struct proxy *p, struct err *err)
{
	p->broker = broker_link_new();
	p->inflight = inflight_new();
	p->passing = evbuffer_new();
	p->meter = run_meter_new();
	p->connections = agent_connections_new(
	    &(struct agent_connections_setup) {
		.base = p->base,
		.rules = { &p->settings, &p->budget, on_refused, p },
		.left = request_left,
		.emptied = on_emptied,
	});
	if (p->broker == NULL || p->inflight == NULL || p->passing == NULL ||
	    p->connections == NULL || p->meter == NULL)
		return err_set(err, ERR_NO_MEMORY, "proxy");
	p->files = routing_files_new(p->base, err);
	if (p->files == NULL)
		return false;
	p->front = http_front_new(p, err);
	return p->front != NULL && digest_open(err) && translation_open(err);
}

void *
proxy_open(struct err *err)
{
	struct proxy *p = calloc(1, sizeof *p);

	if (p == NULL) {
		err_set(err, ERR_NO_MEMORY, "proxy");
		return NULL;
	}
	/* A translated body comes to megabytes, again and again. */
	mallopt(M_TRIM_THRESHOLD, FREE_MEMORY_MAX);
	p->base = process_base();
	p->cloud = -1;
	p->settings = *process_settings();
	LIST_INIT(&p->requests);
	if (open_parts(p, err))
		return p;
	proxy_close(p);
	return NULL;
}

static void
adopt_broker(struct proxy *p, struct channel *channel)
{
	channel_free(broker_link_channel(p->broker));
	broker_link_set(p->broker, NULL);
	token_cache_reset(&p->tokens);
	broker_link_set(p->broker, channel);
}

static bool
adopt_channel(struct proxy *p, const struct ipc_hand *hand, int *fd,
    struct err *err)
{
	struct channel *channel = process_adopt_channel(hand, fd, err);

	if (channel == NULL)
		return false;
	if (hand->role == BROKER) {
		adopt_broker(p, channel);
		return true;
	}
	if (hand->role == EGRESS && egress_link_add(&p->egresses, channel)) {
		requests_unpark(p, hand->number);
		returned_grants_unpark(p, hand->number);
		return true;
	}
	channel_free(channel);
	return err_set(err, ERR_IPC_BROKEN, "channel to %s %u",
	    role_name((enum role)hand->role), hand->number);
}

static int
duplicate(int fd)
{
	return fd != -1 ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
}

static bool
adopt_runs(struct proxy *p, int fd, struct err *err)
{
	struct run_queue *queue = run_queue_new(duplicate(fd),
	    duplicate(p->cloud));
	struct run_log *runs = run_log_new(p->base, fd);

	run_queue_free(p->queue);
	p->queue = queue;
	if (runs == NULL || queue == NULL)
		return err_set(err, ERR_NO_MEMORY, "run records");
	run_log_free(p->runs);
	p->runs = runs;
	run_meter_set_log(p->meter, runs);
	return true;
}

bool
proxy_adopt(void *self, const struct ipc_hand *hand, int *fd, struct err *err)
{
	struct proxy *p = self;

	switch (hand->kind) {
	case HAND_CHANNEL:
		return adopt_channel(p, hand, fd, err);
	case HAND_LISTENER:
		return http_front_listen(p->front, take_fd(fd), err);
	case HAND_COMMANDS:
		p->commands = commands_new(process_dispatcher(), take_fd(fd),
		    hand->number, err);
		return p->commands != NULL;
	case HAND_DIAG:
		agent_connections_set_diag(p->connections, take_fd(fd));
		return true;
	case HAND_ROUTING_FOLDER:
		process_keep_folder(*fd, false);
		routing_files_add(p->files, FOLDER_ROUTING, take_fd(fd));
		return true;
	case HAND_CLOUD_FOLDER:
		process_keep_folder(*fd, false);
		p->cloud = *fd;	/* open as long as the routing's files are */
		routing_files_add(p->files, FOLDER_CLOUD, take_fd(fd));
		return true;
	case HAND_RUNS_FOLDER:
		process_keep_folder(*fd, true);
		return adopt_runs(p, take_fd(fd), err);
	default:
		return err_set(err, ERR_IPC_BROKEN, "hand %u", hand->kind);
	}
}

/* What libraries open or ask for at their first use, for the last time. */
bool
proxy_warm(void *self, struct err *err)
{
	struct proxy *p = self;
	struct json_object *object = json_tokener_parse("{\"a\":1}");
	struct sockaddr_in address = { .sin_family = AF_INET };
	time_t now = time(NULL);
	char name[64], service[16];
	struct tm date;

	gmtime_r(&now, &date);
	getnameinfo((struct sockaddr *)&address, sizeof address, name,
	    sizeof name, service, sizeof service,
	    NI_NUMERICHOST | NI_NUMERICSERV);
	if (object == NULL || providers_builtin()->n == 0)
		return err_set(err, ERR_NO_MEMORY, "proxy");
	json_object_put(object);
	/* The files are not ours: they are read when all walls stand. */
	routing_files_read_soon(p->files);
	return true;
}

void
proxy_stop(void *self, uint32_t grace_ms)
{
	struct proxy *p = self;
	struct timeval grace = { grace_ms / 1000,
	    (suseconds_t)(grace_ms % 1000 * 1000) };

	if (p->stopping != NULL)
		return;
	http_front_stop_listening(p->front);
	p->stopping = event_new(p->base, -1, 0, on_grace_over, p);
	if (p->stopping == NULL || event_add(p->stopping, &grace) == -1)
		process_end(EX_OK);
	agent_connections_close(p->connections);
	if (agent_connections_count(p->connections) == 0)
		process_end(EX_OK);
}

void
proxy_closed(struct channel *channel, void *self)
{
	struct proxy *p = self;

	if (channel_peer(channel) == CLI)
		commands_closed(p->commands);
	else if (channel_peer(channel) == EGRESS)
		egress_link_remove(&p->egresses, channel);
	else if (channel == broker_link_channel(p->broker)) {
		log_info("proxy: the broker is gone");
		token_cache_reset(&p->tokens);
		broker_link_set(p->broker, NULL);
	}
}

void
proxy_close(void *self)
{
	struct proxy *p = self;

	requests_drop(p);
	http_front_free(p->front);
	agent_connections_free(p->connections);
	run_log_free(p->runs);
	run_meter_free(p->meter);
	run_queue_free(p->queue);
	routing_files_free(p->files);
	commands_free(p->commands);
	broker_link_free(p->broker);
	returned_grants_free(&p->returned);
	inflight_free(p->inflight);
	if (p->passing != NULL)
		evbuffer_free(p->passing);
	if (p->stopping != NULL)
		event_free(p->stopping);
	free(p);
}

void
on_who_is(struct channel *channel, const struct ipc_message *msg, void *self)
{
	struct proxy *p = self;

	(void)channel;
	broker_link_who_is(p->broker, msg);
}

void
on_agents_changed(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	struct proxy *p = self;

	(void)channel;
	(void)msg;
	token_cache_reset(&p->tokens);
}

void
on_carrier_key(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_carrier_key *body = msg->body;

	(void)channel;
	(void)self;
	translation_set_key(body->key);
}

void
on_granted(struct channel *channel, const struct ipc_message *msg, void *self)
{
	struct proxy *p = self;

	(void)channel;
	if (!broker_link_granted(p->broker, msg))
		returned_grants_granted(p, msg->body);
}

void
on_denied(struct channel *channel, const struct ipc_message *msg, void *self)
{
	struct proxy *p = self;

	(void)channel;
	broker_link_denied(p->broker, msg);
}

void
on_question(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	questions_answer(self, channel, msg);
}

/* New settings, and whatever has changed on the disk. */
void
proxy_reload(void *self)
{
	struct proxy *p = self;

	p->settings = *process_settings();
	routing_files_read(p->files);
}
