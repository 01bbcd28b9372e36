/* SPDX-License-Identifier: ISC */
/*
 * first_answer: how long a server takes from its start to its first answer.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIRST_ANSWER_TIMEOUT_S 30

struct first_answer {
	in_port_t port;			/* of 127.0.0.1 */
	const char *bytes;		/* the whole request */
	size_t len;
	char *const *command;		/* starts the server; may then exit */
};

/*
 * Runs the command and asks, over and over, until an answer with status 200
 * has come in full.  False if there is none within the time.
 */
bool first_answer_measure(const struct first_answer *, uint64_t *took_ns);
