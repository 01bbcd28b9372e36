# Pulls the snapshot.  Holds no key; reaches what it is handed: see MAY_USE.

pkglibexec_PROGRAMS += %reldir%/cofferdam-syncer
noinst_LIBRARIES += %reldir%/libsyncer.a

%canon_reldir%_cppflags = $(AM_CPPFLAGS) $(LIBEVENT_CORE_CFLAGS) \
	$(CURL_CFLAGS) $(JSONC_CFLAGS)
%canon_reldir%_libsyncer_a_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_libsyncer_a_SOURCES = \
	%reldir%/cloud_call.c %reldir%/cloud_call.h \
	%reldir%/device_login.c %reldir%/device_login.h \
	%reldir%/identity_file.c %reldir%/identity_file.h \
	%reldir%/login_answer.c %reldir%/login_answer.h \
	%reldir%/pull.c \
	%reldir%/run_segment.c %reldir%/run_segment.h \
	%reldir%/run_wire.c %reldir%/run_wire.h \
	%reldir%/runs_upload.c %reldir%/runs_upload.h \
	%reldir%/snapshot_file.c %reldir%/snapshot_file.h \
	%reldir%/sync_content.c %reldir%/sync_content.h \
	%reldir%/sync_difference.c %reldir%/sync_difference.h \
	%reldir%/syncer.c %reldir%/syncer.h \
	%reldir%/syncer_sandbox.c

%canon_reldir%_cofferdam_syncer_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_cofferdam_syncer_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_syncer_LDADD = %reldir%/libsyncer.a \
	common/libupstream.a common/libprocess.a common/libconfine.a \
	common/libcommonjson.a common/libcommon.a \
	$(CURL_LIBS) $(OPENSSL_LIBS) $(JSONC_LIBS) $(LIBEVENT_CORE_LIBS) \
	$(SECCOMP_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
