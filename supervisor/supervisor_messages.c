/* SPDX-License-Identifier: ISC */
/*
 * supervisor_messages: what children and the user's command ask for.
 *
 * From a child every message is an intent; a child that asks for what is not
 * its business cannot say so (the message table refuses it before).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/home.h"
#include "common/log.h"
#include "common/scoped.h"
#include "supervisor/audit_folder.h"
#include "supervisor/key_drop.h"
#include "supervisor/measured.h"
#include "supervisor/supervisor.h"
#include "supervisor/syncing.h"
#include "supervisor/watchdog.h"
#include "supervisor/wiring.h"

#define AUDIT_PUBLIC "audit.pub"
#define VAULT_IMAGE_MAX (16 << 20)	/* bytes */
#define LINES_PER_S_MAX 200	/* of each child, in the log */

static void
on_ready(struct channel *channel, const struct ipc_message *msg, void *self)
{
	(void)self;
	child_on_ready(channel_data(channel), msg->body);
}

/* One that floods the log fills the disk that the audit log needs. */
static bool
has_line_left(struct child *c)
{
	uint64_t now = child_now_ms();
	char name[CHILD_NAME_TEXT];

	if (now - c->lines_since_ms >= 1000) {
		c->lines_since_ms = now;
		c->n_lines = 0;
	}
	if (++c->n_lines == LINES_PER_S_MAX) {
		child_name(c, name);
		log_warning("%s: says too much; the rest of this second is "
		    "not kept", name);
	}
	return c->n_lines < LINES_PER_S_MAX;
}

static void
on_log(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_log *line = msg->body;
	const char *text = (const char *)msg->tail;
	struct child *c = channel_data(channel);
	char name[CHILD_NAME_TEXT];
	size_t len;

	(void)self;
	if (!has_line_left(c))
		return;
	if (line->level <= LOG_AT_WARNING && c->state == CHILD_STARTING)
		snprintf(c->last_error, sizeof c->last_error, "%.*s",
		    (int)msg->tail_len, text);
	/* Not left to him who it is: the log's anchors are the broker's. */
	child_name(c, name);
	len = strlen(name);
	if (msg->tail_len > len && memcmp(text, name, len) == 0 &&
	    text[len] == ':')
		name[0] = '\0';
	log_line(line->level < LOG_LEVELS ? (enum log_level)line->level :
	    LOG_AT_WARNING, "%s%s%.*s", name, name[0] != '\0' ? ": " : "",
	    (int)msg->tail_len, text);
}

/* What it says of itself; the kernel says that it died, and of what. */
static void
on_stopped_at(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_stopped_at *at = msg->body;
	struct child *c = channel_data(channel);

	(void)self;
	c->was_stopped = true;
	c->stopped_at = at->call;
}

static void
on_pong(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_ping *pong = msg->body;
	struct child *c = channel_data(channel);

	if (pong->serial != c->ping)
		return;
	c->pong = pong->serial;
	watchdog_look(self);
}

/*
 * Whom a child accuses is killed; a wrong accusation costs a restart, and never
 * more.  Who accuses somebody that he cannot know is lying.
 */
static void
on_suspect(struct channel *channel, const struct ipc_message *msg, void *self)
{
	const struct ipc_suspect *suspect = msg->body;
	enum role accuser = channel_peer(channel);
	struct supervisor *s = self;
	struct child *c;

	if (suspect->role >= ROLES ||
	    !wiring_connects(accuser, (enum role)suspect->role)) {
		log_error("%s: accused a stranger: killed", role_name(accuser));
		child_kill(channel_data(channel), CHILD_TO_BLAME);
		return;
	}
	LIST_FOREACH(c, &s->children, next)
		if (c->role == suspect->role && c->number == (c->role ==
		    EGRESS ? suspect->number : 0)) {
			log_error("%s %u: broke the rules towards the %s: "
			    "killed", role_name(c->role), c->number,
			    role_name(accuser));
			child_kill(c, CHILD_BLAMELESS);
		}
}

static bool
has_room(struct supervisor *s)
{
	const struct child *c;
	unsigned n = 0;
	bool was_full = s->is_full;

	LIST_FOREACH(c, &s->children, next)
		n += c->role == EGRESS;
	s->is_full = n >= EGRESSES_MAX;
	if (s->is_full && !was_full)
		log_error("broker: wants more than %d egresses: refused",
		    EGRESSES_MAX);
	return !s->is_full;
}

