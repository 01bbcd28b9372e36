/* SPDX-License-Identifier: ISC */
/* price_file: prices as they are now, built in and from routing/prices.json. */
#pragma once

#include <stdbool.h>

#include "common/json/price_list.h"

struct err;
struct invocation;
struct json_object;

#define PRICE_FILE_NAME "prices.json"

/* price_list_reset() in any case. */
bool price_file_load(struct price_list *, struct invocation *, struct err *);

/* Would the proxy take this entry?  ERR_USAGE says what is wrong with it. */
bool price_file_check(const char *key, struct json_object *entry,
    struct err *);

/* Exactly this "<provider>/<model>", or NULL. */
const struct price *price_file_find(const struct price_list *,
    const char *key);

/*
 * Sets provider, model, pricePerMillion {input, output, cacheRead, cacheWrite},
 * source, tier and protocol.
 */
void price_file_describe(struct json_object *row, const struct price *);
