/* SPDX-License-Identifier: ISC */
#include "cli/key_import.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/again.h"
#include "cli/client.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/own_key.h"
#include "cli/vault_view.h"
#include "cli/warning.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/secret.h"

/* A pipe with the key in it; -1 when there is none to be had. */
static int
fill_pipe(const struct secret *key)
{
	int ends[2];

	if (pipe(ends) == -1)
		return -1;
	if (write(ends[1], secret_peek(key), secret_len(key)) !=
	    (ssize_t)secret_len(key)) {
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	return ends[0];
}

/* Runs it with its answer going nowhere: ours is the one that counts. */
static bool
run_quietly(struct again *again, struct err *err)
{
	AUTO_CLOSE int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	AUTO_CLOSE int kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int status = 1;
	bool ok;

	if (nowhere == -1 || kept == -1 ||
	    dup2(nowhere, STDOUT_FILENO) == -1)
		return false;
	ok = again_run(again, &status, err);
	return dup2(kept, STDOUT_FILENO) != -1 && ok && status == 0;
}

/* "providers add", as the user would do it: it pins, and tells the log. */
static bool
store(const char *provider, const struct secret *key)
{
	AUTO_CLOSE int fd = fill_pipe(key);
	struct again again = { .n_words = 0 };
	struct err ignored;
	char number[16];

	if (fd == -1)
		return false;
	snprintf(number, sizeof number, "%d", fd);
	again_add(&again, "providers");
	again_add(&again, "add");
	again_add(&again, provider);
	again_add_option(&again, "--key-fd", number);
	again_add(&again, "--json");
	return run_quietly(&again, &ignored);
}

static void
offer(const struct own_key *own, const struct client *client,
    struct json_object *data)
{
	struct json_object *o = field_append_object(
	    json_text_array(data, "importable"));

	field_set_text(o, "provider", own->provider);
	field_set_text(o, "location", own->path);
	warning_add(data, "%s has a key for %s in %s; to let the vault keep "
	    "it, too: cofferdam connect %s --import-key", client->name,
	    own->provider, own->path, client->id);
}

static void
take(const struct own_key *own, const struct secret *key,
    struct json_object *data)
{
	if (store(own->provider, key))
		json_object_array_add(json_text_array(data,
		    "credentialsImported"),
		    json_object_new_string(own->provider));
	else
		warning_add(data, "the key for %s was not taken over: "
		    "cofferdam providers add %s", own->provider,
		    own->provider);
}

void
key_import_run(struct invocation *inv, const struct client *client,
    enum key_import import, struct json_object *data)
{
	struct json_object *credentials = NULL;
	struct own_key own;
	struct err ignored;

	field_set_array(data, "importable");
	field_set_array(data, "credentialsImported");
	if (!vault_view_credentials(inv->home, &credentials, &ignored))
		return;
	for (size_t n = 0;; n++) {
		AUTO_WIPE struct secret *key = own_key_at(client, n, &own);

		if (key == NULL)
			break;
		if (vault_view_find(credentials, own.provider, "") != NULL) {
			if (import == KEY_IMPORT_TAKE)
				warning_add(data, "a key for %s is stored "
				    "already and was not replaced",
				    own.provider);
		} else if (import == KEY_IMPORT_TAKE)
			take(&own, key, data);
		else
			offer(&own, client, data);
	}
	json_object_put(credentials);
}
