/* SPDX-License-Identifier: ISC */
/*
 * question: what the proxy knows, as JSON.
 *
 * Its answers may hold text that came from the cloud: whoever asks here holds
 * no secret and never will (I1; again.h is the way out).
 */
#pragma once

#include <stdbool.h>

#include "common/ipc_bodies.h"

struct err;
struct json_object;

#define QUESTION_ANSWER_MAX (4u << 20)	/* bytes of an answer's text */
#define QUESTION_TAIL_MAX 4096		/* bytes of what is asked */

/* Free *answer, an object, with json_object_put(). */
bool question_ask(int home, enum question, const char *tail,
    struct json_object **answer, struct err *);

/* The proxy's word on one provider. */
struct question_provider {
	char url[1024];		/* canonical, or "" */
	char protocol[16];
	char source[16];	/* "builtin", "local", "cloud" */
	bool has_no_key;
	bool is_central;	/* by the user's word */
};
/* ERR_UNKNOWN_PROVIDER; ERR_URL_INVALID when its base URL is not canonical. */
bool question_provider(int home, const char *id, struct question_provider *,
    struct err *);

/* Reads routing/ and cloud/ again; NULL arguments are allowed. */
bool question_reload(int home, struct json_object **answer, struct err *);
