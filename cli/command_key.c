/* SPDX-License-Identifier: ISC */
/*
 * providers add, providers trust: pins and keys, in two steps.
 *
 * The first step learns from the proxy where the provider is and lets a person
 * approve it; then it becomes a fresh image of this program, the second step,
 * which gets the approved URL and reads the secret.  So no process ever parses
 * what may be the cloud's text and then holds a key (I1).
 */
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/again.h"
#include "cli/approval.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/terminal.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"
#include "common/secret.h"
#include "common/url.h"

static bool
is_one_source(const struct invocation *inv, struct err *err)
{
	int n = (inv->n_operands > 1) +
	    (invocation_option(inv, "key-file") != NULL) +
	    (invocation_option(inv, "key-fd") != NULL);

	return n <= 1 || err_set(err, ERR_USAGE, "the key comes from one of "
	    "'-', --key-file and --key-fd");
}

static void
add_again_common(struct again *again, const struct invocation *inv)
{
	again_add_option(again, "--agent", invocation_option(inv, "agent"));
	again_add_option(again, "--uid", invocation_option(inv, "uid"));
	if (inv->form == OUTPUT_JSON)
		again_add(again, "--json");
}

/*
 * The key stands in our command line, where others may have read it; at least
 * it shall not stand in memory when the proxy is asked.  So it goes into a
 * pipe, and a fresh image goes on with that.
 */
static bool
move_key_to_pipe(struct invocation *inv, struct err *err)
{
	const char *key = inv->operands[1];
	struct again again = { .n_words = 0 };
	size_t len = strlen(key);
	char number[16];
	int ends[2];

	output_warn("other programs can read a command line; leave the key "
	    "out and type it, or use -");
	if (len == 0 || len > SECRET_MAX)
		return err_set(err, ERR_KEY_INVALID, "%zu characters", len);
	if (pipe(ends) == -1 ||
	    write(ends[1], key, len) != (ssize_t)len || close(ends[1]) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "pipe");
	snprintf(number, sizeof number, "%d", ends[0]);
	again_add(&again, "providers");
	again_add(&again, "add");
	again_add(&again, inv->operands[0]);
	again_add_option(&again, "--key-fd", number);
	again_add_option(&again, "--base-url",
	    invocation_option(inv, "base-url"));
	add_again_common(&again, inv);
	return again_become(&again, err);
}

