/* SPDX-License-Identifier: ISC */
/* status_text: a status for people. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/moment.h"
#include "cli/output.h"
#include "cli/status.h"
#include "cli/target_view.h"
#include "common/json/json_text.h"

static bool
is_true(const struct json_object *object, const char *name)
{
	bool value = false;

	json_text_bool(object, name, &value);
	return value;
}

static int64_t
number(const struct json_object *object, const char *name)
{
	int64_t value = 0;

	json_text_int(object, name, &value);
	return value;
}

static struct json_object *
element(struct json_object *array, size_t i)
{
	return array != NULL && i < json_object_array_length(array) ?
	    json_object_array_get_idx(array, i) : NULL;
}

static void
print_state(const char *name, bool is_good, const char *text)
{
	printf("%-10s%s%s%s\n", name,
	    output_colour(is_good ? OUTPUT_GOOD : OUTPUT_BAD), text,
	    output_colour(OUTPUT_PLAIN));
}

static void
print_listeners(struct json_object *status)
{
	struct json_object *listeners = json_text_array(status, "listeners");
	struct json_object *l;

	for (size_t i = 0; (l = element(listeners, i)) != NULL; i++)
		printf("%-10s%s\n", i == 0 ? "listens" : "",
		    output_clean(json_text_string(l, "address")));
}

static void
print_vault(struct json_object *status)
{
	struct json_object *vault = json_text_object(status, "vault");
	struct json_object *audit = json_text_object(status, "audit");
	const char *error = json_text_string(vault, "error");
	const char *audit_error = json_text_string(audit, "error");
	char text[128];

	if (!is_true(vault, "exists"))
		print_state("vault", false, "none; cofferdam init");
	else if (!is_true(status, "running"))
		printf("%-10s%s\n", "vault", "there");
	else if (json_text_is_absent(vault, "generation"))
		print_state("vault", false, "unknown");
	else if (is_true(vault, "locked"))
		print_state("vault", false, "locked; cofferdam unlock");
	else {
		snprintf(text, sizeof text, "open; keys: %lld, generation: "
		    "%lld", (long long)number(vault, "credentials"),
		    (long long)number(vault, "generation"));
		print_state("vault", true, text);
	}
	if (error != NULL && is_true(status, "running"))
		printf("%-10s%s\n", "", output_clean(error));
	if (audit_error != NULL && is_true(status, "running"))
		print_state("audit", false, output_clean(audit_error));
}

static void
print_flagged(struct json_object *status)
{
	struct json_object *all = json_text_array(status, "flagged"), *f;
	char text[160];

	for (size_t i = 0; (f = element(all, i)) != NULL; i++) {
		snprintf(text, sizeof text, "%s sent its key back: replace it",
		    output_clean(json_text_string(f, "provider")));
		print_state("flagged", false, text);
	}
}

static void
print_snapshot(struct json_object *status)
{
	struct json_object *snapshot = json_text_object(status, "snapshot");
	const char *error = json_text_string(snapshot, "error");
	int64_t age_s;
	char age[MOMENT_TEXT];

	if (!is_true(snapshot, "present"))
		printf("%-10s%s\n", "snapshot", "none");
	else if (json_text_int(snapshot, "ageSeconds", &age_s) && age_s >= 0) {
		moment_format_span((uint64_t)age_s, age);
		printf("%-10s%s old%s\n", "snapshot", age,
		    is_true(snapshot, "stale") ? ", stale" : "");
	} else
		printf("%-10s%s\n", "snapshot", "there");
	if (error != NULL)
		print_state("", false, output_clean(error));
}

/* Nothing of it when nothing is to be told. */
static void
print_queue(struct json_object *status)
{
	struct json_object *queue = json_text_object(status, "runsQueue");
	int64_t n_pending = 0, n_rejected = 0, n_dropped = 0;

	json_text_int(queue, "pending", &n_pending);
	json_text_int(queue, "rejected", &n_rejected);
	json_text_int(queue, "dropped", &n_dropped);
	if (n_pending + n_rejected + n_dropped == 0)
		return;
	printf("%-10s%lld to upload", "runs", (long long)n_pending);
	if (n_rejected > 0)
		printf(", %lld rejected", (long long)n_rejected);
	if (n_dropped > 0)
		printf(", %lld dropped: the queue was full",
		    (long long)n_dropped);
	putchar('\n');
}

void
status_print_start(struct json_object *status)
{
	bool is_running = is_true(status, "running");

	print_state("cofferdam", is_running, is_running ? "running" :
	    "not running; cofferdam up");
	print_listeners(status);
	print_vault(status);
	print_flagged(status);
	print_snapshot(status);
	print_queue(status);
}

static void
format_confinement(struct json_object *process, char text[64])
{
	struct json_object *c = json_text_object(process, "confinement");
	const char *waived = json_text_string(c, "waived");
	int64_t abi = number(c, "landlockAbi"), n = number(c, "allowedCalls");
	int len = 0;

	if (number(c, "seccomp") == 2 && n > 0)
		len += snprintf(text + len, 64 - (size_t)len, "seccomp %lld ",
		    (long long)n);
	else if (number(c, "seccomp") == 2)
		len += snprintf(text + len, 64 - (size_t)len, "seccomp ");
	if (abi > 0)
		len += snprintf(text + len, 64 - (size_t)len, "landlock %lld ",
		    (long long)abi);
	if (is_true(c, "noNewPrivs"))
		len += snprintf(text + len, 64 - (size_t)len, "nnp ");
	/* Before that nothing has been measured. */
	if (strcmp(json_text_string(process, "state"), "running") == 0 &&
	    !is_true(c, "dumpable"))
		len += snprintf(text + len, 64 - (size_t)len, "no-dump ");
	if (waived != NULL)
		len += snprintf(text + len, 64 - (size_t)len, "WAIVED:%s ",
		    output_clean(waived));
	if (is_true(c, "capabilities"))
		snprintf(text + len, 64 - (size_t)len, "CAPABILITIES");
	else if (len > 0)
		text[len - 1] = '\0';
}

