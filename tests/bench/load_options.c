/* SPDX-License-Identifier: ISC */
#include "tests/bench/load_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX ((size_t)1 << 20)
#define HEAD_MAX ((size_t)1024)

static const struct option names[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "path", required_argument, NULL, 'P' },
	{ "body", required_argument, NULL, 'b' },
	{ "token", required_argument, NULL, 't' },
	{ "connections", required_argument, NULL, 'c' },
	{ "seconds", required_argument, NULL, 's' },
	{ "warm-up", required_argument, NULL, 'w' },
	{ "requests", required_argument, NULL, 'r' },
	{ "events", required_argument, NULL, 'e' },
	{ "cpu-of", required_argument, NULL, 'C' },
	{ 0 }
};

static bool
store(struct load_options *o, int name, const char *value)
{
	switch (name) {
	case 'p':
		o->port = (in_port_t)strtoul(value, NULL, 10);
		return o->port != 0;
	case 'P':
		o->path = value;
		return true;
	case 'b':
		o->body = value;
		return true;
	case 't':
		o->token = value;
		return true;
	case 'c':
		o->connections = (unsigned)strtoul(value, NULL, 10);
		return o->connections != 0;
	case 's':
		o->seconds = strtod(value, NULL);
		return o->seconds > 0;
	case 'w':
		o->warm_up_s = strtod(value, NULL);
		return o->warm_up_s >= 0;
	case 'r':
		o->requests = strtoull(value, NULL, 10);
		return o->requests != 0;
	case 'e':
		o->events = strtoull(value, NULL, 10);
		return true;
	case 'C':
		return cpu_time_parse(&o->cpu, value);
	default:
		return false;
	}
}

bool
load_options_parse(struct load_options *o, int argc, char *argv[])
{
	int name;

	*o = (struct load_options) { .path = "/v1/chat/completions",
	    .token = "", .connections = 1, .seconds = 1 };
	while ((name = getopt_long(argc, argv, "+", names, NULL)) != -1) {
		if (store(o, name, optarg))
			continue;
		if (name != '?')
			fprintf(stderr, "load: not a value for --%s: %s\n",
			    argv[optind - 2] + 2, optarg);
		return false;
	}
	o->command = argv + optind;
	return true;
}

char *
load_options_request(const struct load_options *o, size_t *len)
{
	char *body = malloc(BODY_MAX), *request = NULL;
	FILE *f = o->body != NULL ? fopen(o->body, "re") : NULL;
	size_t body_len = f != NULL && body != NULL ?
	    fread(body, 1, BODY_MAX, f) : 0;

	if (f != NULL)
		fclose(f);
	if (body_len > 0)
		request = malloc(HEAD_MAX + body_len);
	if (request != NULL) {
		int head_len = snprintf(request, HEAD_MAX,
		    "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
		    "User-Agent: bench\r\nAccept: */*\r\n"
		    "Authorization: Bearer %s\r\n"
		    "Content-Type: application/json\r\n"
		    "Content-Length: %zu\r\n\r\n", o->path, o->port, o->token,
		    body_len);

		*len = (size_t)head_len + body_len;
		memcpy(request + head_len, body, body_len);
	} else {
		fprintf(stderr, "load: --body: nothing to send\n");
	}
	free(body);
	return request;
}
