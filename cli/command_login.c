/* SPDX-License-Identifier: ISC */
/*
 * cloud login: the device token goes in.  With --token-stdin this image reads
 * it, and nothing that a control plane sent (I1); else the syncer fetches it,
 * and this image shows what a control plane says, and reads no secret.
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
#include "cli/login_grant.h"
#include "cli/output.h"
#include "cli/question.h"
#include "cli/secret_input.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/secret.h"
#include "common/url.h"

#define LABEL_MAX 120		/* bytes */

/* The page to open is that of a login that somebody is to approve. */
static bool
check_options(struct invocation *inv, struct err *err)
{
	return invocation_option(inv, "token-stdin") == NULL ||
	    invocation_option(inv, "browser") == NULL ||
	    err_set(err, ERR_USAGE, "--browser with --token-stdin");
}

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
	    cloud_forget(inv->home, &ignored, err);
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
take_token(struct invocation *inv, const struct url *url, bool *is_replaced,
    struct err *err)
{
	AUTO_WIPE struct secret *token = read_token(err);

	return token != NULL && leave_other(inv, url->text, is_replaced, err) &&
	    cloud_store_token(inv->home, url->text, token, err);
}

/* The token is wiped before anything is heard of the syncer. */
static bool
login_with_token(struct invocation *inv, const struct url *url,
    bool *is_replaced, struct err *err)
{
	return take_token(inv, url, is_replaced, err) &&
	    cloud_remember(inv->home, url->text,
	    invocation_option(inv, "label"), err);
}

static bool
login_with_grant(struct invocation *inv, const char *url, bool *is_replaced,
    char previous[URL_MAX], struct err *err)
{
	const char *label = invocation_option(inv, "label");
	char host[LABEL_MAX + 1] = "";
	struct login_wish wish = { .url = url, .label = host,
	    .may_replace = invocation_option(inv, "replace") != NULL,
	    .opens_browser = invocation_option(inv, "browser") != NULL };
	struct login_end end;

	if (label != NULL)
		snprintf(host, sizeof host, "%s", label);
	else if (gethostname(host, sizeof host - 1) == -1)
		snprintf(host, sizeof host, "unnamed device");
	if (!login_grant(inv, &wish, &end, err))
		return false;
	*is_replaced = end.previous[0] != '\0';
	memcpy(previous, end.previous, sizeof end.previous);
	return true;
}

/* Where the user wants to log in: what he says, or where he is logged in. */
static bool
take_url(struct invocation *inv, const char *pin, struct url *url,
    struct err *err)
{
	const char *base = invocation_option(inv, "base-url");

	if (base == NULL && pin[0] != '\0')
		base = pin;
	return base != NULL ? url_parse(url, base, strlen(base), err) :
	    err_set(err, ERR_USAGE, "--base-url is needed");
}

static bool
login(struct invocation *inv, struct url *url, bool *is_replaced,
    char previous[URL_MAX], struct err *err)
{
	if (!find_pin(inv->home, previous, err) ||
	    !take_url(inv, previous, url, err))
		return false;
	if (invocation_option(inv, "token-stdin") != NULL)
		return login_with_token(inv, url, is_replaced, err);
	return login_with_grant(inv, url->text, is_replaced, previous, err);
}

/* What was gathered for another control plane does not go to this one. */
static bool
finish(struct invocation *inv, const char *previous, const char *url,
    struct err *err)
{
	if (previous[0] == '\0' || strcmp(previous, url) == 0)
		return true;
	return cloud_drop_queue(inv->home, err) && (!daemon_serves(inv->home) ||
	    question_reload(inv->home, NULL, err));
}

static bool
run_login(struct invocation *inv, struct json_object **data, struct err *err)
{
	const char *label = invocation_option(inv, "label");
	struct attachment attachment = { .hold = -1 };
	char previous[URL_MAX] = "";
	bool ok, is_replaced = false;
	struct url url;

	if (!check_label(label, err) || !check_options(inv, err) ||
	    invocation_home(inv, HOME_EXISTS, err) == -1)
		return false;
	ok = daemon_attach(inv, &attachment, err) &&
	    login(inv, &url, &is_replaced, previous, err) &&
	    finish(inv, previous, url.text, err);
	daemon_detach(&attachment);
	if (!ok)
		return false;
	*data = json_object_new_object();
	field_set_text(*data, "baseUrl", url.text);
	field_set_text(*data, "label", label);
	field_set_flag(*data, "replacedExisting", is_replaced);
	field_set_text(*data, "previousBaseUrl",
	    previous[0] != '\0' ? previous : NULL);
	return true;
}

static void
print_login(struct json_object *data)
{
	const char *url = json_text_string(data, "baseUrl");
	const char *previous = json_text_string(data, "previousBaseUrl");

	if (previous != NULL && strcmp(previous, url) != 0)
		printf("this is another control plane than before (%s): its "
		    "snapshot and what waited to be sent to it are gone\n",
		    output_clean(previous));
	printf("logged in to %s; next: cofferdam cloud sync\n",
	    output_clean(url));
}

static const struct command_option login_options[] = {
	{ "base-url", "U", "of the control plane; the token goes nowhere "
	    "else" },
	{ "token-stdin", NULL, "read the device token from standard input" },
	{ "label", "L", "a name for this machine" },
	{ "replace", NULL, "replace the login that is there" },
	{ "browser", NULL, "open the page where the login is approved" },
	{ NULL, NULL, NULL },
};

const struct command login_commands[] = {
	{ .name = "cloud login", .help = "Logs this machine in to a control "
	    "plane.",
	    .options = login_options, .run = run_login,
	    .print = print_login },
	{ .name = NULL },
};
