/* SPDX-License-Identifier: ISC */
#include "cli/own_key.h"

#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/json_edit.h"
#include "cli/secret_input.h"
#include "common/errors.h"
#include "common/secret.h"

/* Where a key may be: a member of a JSON file, or a line of an .env file. */
struct place {
	const char *client, *provider, *file;
	const char *path[3];	/* empty: .env */
	const char *variable;
};

static const struct place places[] = {
	{ "claude-code", "anthropic", "settings.json",
	    { "env", "ANTHROPIC_API_KEY" }, NULL },
	{ "codex", "openai", "auth.json", { "OPENAI_API_KEY" }, NULL },
	{ "hermes", "openrouter", ".env", { NULL }, "OPENROUTER_API_KEY" },
	{ "hermes", "openai", ".env", { NULL }, "OPENAI_API_KEY" },
	{ "hermes", "anthropic", ".env", { NULL }, "ANTHROPIC_API_KEY" },
	{ "hermes", "deepseek", ".env", { NULL }, "DEEPSEEK_API_KEY" },
	{ "hermes", "kimi", ".env", { NULL }, "KIMI_API_KEY" },
	{ "hermes", "groq", ".env", { NULL }, "GROQ_API_KEY" },
};
#define PLACES (sizeof places / sizeof places[0])

/* Bytes of a text. */
struct piece {
	const char *at;
	size_t len;
};

static bool
find_member(const char *text, const struct place *place, struct piece *piece)
{
	struct json_edit_place p;

	if (json_edit_find(text, place->path, &p) != JSON_EDIT_FOUND ||
	    text[p.value] != '"' || p.end - p.value < 2)
		return false;
	*piece = (struct piece) { text + p.value + 1, p.end - p.value - 2 };
	return true;
}

/* "[export ]NAME=value", the value bare or in quotes. */
static bool
find_variable(const char *text, const char *name, struct piece *piece)
{
	size_t name_len = strlen(name);
	bool is_found = false;

	for (const char *at = text; *at != '\0';) {
		const char *end = at + strcspn(at, "\n");

		at += strspn(at, " \t");
		if (strncmp(at, "export ", 7) == 0)
			at += 7;
		if (strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
			piece->at = at + name_len + 1;
			piece->len = strcspn(piece->at, " \t\r\n");
			is_found = true;
		}
		at = *end == '\n' ? end + 1 : end;
	}
	if (is_found && piece->len >= 2 &&
	    (*piece->at == '"' || *piece->at == '\'') &&
	    piece->at[piece->len - 1] == *piece->at) {
		piece->at++;
		piece->len -= 2;
	}
	return is_found;
}

/* Visible ASCII without an escape: anything else is none of the keys known. */
static bool
is_key(const struct piece *piece)
{
	for (size_t i = 0; i < piece->len; i++)
		if (piece->at[i] <= ' ' || piece->at[i] >= 0x7f ||
		    piece->at[i] == '\\')
			return false;
	return piece->len >= SECRET_INPUT_KEY_MIN && piece->len <= SECRET_MAX;
}

static struct secret *
read_key(const struct place *place, const char *path)
{
	struct secret *key = NULL;
	struct config_file f;
	struct piece piece;
	struct err ignored;
	bool is_found = false;

	if (config_file_open(&f, path, &ignored))
		is_found = place->variable != NULL ?
		    find_variable(f.text, place->variable, &piece) :
		    find_member(f.text, place, &piece);
	if (is_found && is_key(&piece))
		key = secret_new(piece.len, &ignored);
	if (key != NULL)
		memcpy(secret_bytes(key), piece.at, piece.len);
	if (f.text != NULL)
		secret_wipe(f.text, strlen(f.text));
	config_file_close(&f);
	return key;
}

struct secret *
own_key_at(const struct client *client, size_t n, struct own_key *own)
{
	for (size_t i = 0; i < PLACES; i++) {
		const struct place *place = &places[i];
		char *slash;
		struct secret *key;

		if (strcmp(place->client, client->id) != 0 ||
		    !client_config_path(client, own->path, sizeof own->path))
			continue;
		slash = strrchr(own->path, '/');
		if ((size_t)snprintf(slash, sizeof own->path -
		    (size_t)(slash - own->path), "/%s", place->file) >=
		    sizeof own->path - (size_t)(slash - own->path))
			continue;
		key = read_key(place, own->path);
		if (key != NULL && n-- == 0) {
			own->provider = place->provider;
			return key;
		}
		secret_free(key);
	}
	return NULL;
}
