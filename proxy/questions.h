/* SPDX-License-Identifier: ISC */
/*
 * questions: what the user's command asks this process, answered in JSON.
 *
 *	PROVIDERS	{"providers":[{"id","protocol","baseUrl","source",
 *			"failoverFor","central","noKey"}]}, those that count
 *	PROVIDER	one of them; ERR_UNKNOWN_PROVIDER
 *	TARGETS		{"agents":[...]}, each as in proxy/target_answer.h
 *	SNAPSHOT	{"present","syncedAt","ageSeconds","stale","error",
 *			"policiesCount","bundlesCount","bindingsCount",
 *			"providersCount","sourceUrl","problems"}
 *	METRICS		{"requests","inFlight","connections","lastErrors":[
 *			{"at","code","message","requestId","agent"}],"health":[
 *			{"provider","model","circuit","failures",
 *			"retryInSeconds"}],"problems"}
 *	FAILOVERS	{"failovers":[{"central","provider","lastCheck":
 *			{"at","outcome"}|null}]}
 *	RELOAD		{"problems":[...]}, after reading all files
 */
#pragma once

#include "common/ipc.h"

struct channel;
struct proxy;

#define ANSWER_PIECE_MAX 49152	/* bytes of JSON in one message */

/* Answers on the channel, in as many pieces as it takes. */
void questions_answer(struct proxy *, struct channel *,
    const struct ipc_message *);
