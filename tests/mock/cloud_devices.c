/* SPDX-License-Identifier: ISC */
#include "tests/mock/cloud_devices.h"

#include <stdio.h>
#include <string.h>

#include "tests/mock/cloud.h"
#include "tests/mock/template.h"

#define DEVICE_CODE "dc_demo_"
#define USER_CODE "DEMO-"
#define PAGE "https://cloud.example/device"
#define LIFETIME_S 600L

/* Codes of one device end in the same number; -1 if there is none such. */
static int
find_device(const struct devices *d, const struct request *r,
    const char *member, const char *beginning)
{
	struct json_object *body = request_json(r), *value;
	size_t len = strlen(beginning);
	const char *code = "";
	int i = -1;

	if (json_object_object_get_ex(body, member, &value) && value != NULL)
		code = json_object_get_string(value);
	if (strncmp(code, beginning, len) != 0 ||
	    sscanf(code + len, "%d", &i) != 1 || i < 0 || i >= d->n_begun)
		i = -1;
	json_object_put(body);
	return i;
}

static void
begin(struct devices *d, const struct request *r, struct reply *reply)
{
	long i = d->n_begun;

	(void)r;
	if (i == DEVICES_MAX) {
		cloud_set_error(reply, 429, "rate_limited");
		return;
	}
	d->is_approved[d->n_begun++] = d->approves_at_once;
	template_add(reply->body, "{'device_code':'" DEVICE_CODE "%ld',"
	    "'user_code':'" USER_CODE "%ld','verification_uri':'" PAGE "',"
	    "'verification_uri_complete':'" PAGE "?code=" USER_CODE "%ld',"
	    "'interval':1,'expires_in':%ld}", i, i, i, LIFETIME_S);
}

static void
poll_device(struct devices *d, const struct request *r, struct reply *reply)
{
	int i = find_device(d, r, "device_code", DEVICE_CODE);

	if (i == -1)
		cloud_set_error(reply, 400, "expired_token");
	else if (!d->is_approved[i])
		cloud_set_error(reply, 400, "authorization_pending");
	else
		template_add(reply->body, "{'device_token':'%s',"
		    "'workspace_id':'ws_demo','device_id':'dev_demo_%ld'}",
		    d->token, (long)i);
}

static void
approve(struct devices *d, const struct request *r, struct reply *reply)
{
	int i = find_device(d, r, "user_code", USER_CODE);

	if (i == -1) {
		cloud_set_error(reply, 404, "not_found");
		return;
	}
	d->is_approved[i] = true;
	template_add(reply->body, "{'status':'approved','device_code':'"
	    DEVICE_CODE "%ld'}", (long)i);
}

bool
devices_answer(struct devices *d, const struct request *r,
    struct reply *reply)
{
	static const struct {
		const char *path;
		void (*answer)(struct devices *, const struct request *,
		    struct reply *);
	} routes[] = {
		{ "/v1/devices/begin", begin },
		{ "/v1/devices/poll", poll_device },
		{ "/v1/devices/approve", approve },
	};

	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (strcmp(r->path, routes[i].path) != 0)
			continue;
		if (strcmp(r->method, "POST") == 0)
			routes[i].answer(d, r, reply);
		else
			cloud_set_error(reply, 405, "method_not_allowed");
		return true;
	}
	return false;
}
