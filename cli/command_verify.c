/* SPDX-License-Identifier: ISC */
/* audit verify: is the log what the broker wrote? */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>

#include "cli/audit_segments.h"
#include "cli/command.h"
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

static bool
run_verify(struct invocation *inv, struct json_object **data, struct err *err)
{
	static struct audit_segments segments;
	AUTO_CLOSE int key = -1;
	bool is_good = false, ok;

	ok = open_segments(inv, &segments, err) &&
	    (key = open_key(inv, err)) != -1 &&
	    verification_run(&segments, key, data, err);
	audit_segments_close(&segments);
	if (!ok)
		return false;
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

static void
print_verify(struct json_object *data)
{
	struct json_object *problems = json_text_array(data, "problems");
	size_t n = problems != NULL ? json_object_array_length(problems) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *p = json_object_array_get_idx(problems, i);

		printf("record %lld: %s: %s\n", (long long)number(p, "seq"),
		    output_clean(json_text_string(p, "kind")),
		    output_clean(json_text_string(p, "detail")));
	}
	printf("%s: %lld records, %lld to %lld, signed up to %lld\n",
	    n == 0 ? "ok" : "not ok", (long long)number(data, "records"),
	    (long long)number(data, "firstSeq"),
	    (long long)number(data, "lastSeq"),
	    (long long)number(data, "lastSigned"));
	if (n > 0)
		output_warn("%s", err_sentence(ERR_AUDIT_BROKEN));
}

static const struct command_option verify_options[] = {
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
