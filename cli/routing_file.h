/* SPDX-License-Identifier: ISC */
/*
 * routing_file: the administrator's JSON files in routing/, changed whole, one
 * writer at a time.
 *
 *	struct routing_file f;
 *	ok = routing_file_open(&f, inv, "routes.json", "routes", err) &&
 *	    ... change f.root ... && routing_file_save(&f, err);
 *	routing_file_close(&f);
 */
#pragma once

#include <stdbool.h>


struct err;
struct invocation;
struct json_object;

#define ROUTING_FILE_MAX (1u << 20)	/* bytes; what the proxy takes */

struct routing_file {
	const char *name;
	int folder, lock;	/* -1: none */
	struct json_object *root;
};

/*
 * Locks (waiting up to 5 s) and reads.  A file that is absent is an empty
 * object; ERR_FILE_DAMAGED when it is no JSON object.
 */
bool routing_file_open(struct routing_file *, struct invocation *,
    const char *name, struct err *);
/* Writes what 'root' has become. */
bool routing_file_save(struct routing_file *, struct err *);
/* Unlocks; in any case. */
void routing_file_close(struct routing_file *);

/* Only reads; free *root with json_object_put(). */
bool routing_file_read(struct invocation *, const char *name,
    struct json_object **root, struct err *);

/* The object of that name in 'root', made when there is none. */
struct json_object *routing_file_map(struct json_object *root,
    const char *name);

/*
 * Pure changes.  In {"providers":[{"id",...}]}: puts 'entry', which it takes
 * over, in the place of the one with that id, or behind the last.  True when
 * there was one.
 */
bool routing_file_put_provider(struct json_object *root, const char *id,
    struct json_object *entry);
/* True when there was one. */
bool routing_file_remove_provider(struct json_object *root, const char *id);
/* NULL: there is none. */
struct json_object *routing_file_provider(struct json_object *root,
    const char *id);

/*
 * The id of another provider than 'id' that already stands in for the central
 * model 'name', or NULL.
 */
const char *routing_file_failover_owner(struct json_object *root,
    const char *name, const char *id);

/*
 * Splits "provider/model" at the first slash.  ERR_USAGE; the provider is an
 * id, the model 1 to 199 bytes without control characters.
 */
#define ROUTING_MODEL_MAX 200	/* bytes, with the NUL */
struct routing_target {
	char provider[65];
	char model[ROUTING_MODEL_MAX];
};
bool routing_target_parse(struct routing_target *, const char *text,
    struct err *);
bool routing_target_equals(const struct routing_target *,
    const struct routing_target *);
