/* SPDX-License-Identifier: ISC */
/*
 * mock: a server for tests: a TLS port, a plain one, and one to control it.
 *
 * In 'dir' it writes ca.pem, <name>.json with port, plainPort, controlPort and
 * pid once it is ready, and a journal of requests.  The control port knows
 *
 *	GET /stats	requests, connections, openStreams, cutStreams (the
 *			client left before the end), bytesReceived
 *	POST /script	see script.h
 *	POST /reset	forgets the script and the counters
 *
 * bytesReceived is what is left without TLS.  openStreams and cutStreams count
 * every answer that takes its time, be it a stream, delayed or hanging.
 */
#pragma once

#include <getopt.h>
#include <stdbool.h>

#include <json-c/json.h>

#include "tests/mock/connection.h"
#include "tests/mock/reply.h"

struct mock;

struct mock_settings {
	const char *name;
	const char *journal;		/* file name */
	const char *dir;		/* --dir, required */
	const char *ca_dir;		/* --ca-dir, else dir */
	const char *san;		/* --san, else localhost's names */
	bool until_eof;			/* --until-eof */
	/*
	 * Called for each request of the TLS and plain ports, to fill in the
	 * ordinary answer.  The step of the script, NULL if none, is applied
	 * to the result later as far as it is the same for all servers.
	 */
	void (*compose)(const struct request *, struct json_object *step,
	    struct reply *, void *arg);
	/* May be NULL: further requests of the control port; else false. */
	bool (*control)(const struct request *, struct reply *, void *arg);
	void *arg;
};

#define MOCK_OPTIONS							\
	{ "dir", required_argument, NULL, 'd' },			\
	{ "ca-dir", required_argument, NULL, 'c' },			\
	{ "san", required_argument, NULL, 's' },			\
	{ "until-eof", no_argument, NULL, 'u' }

#define MOCK_USAGE "--dir DIR [--ca-dir DIR] [--san NAMES] [--until-eof]"

/* False if 'option' is none of MOCK_OPTIONS. */
bool mock_set_option(struct mock_settings *, int option, const char *value);

/* Serves until SIGTERM, SIGINT or end of input; the exit status of main(). */
int mock_run(const struct mock_settings *);
