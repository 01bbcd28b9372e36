/* SPDX-License-Identifier: ISC */
#include "cli/invocation.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/errors.h"

/* getopt_long() gives each option the index of its line, from here on. */
#define FIRST_OPTION 256

static int
take_out_json(struct invocation *inv, int argc, char *argv[])
{
	int kept = 0;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (i < argc)
				argv[kept++] = argv[i++];
			break;
		}
		if (i > 0 && strcmp(argv[i], "--json") == 0)
			inv->form = OUTPUT_JSON;
		else
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	return kept;
}

/* How many words of argv are this command's name; 0: another command. */
static int
matches(const struct command *c, int argc, char *argv[])
{
	const char *name = c->name;
	int n = 0;

	for (;; n++) {
		size_t len = strcspn(name, " ");

		if (n == argc || strlen(argv[n]) != len ||
		    strncmp(argv[n], name, len) != 0)
			return 0;
		if (name[len] == '\0')
			return n + 1;
		name += len + 1;
	}
}

/* The longest name wins: "providers add" before "providers". */
static int
find_command(struct invocation *inv, int argc, char *argv[])
{
	int most = 0;

	for (const struct command *const *t = command_tables; *t != NULL; t++)
		for (const struct command *c = *t; c->name != NULL; c++) {
			int n = matches(c, argc, argv);

			if (n > most) {
				most = n;
				inv->command = c;
			}
		}
	return most;
}

static size_t
list_options(const struct command *c, struct option long_options[])
{
	size_t n = 0;

	for (; c->options != NULL && c->options[n].name != NULL; n++)
		long_options[n] = (struct option) {
			.name = c->options[n].name,
			.has_arg = c->options[n].argument != NULL ?
			    required_argument : no_argument,
			.val = FIRST_OPTION + (int)n,
		};
	long_options[n] = (struct option) { .name = "help", .val = 'h' };
	long_options[n + 1] = (struct option) { .name = NULL };
	return n;
}

/*
 * Words of the command line are repeated in messages only when they cannot be a
 * key that stands in the wrong place (I5).
 */
static bool
is_harmless(const char *word)
{
	size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz-");

	return len > 0 && len <= 20 && word[len] == '\0';
}

static bool
refuse_option(const struct invocation *inv, int found, const char *word,
    struct err *err)
{
	const struct command *c = inv->command;
	int len = (int)strcspn(word, "=");

	if (found == ':')
		return err_set(err, ERR_USAGE, "%s: --%s needs a value",
		    c->name, c->options[optopt - FIRST_OPTION].name);
	if (optopt > 0 && optopt < FIRST_OPTION)
		return err_set(err, ERR_USAGE, "%s: no option -%c", c->name,
		    optopt);
	if (optopt >= FIRST_OPTION)
		return err_set(err, ERR_USAGE, "%s: --%s takes no value",
		    c->name, c->options[optopt - FIRST_OPTION].name);
	return err_set(err, ERR_USAGE, "%s: no option %.*s", c->name,
	    len > 30 ? 30 : len, word);
}

const char *
invocation_option_at(const struct invocation *inv, const char *name, int n)
{
	for (int i = 0; i < inv->n_given; i++)
		if (strcmp(inv->given[i].option->name, name) == 0 && n-- == 0)
			return inv->given[i].value;
	return NULL;
}

const char *
invocation_option(const struct invocation *inv, const char *name)
{
	return invocation_option_at(inv, name, 0);
}

/* Of two values one would be ignored: which is the user's to say. */
static bool
is_given_twice(const struct invocation *inv, const struct command_option *o)
{
	size_t len = o->argument != NULL ? strlen(o->argument) : 0;

	return len > 0 && invocation_option(inv, o->name) != NULL &&
	    (len < 3 || strcmp(o->argument + len - 3, "...") != 0);
}

static bool
take_option(struct invocation *inv, int found, char *argv[], struct err *err)
{
	const struct command_option *option;

	if (found == 'h')
		return inv->wants_help = true;
	if (found == '?' || found == ':')
		return refuse_option(inv, found, argv[optind - 1], err);
	if (inv->n_given == INVOCATION_OPTIONS_MAX)
		return err_set(err, ERR_USAGE, "too many options");
	option = &inv->command->options[found - FIRST_OPTION];
	if (is_given_twice(inv, option))
		return err_set(err, ERR_USAGE, "%s: --%s is given twice",
		    inv->command->name, option->name);
	inv->given[inv->n_given].option = option;
	inv->given[inv->n_given++].value = optarg != NULL ? optarg : "";
	return true;
}

static bool
take_operands(struct invocation *inv, int argc, char *argv[], struct err *err)
{
	const struct command *c = inv->command;
	int most = c->most != COMMAND_NO_LIMIT ? c->most :
	    INVOCATION_OPERANDS_MAX;

	if (inv->wants_help)
		return true;
	if (argc < c->least)
		return err_set(err, ERR_USAGE, "%s needs %s", c->name,
		    c->operands);
	if (argc > most)
		return err_set(err, ERR_USAGE, "%s: %d word%s too many",
		    c->name, argc - most, argc - most == 1 ? "" : "s");
	for (int i = 0; i < argc; i++)
		inv->operands[i] = argv[i];
	inv->n_operands = argc;
	return true;
}

