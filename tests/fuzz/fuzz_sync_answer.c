/* SPDX-License-Identifier: ISC */
/* The control plane's answer at the syncer: what it keeps, the proxy can read. */
#include <assert.h>
#include <json-c/json.h>
#include <string.h>

#include "common/errors.h"
#include "syncer/sync_content.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct sync_counts counts = { 0 };
	struct err err = { 0 };
	struct json_object *content = sync_content_read((const char *)bytes,
	    len, &counts, &err);

	if (content == NULL) {
		assert(err.code == ERR_CLOUD_INVALID);
		return 0;
	}
	assert(counts.n_policies <= SYNC_ENTRIES_MAX &&
	    counts.n_bundles <= SYNC_ENTRIES_MAX &&
	    counts.n_bindings <= SYNC_ENTRIES_MAX &&
	    counts.n_providers <= SYNC_ENTRIES_MAX);
	assert(json_object_is_type(content, json_type_object));
	assert(json_object_to_json_string(content) != NULL);
	json_object_put(content);
	return 0;
}
