/* SPDX-License-Identifier: ISC */
#include "cli/registration.h"

#include <json-c/json.h>
#include <string.h>

#include "cli/fields.h"
#include "cli/routing_file.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/model_path.h"

static bool
check_protocol(const char *protocol, struct err *err)
{
	return (protocol != NULL &&
	    vault_view_dialect(protocol) != DIALECT_NONE) ||
	    err_set(err, ERR_USAGE,
	    "--protocol is openai, anthropic or responses");
}

static bool
check_model_name(const char *name, struct err *err)
{
	size_t len = strlen(name);

	struct err why;

	if (len == 0 || len >= ROUTING_MODEL_MAX)
		return err_set(err, ERR_USAGE, "--failover-for: %zu bytes",
		    len);
	/* What could never be asked about would never be allowed. */
	return model_name_check(name, &why) ||
	    err_set(err, ERR_USAGE, "--failover-for: %s", why.about);
}

bool
registration_parse(struct registration *r, const struct invocation *inv,
    struct err *err)
{
	const char *url = invocation_option(inv, "base-url"), *name;
	struct err why;

	*r = (struct registration) {
		.id = inv->operands[0],
		.protocol = invocation_option(inv, "protocol"),
		.infer_path = invocation_option(inv, "infer-path"),
		.is_central = invocation_option(inv, "central") != NULL,
		.has_no_key = invocation_option(inv, "no-key") != NULL,
	};
	if (url == NULL)
		return err_set(err, ERR_USAGE, "--base-url is missing");
	if (!check_protocol(r->protocol, err) ||
	    !url_parse(&r->url, url, strlen(url), err))
		return false;
	if (r->infer_path != NULL && !r->is_central)
		return err_set(err, ERR_USAGE, "--infer-path needs --central");
	if (r->infer_path != NULL && !model_pattern_check(r->infer_path, &why))
		return err_set(err, ERR_USAGE, "--infer-path is %s", why.about);
	for (int i = 0; (name = invocation_option_at(inv, "failover-for",
	    i)) != NULL; i++) {
		if (!check_model_name(name, err))
			return false;
		r->failover_for[r->n_failover_for++] = name;
	}
	return true;
}

struct json_object *
registration_entry(const struct registration *r)
{
	struct json_object *entry = json_object_new_object(), *names;

	field_set_text(entry, "id", r->id);
	field_set_text(entry, "protocol", r->protocol);
	field_set_text(entry, "originBaseUrl", r->url.text);
	if (r->n_failover_for == 1)
		field_set_text(entry, "failoverFor", r->failover_for[0]);
	else if (r->n_failover_for > 1) {
		names = field_set_array(entry, "failoverFor");
		for (size_t i = 0; i < r->n_failover_for; i++)
			json_object_array_add(names,
			    json_object_new_string(r->failover_for[i]));
	}
	if (r->is_central)
		field_set_true(entry, "central");
	if (r->infer_path != NULL)
		field_set_text(entry, "inferPath", r->infer_path);
	if (r->has_no_key)
		field_set_true(entry, "noKey");
	return entry;
}

bool
registration_check_owners(const struct registration *r,
    struct json_object *root, struct err *err)
{
	for (size_t i = 0; i < r->n_failover_for; i++) {
		const char *owner = routing_file_failover_owner(root,
		    r->failover_for[i], r->id);

		if (owner != NULL)
			return err_set(err, ERR_FAILOVER_TAKEN,
			    "%.40s has %.40s", r->failover_for[i], owner);
	}
	return true;
}
