/* SPDX-License-Identifier: ISC */
#include "tests/mock/mock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "tests/mock/certificate.h"
#include "tests/mock/exchange.h"
#include "tests/mock/journal.h"
#include "tests/mock/listener.h"
#include "tests/mock/script.h"

#define LOCALHOST "DNS:localhost,IP:127.0.0.1,IP:::1"

enum port { PORT_TLS, PORT_PLAIN, PORT_CONTROL, PORTS };

struct mock {
	const struct mock_settings *settings;
	struct event_base *base;
	SSL_CTX *tls;
	struct journal *journal;
	struct script *script;
	struct stats stats;
	struct stats control_stats;	/* nobody asks */
	struct exchange_place place;
	struct connection_home homes[PORTS];
	struct listener *listeners[PORTS];
	struct event *events[3];	/* SIGTERM, SIGINT, end of input */
};

bool
mock_set_option(struct mock_settings *settings, int option, const char *value)
{
	switch (option) {
	case 'd':
		settings->dir = value;
		return true;
	case 'c':
		settings->ca_dir = value;
		return true;
	case 's':
		settings->san = value;
		return true;
	case 'u':
		settings->until_eof = true;
		return true;
	default:
		return false;
	}
}

static void
on_request(struct connection *c, void *arg)
{
	struct mock *m = arg;
	const struct request *r = connection_request(c);

	m->stats.n_requests++;
	journal_add(m->journal, r, connection_port(c));
	exchange_start(&m->place, c, script_take(m->script, r));
}

static void
add_stats(const struct stats *stats, struct reply *reply)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "requests",
	    json_object_new_int64(stats->n_requests));
	json_object_object_add(o, "connections",
	    json_object_new_int64(stats->n_connections));
	json_object_object_add(o, "openStreams",
	    json_object_new_int64(stats->n_open));
	json_object_object_add(o, "cutStreams",
	    json_object_new_int64(stats->n_cut));
	json_object_object_add(o, "bytesReceived",
	    json_object_new_uint64(stats->received_len));
	reply_set(reply, 200, o);
	json_object_put(o);
}

static void
add_steps(struct mock *m, const struct request *r, struct reply *reply)
{
	struct json_object *steps = request_json(r);
	const char *wrong = steps == NULL ? "not JSON" :
	    script_add(m->script, steps);

	reply->status = wrong == NULL ? 204 : 400;
	if (wrong != NULL)
		evbuffer_add_printf(reply->body, "{\"error\":\"%s\"}", wrong);
}

static void
reset(struct mock *m)
{
	script_reset(m->script);
	/* What is open stays open. */
	m->stats = (struct stats){ .n_open = m->stats.n_open };
}

static void
control(struct mock *m, const struct request *r, struct reply *reply)
{
	const struct mock_settings *settings = m->settings;
	char what[64];

	snprintf(what, sizeof what, "%s %s", r->method, r->path);
	reply->status = 204;
	if (strcmp(what, "GET /stats") == 0)
		add_stats(&m->stats, reply);
	else if (strcmp(what, "POST /script") == 0)
		add_steps(m, r, reply);
	else if (strcmp(what, "POST /reset") == 0)
		reset(m);
	else if (settings->control == NULL ||
	    !settings->control(r, reply, settings->arg))
		reply->status = 404;
}

static void
on_control_request(struct connection *c, void *arg)
{
	struct mock *m = arg;
	const struct request *r = connection_request(c);
	struct evbuffer *out = evbuffer_new();
	struct reply reply;

	reply_init(&reply);
	control(m, r, &reply);
	reply_write(&reply, r, out);
	connection_write(c, out);
	reply_close(&reply);
	evbuffer_free(out);
	connection_finish(c);
}

static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	struct mock *m = arg;
	char ignored[512];

	if ((what & EV_READ) == 0 || read(fd, ignored, sizeof ignored) <= 0)
		event_base_loopbreak(m->base);
}

