/* SPDX-License-Identifier: ISC */
/*
 * rotate-key: another key in the place of one that is stored.  Where it goes and
 * who may use it stays as it was approved, so nobody but the broker is asked.
 */
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/secret.h"

static bool
check_sources(const struct invocation *inv, struct err *err)
{
	bool has_dash = inv->n_operands > 1;
	int n = has_dash + (invocation_option(inv, "key-file") != NULL) +
	    (invocation_option(inv, "key-fd") != NULL);

	if (has_dash && strcmp(inv->operands[1], "-") != 0)
		return err_set(err, ERR_USAGE, "other programs can read a "
		    "command line: type the key, or use -");
	return n <= 1 || err_set(err, ERR_USAGE, "the key comes from one of "
	    "'-', --key-file and --key-fd");
}

static struct secret *
read_key(const struct invocation *inv, struct err *err)
{
	const char *path = invocation_option(inv, "key-file");
	AUTO_CLOSE int file = path != NULL ?
	    open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC) : -1;
	struct secret_input_key input = { .label = "New key", .least =
	    SECRET_INPUT_KEY_MIN, .max = SECRET_MAX, .code = ERR_KEY_INVALID };
	unsigned fd = STDIN_FILENO;

	if (path != NULL && file == -1) {
		err_set_os(err, ERR_FILE_FAILED, "%.100s", path);
		return NULL;
	}
	if (!invocation_number(inv, "key-fd", 1023, &fd, err))
		return NULL;
	input.fd = file != -1 ? file : (int)fd;
	return secret_input_key(&input, err);
}

static bool
run_rotate(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *agent = invocation_option(inv, "agent");
	struct ipc_name_pair pair = { .second.len = 0 };
	struct call_ask ask = { .server = BROKER, .type = IPC_ROTATE_KEY,
	    .body = &pair };
	AUTO_WIPE struct secret *key = NULL;
	struct call_end end;

	if (!check_sources(inv, err) ||
	    !ipc_name_set(&pair.first, inv->operands[0], err) ||
	    (agent != NULL && !ipc_name_set(&pair.second, agent, err)) ||
	    !daemon_is_needed(inv, err))
		return false;
	key = read_key(inv, err);
	if (key == NULL)
		return false;
	ask.tail = secret_peek(key);
	ask.tail_len = secret_len(key);
	if (!call_ask(inv->home, &ask, &end, err))
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "provider", inv->operands[0]);
	field_set_text(*data, "agent", agent);
	field_set_text(*data, "pin", end.text);
	return true;
}

static void
print_rotate(struct json_object *data)
{
	printf("another key for %s is in force; it goes to %s as before\n",
	    output_clean(json_text_string(data, "provider")),
	    output_clean(json_text_string(data, "pin")));
}

static const struct command_option options[] = {
	{ "key-file", "F", "read the key from a file" },
	{ "key-fd", "N", "read the key from descriptor N" },
	{ "agent", "A", "the key that is for this agent alone" },
	{ NULL, NULL, NULL },
};

const struct command rotate_commands[] = {
	{ .name = "rotate-key", .operands = "<id> [-]", .help = "Replaces a "
	    "stored key; its pin and its rules stay.",
	    .options = options, .least = 1, .most = 2, .run = run_rotate,
	    .print = print_rotate },
	{ .name = NULL },
};
