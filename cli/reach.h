/* SPDX-License-Identifier: ISC */
/*
 * reach: can the providers be reached from here?
 *
 * A connector of the command's own, behind its usual walls, resolves and
 * connects.  No egress, so no key and nothing sent: TLS is not looked at.
 */
#pragma once

struct json_object;
struct settings;

/*
 * Appends to data's array "reachability" (provider, host, port, ok, error) for
 * each of 'credentials' (vault_view.h).
 */
void reach_providers(const struct settings *, struct json_object *credentials,
    struct json_object *data);
