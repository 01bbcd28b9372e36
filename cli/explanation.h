/* SPDX-License-Identifier: ISC */
/*
 * explanation: what "explain" answers: a subject, facts, and a paragraph.
 *
 *	{"subject":{"type","id"},"narrative","facts":[{"kind","detail","at"}]}
 *
 * Kinds: route, policy-applied, cascade, fallback, cost, error, hop, timing,
 * lost-field.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;
struct invocation;
struct json_object;

struct json_object *explanation_new(const char *type, const char *id);

/* 'at' is UTC text, or NULL. */
void explanation_add(struct json_object *, const char *kind, const char *at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Adds a sentence to the paragraph. */
void explanation_tell(struct json_object *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void explanation_print(struct json_object *);

/* NULL with *err; the caller frees it. */
struct json_object *explain_run(struct invocation *, const char *id,
    struct err *);
struct json_object *explain_agent(struct invocation *, const char *id,
    struct err *);
struct json_object *explain_request(struct invocation *, const char *id,
    struct err *);

/* "$0.012300", or "unknown" for calls without a price. */
#define EXPLANATION_USD_MAX 40
void explanation_format_usd(double usd, bool is_known,
    char text[EXPLANATION_USD_MAX]);
