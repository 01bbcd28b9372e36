# What an installation needs beside the programs.

EXTRA_DIST += %reldir%/quickstart
