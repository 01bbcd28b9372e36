/* SPDX-License-Identifier: ISC */
#include "cli/approval.h"

#include <json-c/json.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/url.h"

static bool
is_named(const struct approval_case *c, struct err *err)
{
	struct url url;

	if (!url_parse(&url, c->given, strlen(c->given), err))
		return false;
	return strcmp(url.text, c->url) == 0 ||
	    err_set(err, ERR_APPROVAL_NEEDED,
	    "provider %s has another base URL than --base-url", c->id);
}

enum approval
approval_of_key(const struct approval_case *c, struct err *err)
{
	bool is_pinned = c->pin != NULL && strcmp(c->pin, c->url) == 0;

	if (c->pin != NULL && !is_pinned) {
		err_set(err, ERR_ORIGIN_CHANGED, "provider %s", c->id);
		return APPROVAL_REFUSED;
	}
	if (c->given != NULL)
		return is_named(c, err) ? APPROVAL_GIVEN : APPROVAL_REFUSED;
	if (is_pinned)
		return APPROVAL_GIVEN;
	if (c->has_terminal)
		return APPROVAL_TO_ASK;
	if (!c->is_from_cloud)
		return APPROVAL_GIVEN;
	err_set(err, ERR_APPROVAL_NEEDED, "provider %s comes from the cloud",
	    c->id);
	return APPROVAL_REFUSED;
}

enum approval
approval_of_pin(const struct approval_case *c, struct err *err)
{
	if (c->pin == NULL) {
		err_set(err, ERR_NO_CREDENTIAL, "provider %s", c->id);
		return APPROVAL_REFUSED;
	}
	if (c->given != NULL)
		return is_named(c, err) ? APPROVAL_GIVEN : APPROVAL_REFUSED;
	if (strcmp(c->pin, c->url) == 0)
		return APPROVAL_GIVEN;
	if (c->has_terminal)
		return APPROVAL_TO_ASK;
	err_set(err, ERR_APPROVAL_NEEDED, "provider %s", c->id);
	return APPROVAL_REFUSED;
}

const char *
approval_pin(struct json_object *credentials, const char *id, const char *url)
{
	const char *same = NULL;

	for (size_t i = 0; i < json_object_array_length(credentials); i++) {
		struct json_object *c = json_object_array_get_idx(credentials,
		    i);
		const char *pin = json_text_string(c, "pin");
		bool is_cloud = false;

		json_text_bool(c, "isCloud", &is_cloud);
		if (is_cloud || pin == NULL ||
		    strcmp(json_text_string(c, "id"), id) != 0)
			continue;
		if (strcmp(pin, url) != 0)
			return pin;
		same = pin;
	}
	return same;
}