/* argv[0] is the last word of the command's name. */
static bool
parse_rest(struct invocation *inv, int argc, char *argv[], struct err *err)
{
	struct option long_options[INVOCATION_OPTIONS_MAX + 2];
	int found;

	list_options(inv->command, long_options);
	opterr = 0;
	optind = 0;
	while ((found = getopt_long(argc, argv, ":h", long_options,
	    NULL)) != -1)
		if (!take_option(inv, found, argv, err))
			return false;
	return take_operands(inv, argc - optind, argv + optind, err);
}

/* A word that begins commands: "cloud" of "cloud sync". */
static bool
is_noun(const char *word)
{
	size_t len = strlen(word);

	for (const struct command *const *t = command_tables; *t != NULL; t++)
		for (const struct command *c = *t; c->name != NULL; c++)
			if (strncmp(c->name, word, len) == 0 &&
			    c->name[len] == ' ' &&
			    c->visibility == COMMAND_SHOWN)
				return true;
	return false;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool
refuse_command(int argc, char *argv[], struct err *err)
{
	bool has_two = argc > 1 && is_harmless(argv[1]);

	if (!is_harmless(argv[0]))
		return err_set(err, ERR_USAGE, "no such command");
	if (argc == 1 && is_noun(argv[0]))
		return err_set(err, ERR_USAGE, "%s needs another word: "
		    "cofferdam %s --help", argv[0], argv[0]);
	return err_set(err, ERR_USAGE, "no such command: %s%s%s", argv[0],
	    has_two ? " " : "", has_two ? argv[1] : "");
}

bool
invocation_parse(struct invocation *inv, int argc, char *argv[],
    struct err *err)
{
	int n;

	*inv = (struct invocation) { .home = -1, .home_path = "" };
	argc = take_out_json(inv, argc, argv);
	if (argc < 2)
		return err_set(err, ERR_USAGE, "no command");
	if (is_help(argv[1]))
		return inv->wants_help = true;
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return inv->wants_version = true;
	n = find_command(inv, argc - 1, argv + 1);
	if ((n == 0 || inv->command->visibility == COMMAND_HIDDEN) &&
	    argc == 3 && is_noun(argv[1]) && is_help(argv[2])) {
		inv->noun = argv[1];
		return inv->wants_help = true;
	}
	if (n == 0 || (is_noun(inv->command->name) &&
	    inv->command->most == 0 && argc > n + 1 &&
	    argv[n + 1][0] != '-')) {
		inv->command = NULL;
		return refuse_command(argc - 1, argv + 1, err);
	}
	return parse_rest(inv, argc - n, argv + n, err);
}

void
invocation_close(struct invocation *inv)
{
	if (inv->home != -1)
		close(inv->home);
	inv->home = -1;
}

bool
invocation_number(const struct invocation *inv, const char *name,
    unsigned most, unsigned *value, struct err *err)
{
	const char *text = invocation_option(inv, name);
	unsigned long number;
	char *end;

	if (text == NULL)
		return true;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end != '\0' || errno != 0 ||
	    number > most)
		return err_set(err, ERR_USAGE,
		    "--%s: not a number from 0 to %u", name, most);
	*value = (unsigned)number;
	return true;
}

static bool
make_system(const struct install *install, struct err *err)
{
	struct install_users users;

	if (geteuid() != 0)
		return err_set(err, ERR_NOT_ROOT, "%.100s", install->home);
	return install_read_users(install, &users, err) &&
	    install_make(install, &users, err);
}

int
invocation_home(struct invocation *inv, enum home_make make, struct err *err)
{
	if (inv->home != -1)
		return inv->home;
	if (!install_find(&inv->install, err))
		return -1;
	inv->home_path = inv->install.home;
	if (inv->install.kind == INSTALL_SYSTEM) {
		if (make == HOME_MAKE && !make_system(&inv->install, err))
			return -1;
		inv->home = home_open(inv->home_path, HOME_OF_SYSTEM, err);
	} else
		inv->home = home_open(inv->home_path, make, err);
	if (inv->home == -1 && make == HOME_EXISTS &&
	    err->code == ERR_FILE_FAILED && err->os == ENOENT)
		err_set(err, ERR_NOT_RUNNING, "no home at %.100s",
		    inv->home_path);
	return inv->home;
}

int
invocation_settings_folder(struct invocation *inv, struct err *err)
{
	int fd;

	if (invocation_home(inv, HOME_EXISTS, err) == -1)
		return -1;
	fd = open(inv->install.settings, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		err_set_os(err, ERR_FILE_FAILED, "%.100s",
		    inv->install.settings);
	return fd;
}

int
invocation_folder(struct invocation *inv, const char *name, struct err *err)
{
	int home = invocation_home(inv, HOME_EXISTS, err);

	return home != -1 ? home_folder(home, name, err) : -1;
}
