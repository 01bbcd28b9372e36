/* SPDX-License-Identifier: ISC */
#include "syncer/device_login.h"

#include <event2/event.h>
#include <json-c/json.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/secret.h"
#include "syncer/identity_file.h"
#include "syncer/syncer.h"

#define CALL_TIMEOUT_MS 15000

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* POSTs the object, which it frees. */
static bool
post(struct syncer *s, const char *path, struct json_object *body,
    cloud_call_ended *ended, struct err *err)
{
	struct cloud_ask ask = { .base = s->url.text, .path = path,
	    .body = json_object_to_json_string_ext(body,
	    JSON_C_TO_STRING_PLAIN), .timeout_ms = CALL_TIMEOUT_MS };
	bool ok = cloud_call_start(&s->call, s->upstream, &ask, ended, s, err);

	json_object_put(body);
	return ok;
}

static void
tell_code(struct syncer *s)
{
	const struct login_begun *b = &s->login.begun;
	char tail[LOGIN_USER_CODE_MAX + 2 * LOGIN_URI_MAX];
	struct ipc_login_code code = { .expires_s = b->expires_s,
	    .interval_s = b->interval_s,
	    .user_code_len = (uint32_t)strlen(b->user_code),
	    .uri_len = (uint32_t)strlen(b->uri),
	    .complete_len = (uint32_t)strlen(b->complete) };

	memcpy(tail, b->user_code, code.user_code_len);
	memcpy(tail + code.user_code_len, b->uri, code.uri_len);
	memcpy(tail + code.user_code_len + code.uri_len, b->complete,
	    code.complete_len);
	channel_send(process_supervisor(), &(struct ipc_outgoing) {
	    .type = IPC_LOGIN_CODE, .body = &code, .tail = tail,
	    .tail_len = code.user_code_len + code.uri_len + code.complete_len,
	    .fd = -1 });
}

static void
tell_progress(struct syncer *s, enum login_verdict verdict, uint32_t wait_s,
    uint64_t now)
{
	static const enum login_state states[VERDICTS] = {
		[VERDICT_WAIT] = LOGIN_PENDING,
		[VERDICT_SLOWER] = LOGIN_SLOWED,
		[VERDICT_TROUBLE] = LOGIN_TROUBLED,
	};
	struct ipc_login_progress progress = { .state = states[verdict],
	    .wait_s = wait_s,
	    .left_s = (uint32_t)((s->login.expires_ms - now) / 1000) };

	channel_send_body(process_supervisor(), IPC_LOGIN_PROGRESS, &progress);
}

/* After the verdict, but never past the end: that is told in time. */
static void
wait_to_poll(struct syncer *s, enum login_verdict verdict)
{
	uint32_t wait_s = login_pace_next(&s->login.pace, verdict,
	    s->call.retry_after_s);
	struct timeval wait = { wait_s, 0 };
	uint64_t now = now_ms();
	struct err err;

	if (now >= s->login.expires_ms) {
		err_set(&err, ERR_LOGIN_EXPIRED, "%u seconds",
		    s->login.begun.expires_s);
		syncer_finish(s, &err);
		return;
	}
	tell_progress(s, verdict, wait_s, now);
	event_add(s->login.poll, &wait);
}

static bool
send_token(struct syncer *s, struct err *err)
{
	struct login_token t;
	bool ok = login_answer_token(s->call.body, s->call.body_len, &t, err);

	if (ok && s->broker == NULL)
		ok = err_set(err, ERR_BROKER_UNAVAILABLE, "login");
	if (ok) {
		memcpy(s->login.workspace_id, t.workspace_id,
		    sizeof t.workspace_id);
		memcpy(s->login.device_id, t.device_id, sizeof t.device_id);
		channel_permit(s->broker, IPC_DONE);
		ok = channel_send(s->broker, &(struct ipc_outgoing) {
		    .type = IPC_LOGIN_TOKEN, .tail = t.token,
		    .tail_len = strlen(t.token), .fd = -1 }) ||
		    err_set(err, ERR_BROKER_UNAVAILABLE, "login");
	}
	secret_wipe(&t, sizeof t);
	secret_wipe(s->call.body, s->call.body_len);
	return ok;
}

