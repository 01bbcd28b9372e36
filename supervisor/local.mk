# cofferdamd.  Holds no key, no metadata; parses its options and settings.

sbin_PROGRAMS += %reldir%/cofferdamd
noinst_LIBRARIES += %reldir%/libsupervisor.a

%canon_reldir%_cppflags = $(AM_CPPFLAGS) $(LIBEVENT_CORE_CFLAGS) \
	-DLOCALSTATEDIR='"$(localstatedir)"' \
	-DPKGLIBEXECDIR='"$(pkglibexecdir)"' \
	-DPACKAGE_VERSION='"$(PACKAGE_VERSION)"'
%canon_reldir%_libsupervisor_a_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_libsupervisor_a_SOURCES = \
	%reldir%/audit_folder.c %reldir%/audit_folder.h \
	%reldir%/child.c %reldir%/child.h \
	%reldir%/child_state.c %reldir%/child_state.h \
	%reldir%/egress_deaths.c %reldir%/egress_deaths.h \
	%reldir%/key_drop.c %reldir%/key_drop.h \
	%reldir%/listener.c %reldir%/listener.h \
	%reldir%/log_file.c %reldir%/log_file.h \
	%reldir%/measured.c %reldir%/measured.h \
	%reldir%/notify.c %reldir%/notify.h \
	%reldir%/opening.c %reldir%/opening.h \
	%reldir%/options.c %reldir%/options.h \
	%reldir%/parked.c %reldir%/parked.h \
	%reldir%/privileges.c %reldir%/privileges.h \
	%reldir%/restart.c %reldir%/restart.h \
	%reldir%/spawn.c %reldir%/spawn.h \
	%reldir%/run_segments.c %reldir%/run_segments.h \
	%reldir%/supervisor.c %reldir%/supervisor.h \
	%reldir%/supervisor_messages.c \
	%reldir%/sync_delay.c %reldir%/sync_delay.h \
	%reldir%/syncing.c %reldir%/syncing.h \
	%reldir%/watchdog.c %reldir%/watchdog.h \
	%reldir%/wiring.c %reldir%/wiring.h

%canon_reldir%_cofferdamd_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_cofferdamd_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdamd_LDADD = %reldir%/libsupervisor.a \
	common/libprocess.a common/libconfine.a common/libcommon.a \
	$(LIBEVENT_CORE_LIBS) $(SECCOMP_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
