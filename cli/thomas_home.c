/* SPDX-License-Identifier: ISC */
#include "cli/thomas_home.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/again.h"
#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/question.h"
#include "cli/routing_file.h"
#include "cli/thomas_plan.h"
#include "cli/vault_view.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/url.h"

bool
thomas_home_find(struct thomas_home *h, const struct invocation *inv,
    struct err *err)
{
	const char *given = invocation_option(inv, "home");
	const char *user = getenv("HOME");
	struct stat st;
	int n;

	*h = (struct thomas_home) { .plan = NULL };
	if (given == NULL)
		given = getenv("THOMAS_HOME");
	if (given != NULL)
		n = snprintf(h->path, sizeof h->path, "%s", given);
	else
		n = snprintf(h->path, sizeof h->path, "%s/.thomas",
		    user != NULL ? user : "");
	if (n >= (int)sizeof h->path)
		return err_set(err, ERR_USAGE, "--home is too long");
	if (stat(h->path, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.120s", h->path);
	h->plan = json_object_new_array();
	return S_ISDIR(st.st_mode) ||
	    err_set(err, ERR_FILE_DAMAGED, "%.120s is no folder", h->path);
}

void
thomas_home_close(struct thomas_home *h)
{
	json_object_put(h->plan);
	h->plan = NULL;
}

/* A file of theirs without secrets; "null" is NULL, too. */
static bool
read_file(const struct thomas_home *h, const char *name, bool *is_there,
    struct json_object **file, struct err *err)
{
	char path[HOME_PATH_MAX + 32];
	AUTO_CLOSE int fd = -1;
	AUTO_FREE char *text = malloc(ROUTING_FILE_MAX);
	struct json_text parse = { .code = ERR_FILE_DAMAGED };
	ssize_t n = 0;

	*file = NULL;
	snprintf(path, sizeof path, "%s/%s", h->path, name);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	*is_there = fd != -1;
	if (fd == -1)
		return errno == ENOENT ||
		    err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
	while (text != NULL && parse.len < ROUTING_FILE_MAX &&
	    (n = read(fd, text + parse.len, ROUTING_FILE_MAX - parse.len)) > 0)
		parse.len += (size_t)n;
	if (text == NULL || n == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
	parse.text = text;
	return json_text_parse(&parse, file, err) ||
	    err_set(err, ERR_FILE_DAMAGED, "%.120s", path);
}

/* Their files without secrets, and what each has inside, by the same name. */
static const struct file {
	const char *name, *member;
	enum json_type type;
	void (*plan)(struct json_object *plan, struct json_object *file);
} providers_file = { "providers.json", "providers", json_type_array,
    thomas_plan_providers },
prices_file = { "prices.json", "prices", json_type_object,
    thomas_plan_prices },
policies_file = { "policies.json", "policies", json_type_object,
    thomas_plan_policies },
routes_file = { "routes.json", "routes", json_type_object,
    thomas_plan_routes };

static bool
has_shape(const struct file *f, struct json_object *root)
{
	struct json_object *member;

	return json_object_is_type(root, json_type_object) &&
	    (!json_object_object_get_ex(root, f->member, &member) ||
	    json_object_is_type(member, f->type));
}

static bool
plan_file(struct thomas_home *h, const struct file *f, struct err *err)
{
	struct json_object *root;
	bool is_there;

	if (!read_file(h, f->name, &is_there, &root, err))
		return false;
	if (is_there && !has_shape(f, root)) {
		json_object_put(root);
		return err_set(err, ERR_FILE_DAMAGED, "%.100s/%s: \"%s\"",
		    h->path, f->name, f->member);
	}
	f->plan(h->plan, root);
	json_object_put(root);
	return true;
}

/* --- what is here already --- */

static void
keep(struct json_object *step, const char *why)
{
	field_set_text(step, "state", "kept");
	field_set_text(step, "reason", why);
}

static struct json_object *
find_step(struct thomas_home *h, const char *kind, const char *id)
{
	for (size_t i = 0; i < json_object_array_length(h->plan); i++) {
		struct json_object *s = json_object_array_get_idx(h->plan, i);

		if (strcmp(json_text_string(s, "kind"), kind) == 0 &&
		    strcmp(json_text_string(s, "id"), id) == 0)
			return s;
	}
	return NULL;
}

/* What is set here was set by somebody who knew why. */
static bool
keep_ours(struct thomas_home *h, struct invocation *inv, struct err *err)
{
	static const struct { const char *kind, *file, *map; } kinds[] = {
		{ "provider", "providers.json", NULL },
		{ "price", "prices.json", "prices" },
		{ "policy", "policies.json", "policies" },
		{ "route", "routes.json", "routes" },
	};

	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		struct json_object *root, *map;

		if (!routing_file_read(inv, kinds[k].file, &root, err))
			return false;
		map = kinds[k].map != NULL ?
		    json_text_object(root, kinds[k].map) : NULL;
		for (size_t i = 0; i < json_object_array_length(h->plan);
		    i++) {
			struct json_object *s =
			    json_object_array_get_idx(h->plan, i);
			const char *id = json_text_string(s, "id");

			if (strcmp(json_text_string(s, "kind"),
			    kinds[k].kind) == 0 && (kinds[k].map == NULL ?
			    routing_file_provider(root, id) != NULL :
			    json_object_object_get_ex(map, id, NULL)))
				keep(s, "is set here already");
		}
		json_object_put(root);
	}
	return true;
}

/* --- what holds secrets --- */

/* "providers register --protocol P --base-url U -- id" */
enum { PROTOCOL_WORD = 3, URL_WORD = 5 };

/* The base URL that they have for it, canonical; "": none that could be used. */
static void
read_their_url(struct json_object *step, char url[URL_MAX])
{
	const char *base = json_object_get_string(json_object_array_get_idx(
	    json_text_array(step, "command"), URL_WORD));
	struct err ignored;
	struct url parsed;

	url[0] = '\0';
	if (base != NULL && url_parse(&parsed, base, strlen(base), &ignored))
		snprintf(url, URL_MAX, "%s", parsed.text);
}

/* Of a provider that is going to be registered as they have it. */
static bool
find_their_pin(struct json_object *step, struct question_provider *p,
    const char **why)
{
	char url[URL_MAX];

	*why = "its base URL cannot be used";
	read_their_url(step, url);
	snprintf(p->url, sizeof p->url, "%s", url);
	snprintf(p->protocol, sizeof p->protocol, "%s", json_object_get_string(
	    json_object_array_get_idx(json_text_array(step, "command"),
	    PROTOCOL_WORD)));
	return url[0] != '\0';
}

/* Where a key would go, by its user's word alone; false: nowhere. */
static bool
find_pin(struct thomas_home *h, struct invocation *inv, const char *id,
    struct question_provider *p, const char **why)
{
	struct json_object *step = find_step(h, "provider", id);
	bool is_theirs = json_text_array(step, "command") != NULL;
	char url[URL_MAX];
	struct err ignored;

	if (is_theirs && json_text_string(step, "state") == NULL)
		return find_their_pin(step, p, why);
	*why = "nobody knows this provider: cofferdam providers register";
	if (!question_provider(inv->home, id, p, &ignored))
		return false;
	*why = "its base URL is the cloud's word: cofferdam providers add";
	if (strcmp(p->source, "builtin") != 0 &&
	    strcmp(p->source, "local") != 0)
		return false;
	/* What was stored for one place does not go to another. */
	*why = "its provider is somewhere else here: cofferdam providers add";
	if (is_theirs)
		read_their_url(step, url);
	return !is_theirs || strcmp(url, p->url) == 0;
}

static void
plan_key(struct thomas_home *h, struct invocation *inv, const char *id,
    struct json_object *credentials)
{
	struct question_provider p = { .url = "" };
	struct json_object *step;
	const char *why;

	if (vault_view_find(credentials, id, "") != NULL) {
		thomas_plan_skip(h->plan, "key", id, "");
		keep(find_step(h, "key", id), "a key is stored here already");
		return;
	}
	if (!find_pin(h, inv, id, &p, &why)) {
		thomas_plan_skip(h->plan, "key", id, why);
		return;
	}
	step = thomas_plan_add(h->plan, "key", id, (const char *const[]) {
	    "import", "thomas-key", "--home", h->path, "--base-url", p.url,
	    "--scheme", strcmp(p.protocol, "anthropic") == 0 ? "x-api-key" :
	    "bearer", "--", id, NULL });
	field_set_text(step, "pin", p.url);
}

static void
plan_credentials(struct thomas_home *h, struct invocation *inv,
    struct json_object *listed, struct json_object *credentials)
{
	size_t n = listed != NULL ? json_object_array_length(listed) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *c = json_object_array_get_idx(listed, i);
		const char *id = json_text_string(c, "id");
		const char *kind = json_text_string(c, "kind");

		if (id == NULL)
			thomas_plan_skip(h->plan, "key", "?",
			    "its provider is no id that could be one here");
		if (id == NULL || kind == NULL || find_step(h, "key", id) !=
		    NULL)
			continue;
		if (strcmp(kind, "key") == 0)
			plan_key(h, inv, id, credentials);
		else
			thomas_plan_skip(h->plan, "key", id,
			    strcmp(kind, "login") == 0 ?
			    "a subscription's login is no key" : "it is "
			    "elsewhere: cofferdam providers add");
	}
}

static void
plan_agents(struct thomas_home *h, struct json_object *listed,
    struct json_object *agents)
{
	size_t n = listed != NULL ? json_object_array_length(listed) : 0;

