# One key and its upstream.  No sockets, no files, no JSON: see MAY_USE.

noinst_LIBRARIES += %reldir%/libegress.a
%canon_reldir%_libegress_a_SOURCES = \
	%reldir%/body.c %reldir%/body.h \
	%reldir%/deliveries.c %reldir%/deliveries.h \
	%reldir%/delivery.c %reldir%/delivery.h \
	%reldir%/delivery_curl.c \
	%reldir%/echo_guard.c %reldir%/echo_guard.h \
	%reldir%/egress.c %reldir%/egress.h \
	%reldir%/egress_sandbox.c %reldir%/egress_sandbox.h \
	%reldir%/framing.c %reldir%/framing.h \
	%reldir%/head_filter.c %reldir%/head_filter.h \
	%reldir%/outlet.c %reldir%/outlet.h \
	%reldir%/provision.c %reldir%/provision.h \
	%reldir%/request_head.c %reldir%/request_head.h
%canon_reldir%_libegress_a_CPPFLAGS = $(AM_CPPFLAGS) \
	$(LIBEVENT_CORE_CFLAGS) $(CURL_CFLAGS)

pkglibexec_PROGRAMS += %reldir%/cofferdam-egress
%canon_reldir%_cofferdam_egress_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_egress_LDADD = \
	%reldir%/libegress.a common/libupstream.a common/libprocess.a \
	common/libconfine.a common/libcrypt.a common/libcommon.a \
	$(LIBEVENT_CORE_LIBS) $(CURL_LIBS) $(OPENSSL_LIBS) $(CRYPTO_LIBS) \
	$(SECCOMP_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
