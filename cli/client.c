/* SPDX-License-Identifier: ISC */
#include "cli/client.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/scoped.h"

/* source: code.claude.com/docs, settings.json and its "env" */
static const struct client_member claude_members[] = {
	{ { "env", "ANTHROPIC_BASE_URL" }, "\"%u\"", true },
	{ { "env", "ANTHROPIC_AUTH_TOKEN" }, "\"%t\"", true },
	{ { NULL }, NULL, false },
};
static const struct client_variable claude_variables[] = {
	{ "ANTHROPIC_BASE_URL", "%u" },
	{ "ANTHROPIC_AUTH_TOKEN", NULL },
	{ NULL, NULL },
};
static const char *const claude_unset[] = { "ANTHROPIC_API_KEY", NULL };

/*
 * source: Codex's config.toml; a provider of its own speaks Responses over
 * HTTP, and takes the token as a header.
 */
static const struct client_member codex_members[] = {
	{ { "model_provider" }, "\"cofferdam\"", true },
	{ { "model_providers.cofferdam", "" },
	    "[model_providers.cofferdam]\n"
	    "name = \"Cofferdam\"\n"
	    "base_url = \"%u/v1\"\n"
	    "wire_api = \"responses\"\n"
	    "http_headers = { \"x-api-key\" = \"%t\" }\n", true },
	{ { NULL }, NULL, false },
};

/* source: OpenClaw's openclaw.json, a provider and the model of the agents */
static const struct client_member openclaw_members[] = {
	{ { "models", "providers", "cofferdam" },
	    "{ \"baseUrl\": \"%u/v1\", \"api\": \"openai-completions\", "
	    "\"apiKey\": \"%t\", \"models\": [{ \"id\": \"auto\", \"name\": "
	    "\"auto\", \"reasoning\": true, \"input\": [\"text\"], \"cost\": "
	    "{ \"input\": 0, \"output\": 0, \"cacheRead\": 0, "
	    "\"cacheWrite\": 0 } }] }", true },
	{ { "agents", "defaults", "models", "cofferdam/auto" }, "{}", true },
	{ { "agents", "defaults", "model", "primary" }, "\"cofferdam/auto\"",
	    false },
	{ { NULL }, NULL, false },
};

static const struct client_variable hermes_variables[] = {
	{ "HERMES_INFERENCE_PROVIDER", "openrouter" },
	{ "OPENROUTER_BASE_URL", "%u/v1" },
	{ "OPENROUTER_API_KEY", NULL },
	{ NULL, NULL },
};

static const struct client clients[] = {
	{ .id = "claude-code", .name = "Claude Code", .binary = "claude",
	    .dialect = DIALECT_ANTHROPIC,
	    .folder_variable = { "CLAUDE_CONFIG_DIR" }, .folder = ".claude",
	    .form = CLIENT_JSON, .file = "settings.json",
	    .members = claude_members, .variables = claude_variables,
	    .unset = claude_unset },
	{ .id = "codex", .name = "Codex", .binary = "codex",
	    .dialect = DIALECT_RESPONSES,
	    .folder_variable = { "CODEX_HOME" }, .folder = ".codex",
	    .form = CLIENT_TOML, .file = "config.toml",
	    .members = codex_members },
	{ .id = "openclaw", .name = "OpenClaw", .binary = "openclaw",
	    .dialect = DIALECT_CHAT,
	    .folder_variable = { "OPENCLAW_HOME", "OPENCLAW_STATE_DIR" },
	    .folder = ".openclaw", .form = CLIENT_JSON,
	    .file = "openclaw.json", .members = openclaw_members },
	{ .id = "hermes", .name = "Hermes", .binary = "hermes",
	    .dialect = DIALECT_CHAT, .folder_variable = { "HERMES_HOME" },
	    .folder = ".hermes", .file = ".env",
	    .variables = hermes_variables },
};
#define CLIENTS (sizeof clients / sizeof clients[0])

const struct client *
client_find(const char *id)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (strcmp(clients[i].id, id) == 0)
			return &clients[i];
	return NULL;
}

const struct client *
client_at(size_t n)
{
	return n < CLIENTS ? &clients[n] : NULL;
}

bool
client_config_path(const struct client *c, char *path, size_t size)
{
	const char *home = getenv("HOME");
	const struct passwd *user;
	int n;

	for (size_t i = 0; i < 2; i++) {
		const char *folder = c->folder_variable[i] != NULL ?
		    getenv(c->folder_variable[i]) : NULL;

		if (folder == NULL || folder[0] != '/')
			continue;
		n = snprintf(path, size, "%s/%s", folder, c->file);
		return n > 0 && (size_t)n < size;
	}
	user = home == NULL || home[0] != '/' ? getpwuid(geteuid()) : NULL;
	if (user != NULL)
		home = user->pw_dir;
	if (home == NULL || home[0] != '/')
		return false;
	n = snprintf(path, size, "%s/%s/%s", home, c->folder, c->file);
	return n > 0 && (size_t)n < size;
}

char *
client_value(const char *value, const struct client_facts *facts)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	for (; *value != '\0'; value++)
		if (value[0] == '%' && value[1] == 'u') {
			fputs(facts->url, out);
			value++;
		} else if (value[0] == '%' && value[1] == 't') {
			fputs(facts->token, out);
			value++;
		} else
			fputc(*value, out);
	return fclose(out) == 0 ? text : NULL;
}

static bool
is_folder(const char *path, int fd)
{
	struct stat a, b;

	return stat(path, &a) == 0 && fstat(fd, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(path, X_OK) == 0;
}

bool
client_search(const struct client *c, struct client_search *s)
{
	const char *at = getenv("PATH");
	char folder[sizeof s->path - 64];

	s->is_shadowed = false;
	for (; at != NULL && *at != '\0'; at += *at == ':') {
		size_t len = strcspn(at, ":");
		bool fits = len > 0 && *at == '/' && len < sizeof folder;

		if (fits)
			snprintf(folder, sizeof folder, "%.*s", (int)len, at);
		at += len;
		if (!fits)
			continue;
		if (is_folder(folder, s->not_here)) {
			s->is_shadowed = true;
			continue;
		}
		snprintf(s->path, sizeof s->path, "%s/%s", folder, c->binary);
		if (is_program(s->path))
			return true;
	}
	return false;
}

/* 'a'\''b': nothing in it means anything to a shell. */
static void
put_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	fputc('\'', out);
}

static void
put_variable(FILE *out, const struct client_variable *v,
    const struct client_facts *facts)
{
	char *value = v->value != NULL ? client_value(v->value, facts) : NULL;

	fprintf(out, "%s=", v->name);
	if (v->value != NULL)
		put_quoted(out, value != NULL ? value : "");
	else {
		fputs("$(cat ", out);
		put_quoted(out, facts->shim_token);
		fputs(") || exit 77", out);
	}
	fprintf(out, "\nexport %s\n", v->name);
	free(value);
}

char *
client_shim(const struct client *c, const struct client_facts *facts,
    const char *original)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	fprintf(out, "#!/bin/sh\n# %s through Cofferdam.\n# Made by: cofferdam "
	    "connect %s; taken away by: cofferdam disconnect %s\n", c->name,
	    c->id, c->id);
	for (const char *const *u = c->unset; u != NULL && *u != NULL; u++)
		fprintf(out, "unset %s\n", *u);
	for (const struct client_variable *v = c->variables; v->name != NULL;
	    v++)
		put_variable(out, v, facts);
	fputs("exec ", out);
	put_quoted(out, original);
	fputs(" \"$@\"\n", out);
	return fclose(out) == 0 ? text : NULL;
}
