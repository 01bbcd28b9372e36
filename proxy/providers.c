/* SPDX-License-Identifier: ISC */
#include "proxy/providers.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/model_path.h"
#include "common/url.h"
#include "proxy/problems.h"
#include "proxy/routes.h"

static const char *const protocols[] = {
	[PROTOCOL_OPENAI] = "openai",
	[PROTOCOL_ANTHROPIC] = "anthropic",
	[PROTOCOL_RESPONSES] = "responses",
};

static const char *const sources[] = {
	[SOURCE_BUILTIN] = "builtin",
	[SOURCE_LOCAL] = "local",
	[SOURCE_CLOUD] = "cloud",
};

static const struct {
	const char *id;
	enum protocol protocol;
	const char *base_url;
} builtin[] = {
	{ "anthropic", PROTOCOL_ANTHROPIC, "https://api.anthropic.com" },
	{ "deepseek", PROTOCOL_OPENAI, "https://api.deepseek.com" },
	{ "groq", PROTOCOL_OPENAI, "https://api.groq.com/openai" },
	{ "kimi", PROTOCOL_OPENAI, "https://api.moonshot.cn" },
	{ "openai", PROTOCOL_OPENAI, "https://api.openai.com" },
	{ "openrouter", PROTOCOL_OPENAI, "https://openrouter.ai/api" },
};
#define N_BUILTIN (sizeof builtin / sizeof builtin[0])

const char *
protocol_name(enum protocol protocol)
{
	return protocols[protocol];
}

const char *
provider_source_name(enum provider_source source)
{
	return sources[source];
}

static bool
is_openai_itself(const struct provider *p)
{
	static const char host[] = "https://api.openai.com";
	size_t len = sizeof host - 1;

	return p->base_url != NULL && strncmp(p->base_url, host, len) == 0 &&
	    (p->base_url[len] == '\0' || p->base_url[len] == '/');
}

enum dialect
provider_dialect(const struct provider *p, enum dialect client)
{
	if (p->protocol == PROTOCOL_ANTHROPIC)
		return DIALECT_ANTHROPIC;
	if (p->protocol == PROTOCOL_RESPONSES ||
	    (client != DIALECT_CHAT && is_openai_itself(p)))
		return DIALECT_RESPONSES;
	return DIALECT_CHAT;
}

bool
provider_speaks(const struct provider *p, enum dialect dialect)
{
	return dialect == DIALECT_NONE ||
	    provider_dialect(p, dialect) == dialect;
}

static enum protocol
protocol_of(const char *name)
{
	for (enum protocol p = PROTOCOL_OPENAI; p <= PROTOCOL_RESPONSES; p++)
		if (name != NULL && strcmp(protocols[p], name) == 0)
			return p;
	return PROTOCOL_NONE;
}

static bool
set_base_url(struct provider *p, const char *text, struct err *err)
{
	struct url url;

	if (!url_parse(&url, text, strlen(text), err))
		return false;
	p->base_url = strdup(url.text);
	if (p->base_url == NULL)
		return err_set(err, ERR_NO_MEMORY, "%s", p->id);
	digest_sha256(url.text, strlen(url.text), p->origin);
	p->has_version = url_has_version(&url);
	return true;
}

const struct provider_list *
providers_builtin(void)
{
	static struct provider items[N_BUILTIN];
	static struct provider_list list;
	struct err err;

	for (; list.n < N_BUILTIN; list.n++) {
		struct provider *p = &items[list.n];

		strncpy(p->id, builtin[list.n].id, sizeof p->id - 1);
		p->protocol = builtin[list.n].protocol;
		if (!set_base_url(p, builtin[list.n].base_url, &err))
			break;
	}
	list.items = items;
	return &list;
}

static void
release(struct provider *p)
{
	free(p->base_url);
	free(p->infer_path);
	for (size_t i = 0; i < p->n_failover_for; i++)
		free(p->failover_for[i]);
	free(p->failover_for);
	*p = (struct provider) { .protocol = PROTOCOL_NONE };
}

void
providers_reset(struct provider_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		release(&list->items[i]);
	free(list->items);
	*list = (struct provider_list) { .n = 0 };
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct provider *)a)->id,
	    ((const struct provider *)b)->id);
}

const struct provider *
providers_find(const struct provider_list *list, const char *id)
{
	struct provider wanted = { .protocol = PROTOCOL_NONE };

	strncpy(wanted.id, id, sizeof wanted.id - 1);
	if (list->n == 0)
		return NULL;
	return bsearch(&wanted, list->items, list->n, sizeof wanted, by_id);
}

/* Of entries with the same id the first one stays. */
static void
drop_repeated(struct provider_list *list, const char *source,
    struct problems *problems)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (n > 0 && by_id(&list->items[n - 1], &list->items[i]) == 0) {
			problems_add(problems, "%s provider %s: stands twice",
			    source, list->items[i].id);
			release(&list->items[i]);
		} else
			list->items[n++] = list->items[i];
	}
	list->n = n;
}

/* An entry of the cloud for a built-in one has no URL, and says nothing. */
static bool
is_empty_builtin(const struct json_object *entry, const char *base_url)
{
	bool is_builtin = false;

	json_text_bool(entry, "isBuiltin", &is_builtin);
	return is_builtin && json_text_is_absent(entry, base_url);
}

