/* SPDX-License-Identifier: ISC */
/*
 * providers: where providers are and which dialect they speak.
 *
 * I8: the user's machine is the authority.  A provider that is built in counts
 * before one that is registered here, and that before one of the cloud; what
 * the cloud says about an id that is known here is not even looked at.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/crypto/digest.h"
#include "common/ipc.h"

struct err;
struct json_object;
struct problems;

#define PROVIDERS_FILE_MAX (1 << 20)	/* bytes of routing/providers.json */
#define PROVIDERS_MAX 4096		/* of one source */
#define FAILOVER_FOR_MAX 64		/* names that one provider serves */

enum protocol { PROTOCOL_NONE, PROTOCOL_OPENAI, PROTOCOL_ANTHROPIC,
	PROTOCOL_RESPONSES };
enum provider_source { SOURCE_BUILTIN, SOURCE_LOCAL, SOURCE_CLOUD };

struct provider {
	char id[IPC_NAME_TEXT];
	enum protocol protocol;
	enum provider_source source;
	char *base_url;		/* canonical */
	uint8_t origin[DIGEST_LEN];	/* SHA-256 of it */
	bool has_version;	/* it has a segment "v1" */
	bool is_central, wants_no_key;
	char *infer_path;	/* of a central one, with "{model}", or NULL */
	char **failover_for;	/* names of central models */
	size_t n_failover_for;
	size_t place;		/* in its file */
};

/* Sorted by id, each id once. */
struct provider_list {
	struct provider *items;
	size_t n;
};

/* "openai"; static storage. */
const char *protocol_name(enum protocol);
const char *provider_source_name(enum provider_source);

/*
 * What is spoken with it when the client speaks 'client': the same where it can.
 * "openai" is Chat, which all compatible hosts speak; OpenAI's own host alone is
 * known to speak Responses, too, and is spoken to in it for others' clients: on
 * Chat its newer models refuse to reason beside tools.
 */
enum dialect provider_dialect(const struct provider *, enum dialect client);

/* Does it speak the dialect of the path that was called? */
bool provider_speaks(const struct provider *, enum dialect);

/* The ones that are built in; made at the first call, never freed. */
const struct provider_list *providers_builtin(void);

/*
 * From the text of routing/providers.json.  A bad entry is left out and told in
 * 'problems'; false with ERR_FILE_DAMAGED only when nothing can be used.
 */
bool providers_parse(struct provider_list *, const char *text, size_t len,
    struct problems *, struct err *);

/*
 * From an array of entries with these names for their members; 'source' also
 * names them in 'problems'.
 */
struct provider_names {
	enum provider_source source;
	const char *id, *protocol, *base_url;
};
bool providers_read(struct provider_list *, struct json_object *array,
    const struct provider_names *, struct problems *, struct err *);

const struct provider *providers_find(const struct provider_list *,
    const char *id);
void providers_reset(struct provider_list *);