static void
on_egress_wanted(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_egress_wanted *wanted = msg->body;
	struct supervisor *s = self;
	struct ipc_egress_started started = { .serial = wanted->serial };
	bool is_hopeless = egress_deaths_are_many(&s->egress_deaths,
	    &wanted->provider, child_now_ms());
	bool is_refused = s->is_stopping || is_hopeless || !has_room(s);
	struct child *egress = is_refused ? NULL :
	    supervisor_add_child(s, EGRESS, CHILD_FOR_ONE_JOB);

	if (egress != NULL) {
		egress->number = ++s->n_egresses;
		egress->provider = wanted->provider;
		started.number = egress->number;
	}
	/* The number first: the pair's end that follows carries it. */
	channel_send_body(broker, IPC_EGRESS_STARTED, &started);
	if (egress != NULL)
		child_start(egress);
}

static void
on_egress_unwanted(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_egress *unwanted = msg->body;
	struct supervisor *s = self;
	struct child *c;

	(void)broker;
	/* At once: the key in it has been removed or locked away. */
	LIST_FOREACH(c, &s->children, next)
		if (c->role == EGRESS && c->number == unwanted->number)
			child_kill(c, CHILD_UNWANTED);
}

static void
on_kdf_wanted(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	struct supervisor *s = self;
	struct child *kdf = supervisor_add_child(s, KDF, CHILD_FOR_ONE_JOB);

	(void)broker;
	(void)msg;
	if (kdf != NULL)
		child_start(kdf);
}

/* The image is opaque here; what can be checked is that it stays as it is. */
static bool
store_vault(struct supervisor *s, int fd, uint64_t len, struct err *err)
{
	const int sealed = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
	struct stat st;
	void *image;
	bool ok;

	if (fcntl(fd, F_GET_SEALS) == -1 ||
	    (fcntl(fd, F_GET_SEALS) & sealed) != sealed ||
	    fstat(fd, &st) == -1 || (uint64_t)st.st_size != len || len == 0 ||
	    len > VAULT_IMAGE_MAX)
		return err_set(err, ERR_IPC_BROKEN, "vault image");
	image = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (image == MAP_FAILED)
		return err_set_os(err, ERR_FILE_FAILED, "vault image");
	ok = home_replace(s->folders[VAULT_FOLDER], "vault", image, len,
	    "vault.prev", err);
	munmap(image, len);
	return ok;
}

static void
on_vault_image(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_vault_image *image = msg->body;
	struct ipc_vault_stored stored = { .generation = image->generation };
	struct err err = { 0 };

	if (!store_vault(self, *msg->fd, image->len, &err)) {
		log_err("vault", &err);
		stored.os = (uint32_t)(err.os != 0 ? err.os : EINVAL);
	}
	channel_send_body(broker, IPC_VAULT_STORED, &stored);
}

static void
on_audit_wanted(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_audit_wanted *wanted = msg->body;
	struct supervisor *s = self;
	struct err err;

	(void)broker;
	/* What is there is handed in any case: the broker waits for it. */
	if (wanted->number == s->audit_number + 1 &&
	    audit_folder_is_full(s->folders[AUDIT_FOLDER],
	    s->settings.audit_segment_len) && !audit_folder_rotate(
	    s->folders[AUDIT_FOLDER], s->audit_number,
	    s->settings.n_audit_segments, &err))
		log_err("audit", &err);
	wiring_hand_audit(s);
}

/* Not written again at each unlock: the disk may hang. */
static bool
is_known_public(const struct supervisor *s, const char *text, size_t len)
{
	char *known = NULL;
	size_t known_len;
	struct err err;
	bool is_same = home_read(s->folders[AUDIT_FOLDER], AUDIT_PUBLIC, len,
	    &known, &known_len, &err) && known_len == len &&
	    memcmp(known, text, len) == 0;

	free(known);
	return is_same;
}

static void
on_audit_public(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_audit_public *public = msg->body;
	struct supervisor *s = self;
	char text[2 * sizeof public->key + 2];
	struct err err;

	(void)broker;
	for (size_t i = 0; i < sizeof public->key; i++)
		snprintf(text + 2 * i, 4, "%02x\n", public->key[i]);
	if (!is_known_public(s, text, sizeof text - 1) &&
	    !home_replace(s->folders[AUDIT_FOLDER], AUDIT_PUBLIC, text,
	    sizeof text - 1, NULL, &err))
		log_err(AUDIT_PUBLIC, &err);
}

static void
on_locked(struct channel *broker, const struct ipc_message *msg, void *self)
{
	const struct ipc_locked *locked = msg->body;
	struct supervisor *s = self;

	(void)broker;
	s->is_locked_on_purpose = locked->on_purpose != 0;
	key_drop_done(s);
	if (!s->is_locked_on_purpose) {
		wiring_hand_key_file(s);
		return;
	}
	/* Those too that an earlier broker provisioned, and this one not. */
	key_drop_egresses(s);
}

/* The broker does not know them: it died, and they stream on. */
static void
on_orphans_unwanted(struct channel *broker, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_name_pair *unwanted = msg->body;
	struct supervisor *s = self;
	struct child *c;

	(void)broker;
	LIST_FOREACH(c, &s->children, next)
		if (c->role == EGRESS && c->is_orphan && memcmp(&c->provider,
		    &unwanted->first, sizeof c->provider) == 0)
			child_kill(c, CHILD_UNWANTED);
}

