/* SPDX-License-Identifier: ISC */
/*
 * cloud logout, whoami, sync: the control plane.  What it sent is read here, so
 * no secret is: cloud login, which reads the token, is command_login.c.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "cli/cloud.h"
#include "cli/cloud_files.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/runs_queue.h"
#include "cli/sync_call.h"
#include "cli/sync_preview.h"
#include "common/errors.h"
#include "common/json/json_text.h"

#define START_TRIES 40
#define START_PAUSE_MS 50
#define JITTER_MAX_S 3600

static bool
run_logout(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct attachment attachment = { .hold = -1 };
	bool was_logged_in = false, ok;

	ok = invocation_home(inv, HOME_EXISTS, err) != -1 &&
	    daemon_attach(inv, &attachment, err) &&
	    cloud_forget(inv->home, &was_logged_in, err);
	/* With a proxy, it must not use the snapshot any more. */
	if (ok && daemon_serves(inv->home))
		ok = question_reload(inv->home, NULL, err);
	daemon_detach(&attachment);
	if (!ok)
		return false;
	*data = json_object_new_object();
	field_set_flag(*data, "wasLoggedIn", was_logged_in);
	return true;
}

static void
print_logout(struct json_object *data)
{
	bool was_logged_in = false;

	json_text_bool(data, "wasLoggedIn", &was_logged_in);
	puts(was_logged_in ? "logged out; the token and the snapshot are gone" :
	    "was not logged in");
}

/* The proxy, or without one the files, which then are ours to read. */
static bool
look_up(struct invocation *inv, struct json_object **identity,
    struct json_object **last_sync, struct err *err)
{
	struct json_object *answer, *snapshot;
	struct err ignored;

	*identity = *last_sync = NULL;
	if (invocation_home(inv, HOME_EXISTS, err) == -1)
		return err->code == ERR_NOT_RUNNING;
	if (daemon_serves(inv->home)) {
		if (!question_ask(inv->home, QUESTION_IDENTITY, "", &answer,
		    err))
			return false;
		*identity = json_object_get(json_object_object_get(answer,
		    "identity"));
		*last_sync = json_object_get(json_object_object_get(answer,
		    "lastSyncAt"));
		json_object_put(answer);
		return true;
	}
	*identity = cloud_files_identity(inv, err);
	if (*identity == NULL && err->os != ENOENT)
		return false;
	snapshot = cloud_files_snapshot(inv, &ignored);
	*last_sync = json_object_get(json_object_object_get(snapshot,
	    "syncedAt"));
	json_object_put(snapshot);
	return true;
}

static bool
run_whoami(struct invocation *inv, struct json_object **data, struct err *err)
{
	static const char *const names[] = { "baseUrl", "workspaceId",
		"deviceId", "label", "loggedInAt" };
	struct json_object *identity, *last_sync;

	if (!look_up(inv, &identity, &last_sync, err))
		return false;
	*data = json_object_new_object();
	field_set_flag(*data, "loggedIn", identity != NULL);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		field_copy(*data, identity, names[i]);
	json_object_object_add(*data, "lastSyncAt", last_sync);
	json_object_put(identity);
	return true;
}

static void
print_whoami(struct json_object *data)
{
	const char *url = json_text_string(data, "baseUrl");
	const char *synced_at = json_text_string(data, "lastSyncAt");

	if (url == NULL) {
		puts("not logged in; cofferdam cloud login --base-url <url>");
		return;
	}
	printf("control plane  %s\nlabel          %s\nlogged in      %s\n"
	    "last sync      %s\n", output_clean(url),
	    output_clean(json_text_string(data, "label")),
	    output_clean(json_text_string(data, "loggedInAt")),
	    synced_at != NULL ? output_clean(synced_at) :
	    "never; cofferdam cloud sync");
}

static bool
sync_once(struct invocation *inv, const struct sync_wish *wish,
    struct sync_end *end, struct err *err)
{
	struct attachment attachment;
	bool is_attached, ok;
	struct err ignored;

	is_attached = daemon_attach(inv, &attachment, err);
	ok = is_attached && sync_call(inv->home, wish, end, err);
	/* The next request is to see what has come, and status why not. */
	if (ok && end->is_there && daemon_serves(inv->home))
		ok = question_reload(inv->home, NULL, err);
	else if (is_attached && !ok && daemon_serves(inv->home))
		question_reload(inv->home, NULL, &ignored);
	daemon_detach(&attachment);
	return ok;
}

