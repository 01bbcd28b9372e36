# Verifies audit segments offline.  libcrypto for digests and signatures.

pkglibexec_PROGRAMS += %reldir%/cofferdam-auditor
noinst_LIBRARIES += %reldir%/libauditor.a

%canon_reldir%_libauditor_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
%canon_reldir%_libauditor_a_SOURCES = \
	%reldir%/auditor_sandbox.c %reldir%/auditor_sandbox.h \
	%reldir%/chain.c %reldir%/chain.h \
	%reldir%/line.c %reldir%/line.h \
	%reldir%/starts.c %reldir%/starts.h \
	%reldir%/segment.c %reldir%/segment.h \
	%reldir%/signature.c %reldir%/signature.h \
	%reldir%/uses.c %reldir%/uses.h \
	%reldir%/verify.c %reldir%/verify.h

%canon_reldir%_cofferdam_auditor_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_auditor_LDADD = %reldir%/libauditor.a \
	common/libconfine.a common/libcrypt.a common/libcommon.a \
	$(CRYPTO_LIBS) $(SECCOMP_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
