/* SPDX-License-Identifier: ISC */
/*
 * invocation: one command line, understood.
 *
 * --json may stand anywhere; it is taken out before anything else is looked at,
 * so that a mistake in the rest is reported in JSON too.
 */
#pragma once

#include <stdbool.h>

#include "cli/command.h"
#include "common/install.h"

struct err;

#define INVOCATION_OPTIONS_MAX 16	/* given on one command line */
#define INVOCATION_OPERANDS_MAX 64

enum output_form { OUTPUT_TEXT, OUTPUT_JSON };

struct invocation {
	enum output_form form;
	const struct command *command;	/* NULL until it is known */
	bool wants_help, wants_version;
	const char *noun;	/* whose commands help is for; NULL: all */
	const char *operands[INVOCATION_OPERANDS_MAX];
	int n_operands;
	struct {
		const struct command_option *option;
		const char *value;
	} given[INVOCATION_OPTIONS_MAX];
	int n_given;
	int exit_status;	/* when nothing failed */

	/* Opened by invocation_home(). */
	struct install install;
	const char *home_path;	/* of the install; "" before */
	int home;		/* -1: not yet */
};

/*
 * Understands argv, whose words it may reorder and which must live as long as
 * *inv.  ERR_USAGE says what is wrong with it.
 */
bool invocation_parse(struct invocation *inv, int argc, char *argv[],
    struct err *);
void invocation_close(struct invocation *);

/* The value of an option ("" for one without), or NULL when not given. */
const char *invocation_option(const struct invocation *, const char *name);
/* Of one that may be repeated: the n-th, from 0. */
const char *invocation_option_at(const struct invocation *, const char *name,
    int n);

/* A whole number from 0 to 'most'; *value stays when it was not given. */
bool invocation_number(const struct invocation *, const char *name,
    unsigned most, unsigned *value, struct err *);

/*
 * The home's descriptor, which stays ours.  -1 with ERR_NOT_RUNNING when there
 * is none and HOME_EXISTS: without a home nothing can run.
 */
int invocation_home(struct invocation *, enum home_make, struct err *);
/* Where cofferdam.conf is; the caller closes it. */
int invocation_settings_folder(struct invocation *, struct err *);
/* A folder below it; the caller closes it. */
int invocation_folder(struct invocation *, const char *name, struct err *);