static void
send_process_row(const struct child *c, struct channel *cli)
{
	struct ipc_process_row row = {
		.role = c->role,
		.number = c->number,
		.pid = (uint32_t)c->pid,
		.restarts = c->n_restarts,
		.uptime_ms = c->pid != 0 ? child_now_ms() - c->started_ms : 0,
		.state = c->state,
		.capabilities = c->has_capabilities,
		.confinement = c->ready,
		.provider = c->provider,
	};

	channel_send_body(cli, IPC_PROCESS_ROW, &row);
}

static void
send_own_row(const struct supervisor *s, struct channel *cli)
{
	struct ipc_process_row row = {
		.role = SUPERVISOR,
		.pid = (uint32_t)getpid(),
		.uptime_ms = child_now_ms() - s->started_ms,
		.state = CHILD_RUNNING,
		/* What is not known counts as a wall that is not there. */
		.confinement = { .dumpable =
		    (uint32_t)prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) },
	};
	bool has_capabilities = true;

	measured_read(getpid(), &row.confinement, &has_capabilities);
	row.capabilities = has_capabilities;
	channel_send_body(cli, IPC_PROCESS_ROW, &row);
}

static void
on_status_request(struct channel *cli, const struct ipc_message *msg,
    void *self)
{
	struct supervisor *s = self;
	struct child *c;

	(void)msg;
	for (size_t i = 0; i < s->n_listeners; i++)
		channel_send(cli, &(struct ipc_outgoing) {
		    .type = IPC_LISTENER_ROW, .tail = s->listeners[i].address,
		    .tail_len = strlen(s->listeners[i].address), .fd = -1 });
	send_own_row(s, cli);
	for (enum role r = BROKER; r < ROLES; r++)
		LIST_FOREACH(c, &s->children, next)
			if (c->role == r)
				send_process_row(c, cli);
	channel_send_done(cli, &(struct err) { 0 }, 0, "");
}

static void
on_stop_request(struct channel *cli, const struct ipc_message *msg, void *self)
{
	(void)msg;
	channel_send_done(cli, &(struct err) { 0 }, 0, "");
	supervisor_stop(self);
}

/* Listeners stay as they are: they were opened with rights long gone. */
static void
on_reload_request(struct channel *cli, const struct ipc_message *msg,
    void *self)
{
	struct supervisor *s = self;
	struct err err = { 0 };
	struct child *c;

	(void)msg;
	if (supervisor_read_settings(s, &err)) {
		struct ipc_settings settings = { .settings = s->settings };

		LIST_FOREACH(c, &s->children, next)
			if (c->state == CHILD_PARKED)
				child_start(c);
			else if (c->state == CHILD_RUNNING &&
			    c->channel != NULL)
				channel_send_body(c->channel, IPC_RELOAD,
				    &settings);
		syncing_schedule(s);
		wiring_reopen_audit(s);
		wiring_hand_audit(s);
		if (s->broker->channel != NULL)
			channel_send_body(s->broker->channel,
			    IPC_AUDIT_REOPEN, NULL);
	}
	channel_send_done(cli, &err, 0, "");
}

ipc_handler *const supervisor_handlers[IPC_TYPES] = {
	[IPC_READY] = on_ready,
	[IPC_LOG] = on_log,
	[IPC_STOPPED_AT] = on_stopped_at,
	[IPC_PONG] = on_pong,
	[IPC_SUSPECT] = on_suspect,
	[IPC_EGRESS_WANTED] = on_egress_wanted,
	[IPC_EGRESS_UNWANTED] = on_egress_unwanted,
	[IPC_KDF_WANTED] = on_kdf_wanted,
	[IPC_VAULT_IMAGE] = on_vault_image,
	[IPC_AUDIT_WANTED] = on_audit_wanted,
	[IPC_AUDIT_PUBLIC] = on_audit_public,
	[IPC_LOCKED] = on_locked,
	[IPC_ORPHANS_UNWANTED] = on_orphans_unwanted,
	[IPC_SYNC_RESULT] = on_sync_result,
	[IPC_RUNS_SENT] = on_runs_sent,
	[IPC_LOGIN_CODE] = on_login_code,
	[IPC_LOGIN_PROGRESS] = on_login_progress,
	[IPC_STATUS_REQUEST] = on_status_request,
	[IPC_STOP_REQUEST] = on_stop_request,
	[IPC_RELOAD_REQUEST] = on_reload_request,
	[IPC_SYNC_START] = on_sync_start,
	[IPC_SYNC_PREVIEW] = on_sync_preview,
	[IPC_RUNS_UNWANTED] = on_runs_unwanted,
};
