/* SPDX-License-Identifier: ISC */
/*
 * failover_answer: what the user's command is told of failover, in JSON; see
 * questions.h.
 */
#pragma once

struct json_object;
struct proxy;

/* Targets that have failed since this process began; an array. */
struct json_object *failover_answer_health(const struct proxy *);

/* Substitutes for a central server's models; an array. */
struct json_object *failover_answer_list(const struct proxy *);
