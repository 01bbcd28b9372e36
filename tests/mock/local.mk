# Servers that the end-to-end tests and the demonstration run against.  They
# are programs, not tests: keep them out of TESTS.

check_PROGRAMS += \
	%reldir%/demo-provider \
	%reldir%/demo-cloud

mock_cflags = $(AM_CFLAGS) $(LIBEVENT_CORE_CFLAGS) \
	$(LIBEVENT_OPENSSL_CFLAGS) $(OPENSSL_CFLAGS) $(JSONC_CFLAGS)
mock_libs = $(LIBEVENT_OPENSSL_LIBS) $(LIBEVENT_CORE_LIBS) $(OPENSSL_LIBS) \
	$(JSONC_LIBS)
mock_sources = \
	%reldir%/allocate.h \
	%reldir%/certificate.c %reldir%/certificate.h \
	%reldir%/connection.c %reldir%/connection.h \
	%reldir%/exchange.c %reldir%/exchange.h \
	%reldir%/journal.c %reldir%/journal.h \
	%reldir%/listener.c %reldir%/listener.h \
	%reldir%/mock.c %reldir%/mock.h \
	%reldir%/reply.c %reldir%/reply.h \
	%reldir%/request.c %reldir%/request.h \
	%reldir%/script.c %reldir%/script.h \
	%reldir%/template.c %reldir%/template.h

%canon_reldir%_demo_provider_SOURCES = \
	%reldir%/demo_provider.c \
	%reldir%/provider.c %reldir%/provider.h \
	%reldir%/api.c %reldir%/api.h \
	%reldir%/api_chat.c \
	%reldir%/api_messages.c \
	%reldir%/api_others.c \
	%reldir%/api_responses.c \
	$(mock_sources)
%canon_reldir%_demo_provider_CFLAGS = $(mock_cflags)
%canon_reldir%_demo_provider_LDADD = $(mock_libs)

%canon_reldir%_demo_cloud_SOURCES = \
	%reldir%/demo_cloud.c \
	%reldir%/cloud.c %reldir%/cloud.h \
	%reldir%/cloud_devices.c %reldir%/cloud_devices.h \
	%reldir%/cloud_items.c %reldir%/cloud_items.h \
	$(mock_sources)
%canon_reldir%_demo_cloud_CFLAGS = $(mock_cflags)
%canon_reldir%_demo_cloud_LDADD = $(mock_libs)
