/* SPDX-License-Identifier: ISC */
/*
 * cloud login: the device token goes in.  Nothing here asks the proxy or reads
 * what a control plane sent (I1).
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cloud.h"
#include "cli/command.h"
#include "cli/daemon.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/secret.h"
#include "common/url.h"

#define LABEL_MAX 120		/* bytes */

static bool
check_label(const char *label, struct err *err)
{
	if (label == NULL)
		return true;
	if (strlen(label) > LABEL_MAX)
		return err_set(err, ERR_USAGE, "--label is longer than %d "
		    "bytes", LABEL_MAX);
	for (const char *c = label; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return err_set(err, ERR_USAGE,
			    "--label has a control character");
	return true;
}

/* Where the token that is there goes to; "" when there is none. */
static bool
find_pin(int home, char pin[URL_MAX], struct err *err)
{
	struct json_object *all;

	pin[0] = '\0';
	if (!vault_view_credentials(home, &all, err))
		return false;
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *c = json_object_array_get_idx(all, i);
		bool is_cloud = false;

		json_text_bool(c, "isCloud", &is_cloud);
		if (is_cloud)
			snprintf(pin, URL_MAX, "%s",
			    json_text_string(c, "pin"));
	}
	json_object_put(all);
	return true;
}

/* Another control plane's snapshot must not stay in force with this login. */
static bool
leave_other(struct invocation *inv, const char *url, bool *is_replaced,
    struct err *err)
{
	char pin[URL_MAX];
	bool ignored;

	if (!find_pin(inv->home, pin, err))
		return false;
	*is_replaced = pin[0] != '\0';
	return pin[0] == '\0' || strcmp(pin, url) == 0 ||
	    cloud_forget(inv, &ignored, err);
}

static struct secret *
read_token(struct err *err)
{
	struct secret_input_key input = { .fd = STDIN_FILENO,
	    .label = "Device token", .least = SECRET_INPUT_KEY_MIN,
	    .max = SECRET_MAX, .code = ERR_KEY_INVALID };

	return secret_input_key(&input, err);
}

static bool
login(struct invocation *inv, const struct url *url, bool *is_replaced,
    struct err *err)
{
	AUTO_WIPE struct secret *token = read_token(err);

	return token != NULL && leave_other(inv, url->text, is_replaced, err) &&
	    cloud_remember(inv, url->text, invocation_option(inv, "label"),
	    token, err);
}

static bool
run_login(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *label = invocation_option(inv, "label");
	const char *base = invocation_option(inv, "base-url");
	struct attachment attachment = { .hold = -1 };
	bool ok, is_replaced = false;
	struct url url;

	if (base == NULL || invocation_option(inv, "token-stdin") == NULL)
		return err_set(err, ERR_USAGE,
		    "--base-url and --token-stdin are needed");
	if (!url_parse(&url, base, strlen(base), err) ||
	    !check_label(label, err) ||
	    invocation_home(inv, HOME_EXISTS, err) == -1)
		return false;
	ok = daemon_attach(inv, &attachment, err) &&
	    login(inv, &url, &is_replaced, err);
	daemon_detach(&attachment);
	if (!ok)
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "baseUrl", url.text);
	field_set_text(*data, "label", label);
	field_set_flag(*data, "replacedExisting", is_replaced);
	return true;
}

static void
print_login(struct json_object *data)
{
	printf("logged in to %s; next: cofferdam cloud sync\n",
	    output_clean(json_text_string(data, "baseUrl")));
}

static const struct command_option login_options[] = {
	{ "base-url", "U", "of the control plane; the token goes nowhere "
	    "else" },
	{ "token-stdin", NULL, "read the device token from standard input" },
	{ "label", "L", "a name for this machine" },
	{ NULL, NULL, NULL },
};

const struct command login_commands[] = {
	{ .name = "cloud login", .help = "Stores the device token of a "
	    "control plane.",
	    .options = login_options, .run = run_login,
	    .print = print_login },
	{ .name = NULL },
};
