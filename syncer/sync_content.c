/* SPDX-License-Identifier: ISC */
#include "syncer/sync_content.h"

#include <json-c/json.h>
#include <string.h>

#include "common/errors.h"
#include "common/ipc.h"
#include "common/json/json_text.h"
#include "common/url.h"

#define MODEL_MAX 120	/* characters, as the API says */
#define TEXT_MAX 256

/* 1 to 'max' characters of UTF-8, none of them a control character. */
static bool
is_text(const char *text, size_t max)
{
	size_t n = 0;

	for (; text != NULL && *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
		n += ((unsigned char)*text & 0xc0) != 0x80;
	}
	return n > 0 && n <= max;
}

static bool
is_id(const char *text)
{
	struct ipc_name name;
	struct err err;

	return text != NULL && ipc_name_set(&name, text, &err);
}

static bool
is_target(const struct json_object *o)
{
	return o != NULL && is_id(json_text_string(o, "providerId")) &&
	    is_text(json_text_string(o, "model"), MODEL_MAX);
}

static bool
has_spec_of_ours(const struct json_object *spec)
{
	int64_t version = 1;

	json_text_int(spec, "schemaVersion", &version);
	return spec != NULL && version == 1;
}

static bool
is_policy(const struct json_object *o)
{
	const struct json_object *spec = json_text_object(o, "spec");

	return is_text(json_text_string(o, "id"), TEXT_MAX) &&
	    has_spec_of_ours(spec) &&
	    is_target(json_text_object(spec, "primary")) &&
	    (json_text_is_absent(spec, "failoverTo") ||
	    is_target(json_text_object(spec, "failoverTo")));
}

static bool
is_bundle(const struct json_object *o)
{
	const struct json_object *spec = json_text_object(o, "spec");
	const struct json_object *legs = json_text_array(spec, "legs");
	size_t n = legs != NULL ? json_object_array_length(legs) : 0;

	if (!is_text(json_text_string(o, "id"), TEXT_MAX) ||
	    !has_spec_of_ours(spec) || n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_target(json_object_array_get_idx(legs, i)))
			return false;
	return true;
}

static bool
is_binding(const struct json_object *o)
{
	const char *kind = json_text_string(o, "bindingKind");

	if (!is_id(json_text_string(o, "agentId")) || kind == NULL)
		return false;
	if (strcmp(kind, "static") == 0)
		return is_target(json_text_object(o, "staticTarget"));
	return (strcmp(kind, "policy") == 0 || strcmp(kind, "bundle") == 0) &&
	    is_text(json_text_string(o, "targetId"), TEXT_MAX);
}

/* A base URL that could not be pinned is of no use to anybody here. */
static bool
is_provider(const struct json_object *o)
{
	const char *protocol = json_text_string(o, "protocol");
	const char *base = json_text_string(o, "originBaseUrl");
	bool is_builtin = false;
	struct url url;
	struct err err;

	if (!is_id(json_text_string(o, "providerId")) || protocol == NULL ||
	    (strcmp(protocol, "openai") != 0 &&
	    strcmp(protocol, "anthropic") != 0 &&
	    strcmp(protocol, "responses") != 0))
		return false;
	json_text_bool(o, "isBuiltin", &is_builtin);
	if (base == NULL)
		return is_builtin;
	return url_parse(&url, base, strlen(base), &err);
}

static const struct kind {
	const char *name, *id;		/* the array; what is unique in it */
	bool (*is_good)(const struct json_object *);
	size_t count;			/* in struct sync_counts */
} kinds[] = {
	{ "policies", "id", is_policy,
	    offsetof(struct sync_counts, n_policies) },
	{ "bundles", "id", is_bundle,
	    offsetof(struct sync_counts, n_bundles) },
	{ "bindings", "agentId", is_binding,
	    offsetof(struct sync_counts, n_bindings) },
	{ "providers", "providerId", is_provider,
	    offsetof(struct sync_counts, n_providers) },
};

/* The good ones; of those with the same id the first. */
static struct json_object *
filter(const struct kind *kind, const struct json_object *all,
    struct sync_counts *counts)
{
	struct json_object *good = json_object_new_array();
	struct json_object *ids = json_object_new_object();
	size_t n = json_object_array_length(all);
	uint32_t n_good = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(all, i);
		const char *id = json_text_string(o, kind->id);

		if (!kind->is_good(o) ||
		    json_object_object_get_ex(ids, id, NULL)) {
			counts->n_dropped++;
			continue;
		}
		json_object_object_add(ids, id, NULL);
		json_object_array_add(good, json_object_get(o));
		n_good++;
	}
	json_object_put(ids);
	memcpy((char *)counts + kind->count, &n_good, sizeof n_good);
	return good;
}

static bool
copy_kind(const struct kind *kind, const struct json_object *all,
    struct json_object *out, struct sync_counts *counts, struct err *err)
{
	const struct json_object *entries = json_text_array(all, kind->name);

	if (entries == NULL)
		return err_set(err, ERR_CLOUD_INVALID, "%s is no list",
		    kind->name);
	if (json_object_array_length(entries) > SYNC_ENTRIES_MAX)
		return err_set(err, ERR_CLOUD_INVALID, "too many %s",
		    kind->name);
	json_object_object_add(out, kind->name, filter(kind, entries, counts));
	return true;
}

static bool
copy_all(const struct json_object *all, struct json_object *out,
    struct sync_counts *counts, struct err *err)
{
	const char *rules = json_text_string(all, "redactRulesVersion");
	int64_t version = 1;

	if (!json_object_is_type(all, json_type_object))
		return err_set(err, ERR_CLOUD_INVALID, "not an object");
	if (!json_text_is_absent(all, "schemaVersion") &&
	    !json_text_int(all, "schemaVersion", &version))
		return err_set(err, ERR_CLOUD_INVALID, "schemaVersion");
	if (version != 1)
		return err_set(err, ERR_CLOUD_INVALID,
		    "schemaVersion %lld is not known", (long long)version);
	json_object_object_add(out, "schemaVersion", json_object_new_int(1));
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (!copy_kind(&kinds[i], all, out, counts, err))
			return false;
	json_object_object_add(out, "redactRulesVersion",
	    is_text(rules, TEXT_MAX) ? json_object_new_string(rules) : NULL);
	return true;
}

struct json_object *
sync_content_read(const char *text, size_t len, struct sync_counts *counts,
    struct err *err)
{
	struct json_text parse = { .text = text, .len = len,
	    .code = ERR_CLOUD_INVALID };
	struct json_object *all, *out;
	bool ok;

	*counts = (struct sync_counts) { 0 };
	if (!json_text_parse(&parse, &all, err))
		return NULL;
	out = json_object_new_object();
	ok = copy_all(all, out, counts, err);
	json_object_put(all);
	if (ok)
		return out;
	json_object_put(out);
	return NULL;
}