static void
add_process(struct output_table *table, struct json_object *p)
{
	const char *provider = json_text_string(p, "provider");
	char pid[24] = "-", uptime[MOMENT_TEXT], restarts[24], confinement[64];
	char role[96];

	if (number(p, "pid") != 0)
		snprintf(pid, sizeof pid, "%lld", (long long)number(p, "pid"));
	moment_format_span((uint64_t)number(p, "uptimeSeconds"), uptime);
	snprintf(restarts, sizeof restarts, "%lld",
	    (long long)number(p, "restarts"));
	snprintf(role, sizeof role, "%s%s%s", json_text_string(p, "role"),
	    provider != NULL ? " " : "", provider != NULL ? provider : "");
	snprintf(confinement, sizeof confinement, "-");
	format_confinement(p, confinement);
	output_table_add(table, (const char *const[]) { role, pid,
	    json_text_string(p, "state"), uptime, restarts, confinement });
}

static void
print_processes(struct json_object *status)
{
	struct json_object *all = json_text_array(status, "processes"), *p;
	struct output_table table = { .n_columns = 6 };

	if (element(all, 0) == NULL)
		return;
	output_table_add(&table, (const char *const[]) { "PROCESS", "PID",
	    "STATE", "UPTIME", "RESTARTS", "CONFINEMENT" });
	for (size_t i = 0; (p = element(all, i)) != NULL; i++)
		add_process(&table, p);
	putchar('\n');
	output_table_print(&table);
}

/* "34 calls, $0.1200" */
static void
format_today(struct json_object *o, const char *usd_name, char text[64])
{
	int64_t unpriced = number(o, "unpricedCallsDay");
	double usd = 0;
	int len;

	json_text_number(o, usd_name, &usd);
	len = snprintf(text, 64, "%lld calls, $%.4f",
	    (long long)number(o, "callsDay"), usd);
	if (unpriced > 0)
		snprintf(text + len, 64 - (size_t)len, " + %lld unpriced",
		    (long long)unpriced);
}

static void
print_agents(struct json_object *status)
{
	struct json_object *all = json_text_array(status, "agents"), *a;
	struct output_table table = { .n_columns = 5 };
	char today[64];

	if (element(all, 0) == NULL)
		return;
	output_table_add(&table, (const char *const[]) { "AGENT", "TARGET",
	    "BY", "TODAY (UTC)", "WHY" });
	for (size_t i = 0; (a = element(all, i)) != NULL; i++) {
		char target[TARGET_TEXT_MAX];

		target_view_format(json_text_object(a, "effective"), target);
		format_today(a, "spendDay", today);
		output_table_add(&table, (const char *const[]) {
		    json_text_string(a, "id"), target,
		    json_text_string(a, "source"), today,
		    json_text_string(a, "reason") });
	}
	putchar('\n');
	output_table_print(&table);
	format_today(json_text_object(status, "spend"), "day", today);
	printf("\n%-10s%s\n", "today", today);
}

/* Strings, or objects that say more; the proxy's choice. */
/* The text shows the newest few; --json has them all. */
#define ERRORS_SHOWN 5

/* Targets that have failed and not answered since. */
static void
print_health(struct json_object *status)
{
	struct json_object *all = json_text_array(status, "health");
	size_t n = all != NULL ? json_object_array_length(all) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *h = json_object_array_get_idx(all, i);
		int64_t n_failures = 0, wait_s = -1;
		char text[160], wait[64] = "";

		json_text_int(h, "failures", &n_failures);
		if (json_text_int(h, "retryInSeconds", &wait_s))
			snprintf(wait, sizeof wait, ", tried again in %lld s",
			    (long long)wait_s);
		if (n_failures == 0)
			continue;
		snprintf(text, sizeof text, "%s/%s: %lld failures, circuit %s%s",
		    output_clean(json_text_string(h, "provider")),
		    output_clean(json_text_string(h, "model")),
		    (long long)n_failures,
		    output_clean(json_text_string(h, "circuit")), wait);
		print_state("target", false, text);
	}
}

static void
print_errors(struct json_object *status)
{
	struct json_object *all = json_text_array(status, "lastErrors"), *e;

	for (size_t i = 0; i < ERRORS_SHOWN &&
	    (e = element(all, i)) != NULL; i++) {
		const char *at = json_text_string(e, "at");
		const char *agent = json_text_string(e, "agent");
		const char *message = json_text_string(e, "message");

		if (i == 0)
			puts("\nlast errors");
		printf("%s  %s: %s\n", output_clean(at), output_clean(agent),
		    output_clean(message));
	}
}

/* What of the routing files and the snapshot does not count, and why. */
static void
print_problems(struct json_object *status)
{
	struct json_object *all = json_text_array(json_text_object(status,
	    "snapshot"), "problems"), *p;

	for (size_t i = 0; (p = element(all, i)) != NULL; i++)
		print_state(i == 0 ? "problems" : "", false,
		    output_clean(json_object_get_string(p)));
}

void
status_print(struct json_object *status)
{
	status_print_start(status);
	print_problems(status);
	print_processes(status);
	print_agents(status);
	print_health(status);
	print_errors(status);
}
