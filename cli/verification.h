/* SPDX-License-Identifier: ISC */
/*
 * verification: the audit log given to cofferdam-auditor, a confined process
 * that reads it and answers.
 */
#pragma once

#include <stdbool.h>

struct audit_segments;
struct err;
struct json_object;

/*
 * 'key' is a descriptor of the public key's file, or of an empty one when there
 * is no key.  *result, to be freed with json_object_put(), is the object of
 * "audit verify" (behaviour.md I.2).
 */
bool verification_run(const struct audit_segments *, int key,
    struct json_object **result, struct err *);
