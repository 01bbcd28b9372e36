/* SPDX-License-Identifier: ISC */
#include "cli/status.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/cloud_files.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/question.h"
#include "cli/runs_queue.h"
#include "cli/target_view.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/waiver.h"

/* The supervisor's numbers for a child's life. */
static const char *const state_names[] = { "nowhere", "absent", "starting",
	"running", "stopping", "waiting", "parked" };
#define N_STATES (sizeof state_names / sizeof state_names[0])

static void
add_confinement(struct json_object *process, const struct ipc_process_row *row)
{
	struct json_object *c = field_set_object(process, "confinement");

	field_set_number(c, "seccomp", row->confinement.seccomp);
	field_set_flag(c, "noNewPrivs", row->confinement.no_new_privs);
	field_set_text(c, "waived", row->confinement.waived != 0 ?
	    waiver_names(row->confinement.waived) : NULL);
	field_set_flag(c, "dumpable", row->confinement.dumpable);
	field_set_flag(c, "capabilities", row->capabilities);
	field_set_array(c, "namespaces");
	/* It has no walls of its own; the kernel does not tell of others'. */
	if (row->role == SUPERVISOR) {
		field_set_null(c, "landlockAbi");
		field_set_null(c, "allowedCalls");
		return;
	}
	field_set_number(c, "landlockAbi", row->confinement.landlock_abi);
	field_set_number(c, "allowedCalls", row->confinement.n_rules);
}

static void
add_process(struct json_object *status, const struct ipc_process_row *row)
{
	struct json_object *p = field_append_object(
	    json_text_array(status, "processes"));
	char provider[IPC_NAME_TEXT];
	struct err ignored;

	field_set_text(p, "role", role_name((enum role)row->role));
	if (row->pid != 0)
		field_set_number(p, "pid", row->pid);
	else
		field_set_null(p, "pid");
	field_set_number(p, "uptimeSeconds", (int64_t)(row->uptime_ms / 1000));
	field_set_number(p, "restarts", row->restarts);
	field_set_text(p, "state",
	    row->state < N_STATES ? state_names[row->state] : state_names[0]);
	field_set_number(p, "number", row->number);
	field_set_text(p, "provider", row->provider.len != 0 &&
	    ipc_name_get(&row->provider, provider, &ignored) ? provider : NULL);
	add_confinement(p, row);
}

static bool
on_row(struct ipc_message *msg, void *arg, struct err *err)
{
	struct json_object *status = arg, *listener;
	char address[129];

	if (msg->type == IPC_PROCESS_ROW)
		add_process(status, msg->body);
	else if (msg->type == IPC_LISTENER_ROW) {
		snprintf(address, sizeof address, "%.*s", (int)msg->tail_len,
		    (const char *)msg->tail);
		listener = field_append_object(
		    json_text_array(status, "listeners"));
		field_set_text(listener, "address", address);
	} else
		return err_set(err, ERR_IPC_BROKEN, "status");
	return true;
}

/* The reason why a part is not known, in the words of every error. */
static void
set_reason(struct json_object *object, const char *name, const struct err *err)
{
	char text[ERR_TEXT_MAX];

	err_format(err, text);
	field_set_text(object, name, text);
}

/* false when the broker did not answer. */
static bool
add_vault(struct json_object *status, int home)
{
	struct json_object *vault = field_set_object(status, "vault");
	struct json_object *audit = field_set_object(status, "audit");
	struct ipc_vault_status v;
	struct err err = { 0 };

	if (!vault_view_status(home, &v, &err)) {
		field_set_flag(vault, "exists", home != -1 &&
		    faccessat(home, "vault/vault", F_OK, 0) == 0);
		field_set_true(vault, "locked");
		field_set_null(vault, "generation");
		field_set_null(vault, "credentials");
		set_reason(vault, "error", &err);
		set_reason(audit, "error", &err);
		return false;
	}
	field_set_flag(vault, "exists", v.exists);
	field_set_flag(vault, "locked", v.locked);
	field_set_number(vault, "generation", (int64_t)v.generation);
	field_set_number(vault, "credentials", v.n_credentials);
	field_set_number(vault, "agents", v.n_agents);
	field_set_flag(vault, "withKeyFile", v.with_key_file);
	field_set_null(vault, "error");
	if (err_code_from_wire(v.vault_code) != ERR_NONE) {
		err_set(&err, err_code_from_wire(v.vault_code), "%s", "");
		set_reason(vault, "error", &err);
	}
	field_set_number(audit, "lastSeq", (int64_t)v.audit_seq);
	field_set_flag(audit, "writable", v.audit_code == ERR_NONE);
	field_set_null(audit, "error");
	if (v.audit_code != ERR_NONE) {
		err_set(&err, err_code_from_wire(v.audit_code), "%s",
		    v.audit_about);
		err.os = (int)v.audit_os;
		set_reason(audit, "error", &err);
	}
	return true;
}

