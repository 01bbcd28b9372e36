/* SPDX-License-Identifier: ISC */
#include "supervisor/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"

enum { HOME_OPTION = 256, SYSTEM, ROOT, LISTEN, READY_FD, ATTACHED_FD,
	FOREGROUND };

static const struct option known[] = {
	{ "home", required_argument, NULL, HOME_OPTION },
	{ "system", no_argument, NULL, SYSTEM },
	{ "root", required_argument, NULL, ROOT },
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
take_path(const char *text, char path[HOME_PATH_MAX], const char *name,
    struct err *err)
{
	if (text[0] != '/' || strlen(text) >= HOME_PATH_MAX)
		return err_set(err, ERR_USAGE, "--%s %.80s", name, text);
	snprintf(path, HOME_PATH_MAX, "%s", text);
	return true;
}

/* What the command line says so far. */
struct said {
	struct options *options;
	char home[HOME_PATH_MAX], root[HOME_PATH_MAX];
	bool is_system;
};

static bool
find_install(struct said *said, struct err *err)
{
	struct install *install = &said->options->install;

	if (said->is_system)
		return said->home[0] != '\0' ?
		    err_set(err, ERR_USAGE, "--home with --system") :
		    install_in_system(install, said->root, err);
	if (said->root[0] != '\0')
		return err_set(err, ERR_USAGE, "--root without --system");
	if (said->home[0] == '\0' && !home_path(said->home, err))
		return false;
	return install_in_home(install, said->home, err);
}

static bool
take(struct said *said, int option, struct err *err)
{
	struct options *o = said->options;

	switch (option) {
	case HOME_OPTION:
		return take_path(optarg, said->home, "home", err);
	case SYSTEM:
		return said->is_system = true;
	case ROOT:
		return take_path(optarg, said->root, "root", err);
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
	struct said said = { .options = o };
	int option;

	*o = (struct options) { .ready_fd = -1, .attached_fd = -1 };
	opterr = 0;
	while ((option = getopt_long(argc, argv, "hV", known, NULL)) != -1)
		if (!take(&said, option, err))
			return false;
	if (optind < argc)
		return err_set(err, ERR_USAGE, "%.80s", argv[optind]);
	return o->wants_help || o->wants_version || find_install(&said, err);
}

void
options_print_help(void)
{
	fputs("usage: cofferdamd [--home DIR | --system] "
	    "[--listen ADDR:PORT]...\n"
	    "\n"
	    "Starts Cofferdam's processes and watches them; stays in the "
	    "foreground.\n"
	    "To start it in the background: cofferdam up\n"
	    "\n"
	    "  --home DIR            the home folder (default: "
	    "$COFFERDAM_HOME, ~/.cofferdam)\n"
	    "  --system              as root: a system user for each process, "
	    "home " LOCALSTATEDIR "/lib/cofferdam\n"
	    "  --root DIR            the system install below this folder "
	    "(for tests)\n"
	    "  --listen ADDR:PORT    instead of the setting 'listen'; port 0: "
	    "any; may be repeated\n"
	    "  --ready-fd N          write \"ok\" there when serving, else the "
	    "error\n"
	    "  --attached-fd N       serve one command, until its end of file\n"
	    "  --version, --help\n", stdout);
}
