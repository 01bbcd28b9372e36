/* SPDX-License-Identifier: ISC */
#include "proxy/snapshot.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "proxy/iso_time.h"

/* The array 'name' of the envelope, which has to be there. */
static struct json_object *
list_of(const struct json_object *file, const char *name, struct err *err)
{
	struct json_object *array = json_text_array(file, name);

	if (array == NULL)
		err_set(err, ERR_FILE_DAMAGED, "no array \"%s\"", name);
	else if (json_object_array_length(array) > SNAPSHOT_ENTRIES_MAX) {
		err_set(err, ERR_FILE_DAMAGED, "%s: more than %d entries",
		    name, SNAPSHOT_ENTRIES_MAX);
		array = NULL;
	}
	return array;
}

static bool
read_envelope(struct snapshot *s, const struct json_object *file,
    struct err *err)
{
	const char *synced_at = json_text_string(file, "syncedAt");
	const char *source_url = json_text_string(file, "sourceUrl");
	int64_t version;

	if (!json_text_int(file, "schemaVersion", &version) ||
	    version != SNAPSHOT_SCHEMA_VERSION)
		return err_set(err, ERR_FILE_DAMAGED, "schemaVersion");
	if (synced_at == NULL || !iso_time_parse(synced_at, &s->synced_at_s))
		return err_set(err, ERR_FILE_DAMAGED, "syncedAt");
	strncpy(s->synced_at, synced_at, sizeof s->synced_at - 1);
	if (source_url != NULL)
		strncpy(s->source_url, source_url, sizeof s->source_url - 1);
	return true;
}

static bool
read_lists(struct snapshot *s, const struct json_object *file,
    struct problems *problems, struct err *err)
{
	static const struct provider_names names = { SOURCE_CLOUD,
		"providerId", "protocol", "originBaseUrl" };
	struct json_object *policies = list_of(file, "policies", err);
	struct json_object *bundles = list_of(file, "bundles", err);
	struct json_object *bindings = list_of(file, "bindings", err);
	struct json_object *providers = list_of(file, "providers", err);

	return policies != NULL && bundles != NULL && bindings != NULL &&
	    providers != NULL &&
	    plans_read_policies(&s->policies, policies, problems, err) &&
	    plans_read_bundles(&s->bundles, bundles, problems, err) &&
	    bindings_read(&s->bindings, bindings, problems, err) &&
	    providers_read(&s->providers, providers, &names, problems, err);
}

struct snapshot *
snapshot_parse(const char *text, size_t len, struct problems *problems,
    struct err *err)
{
	struct snapshot *s = calloc(1, sizeof *s);
	struct json_object *file = NULL;
	bool ok;

	if (s == NULL) {
		err_set(err, ERR_NO_MEMORY, "snapshot");
		return NULL;
	}
	ok = json_text_parse(&(struct json_text) { .text = text, .len = len,
	    .code = ERR_FILE_DAMAGED }, &file, err) &&
	    read_envelope(s, file, err) && read_lists(s, file, problems, err);
	json_object_put(file);
	if (ok)
		return s;
	snapshot_free(s);
	return NULL;
}

bool
snapshot_is_stale(const struct snapshot *s, int64_t now_s,
    uint64_t max_age_ms)
{
	int64_t age_s = now_s - s->synced_at_s;

	return max_age_ms > 0 && age_s > (int64_t)(max_age_ms / 1000);
}

void
snapshot_free(struct snapshot *s)
{
	if (s == NULL)
		return;
	plans_reset(&s->policies);
	plans_reset(&s->bundles);
	bindings_reset(&s->bindings);
	providers_reset(&s->providers);
	free(s);
}
