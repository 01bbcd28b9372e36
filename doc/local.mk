# Pages and papers.

dist_man_MANS += \
	%reldir%/cofferdam.1 \
	%reldir%/cofferdam.conf.5 \
	%reldir%/cofferdamd.8

# Are the pages well formed and complete?
dist_check_SCRIPTS += %reldir%/check-pages
TESTS += %reldir%/check-pages

EXTRA_DIST += %reldir%/architecture.md %reldir%/performance.md \
	%reldir%/threat-model.md
