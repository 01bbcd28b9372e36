/* SPDX-License-Identifier: ISC */
/* audit verify: is the log what the broker wrote? */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/audit_segments.h"
#include "cli/command.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/verification.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define PUBLIC_KEY_FILE_MAX 256	/* bytes */

/* The key of --pub, or of this home, or of nobody. */
static int
open_key(struct invocation *inv, struct err *err)
{
	const char *path = invocation_option(inv, "pub");
	AUTO_CLOSE int folder = -1;
	int fd;

	if (path != NULL) {
		fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
		if (fd == -1)
			err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
		return fd;
	}
	folder = invocation_folder(inv, "audit", err);
	if (folder == -1)
		return -1;
	fd = home_file(folder, "audit.pub", PUBLIC_KEY_FILE_MAX, err);
	if (fd == -1 && err->code == ERR_FILE_FAILED && err->os == ENOENT)
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return fd;
}

static bool
open_segments(struct invocation *inv, struct audit_segments *segments,
    struct err *err)
{
	segments->n = 0;
	if (inv->n_operands == 0 && !audit_segments_open(segments, inv, err))
		return false;
	for (int i = 0; i < inv->n_operands; i++)
		if (!audit_segments_add_file(segments, inv->operands[i], err))
			return false;
	return segments->n > 0 ||
	    err_set(err, ERR_NO_VAULT, "there is no audit log yet");
}

/* Of --head; else as the broker knows it, where one runs. */
static const char *
head_of(const struct invocation *inv, const struct audit_segments *segments)
{
	const char *given = invocation_option(inv, "head");

	return given != NULL ? given : inv->n_operands == 0 ? segments->head :
	    "";
}

static void
add_removed(struct json_object *data, struct json_object *remark,
    const char *detail)
{
	struct json_object *problem = field_append_object(
	    json_text_array(data, "problems"));

	field_copy(problem, remark, "seq");
	field_set_text(problem, "kind", "removed");
	field_set_text(problem, "detail", detail);
	field_set_false(data, "ok");
}

/* Of all that there is, older files are not just elsewhere. */
static void
miss_start(struct json_object *data)
{
	struct json_object *remarks = json_text_array(data, "remarks"), *r;

	for (size_t i = 0; i < json_object_array_length(remarks); i++) {
		r = json_object_array_get_idx(remarks, i);
		if (strcmp(json_text_string(r, "remark"), "start_missing") != 0)
			continue;
		add_removed(data, r, json_text_string(r, "detail"));
		json_object_array_del_idx(remarks, i, 1);
		return;
	}
}

static bool
run_verify(struct invocation *inv, struct json_object **data, struct err *err)
{
	static struct audit_segments segments;
	AUTO_CLOSE int key = -1;
	bool is_good = false, ok;

	ok = open_segments(inv, &segments, err) &&
	    (key = open_key(inv, err)) != -1 &&
	    verification_run(&segments, key, head_of(inv, &segments), data,
	    err);
	audit_segments_close(&segments);
	if (!ok)
		return false;
	if (inv->n_operands == 0)
		miss_start(*data);
	if (segments.n_unlinked > 0)
		add_removed(*data, NULL, "a file of the log was unlinked; the "
		    "broker has it until it is restarted");
	json_text_bool(*data, "ok", &is_good);
	inv->exit_status = err_exit_status(is_good ? ERR_NONE :
	    ERR_AUDIT_BROKEN);
	return true;
}

static int64_t
number(const struct json_object *object, const char *name)
{
	int64_t value = 0;

	json_text_int(object, name, &value);
	return value;
}

/* Not one wrong record, but nobody's word for any either. */
static bool
is_unsigned_alone(const struct json_object *problems)
{
	size_t n = json_object_array_length(problems);

	for (size_t i = 0; i < n; i++)
		if (strcmp(json_text_string(json_object_array_get_idx(problems,
		    i), "kind"), "unsigned") != 0)
			return false;
	return true;
}

/* Of these only so many stand among the remarks. */
static void
print_more_starts(struct json_object *data, struct json_object *remarks)
{
	int64_t n = number(data, "uncleanStarts");

	for (size_t i = 0; i < json_object_array_length(remarks); i++)
		if (strcmp(json_text_string(json_object_array_get_idx(remarks,
		    i), "remark"), "unclean_start") == 0)
			n--;
	if (n > 0)
		printf("and %lld more such starts\n", (long long)n);
}

static void
print_verify(struct json_object *data)
{
	struct json_object *problems = json_text_array(data, "problems");
	struct json_object *remarks = json_text_array(data, "remarks");
	size_t n = problems != NULL ? json_object_array_length(problems) : 0;
	size_t n_remarks = remarks != NULL ?
	    json_object_array_length(remarks) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *p = json_object_array_get_idx(problems, i);

		printf("record %lld: %s: %s\n", (long long)number(p, "seq"),
		    output_clean(json_text_string(p, "kind")),
		    output_clean(json_text_string(p, "detail")));
	}
	for (size_t i = 0; i < n_remarks; i++) {
		struct json_object *r = json_object_array_get_idx(remarks, i);

		printf("record %lld: %s\n", (long long)number(r, "seq"),
		    output_clean(json_text_string(r, "detail")));
	}
	if (remarks != NULL)
		print_more_starts(data, remarks);
	printf("%s: %lld records, %lld to %lld, signed up to %lld\n",
	    n == 0 ? "ok" : "not ok", (long long)number(data, "records"),
	    (long long)number(data, "firstSeq"),
	    (long long)number(data, "lastSeq"),
	    (long long)number(data, "lastSigned"));
	if (n > 0 && is_unsigned_alone(problems))
		output_warn("%s (%s)", err_sentence(ERR_AUDIT_UNSIGNED),
		    err_remedy(ERR_AUDIT_UNSIGNED));
	else if (n > 0)
		output_warn("%s", err_sentence(ERR_AUDIT_BROKEN));
}

static const struct command_option verify_options[] = {
	{ "head", "SEQ:SHA256", "a record that must be there, as the journal "
	    "has it; by default the last that the broker wrote" },
	{ "pub", "F", "the public key (see audit export-key); by default this "
	    "home's" },
	{ NULL, NULL, NULL },
};

const struct command verify_commands[] = {
	{ .name = "audit verify", .operands = "[FILE...]", .help = "Checks the "
	    "chain and the signatures of the log.",
	    .options = verify_options, .most = COMMAND_NO_LIMIT,
	    .run = run_verify, .print = print_verify },
	{ .name = NULL },
};