/* None of these has a timeout: they are what ends the program. */
static bool
watch_ends(struct mock *m)
{
	m->events[0] = evsignal_new(m->base, SIGTERM, on_end, m);
	m->events[1] = evsignal_new(m->base, SIGINT, on_end, m);
	event_add(m->events[0], NULL);
	event_add(m->events[1], NULL);
	if (!m->settings->until_eof)
		return true;
	m->events[2] = event_new(m->base, STDIN_FILENO, EV_READ | EV_PERSIST,
	    on_end, m);
	return event_add(m->events[2], NULL) == 0;
}

static bool
make_tls(struct mock *m)
{
	const struct mock_settings *s = m->settings;
	const char *ca_dir = s->ca_dir != NULL ? s->ca_dir : s->dir;
	struct authority *authority;
	bool is_saved;

	if ((mkdir(s->dir, 0777) != 0 && errno != EEXIST) ||
	    (mkdir(ca_dir, 0777) != 0 && errno != EEXIST))
		return false;
	authority = authority_open(ca_dir);
	if (authority == NULL)
		return false;
	m->tls = certificate_context(authority,
	    s->san != NULL ? s->san : LOCALHOST);
	is_saved = s->ca_dir == NULL ||
	    authority_save_certificate(authority, s->dir);
	authority_free(authority);
	return m->tls != NULL && is_saved;
}

static bool
open_ports(struct mock *m)
{
	for (int i = 0; i < PORTS; i++) {
		bool is_control = i == PORT_CONTROL;

		m->homes[i] = (struct connection_home){
			.base = m->base,
			.tls = i == PORT_TLS ? m->tls : NULL,
			.stats = is_control ? &m->control_stats : &m->stats,
			.on_request = is_control ? on_control_request :
			    on_request,
			.arg = m,
		};
		m->listeners[i] = listener_open(&m->homes[i]);
		if (m->listeners[i] == NULL)
			return false;
	}
	return true;
}

static bool
open_journal(struct mock *m)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", m->settings->dir,
	    m->settings->journal);
	m->journal = journal_open(path);
	return m->journal != NULL;
}

static bool
tell_ready(const struct mock *m)
{
	const struct mock_settings *s = m->settings;
	char path[4096], draft[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.json", s->dir, s->name);
	snprintf(draft, sizeof draft, "%s/.%s.json", s->dir, s->name);
	f = fopen(draft, "we");
	if (f == NULL)
		return false;
	fprintf(f, "{\"port\":%d,\"plainPort\":%d,\"controlPort\":%d,"
	    "\"pid\":%ld}\n", m->homes[PORT_TLS].port,
	    m->homes[PORT_PLAIN].port, m->homes[PORT_CONTROL].port,
	    (long)getpid());
	return fclose(f) == 0 && rename(draft, path) == 0;
}

static void
close_all(struct mock *m)
{
	for (int i = 0; i < PORTS; i++)
		listener_close(m->listeners[i]);
	for (int i = 0; i < 3; i++)
		if (m->events[i] != NULL)
			event_free(m->events[i]);
	journal_close(m->journal);
	script_free(m->script);
	SSL_CTX_free(m->tls);
	if (m->base != NULL)
		event_base_free(m->base);
}

int
mock_run(const struct mock_settings *settings)
{
	struct mock m = { .settings = settings };
	bool is_ready;

	signal(SIGPIPE, SIG_IGN);
	m.base = event_base_new();
	m.script = script_new();
	m.place = (struct exchange_place){ m.base, &m.stats, settings };
	is_ready = m.base != NULL && make_tls(&m) && open_journal(&m) &&
	    open_ports(&m) && tell_ready(&m);
	if (!is_ready) {
		fprintf(stderr, "cannot start in %s: %s\n", settings->dir,
		    strerror(errno));
		ERR_print_errors_fp(stderr);
	} else if (watch_ends(&m)) {
		event_base_dispatch(m.base);
	}
	close_all(&m);
	return is_ready ? 0 : 1;
}
