/* SPDX-License-Identifier: ISC */
/* help: the tables of commands, as text. */
#pragma once

struct command;

/* Every command, a line each. */
void help_print_all(void);
/* One command with its options. */
void help_print(const struct command *);
