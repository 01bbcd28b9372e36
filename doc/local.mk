# Pages and papers.

EXTRA_DIST += %reldir%/architecture.md
