/* SPDX-License-Identifier: ISC */
/* help: the tables of commands, as text. */
#pragma once

struct command;

/* Every command's name, a line for what belongs together: fits a screen. */
void help_print_overview(void);
/* Every command, a line each; of one noun, or with NULL of all. */
void help_print_all(const char *noun);
/* One command with its options. */
void help_print(const struct command *);
