/* SPDX-License-Identifier: ISC */
/*
 * load_options: what the command line of load says.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/bench/cpu_time.h"

struct load_options {
	in_port_t port;			/* of 127.0.0.1 */
	const char *path, *body, *token;
	unsigned connections;
	double seconds, warm_up_s;
	uint64_t requests;		/* ends the window early; 0: does not */
	uint64_t events;		/* of a whole stream; 0: any number */
	struct cpu_time cpu;		/* whose time counts */
	char *const *command;		/* after --, may be empty */
};

/* 'argv' from the mode on.  False after telling what is wrong. */
bool load_options_parse(struct load_options *, int argc, char *argv[]);

/* The whole request, allocated.  NULL after telling what is wrong. */
char *load_options_request(const struct load_options *, size_t *len);