	for (size_t i = 0; i < n; i++) {
		const char *id = json_object_get_string(
		    json_object_array_get_idx(listed, i));

		if (id == NULL) {
			thomas_plan_skip(h->plan, "agent", "?", "it has no "
			    "token, or its id could not be one here");
			continue;
		}
		thomas_plan_add(h->plan, "agent", id, (const char *const[]) {
		    "import", "thomas-agent", "--home", h->path, "--", id,
		    NULL });
		if (vault_view_find(agents, id, "") != NULL)
			keep(find_step(h, "agent", id), "is known here already");
	}
}

static bool
plan_secrets(struct thomas_home *h, struct invocation *inv, struct err *err)
{
	struct json_object *answer = NULL, *data, *credentials = NULL;
	struct json_object *agents = NULL;
	struct again again = { .n_words = 0 };
	bool ok;

	again_add(&again, "--json");
	again_add(&again, "import");
	again_add(&again, "thomas-list");
	again_add_option(&again, "--home", h->path);
	ok = again_ask(&again, &answer, err);
	data = json_text_object(answer, "data");
	if (ok && data == NULL)
		ok = err_set(err, ERR_FILE_DAMAGED, "%.100s: credentials.json "
		    "or agents.json", h->path);
	ok = ok && vault_view_credentials(inv->home, &credentials, err) &&
	    vault_view_agents(inv->home, &agents, err);
	if (ok) {
		plan_credentials(h, inv, json_text_array(data, "credentials"),
		    credentials);
		plan_agents(h, json_text_array(data, "agents"), agents);
	}
	json_object_put(answer);
	json_object_put(credentials);
	json_object_put(agents);
	return ok;
}

bool
thomas_home_plan(struct thomas_home *h, struct invocation *inv,
    struct err *err)
{
	if (!plan_file(h, &providers_file, err) ||
	    !keep_ours(h, inv, err) || !plan_secrets(h, inv, err) ||
	    !plan_file(h, &prices_file, err) ||
	    !plan_file(h, &policies_file, err) ||
	    !plan_file(h, &routes_file, err) ||
	    !keep_ours(h, inv, err))
		return false;
	for (size_t i = 0; i < json_object_array_length(h->plan); i++) {
		struct json_object *s = json_object_array_get_idx(h->plan, i);

		if (json_text_array(s, "command") == NULL &&
		    json_text_string(s, "state") == NULL)
			field_set_text(s, "state", "skipped");
	}
	return true;
}

/* --- doing it --- */

static void
fail(struct json_object *step, const char *why)
{
	field_set_text(step, "state", "failed");
	field_set_text(step, "reason", why);
}

static void
do_step(struct json_object *step)
{
	struct json_object *words = json_text_array(step, "command");
	struct json_object *answer = NULL, *error;
	struct again again = { .n_words = 0 };
	size_t n = json_object_array_length(words);
	char text[ERR_TEXT_MAX];
	struct err err;

	if (n >= AGAIN_WORDS_MAX) {
		fail(step, "it has too many parts");
		return;
	}
	again_add(&again, "--json");
	for (size_t i = 0; i < n; i++)
		again_add(&again, json_object_get_string(
		    json_object_array_get_idx(words, i)));
	if (!again_ask(&again, &answer, &err)) {
		err_format(&err, text);
		fail(step, text);
	} else if ((error = json_text_object(answer, "error")) != NULL)
		fail(step, json_text_string(error, "message"));
	else if (json_text_object(answer, "data") == NULL)
		fail(step, "it did not say how it went");
	else
		field_set_text(step, "state", "done");
	json_object_put(answer);
}

/* A key whose provider is not there would be pinned to nothing. */
static bool
has_lost_provider(struct thomas_home *h, const struct json_object *step)
{
	struct json_object *provider = find_step(h, "provider",
	    json_text_string(step, "id"));
	const char *state = json_text_string(provider, "state");

	return strcmp(json_text_string(step, "kind"), "key") == 0 &&
	    state != NULL && strcmp(state, "failed") == 0;
}

void
thomas_home_take(struct thomas_home *h)
{
	for (size_t i = 0; i < json_object_array_length(h->plan); i++) {
		struct json_object *s = json_object_array_get_idx(h->plan, i);

		if (json_text_string(s, "state") != NULL)
			continue;
		if (has_lost_provider(h, s))
			fail(s, "its provider was not taken over");
		else
			do_step(s);
	}
}