/* One name; too many and empty ones are the entry's fault. */
static bool
add_failover_for(struct provider *p, const char *name, struct err *err)
{
	if (name == NULL || p->n_failover_for == FAILOVER_FOR_MAX ||
	    strlen(name) >= MODEL_MAX || !model_name_check(name, err))
		return err_set(err, ERR_FILE_DAMAGED, "failoverFor");
	p->failover_for[p->n_failover_for] = strdup(name);
	return p->failover_for[p->n_failover_for++] != NULL ||
	    err_set(err, ERR_NO_MEMORY, "%s", p->id);
}

/* A name, or an array of them. */
static bool
read_failover_for(struct provider *p, const struct json_object *entry,
    struct err *err)
{
	struct json_object *names = json_text_array(entry, "failoverFor");
	size_t n = names != NULL ? json_object_array_length(names) : 1;
	bool ok = true;

	if (json_text_is_absent(entry, "failoverFor"))
		return true;
	p->failover_for = calloc(FAILOVER_FOR_MAX, sizeof *p->failover_for);
	if (p->failover_for == NULL)
		return err_set(err, ERR_NO_MEMORY, "%s", p->id);
	if (names == NULL)
		return add_failover_for(p,
		    json_text_string(entry, "failoverFor"), err);
	for (size_t i = 0; ok && i < n; i++) {
		struct json_object *name = json_object_array_get_idx(names, i);

		ok = add_failover_for(p, json_object_is_type(name,
		    json_type_string) ? json_object_get_string(name) : NULL,
		    err);
	}
	return ok;
}

/* What only this machine's user may say of a provider. */
static bool
read_local(struct provider *p, const struct json_object *entry,
    struct err *err)
{
	const char *infer_path = json_text_string(entry, "inferPath");

	json_text_bool(entry, "central", &p->is_central);
	if (infer_path != NULL && p->is_central) {
		if (!model_pattern_check(infer_path, err))
			return err_set(err, ERR_FILE_DAMAGED, "inferPath");
		p->infer_path = strdup(infer_path);
		if (p->infer_path == NULL)
			return err_set(err, ERR_NO_MEMORY, "%s", p->id);
	}
	return read_failover_for(p, entry, err);
}

static bool
read_entry(struct provider *p, const struct json_object *entry,
    const struct provider_names *names, struct err *err)
{
	const char *id = json_text_string(entry, names->id);
	const char *base_url = json_text_string(entry, names->base_url);
	struct ipc_name checked;

	*p = (struct provider) { .source = names->source };
	if (id == NULL || !ipc_name_set(&checked, id, err))
		return err_set(err, ERR_ID_INVALID, "%s", names->id);
	strncpy(p->id, id, sizeof p->id - 1);
	p->protocol = protocol_of(json_text_string(entry, names->protocol));
	if (p->protocol == PROTOCOL_NONE)
		return err_set(err, ERR_FILE_DAMAGED, "protocol");
	if (base_url == NULL)
		return err_set(err, ERR_URL_INVALID, "%s is absent",
		    names->base_url);
	json_text_bool(entry, "noKey", &p->wants_no_key);
	if (names->source == SOURCE_LOCAL && !read_local(p, entry, err))
		return false;
	return set_base_url(p, base_url, err);
}

/* qsort() is not stable, and the first of two must stay the first. */
static int
by_id_then_place(const void *a, const void *b)
{
	const struct provider *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : x->place < y->place ? -1 : 1;
}

bool
providers_read(struct provider_list *list, struct json_object *array,
    const struct provider_names *names, struct problems *problems,
    struct err *err)
{
	size_t n = json_object_array_length(array);
	const char *source = sources[names->source];

	*list = (struct provider_list) { .n = 0 };
	if (n > PROVIDERS_MAX)
		return err_set(err, ERR_FILE_DAMAGED,
		    "%zu providers, limit %d", n, PROVIDERS_MAX);
	list->items = calloc(n + 1, sizeof *list->items);
	if (list->items == NULL)
		return err_set(err, ERR_NO_MEMORY, "providers");
	for (size_t i = 0; i < n; i++) {
		struct json_object *entry = json_object_array_get_idx(array, i);
		struct provider *p = &list->items[list->n];
		struct err why;

		if (is_empty_builtin(entry, names->base_url))
			continue;
		if (read_entry(p, entry, names, &why)) {
			p->place = list->n++;
			continue;
		}
		problems_add(problems, "%s provider %zu (%s): %s: %s", source,
		    i + 1, p->id, err_sentence(why.code), why.about);
		release(p);
	}
	qsort(list->items, list->n, sizeof *list->items, by_id_then_place);
	drop_repeated(list, source, problems);
	return true;
}

bool
providers_parse(struct provider_list *list, const char *text, size_t len,
    struct problems *problems, struct err *err)
{
	static const struct provider_names names = { SOURCE_LOCAL, "id",
		"protocol", "originBaseUrl" };
	struct json_object *file, *array;
	bool ok;

	*list = (struct provider_list) { .n = 0 };
	if (!json_text_parse(&(struct json_text) { .text = text, .len = len,
	    .code = ERR_FILE_DAMAGED }, &file, err))
		return false;
	array = json_text_array(file, "providers");
	ok = array != NULL ?
	    providers_read(list, array, &names, problems, err) :
	    err_set(err, ERR_FILE_DAMAGED, "no array \"providers\"");
	json_object_put(file);
	return ok;
}
