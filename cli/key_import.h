/* SPDX-License-Identifier: ISC */
/*
 * key_import: an agent's own keys, offered to the vault.
 *
 * A key that the vault has already is never replaced.  The file that a key
 * came from is left as it is.
 */
#pragma once

struct client;
struct invocation;
struct json_object;

enum key_import { KEY_IMPORT_OFFER, KEY_IMPORT_TAKE };

/*
 * Sets data's "importable" ({provider, location}) and "credentialsImported"
 * (providers); what goes wrong is a warning.
 */
void key_import_run(struct invocation *, const struct client *,
    enum key_import, struct json_object *data);
