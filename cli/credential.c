/* SPDX-License-Identifier: ISC */
#include "cli/credential.h"

#include <json-c/json.h>
#include <string.h>

#include "cli/call.h"
#include "cli/parcel.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/secret.h"
#include "common/url.h"

static bool
fill(struct ipc_add_credential *body, const struct credential_add *add,
    const struct secret *key, struct err *err)
{
	*body = (struct ipc_add_credential) {
		.scheme = add->scheme,
		.uid = add->uid,
		.flags = add->flags,
		.url_len = (uint32_t)strnlen(add->url, URL_MAX),
		.key_len = key != NULL ? (uint32_t)secret_len(key) : 0,
	};
	return ipc_name_set(&body->provider, add->provider, err) &&
	    (add->agent == NULL ||
	    ipc_name_set(&body->agent, add->agent, err));
}

bool
credential_send(int home, const struct credential_add *add,
    const struct secret *key, struct call_end *end, struct err *err)
{
	struct ipc_add_credential body;
	struct call_ask ask = { .server = BROKER, .type = IPC_ADD_CREDENTIAL,
	    .body = &body };
	struct parcel *tail = parcel_new(err);
	bool ok;

	ok = tail != NULL && fill(&body, add, key, err) &&
	    parcel_add(tail, add->url, body.url_len, err) && (key == NULL ||
	    parcel_add(tail, secret_peek(key), body.key_len, err));
	if (ok) {
		ask.tail = parcel_bytes(tail);
		ask.tail_len = parcel_len(tail);
		ok = call_ask(home, &ask, end, err);
	}
	parcel_free(tail);
	return ok;
}

bool
credential_mark_central(int home, const char *provider, bool is_central,
    struct err *err)
{
	struct ipc_mark_central body = { .is_central = is_central };
	struct call_ask ask = { .server = BROKER, .type = IPC_MARK_CENTRAL,
	    .body = &body };
	struct call_end end;

	return ipc_name_set(&body.provider, provider, err) &&
	    call_ask(home, &ask, &end, err);
}

bool
credential_remove_one(int home, const char *provider, const char *agent,
    bool *was_there, struct err *err)
{
	struct ipc_name_pair pair = { .first.len = 0 };
	struct call_ask ask = { .server = BROKER,
	    .type = IPC_REMOVE_CREDENTIAL, .body = &pair };
	struct call_end end;

	*was_there = false;
	if (!ipc_name_set(&pair.first, provider, err) || (agent != NULL &&
	    !ipc_name_set(&pair.second, agent, err)) ||
	    !call_ask(home, &ask, &end, err))
		return false;
	*was_there = end.value == 1;
	return true;
}

static bool
is_meant(struct json_object *entry, const char *provider, const char *agent)
{
	const char *owner = json_text_string(entry, "agent");
	bool is_cloud = false;

	json_text_bool(entry, "isCloud", &is_cloud);
	return !is_cloud &&
	    strcmp(json_text_string(entry, "id"), provider) == 0 &&
	    (agent == NULL || (owner != NULL && strcmp(owner, agent) == 0));
}

bool
credential_remove(int home, const char *provider, const char *agent,
    unsigned *n, struct err *err)
{
	struct json_object *all;
	bool ok = true;

	*n = 0;
	if (!vault_view_credentials(home, &all, err))
		return false;
	for (size_t i = 0; ok && i < json_object_array_length(all); i++) {
		struct json_object *entry = json_object_array_get_idx(all, i);
		bool was_there;

		if (!is_meant(entry, provider, agent))
			continue;
		ok = credential_remove_one(home, provider,
		    json_text_string(entry, "agent"), &was_there, err);
		*n += ok && was_there ? 1 : 0;
	}
	json_object_put(all);
	return ok;
}
