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

#define VERIFICATION_HEAD_TEXT 96	/* bytes, with the NUL */

/*
 * 'head' is "SEQ:SHA256" of a record that must be there, or "".
 * 'key' is a descriptor of the public key's file, or of an empty one when there
 * is no key.  *result, to be freed with json_object_put(), is the object of
 * "audit verify" (behaviour.md I.2).
 */
bool verification_run(const struct audit_segments *, int key,
    const char *head, struct json_object **result, struct err *);
