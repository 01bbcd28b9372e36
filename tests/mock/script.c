/* SPDX-License-Identifier: ISC */
#include "tests/mock/script.h"

#include <stdlib.h>
#include <string.h>

#include "tests/mock/allocate.h"

struct script {
	struct json_object *steps;	/* array */
};

static const struct {
	const char *name;
	json_type type;
} members[] = {
	{ "after", json_type_int },
	{ "bigBytes", json_type_int },
	{ "body", json_type_string },
	{ "contentType", json_type_string },
	{ "delayMs", json_type_int },
	{ "echoHeader", json_type_boolean },
	{ "echoKey", json_type_boolean },
	{ "eventDelayMs", json_type_int },
	{ "events", json_type_int },
	{ "hang", json_type_boolean },
	{ "hangAfter", json_type_int },
	{ "headers", json_type_object },
	{ "method", json_type_string },
	{ "noEnd", json_type_boolean },
	{ "padBytes", json_type_int },
	{ "path", json_type_string },
	{ "pingMs", json_type_int },
	{ "rawBody", json_type_string },
	{ "redirect", json_type_string },
	{ "reset", json_type_string },
	{ "status", json_type_int },
	{ "times", json_type_int },
	{ "truncate", json_type_boolean },
};

struct script *
script_new(void)
{
	struct script *s = allocate(sizeof *s);

	s->steps = json_object_new_array();
	return s;
}

void
script_free(struct script *s)
{
	if (s == NULL)
		return;
	json_object_put(s->steps);
	free(s);
}

void
script_reset(struct script *s)
{
	json_object_put(s->steps);
	s->steps = json_object_new_array();
}

static bool
is_known(const char *name, struct json_object *value)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (strcmp(members[i].name, name) == 0)
			return json_object_is_type(value, members[i].type);
	return false;
}

static const char *
check_step(struct json_object *step)
{
	if (!json_object_is_type(step, json_type_object))
		return "a step is an object";
	json_object_object_foreach(step, name, value) {
		if (!is_known(name, value))
			return "a member is unknown or of the wrong type";
	}
	if (step_has(step, "reset") &&
	    strcmp(step_text(step, "reset"), "before") != 0 &&
	    strcmp(step_text(step, "reset"), "mid") != 0)
		return "reset is neither before nor mid";
	return NULL;
}

const char *
script_add(struct script *s, struct json_object *added)
{
	struct json_object *list = added;
	const char *wrong = NULL;

	if (!json_object_is_type(added, json_type_array)) {
		list = json_object_new_array();
		json_object_array_add(list, added);
	}
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (wrong == NULL)
			wrong = check_step(json_object_array_get_idx(list, i));
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (wrong == NULL)
			json_object_array_add(s->steps, json_object_get(
			    json_object_array_get_idx(list, i)));
	json_object_put(list);
	return wrong;
}

static bool
fits(struct json_object *step, const struct request *r)
{
	const char *method = step_text(step, "method");
	const char *path = step_text(step, "path");

	return (method == NULL || strcmp(method, r->method) == 0) &&
	    (path == NULL || strstr(r->target, path) != NULL);
}

struct json_object *
script_take(struct script *s, const struct request *r)
{
	for (size_t i = 0; i < json_object_array_length(s->steps); i++) {
		struct json_object *step = json_object_array_get_idx(s->steps,
		    i);
		long times = step_number(step, "times", 1);

		if (!fits(step, r) || times == 0)
			continue;
		json_object_get(step);
		if (times == 1)
			json_object_array_del_idx(s->steps, i, 1);
		else if (times > 0)
			json_object_object_add(step, "times",
			    json_object_new_int64(times - 1));
		return step;
	}
	return NULL;
}

static struct json_object *
member(struct json_object *step, const char *name)
{
	struct json_object *value = NULL;

	if (step != NULL)
		json_object_object_get_ex(step, name, &value);
	return value;
}

bool
step_has(struct json_object *step, const char *name)
{
	return member(step, name) != NULL;
}

long
step_number(struct json_object *step, const char *name, long otherwise)
{
	struct json_object *value = member(step, name);

	return value != NULL ? json_object_get_int64(value) : otherwise;
}

const char *
step_text(struct json_object *step, const char *name)
{
	struct json_object *value = member(step, name);

	return value != NULL ? json_object_get_string(value) : NULL;
}

bool
step_is(struct json_object *step, const char *name)
{
	return json_object_get_boolean(member(step, name));
}
