# What an installation needs beside the programs.

EXTRA_DIST += %reldir%/quickstart

# bash completes commands, options and ids.
bashcompdir = $(datadir)/bash-completion/completions
dist_bashcomp_DATA = %reldir%/completion/cofferdam

# The system install: users, folders, service.  Paths are those of configure.
systemdunitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
logrotatedir = $(sysconfdir)/logrotate.d
nodist_systemdunit_DATA = %reldir%/systemd/cofferdam.service \
	%reldir%/systemd/cofferdam-sync.service
dist_systemdunit_DATA = %reldir%/systemd/cofferdam-sync.timer
systemduserunitdir = $(prefix)/lib/systemd/user
nodist_systemduserunit_DATA = %reldir%/systemd/cofferdam-sync.service
dist_systemduserunit_DATA = %reldir%/systemd/cofferdam-sync.timer
# To read, not to run: a crontab of the system is its administrator's to change.
exampledir = $(docdir)/examples
dist_example_DATA = %reldir%/cron/cofferdam-sync
nodist_sysusers_DATA = %reldir%/sysusers.d/cofferdam.conf
nodist_tmpfiles_DATA = %reldir%/tmpfiles.d/cofferdam.conf
nodist_logrotate_DATA = %reldir%/logrotate.d/cofferdam
install_files = $(nodist_systemdunit_DATA) $(nodist_sysusers_DATA) \
	$(nodist_tmpfiles_DATA) $(nodist_logrotate_DATA)
CLEANFILES += $(install_files)
EXTRA_DIST += \
	%reldir%/systemd/cofferdam.service.in \
	%reldir%/systemd/cofferdam-sync.service.in \
	%reldir%/sysusers.d/cofferdam.conf.in \
	%reldir%/tmpfiles.d/cofferdam.conf.in \
	%reldir%/logrotate.d/cofferdam.in
$(install_files): Makefile
	@$(MKDIR_P) $(@D) && sed \
		-e 's,[@]sbindir[@],$(sbindir),g' \
		-e 's,[@]bindir[@],$(bindir),g' \
		-e 's,[@]sysconfdir[@],$(sysconfdir),g' \
		-e 's,[@]localstatedir[@],$(localstatedir),g' \
		-e 's,[@]runstatedir[@],$(runstatedir),g' \
		'$(srcdir)/$@.in' >$@
%reldir%/systemd/cofferdam-sync.service: \
    %reldir%/systemd/cofferdam-sync.service.in
%reldir%/systemd/cofferdam.service: %reldir%/systemd/cofferdam.service.in
%reldir%/sysusers.d/cofferdam.conf: %reldir%/sysusers.d/cofferdam.conf.in
%reldir%/tmpfiles.d/cofferdam.conf: %reldir%/tmpfiles.d/cofferdam.conf.in
%reldir%/logrotate.d/cofferdam: %reldir%/logrotate.d/cofferdam.in
