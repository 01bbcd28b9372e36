/* SPDX-License-Identifier: ISC */
#include "supervisor/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"

enum { HOME_OPTION = 256, LISTEN, READY_FD, ATTACHED_FD, FOREGROUND };

static const struct option known[] = {
	{ "home", required_argument, NULL, HOME_OPTION },
	{ "listen", required_argument, NULL, LISTEN },
	{ "ready-fd", required_argument, NULL, READY_FD },
	{ "attached-fd", required_argument, NULL, ATTACHED_FD },
	{ "foreground", no_argument, NULL, FOREGROUND },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static bool
parse_fd(const char *text, int *fd, struct err *err)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value < 3 || value > 1023)
		return err_set(err, ERR_USAGE, "descriptor %.16s", text);
	*fd = (int)value;
	return true;
}

static bool
add_listen(struct options *o, const char *address, struct err *err)
{
	size_t len = strlen(o->listen);

	if (len + strlen(address) + 2 > sizeof o->listen)
		return err_set(err, ERR_USAGE, "too many --listen");
	snprintf(o->listen + len, sizeof o->listen - len, "%s%s",
	    len > 0 ? " " : "", address);
	return true;
}

static bool
take(struct options *o, int option, struct err *err)
{
	switch (option) {
	case HOME_OPTION:
		if (optarg[0] != '/' || strlen(optarg) >= sizeof o->home)
			return err_set(err, ERR_USAGE, "--home %.80s", optarg);
		snprintf(o->home, sizeof o->home, "%s", optarg);
		return true;
	case LISTEN:
		return add_listen(o, optarg, err);
	case READY_FD:
		return parse_fd(optarg, &o->ready_fd, err);
	case ATTACHED_FD:
		return parse_fd(optarg, &o->attached_fd, err);
	case FOREGROUND:
		return true;	/* it always stays: the caller makes it a daemon */
	case 'h':
		return o->wants_help = true;
	case 'V':
		return o->wants_version = true;
	default:
		return err_set(err, ERR_USAGE, "%.80s",
		    optopt != 0 ? "unknown option" : "options");
	}
}

bool
options_parse(struct options *o, int argc, char *argv[], struct err *err)
{
	int option;

	*o = (struct options) { .ready_fd = -1, .attached_fd = -1 };
	opterr = 0;
	while ((option = getopt_long(argc, argv, "hV", known, NULL)) != -1)
		if (!take(o, option, err))
			return false;
	if (optind < argc)
		return err_set(err, ERR_USAGE, "%.80s", argv[optind]);
	return o->home[0] != '\0' || o->wants_help || o->wants_version ||
	    home_path(o->home, err);
}

void
options_print_help(void)
{
	fputs("usage: cofferdamd [--home DIR] [--listen ADDR:PORT]...\n"
	    "\n"
	    "Starts Cofferdam's processes and watches them; stays in the "
	    "foreground.\n"
	    "To start it in the background: cofferdam up\n"
	    "\n"
	    "  --home DIR            the home folder (default: "
	    "$COFFERDAM_HOME, ~/.cofferdam)\n"
	    "  --listen ADDR:PORT    instead of the setting 'listen'; port 0: "
	    "any; may be repeated\n"
	    "  --ready-fd N          write \"ok\" there when serving, else the "
	    "error\n"
	    "  --attached-fd N       serve one command, until its end of file\n"
	    "  --version, --help\n", stdout);
}