static void
on_polled(const struct err *outcome, void *arg)
{
	struct syncer *s = arg;
	struct err err = *outcome;
	/* No answer at all is as good as one that does not know. */
	enum login_verdict verdict = err.code == ERR_CLOUD_INVALID ||
	    err.code == ERR_CLOUD_TLS ? VERDICT_OVER :
	    err.code != ERR_NONE ? VERDICT_TROUBLE :
	    login_answer_judge(s->call.status, syncer_answer(s),
	    s->call.body_len, &err);

	s->http_status = s->call.status;
	if (verdict == VERDICT_TOKEN) {
		if (!cloud_call_check(&s->call, &err) ||
		    !send_token(s, &err))
			syncer_finish(s, &err);
	} else if (verdict == VERDICT_OVER)
		syncer_finish(s, &err);
	else
		wait_to_poll(s, verdict);
}

static void
on_poll(evutil_socket_t fd, short what, void *arg)
{
	struct syncer *s = arg;
	struct json_object *body = json_object_new_object();
	struct err err = { 0 };

	(void)fd;
	(void)what;
	json_object_object_add(body, "device_code",
	    json_object_new_string(s->login.begun.device_code));
	if (!post(s, "/v1/devices/poll", body, on_polled, &err))
		syncer_finish(s, &err);
}

static void
on_begun(const struct err *outcome, void *arg)
{
	struct syncer *s = arg;
	struct err err = *outcome;

	s->http_status = s->call.status;
	if (err.code != ERR_NONE || !cloud_call_check(&s->call, &err) ||
	    !login_answer_begun(syncer_answer(s), s->call.body_len,
	    &s->login.begun, &err)) {
		syncer_finish(s, &err);
		return;
	}
	s->login.pace.interval_s = s->login.begun.interval_s;
	s->login.expires_ms = now_ms() +
	    (uint64_t)s->login.begun.expires_s * 1000;
	syncer_set_deadline(s, s->login.begun.expires_s, ERR_LOGIN_EXPIRED);
	tell_code(s);
	wait_to_poll(s, VERDICT_WAIT);
}

void
device_login_start(struct syncer *s)
{
	struct json_object *body = json_object_new_object();
	struct err err = { 0 };

	json_object_object_add(body, "label", json_object_new_string(
	    s->label[0] != '\0' ? s->label : "unnamed device"));
	json_object_object_add(body, "platform",
	    json_object_new_string("linux"));
	/* The API's name for the version of whatever client calls. */
	json_object_object_add(body, "thomas_version",
	    json_object_new_string("cofferdam-" PACKAGE_VERSION));
	s->login.poll = evtimer_new(process_base(), on_poll, s);
	if (s->login.poll == NULL) {
		json_object_put(body);
		err_set(&err, ERR_NO_MEMORY, "login");
		syncer_finish(s, &err);
	} else if (!post(s, "/v1/devices/begin", body, on_begun, &err))
		syncer_finish(s, &err);
}

static bool
remember(struct syncer *s, struct err *err)
{
	const struct identity identity = { .base_url = s->url.text,
	    .device_id = s->login.device_id,
	    .workspace_id = s->login.workspace_id, .label = s->label };

	return identity_file_write(s->folder, &identity, err);
}

/* DONE from the broker: the token is on the disk, or why not. */
void
on_done(struct channel *broker, const struct ipc_message *msg, void *self)
{
	const struct ipc_done *done = msg->body;
	struct syncer *s = self;
	struct err err = { 0 };
	bool is_another = msg->tail_len > 0 &&
	    (msg->tail_len != strlen(s->url.text) ||
	    memcmp(msg->tail, s->url.text, msg->tail_len) != 0);

	channel_forbid(broker, IPC_DONE);
	if (err_code_from_wire(done->code) != ERR_NONE) {
		err_set(&err, err_code_from_wire(done->code), "%.*s",
		    (int)msg->tail_len, (const char *)msg->tail);
		err.os = (int)done->os;
	} else {
		/* Another control plane's word does not count any more. */
		if (is_another)
			unlinkat(s->folder, SNAPSHOT_FILE, 0);
		remember(s, &err);
	}
	syncer_finish(s, &err);
}

/* LOGIN_GRANTED from the broker: where, as the user has approved it. */
void
on_login_granted(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	struct syncer *s = self;
	struct err err = { 0 };
	size_t at = 0;
	const uint8_t *url = ipc_take(msg, &at, msg->tail_len, IPC_TEXT, &err);

	channel_permit_nothing(broker);
	if (url == NULL || !url_parse(&s->url, (const char *)url,
	    msg->tail_len, &err)) {
		syncer_finish(s, &err);
		return;
	}
	syncer_set_upstream(s);
	device_login_start(s);
}
