/* SPDX-License-Identifier: ISC */
#include "cli/target_view.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/invocation.h"
#include "cli/question.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"

/* A question in the making: ids, a line each. */
struct gathering {
	int home;
	struct json_object *all;	/* the answers so far */
	char ids[QUESTION_TAIL_MAX + 1];
	size_t len;
};

static void
ask(struct gathering *g)
{
	struct json_object *answer, *targets;
	struct err ignored;

	if (g->len == 0 ||
	    !question_ask(g->home, QUESTION_TARGETS, g->ids, &answer, &ignored))
		return;
	targets = json_text_array(answer, "agents");
	for (size_t i = 0; targets != NULL &&
	    i < json_object_array_length(targets); i++)
		json_object_array_add(g->all, json_object_get(
		    json_object_array_get_idx(targets, i)));
	json_object_put(answer);
	g->len = 0;
}

static void
add(struct gathering *g, const char *id)
{
	if (id == NULL || strlen(id) + 2 > QUESTION_TAIL_MAX)
		return;
	if (g->len + strlen(id) + 1 > QUESTION_TAIL_MAX)
		ask(g);
	g->len += (size_t)snprintf(g->ids + g->len, sizeof g->ids - g->len,
	    "%s%s", g->len > 0 ? "\n" : "", id);
}

static bool
start(struct gathering *g, struct invocation *inv)
{
	struct err ignored;

	*g = (struct gathering) { .all = json_object_new_array() };
	g->home = invocation_home(inv, HOME_EXISTS, &ignored);
	return g->home != -1;
}

struct json_object *
target_view_of_one(struct invocation *inv, const char *agent)
{
	struct gathering g;

	if (start(&g, inv)) {
		add(&g, agent);
		ask(&g);
	}
	return g.all;
}

struct json_object *
target_view_of(struct invocation *inv, struct json_object *map)
{
	struct gathering g;

	if (start(&g, inv)) {
		json_object_object_foreach(map, agent, ignored) {
			(void)ignored;
			add(&g, agent);
		}
		ask(&g);
	}
	return g.all;
}

struct json_object *
target_view_of_all(int home)
{
	struct gathering g = { .home = home, .all = json_object_new_array() };
	struct json_object *agents;
	struct err ignored;

	if (!vault_view_agents(home, &agents, &ignored))
		return g.all;
	for (size_t i = 0; i < json_object_array_length(agents); i++)
		add(&g, json_text_string(json_object_array_get_idx(agents, i),
		    "id"));
	ask(&g);
	json_object_put(agents);
	return g.all;
}

struct json_object *
target_view_find(struct json_object *targets, const char *agent)
{
	for (size_t i = 0; i < json_object_array_length(targets); i++) {
		struct json_object *t = json_object_array_get_idx(targets, i);
		const char *id = json_text_string(t, "id");

		if (id != NULL && strcmp(id, agent) == 0)
			return t;
	}
	return NULL;
}

void
target_view_format(struct json_object *target, char text[TARGET_TEXT_MAX])
{
	const char *provider = json_text_string(target, "provider");
	const char *model = json_text_string(target, "model");

	if (provider == NULL)
		snprintf(text, TARGET_TEXT_MAX, "-");
	else
		snprintf(text, TARGET_TEXT_MAX, "%s/%s", provider,
		    model != NULL && *model != '\0' ? model : "*");
}
