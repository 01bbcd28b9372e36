/* SPDX-License-Identifier: ISC */
/* options: the daemon's command line. */
#pragma once

#include <stdbool.h>

#include "common/install.h"

struct err;

#define OPTIONS_LISTEN_MAX 512	/* bytes of the addresses, with the NUL */

struct options {
	struct install install;
	char listen[OPTIONS_LISTEN_MAX];	/* replaces the setting if not "" */
	int ready_fd;		/* told once when serving or failed; -1: none */
	int attached_fd;	/* its end of file ends us; -1: a daemon */
	bool wants_help, wants_version;
};

/* ERR_USAGE names the option. */
bool options_parse(struct options *, int argc, char *argv[], struct err *);
void options_print_help(void);
