# The only process that may connect.  It holds nothing: see MAY_USE.

noinst_LIBRARIES += %reldir%/libconnector.a
%canon_reldir%_libconnector_a_SOURCES = \
	%reldir%/addresses.c %reldir%/addresses.h \
	%reldir%/caller.c %reldir%/caller.h \
	%reldir%/connector.c %reldir%/connector.h \
	%reldir%/connector_sandbox.c %reldir%/connector_sandbox.h \
	%reldir%/dial.c %reldir%/dial.h \
	%reldir%/name_files.c %reldir%/name_files.h \
	%reldir%/resolver.c %reldir%/resolver.h
%canon_reldir%_libconnector_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBEVENT_EXTRA_CFLAGS)

pkglibexec_PROGRAMS += %reldir%/cofferdam-connector
%canon_reldir%_cofferdam_connector_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_connector_LDADD = \
	%reldir%/libconnector.a common/libprocess.a common/libconfine.a \
	common/libcommon.a \
	$(LIBEVENT_EXTRA_LIBS) $(LIBEVENT_CORE_LIBS) $(SECCOMP_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