/*
 * Again, for a while: whom we asked may have been about to end, and whoever holds
 * the home for a command of his own about to listen.
 */
static bool
start_sync(struct invocation *inv, const struct sync_wish *wish,
    struct sync_end *end, struct err *err)
{
	const struct timespec pause = { 0, START_PAUSE_MS * 1000000L };

	for (int i = 0; i < START_TRIES; i++) {
		if (sync_once(inv, wish, end, err))
			return true;
		if (err->code != ERR_NOT_RUNNING &&
		    err->code != ERR_ALREADY_RUNNING)
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* All machines of a site have the same crontab: not all at the same moment. */
static bool
wait_for_turn(struct invocation *inv, struct err *err)
{
	const char *jitter = invocation_option(inv, "jitter");
	struct timespec turn = { 0 };
	uint64_t span_s = 0, at_random = 0;

	if (jitter == NULL)
		return true;
	if (!moment_parse_span(jitter, &span_s, err))
		return false;
	if (span_s > JITTER_MAX_S)
		return err_set(err, ERR_USAGE, "--jitter is at most %d s",
		    JITTER_MAX_S);
	if (getrandom(&at_random, sizeof at_random, 0) == -1)
		at_random = (uint64_t)getpid();
	at_random %= span_s * 1000 + 1;
	turn.tv_sec = (time_t)(at_random / 1000);
	turn.tv_nsec = (long)(at_random % 1000) * 1000000L;
	nanosleep(&turn, NULL);
	return true;
}

static bool
ask_for_sync(struct invocation *inv, struct sync_end *end, struct err *err)
{
	const char *age = invocation_option(inv, "if-older");
	struct sync_wish wish = { .start.task = SYNC_ALL };
	uint64_t age_s = 0;

	if (age != NULL && !moment_parse_span(age, &age_s, err))
		return false;
	wish.start.if_older_s = (uint32_t)age_s;
	return start_sync(inv, &wish, end, err);
}

static void
set_runs(struct json_object *data, const struct ipc_sync_result *r,
    int64_t n_left)
{
	enum err_code code = err_code_from_wire(r->runs_code);

	field_set_number(data, "sent", r->n_runs_sent);
	field_set_number(data, "duplicates", r->n_runs_duplicate);
	field_set_number(data, "rejected", r->n_runs_rejected);
	field_set_number(data, "remaining", n_left);
	field_set_text(data, "error", code != ERR_NONE ? err_name(code) : NULL);
}

static void
set_counts(struct json_object *data, const struct sync_end *end)
{
	const struct ipc_sync_result *r = &end->result;

	field_set_number(data, "schemaVersion", 1);
	field_set_number(data, "policiesCount", r->n_policies);
	field_set_number(data, "bundlesCount", r->n_bundles);
	field_set_number(data, "bindingsCount", r->n_bindings);
	field_set_number(data, "providersCount", r->n_providers);
	field_set_number(data, "droppedCount", r->n_dropped);
	field_set_text(data, "redactRulesVersion",
	    end->text[0] != '\0' ? end->text : NULL);
	field_set_moment(data, "syncedAt", r->synced_at_s);
	field_set_flag(data, "changed", r->changed);
	set_runs(field_set_object(data, "runs"), r, r->n_runs_left);
}

/* Nothing was fetched, and nothing is wrong: who synced it knows the rest. */
static void
set_untouched(struct json_object *data, struct invocation *inv)
{
	static const char *const names[] = { "schemaVersion", "policiesCount",
		"bundlesCount", "bindingsCount", "providersCount",
		"droppedCount", "redactRulesVersion" };
	struct json_object *identity, *last_sync;
	struct err ignored;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		field_set_null(data, names[i]);
	if (look_up(inv, &identity, &last_sync, &ignored))
		json_object_put(identity);
	json_object_object_add(data, "syncedAt", last_sync);
	field_set_false(data, "changed");
}

static bool
run_dry(struct invocation *inv, struct err *err)
{
	struct attachment attachment;
	bool ok = daemon_attach(inv, &attachment, err) &&
	    sync_preview(inv, err);

	daemon_detach(&attachment);
	return ok;
}

static bool
run_sync(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct sync_end end = { .is_there = false };
	bool is_elsewhere = false;

	if (!wait_for_turn(inv, err))
		return false;
	if (invocation_home(inv, HOME_EXISTS, err) == -1)
		return err->code != ERR_NOT_RUNNING ? false :
		    err_set(err, ERR_CLOUD_NOT_LOGGED_IN, "%.100s",
		    inv->home_path);
	if (invocation_option(inv, "dry-run") != NULL)
		return run_dry(inv, err);
	if (!ask_for_sync(inv, &end, err)) {
		is_elsewhere = err->code == ERR_SYNC_RUNNING;
		if (!is_elsewhere)
			return false;
	}
	if (invocation_option(inv, "quiet") != NULL)
		return true;
	*data = json_object_new_object();
	if (end.is_there && !is_elsewhere)
		set_counts(*data, &end);
	else
		set_untouched(*data, inv);
	field_set_flag(*data, "skipped", !end.is_there && !is_elsewhere);
	field_set_flag(*data, "alreadyRunning", is_elsewhere);
	return true;
}

static void
print_sync(struct json_object *data)
{
	bool is_elsewhere = false, is_skipped = false, has_changed = false;
	int64_t n_providers = 0, n_bindings = 0, n_dropped = 0;

	json_text_bool(data, "alreadyRunning", &is_elsewhere);
	json_text_bool(data, "skipped", &is_skipped);
	json_text_bool(data, "changed", &has_changed);
	json_text_int(data, "providersCount", &n_providers);
	json_text_int(data, "bindingsCount", &n_bindings);
	json_text_int(data, "droppedCount", &n_dropped);
	if (is_elsewhere)
		puts("another sync is running");
	else if (is_skipped)
		puts("the snapshot is recent enough");
	else
		printf("%s: %lld providers, %lld bindings\n", has_changed ?
		    "synced" : "nothing new", (long long)n_providers,
		    (long long)n_bindings);
	if (n_dropped > 0)
		output_warn("%lld entries were not usable and are left out",
		    (long long)n_dropped);
}

/* What the proxy wrote meanwhile, or had put aside, is left as well. */
static bool
run_sync_runs(struct invocation *inv, struct json_object **data,
    struct err *err)
{
	struct sync_wish wish = { .start.task = SYNC_RUNS };
	struct sync_end end = { .is_there = false };
	struct runs_queue queue;
	bool is_elsewhere;

	if (invocation_home(inv, HOME_EXISTS, err) == -1)
		return err->code != ERR_NOT_RUNNING ? false :
		    err_set(err, ERR_CLOUD_NOT_LOGGED_IN, "%.100s",
		    inv->home_path);
	is_elsewhere = !start_sync(inv, &wish, &end, err) &&
	    err->code == ERR_SYNC_RUNNING;
	if ((!is_elsewhere && err->code != ERR_NONE) ||
	    !runs_queue_count(inv, &queue, err))
		return false;
	*data = json_object_new_object();
	set_runs(*data, &end.result, queue.pending);
	field_set_flag(*data, "alreadyRunning", is_elsewhere);
	return true;
}

static void
print_sync_runs(struct json_object *data)
{
	int64_t n_sent = 0, n_twice = 0, n_rejected = 0, n_left = 0;

	json_text_int(data, "sent", &n_sent);
	json_text_int(data, "duplicates", &n_twice);
	json_text_int(data, "rejected", &n_rejected);
	json_text_int(data, "remaining", &n_left);
	printf("%lld run records sent, %lld were there already, %lld remain\n",
	    (long long)n_sent, (long long)n_twice, (long long)n_left);
	if (n_rejected > 0)
		output_warn("%lld were rejected; see runs/rejected.jsonl",
		    (long long)n_rejected);
}

static const struct command_option sync_options[] = {
	{ "if-older", "T", "only when the snapshot is older: 90s, 10m, 2h, "
	    "1d" },
	{ "quiet", NULL, "say nothing on success" },
	{ "jitter", "T", "wait at random, for at most this long" },
	{ "dry-run", NULL, "show what would change, and change nothing" },
	{ NULL, NULL, NULL },
};

const struct command cloud_commands[] = {
	{ .name = "cloud logout", .help = "Forgets the device token and the "
	    "snapshot.",
	    .run = run_logout, .print = print_logout },
	{ .name = "cloud whoami", .help = "Shows the control plane and the "
	    "last sync.",
	    .run = run_whoami, .print = print_whoami },
	{ .name = "cloud sync", .help = "Fetches providers and bindings, never "
	    "keys.",
	    .options = sync_options, .run = run_sync, .print = print_sync },
	{ .name = "cloud sync-runs", .help = "Uploads the run records that "
	    "wait.",
	    .run = run_sync_runs, .print = print_sync_runs },
	{ .name = NULL },
};
