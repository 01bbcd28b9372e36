/* SPDX-License-Identifier: ISC */
#include "cli/help.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

#define NAME_COLUMN 24		/* characters */
#define GROUP_COLUMN 17
#define LINE_LEN 79

/* Words from 'column' on, broken before the line's end. */
static void
print_wrapped(const char *text, int column)
{
	int at = column;

	while (*text != '\0') {
		int len = (int)strcspn(text, " ");

		if (at > column && at + 1 + len > LINE_LEN) {
			printf("\n%*s", column, "");
			at = column;
		}
		at += printf("%s%.*s", at > column ? " " : "", len, text);
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void
print_named(const char *name, const char *help)
{
	int n = printf("  %-*s", NAME_COLUMN - 2, name);

	if (n > NAME_COLUMN)
		printf("\n%*s", NAME_COLUMN, "");
	print_wrapped(help, NAME_COLUMN);
}

static bool
is_of(const struct command *c, const char *noun)
{
	size_t len = noun != NULL ? strlen(noun) : 0;

	return noun == NULL || (strncmp(c->name, noun, len) == 0 &&
	    c->name[len] == ' ');
}

/* What belongs together, by first words. */
static const struct {
	const char *title, *nouns[6];
} groups[] = {
	{ "set up", { "init", "passwd", "config", "import", "doctor" } },
	{ "daemon", { "up", "down", "reload", "status" } },
	{ "vault", { "lock", "unlock" } },
	{ "providers", { "providers", "rotate-key", "models" } },
	{ "agents", { "agents", "connect", "disconnect" } },
	{ "targets", { "route", "failovers", "policy", "prices" } },
	{ "what happened", { "runs", "explain", "recommend", "audit" } },
	{ "control plane", { "cloud" } },
};

/* "audit list|verify", or "route|remove" where the noun is a command too. */
static void
describe_noun(const char *noun, char *text, size_t size)
{
	const char *before = "";

	text[0] = '\0';
	for (const struct command *const *t = command_tables; *t != NULL; t++)
		for (const struct command *c = *t; c->name != NULL; c++) {
			bool is_alone = strcmp(c->name, noun) == 0;
			size_t at = strlen(text);

			if (c->visibility != COMMAND_SHOWN ||
			    (!is_alone && !is_of(c, noun)))
				continue;
			snprintf(text + at, size - at, "%s%s", before,
			    at == 0 ? c->name : c->name + strlen(noun) + 1);
			before = "|";
		}
}

static void
print_group(const char *title, const char *const *noun)
{
	int at = printf("  %-*s", GROUP_COLUMN - 2, title);
	char text[LINE_LEN];

	for (bool is_first = true; *noun != NULL; noun++, is_first = false) {
		describe_noun(*noun, text, sizeof text);
		if (is_first)
			at += printf("%s", text);
		else if (at + (int)strlen(text) + 3 <= LINE_LEN)
			at += printf(", %s", text);
		else
			at = printf(",\n%*s%s", GROUP_COLUMN, "", text) - 2;
	}
	putchar('\n');
}

void
help_print_overview(void)
{
	puts("usage: cofferdam <command> [--json] [--help]\n");
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		print_group(groups[i].title, groups[i].nouns);
	puts("\nThe home is $COFFERDAM_HOME, else ~/.cofferdam, else "
	    LOCALSTATEDIR "/lib/cofferdam.\nSee also: "
	    "cofferdam help, cofferdam <command> --help, man cofferdam");
}

void
help_print_all(const char *noun)
{
	puts("usage: cofferdam <command> [--json] [--help]\n");
	for (const struct command *const *t = command_tables; *t != NULL; t++)
		for (const struct command *c = *t; c->name != NULL; c++)
			if (c->visibility == COMMAND_SHOWN && is_of(c, noun))
				print_named(c->name, c->help);
}

void
help_print(const struct command *c)
{
	char name[64];

	printf("usage: cofferdam %s%s%s%s\n\n", c->name,
	    c->operands != NULL ? " " : "",
	    c->operands != NULL ? c->operands : "",
	    c->options != NULL ? " [option]..." : "");
	print_wrapped(c->help, 0);
	putchar('\n');
	for (const struct command_option *o = c->options;
	    o != NULL && o->name != NULL; o++) {
		snprintf(name, sizeof name, "--%s%s%s", o->name,
		    o->argument != NULL ? " " : "",
		    o->argument != NULL ? o->argument : "");
		print_named(name, o->help);
	}
	print_named("--json", "answer in one line of JSON, errors too");
	print_named("--help", "show this");
}
