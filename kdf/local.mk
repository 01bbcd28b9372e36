# The key of a passphrase.  libcrypto, no network, no files.

pkglibexec_PROGRAMS += %reldir%/cofferdam-kdf
noinst_LIBRARIES += %reldir%/libkdf.a

%canon_reldir%_cppflags = $(AM_CPPFLAGS) $(LIBEVENT_CORE_CFLAGS) \
	$(CRYPTO_CFLAGS)
%canon_reldir%_libkdf_a_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_libkdf_a_SOURCES = %reldir%/kdf.c %reldir%/kdf.h \
	%reldir%/kdf_sandbox.c

%canon_reldir%_cofferdam_kdf_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_cofferdam_kdf_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_kdf_LDADD = %reldir%/libkdf.a \
	common/libprocess.a common/libconfine.a common/libcommon.a \
	$(LIBEVENT_CORE_LIBS) $(CRYPTO_LIBS) $(SECCOMP_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