static void
add_snapshot_of_file(struct json_object *snapshot, struct invocation *inv)
{
	struct err err = { 0 };
	struct json_object *file = cloud_files_snapshot(inv, &err);
	const char *synced_at = json_text_string(file, "syncedAt");
	uint64_t then_s, now_s = (uint64_t)time(NULL);

	field_set_flag(snapshot, "present", file != NULL);
	field_set_text(snapshot, "syncedAt", synced_at);
	field_set_null(snapshot, "ageSeconds");
	if (synced_at != NULL && moment_parse(synced_at, &then_s) &&
	    then_s <= now_s)
		field_set_number(snapshot, "ageSeconds",
		    (int64_t)(now_s - then_s));
	field_set_false(snapshot, "stale");
	field_set_null(snapshot, "error");
	if (file == NULL && err.os != ENOENT && err.code != ERR_NOT_RUNNING)
		set_reason(snapshot, "error", &err);
	json_object_put(file);
}

/* false when the proxy did not answer. */
static bool
add_snapshot(struct json_object *status, struct invocation *inv)
{
	struct json_object *answer;
	struct err ignored;

	if (!question_ask(inv->home, QUESTION_SNAPSHOT, "", &answer, &ignored))
		return false;
	json_object_object_add(status, "snapshot", answer);
	return true;
}

static void
add_metrics(struct json_object *status, int home)
{
	static const char *const names[] = { "requests", "inFlight",
		"connections", "users", "allowedUsers", "lastErrors", "health" };
	struct json_object *answer = NULL;
	struct err err;

	question_ask(home, QUESTION_METRICS, "", &answer, &err);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		field_copy(status, answer, names[i]);
	json_object_put(answer);
}

/* What all agents used since midnight UTC. */
static void
add_spend(struct json_object *status)
{
	struct json_object *agents = json_text_array(status, "agents");
	struct json_object *spend = field_set_object(status, "spend");
	int64_t calls = 0, unpriced = 0;
	double day = 0;

	for (size_t i = 0; i < json_object_array_length(agents); i++) {
		struct json_object *a = json_object_array_get_idx(agents, i);
		int64_t n = 0, n_unpriced = 0;
		double usd = 0;

		json_text_number(a, "spendDay", &usd);
		json_text_int(a, "callsDay", &n);
		json_text_int(a, "unpricedCallsDay", &n_unpriced);
		day += usd;
		calls += n;
		unpriced += n_unpriced;
	}
	json_object_object_add(spend, "day", json_object_new_double(day));
	field_set_number(spend, "callsDay", calls);
	field_set_number(spend, "unpricedCallsDay", unpriced);
	field_set_text(spend, "currency", "USD");
}

/* Whose answers held the key that they were asked with. */
static void
add_flagged(struct json_object *status, int home)
{
	struct json_object *flagged = field_set_array(status, "flagged");
	struct json_object *credentials, *c;
	bool has_reflected;
	struct err ignored;

	if (!vault_view_credentials(home, &credentials, &ignored))
		return;
	for (size_t i = 0; i < json_object_array_length(credentials); i++) {
		c = json_object_array_get_idx(credentials, i);
		if (json_text_bool(c, "reflected", &has_reflected) &&
		    has_reflected)
			field_set_text(field_append_object(flagged),
			    "provider", json_text_string(c, "id"));
	}
	json_object_put(credentials);
}

/* Attached to one command, a supervisor has no proxy. */
static bool
is_serving(struct json_object *status)
{
	struct json_object *processes = json_text_array(status, "processes");

	for (size_t i = 0; i < json_object_array_length(processes); i++) {
		const char *role = json_text_string(
		    json_object_array_get_idx(processes, i), "role");

		if (strcmp(role, role_name(PROXY)) == 0)
			return true;
	}
	return false;
}

struct json_object *
status_collect(struct invocation *inv)
{
	struct json_object *status = json_object_new_object();
	struct call_ask ask = { .server = SUPERVISOR,
	    .type = IPC_STATUS_REQUEST, .on_row = on_row, .arg = status };
	struct err err;
	int home = invocation_home(inv, HOME_EXISTS, &err);
	bool has_broker, has_proxy;

	field_set_false(status, "running");
	field_set_text(status, "home", inv->home_path);
	field_set_array(status, "listeners");
	field_set_array(status, "processes");
	has_proxy = home != -1 && call_ask(home, &ask, NULL, &err) &&
	    is_serving(status);
	field_set_flag(status, "running", has_proxy);
	/* Who does not answer one question is not asked another. */
	has_broker = add_vault(status, home);
	if (has_broker)
		add_flagged(status, home);
	else
		field_set_array(status, "flagged");
	has_proxy = has_proxy && add_snapshot(status, inv);
	if (!has_proxy)
		add_snapshot_of_file(field_set_object(status, "snapshot"),
		    inv);
	runs_queue_add(status, inv);
	json_object_object_add(status, "agents", has_proxy && has_broker ?
	    target_view_of_all(home) : json_object_new_array());
	add_spend(status);
	if (has_proxy)
		add_metrics(status, home);
	return status;
}
