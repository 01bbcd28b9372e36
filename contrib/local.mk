# What an installation needs beside the programs.

EXTRA_DIST += %reldir%/quickstart

# bash completes commands, options and ids.
bashcompdir = $(datadir)/bash-completion/completions
dist_bashcomp_DATA = %reldir%/completion/cofferdam