/* Opens --key-file, to be read by the second step. */
static bool
find_key(const struct invocation *inv, unsigned *fd, struct err *err)
{
	const char *path = invocation_option(inv, "key-file");
	struct stat st;
	int file;

	if (path == NULL)
		return invocation_number(inv, "key-fd", 1023, fd, err);
	file = open(path, O_RDONLY | O_NOCTTY);
	if (file == -1 || fstat(file, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", path);
	if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
		output_warn("%.100s: other users can read this file", path);
	*fd = (unsigned)file;
	return true;
}

/* What the proxy and the broker say about the provider. */
static bool
examine(struct invocation *inv, struct question_provider *provider,
    char pin[URL_MAX], struct err *err)
{
	const char *id = inv->operands[0], *found;
	struct json_object *credentials;
	struct ipc_name name;

	if (!ipc_name_set(&name, id, err) || !daemon_is_needed(inv, err) ||
	    !question_provider(inv->home, id, provider, err) ||
	    !vault_view_credentials(inv->home, &credentials, err))
		return false;
	found = approval_pin(credentials, id, provider->url);
	snprintf(pin, URL_MAX, "%s", found != NULL ? found : "");
	json_object_put(credentials);
	return true;
}

static bool
ask_for_key(const struct approval_case *c, const char *source,
    struct err *err)
{
	char question[URL_MAX + 160];

	snprintf(question, sizeof question, "The key for %s (%s) will go to\n"
	    "    %s\nand nowhere else.  Is that right?", c->id,
	    output_clean(source), c->url);
	return terminal_confirm(question) ||
	    err_set(err, ERR_APPROVAL_NEEDED, "you did not approve it");
}

static bool
approve_key(const struct invocation *inv,
    const struct question_provider *provider, const char *pin,
    struct err *err)
{
	struct approval_case c = {
		.id = inv->operands[0],
		.url = provider->url,
		.pin = *pin != '\0' ? pin : NULL,
		.given = invocation_option(inv, "base-url"),
		.is_from_cloud = strcmp(provider->source, "builtin") != 0 &&
		    strcmp(provider->source, "local") != 0,
		.has_terminal = terminal_is_there(),
	};

	switch (approval_of_key(&c, err)) {
	case APPROVAL_GIVEN:
		return true;
	case APPROVAL_TO_ASK:
		return ask_for_key(&c, provider->source, err);
	case APPROVAL_REFUSED:
	default:
		return false;
	}
}

static bool
run_add(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct again again = { .n_words = 0 };
	struct question_provider provider;
	char pin[URL_MAX], number[16];
	unsigned fd = STDIN_FILENO;

	(void)data;
	if (!is_one_source(inv, err))
		return false;
	if (inv->n_operands > 1 && strcmp(inv->operands[1], "-") != 0)
		return move_key_to_pipe(inv, err);
	if (!find_key(inv, &fd, err) || !examine(inv, &provider, pin, err) ||
	    !approve_key(inv, &provider, pin, err))
		return false;
	snprintf(number, sizeof number, "%u", fd);
	again_add(&again, "providers");
	again_add(&again, "add-approved");
	again_add(&again, inv->operands[0]);
	again_add_option(&again, "--base-url", provider.url);
	again_add_option(&again, "--scheme", strcmp(provider.protocol,
	    "anthropic") == 0 ? "x-api-key" : "bearer");
	again_add_option(&again, "--key-fd", number);
	if (provider.is_central)
		again_add(&again, "--central");
	add_again_common(&again, inv);
	return again_become(&again, err);
}

static bool
ask_for_pin(const struct approval_case *c, struct err *err)
{
	char question[2 * URL_MAX + 160];

	snprintf(question, sizeof question, "The key for %s goes to\n    %s\n"
	    "From now on it would go to\n    %s\nIs that right?", c->id,
	    output_clean(c->pin), c->url);
	return terminal_confirm(question) ||
	    err_set(err, ERR_APPROVAL_NEEDED, "you did not approve it");
}

static bool
approve_pin(const struct invocation *inv,
    const struct question_provider *provider, const char *pin,
    struct err *err)
{
	struct approval_case c = {
		.id = inv->operands[0],
		.url = provider->url,
		.pin = *pin != '\0' ? pin : NULL,
		.given = invocation_option(inv, "base-url"),
		.has_terminal = terminal_is_there(),
	};

	switch (approval_of_pin(&c, err)) {
	case APPROVAL_GIVEN:
		return true;
	case APPROVAL_TO_ASK:
		return ask_for_pin(&c, err);
	case APPROVAL_REFUSED:
	default:
		return false;
	}
}

static bool
run_trust(struct invocation *inv, struct json_object **data, struct err *err)
{
	struct again again = { .n_words = 0 };
	struct question_provider provider;
	char pin[URL_MAX];

	if (!examine(inv, &provider, pin, err) ||
	    !approve_pin(inv, &provider, pin, err))
		return false;
	if (strcmp(pin, provider.url) == 0) {
		*data = json_object_new_object();
		field_set_text(*data, "provider", inv->operands[0]);
		field_set_text(*data, "previousPin", pin);
		field_set_text(*data, "pin", pin);
		return true;
	}
	again_add(&again, "providers");
	again_add(&again, "trust-approved");
	again_add(&again, inv->operands[0]);
	again_add_option(&again, "--base-url", provider.url);
	again_add_option(&again, "--passphrase-fd",
	    invocation_option(inv, "passphrase-fd"));
	add_again_common(&again, inv);
	return again_become(&again, err);
}

/* Only of a pin that is right as it is; the second step tells of others. */
static void
print_trust(struct json_object *data)
{
	printf("the key for %s is pinned to %s already\n",
	    output_clean(json_text_string(data, "provider")),
	    output_clean(json_text_string(data, "pin")));
}

static const struct command_option add_options[] = {
	{ "key-file", "F", "read the key from a file" },
	{ "key-fd", "N", "read the key from descriptor N" },
	{ "base-url", "U", "the base URL that you approve, where no terminal "
	    "can ask" },
	{ "agent", "A", "for this agent alone" },
	{ "uid", "U", "for this user's agents alone" },
	{ NULL, NULL, NULL },
};

static const struct command_option trust_options[] = {
	{ "base-url", "U", "the base URL that you approve, where no terminal "
	    "can ask" },
	{ "passphrase-fd", "N", "read the vault's passphrase from descriptor "
	    "N" },
	{ NULL, NULL, NULL },
};

const struct command key_commands[] = {
	{ .name = "providers add", .operands = "<id> [-]", .help = "Stores a "
	    "key, pinned to the provider's base URL.",
	    .options = add_options, .least = 1, .most = 2, .run = run_add },
	{ .name = "providers trust", .operands = "<id>", .help = "Moves "
	    "a key's pin to the provider's base URL of now.",
	    .options = trust_options, .least = 1, .most = 1,
	    .run = run_trust, .print = print_trust },
	{ .name = NULL },
};
