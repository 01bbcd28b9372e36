/* SPDX-License-Identifier: ISC */
/*
 * run_wire: a run record of ours as the control plane's API wants it (RunIn).
 *
 * What is longer than the API allows is cut; what it does not know is left out;
 * a record without a field that it needs cannot be sent at all.  Free text
 * leaves the machine only when that is allowed.  Pure.
 */
#pragma once

#include <stddef.h>

struct err;
struct json_object;

enum run_texts { RUN_WITHOUT_TEXTS, RUN_WITH_TEXTS };

/*
 * From one line, without its line feed.  Free it with json_object_put(); NULL
 * with ERR_INVALID_REQUEST, which names the field.
 */
struct json_object *run_wire_read(const char *line, size_t len,
    enum run_texts, struct err *);
