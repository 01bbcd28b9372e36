# The vault.  No network, no JSON, no HTTP: see MAY_USE.

pkglibexec_PROGRAMS += %reldir%/cofferdam-broker
noinst_LIBRARIES += %reldir%/libbroker.a

%canon_reldir%_cppflags = $(AM_CPPFLAGS) $(LIBEVENT_CORE_CFLAGS) \
	$(CRYPTO_CFLAGS)
%canon_reldir%_libbroker_a_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_libbroker_a_SOURCES = \
	%reldir%/admin.c %reldir%/admin.h %reldir%/admin_vault.c \
	%reldir%/audit.c %reldir%/audit.h \
	%reldir%/audit_batch.c %reldir%/audit_batch.h \
	%reldir%/audit_find.c \
	%reldir%/audit_log.c %reldir%/audit_log.h \
	%reldir%/audit_parts.h %reldir%/audit_take.c \
	%reldir%/audit_record.c %reldir%/audit_record.h \
	%reldir%/audit_segments.c %reldir%/audit_segments.h \
	%reldir%/audit_sign.c \
	%reldir%/audit_write.c \
	%reldir%/audit_writer.c %reldir%/audit_writer.h \
	%reldir%/broker.c %reldir%/broker.h \
	%reldir%/broker_sandbox.c \
	%reldir%/bytes.h \
	%reldir%/changes.c %reldir%/changes.h \
	%reldir%/cloud_entry.c %reldir%/cloud_entry.h \
	%reldir%/egresses.c %reldir%/egresses.h \
	%reldir%/grant.c %reldir%/grant.h \
	%reldir%/granting.c %reldir%/granting.h \
	%reldir%/seal.c %reldir%/seal.h \
	%reldir%/unlocking.c %reldir%/unlocking.h \
	%reldir%/vault.c %reldir%/vault.h %reldir%/vault_entries.h \
	%reldir%/vault_image.c %reldir%/vault_image.h

%canon_reldir%_cofferdam_broker_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_cofferdam_broker_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_broker_LDADD = %reldir%/libbroker.a \
	common/libprocess.a common/libconfine.a common/libcrypt.a \
	common/libcommon.a \
	$(LIBEVENT_CORE_LIBS) $(CRYPTO_LIBS) $(SECCOMP_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
