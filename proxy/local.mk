# The HTTP front.  Cannot connect anywhere, holds no key: see MAY_USE.

pkglibexec_PROGRAMS += %reldir%/cofferdam-proxy
noinst_LIBRARIES += %reldir%/libproxy.a

%canon_reldir%_cppflags = $(AM_CPPFLAGS) $(LIBEVENT_EXTRA_CFLAGS) \
	$(LIBEVENT_CORE_CFLAGS) $(JSONC_CFLAGS) $(CRYPTO_CFLAGS)
%canon_reldir%_libproxy_a_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_libproxy_a_SOURCES = \
	%reldir%/agent_connection.c %reldir%/agent_connection.h \
	%reldir%/agent_input.c %reldir%/agent_input.h \
	%reldir%/agent_token.c %reldir%/agent_token.h \
	%reldir%/answer.c %reldir%/answer.h \
	%reldir%/answer_head.c %reldir%/answer_head.h \
	%reldir%/base_url.c %reldir%/base_url.h \
	%reldir%/bindings.c %reldir%/bindings.h \
	%reldir%/body_chunks.c %reldir%/body_chunks.h \
	%reldir%/broker_link.c %reldir%/broker_link.h \
	%reldir%/clock.c %reldir%/clock.h \
	%reldir%/egress_link.c %reldir%/egress_link.h \
	%reldir%/event_stream.c %reldir%/event_stream.h \
	%reldir%/exchange.c %reldir%/exchange.h \
	%reldir%/header_list.c %reldir%/header_list.h \
	%reldir%/http_error.c %reldir%/http_error.h \
	%reldir%/http_front.c %reldir%/http_front.h \
	%reldir%/http_guard.c %reldir%/http_guard.h \
	%reldir%/http_path.c %reldir%/http_path.h \
	%reldir%/inflight.c %reldir%/inflight.h \
	%reldir%/iso_time.c %reldir%/iso_time.h \
	%reldir%/json_escape.c %reldir%/json_escape.h \
	%reldir%/json_members.c %reldir%/json_members.h \
	%reldir%/metrics.c %reldir%/metrics.h \
	%reldir%/model_list.c %reldir%/model_list.h \
	%reldir%/model_splice.c %reldir%/model_splice.h \
	%reldir%/plans.c %reldir%/plans.h \
	%reldir%/problems.c %reldir%/problems.h \
	%reldir%/providers.c %reldir%/providers.h \
	%reldir%/proxy.c %reldir%/proxy.h \
	%reldir%/proxy_sandbox.c %reldir%/proxy_sandbox.h \
	%reldir%/questions.c %reldir%/questions.h \
	%reldir%/refusal.c %reldir%/refusal.h \
	%reldir%/reply.c %reldir%/reply.h \
	%reldir%/request.c %reldir%/request.h \
	%reldir%/request_steps.c %reldir%/request_steps.h \
	%reldir%/routes.c %reldir%/routes.h \
	%reldir%/routing.c %reldir%/routing.h \
	%reldir%/routing_files.c %reldir%/routing_files.h \
	%reldir%/run_log.c %reldir%/run_log.h \
	%reldir%/run_record.c %reldir%/run_record.h \
	%reldir%/snapshot.c %reldir%/snapshot.h \
	%reldir%/target.c %reldir%/target.h \
	%reldir%/usage_scan.c %reldir%/usage_scan.h

%canon_reldir%_cofferdam_proxy_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_cofferdam_proxy_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_proxy_LDADD = %reldir%/libproxy.a \
	common/libprocess.a common/libconfine.a common/libcrypt.a \
	common/libcommonjson.a common/libcommon.a \
	$(LIBEVENT_EXTRA_LIBS) $(LIBEVENT_CORE_LIBS) $(JSONC_LIBS) \
	$(CRYPTO_LIBS) $(SECCOMP_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
