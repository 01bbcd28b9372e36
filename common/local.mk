# libcommon: in every address space, on libc alone.  The other archives are
# linked only where a MAY_USE grants them.

noinst_LIBRARIES += \
	%reldir%/libcommon.a \
	%reldir%/libconfine.a \
	%reldir%/libprocess.a \
	%reldir%/libcrypt.a \
	%reldir%/libcommonjson.a \
	%reldir%/libupstream.a

%canon_reldir%_libcommon_a_SOURCES = \
	%reldir%/allowed_users.c %reldir%/allowed_users.h \
	%reldir%/allowed_users_resolve.c \
	%reldir%/errors.c %reldir%/errors.h %reldir%/errors_table.h \
	%reldir%/frame.c %reldir%/frame.h \
	%reldir%/home.c %reldir%/home.h \
	%reldir%/install.c %reldir%/install.h \
	%reldir%/install_folders.c \
	%reldir%/ipc.c %reldir%/ipc.h %reldir%/ipc_bodies.h \
	%reldir%/ipc_messages.h %reldir%/ipc_socket.c \
	%reldir%/log.c %reldir%/log.h \
	%reldir%/model_path.c %reldir%/model_path.h \
	%reldir%/scoped.h \
	%reldir%/secret.c %reldir%/secret.h \
	%reldir%/settings.c %reldir%/settings.h \
	%reldir%/url.c %reldir%/url.h \
	%reldir%/waiver.c %reldir%/waiver.h

%canon_reldir%_libcommon_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSYSCONFDIR='"$(sysconfdir)"' -DLOCALSTATEDIR='"$(localstatedir)"' \
	-DRUNSTATEDIR='"$(runstatedir)"'

%canon_reldir%_libconfine_a_SOURCES = \
	%reldir%/confine/trials.c %reldir%/confine/trials.h \
	%reldir%/confine/sandbox.c %reldir%/confine/sandbox.h \
	%reldir%/confine/sandbox_base.c
%canon_reldir%_libconfine_a_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)

%canon_reldir%_libprocess_a_SOURCES = \
	%reldir%/process/channel.c %reldir%/process/channel.h \
	%reldir%/process/commands.c %reldir%/process/commands.h \
	%reldir%/process/demonstration.c %reldir%/process/demonstration.h \
	%reldir%/process/door.c %reldir%/process/door.h \
	%reldir%/process/process.c %reldir%/process/process.h
%canon_reldir%_libprocess_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBEVENT_CORE_CFLAGS)

%canon_reldir%_libcrypt_a_SOURCES = \
	%reldir%/crypto/digest.c %reldir%/crypto/digest.h \
	%reldir%/crypto/ticket.c %reldir%/crypto/ticket.h
%canon_reldir%_libcrypt_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)

%canon_reldir%_libcommonjson_a_SOURCES = \
	%reldir%/json/json_text.c %reldir%/json/json_text.h \
	%reldir%/json/price_list.c %reldir%/json/price_list.h
%canon_reldir%_libcommonjson_a_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)

%canon_reldir%_libupstream_a_SOURCES = \
	%reldir%/upstream/curl_fault.c %reldir%/upstream/curl_fault.h \
	%reldir%/upstream/dry_run.c %reldir%/upstream/dry_run.h \
	%reldir%/upstream/easy.c %reldir%/upstream/easy.h \
	%reldir%/upstream/links.c %reldir%/upstream/links.h \
	%reldir%/upstream/parts.h \
	%reldir%/upstream/roots.c %reldir%/upstream/roots.h \
	%reldir%/upstream/transfer.c \
	%reldir%/upstream/upstream.c %reldir%/upstream/upstream.h
%canon_reldir%_libupstream_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS) \
	$(LIBEVENT_CORE_CFLAGS) $(OPENSSL_CFLAGS)

EXTRA_DIST += \
	%reldir%/MAY_USE %reldir%/confine/MAY_USE %reldir%/crypto/MAY_USE \
	%reldir%/json/MAY_USE %reldir%/process/MAY_USE \
	%reldir%/upstream/MAY_USE
