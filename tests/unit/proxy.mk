# Unit tests of the folder proxy/: its pure modules.

if HAVE_CRITERION
proxy_unit_tests = \
	%reldir%/test_agent_token \
	%reldir%/test_base_url \
	%reldir%/test_body_chunks \
	%reldir%/test_central_check \
	%reldir%/test_event_stream \
	%reldir%/test_failovers \
	%reldir%/test_first_content \
	%reldir%/test_health \
	%reldir%/test_retry_after \
	%reldir%/test_header_list \
	%reldir%/test_http_error \
	%reldir%/test_http_guard \
	%reldir%/test_http_path \
	%reldir%/test_inflight \
	%reldir%/test_peer \
	%reldir%/test_iso_time \
	%reldir%/test_json_escape \
	%reldir%/test_json_members \
	%reldir%/test_metrics \
	%reldir%/test_model_splice \
	%reldir%/test_plans \
	%reldir%/test_providers \
	%reldir%/test_routes \
	%reldir%/test_run_meter \
	%reldir%/test_run_queue \
	%reldir%/test_run_record \
	%reldir%/test_snapshot \
	%reldir%/test_target \
	%reldir%/test_target_answer \
	%reldir%/test_usage_scan
check_PROGRAMS += $(proxy_unit_tests)
TESTS += $(proxy_unit_tests)
endif

proxy_unit_libs = proxy/libproxy.a proxy/libdialect.a \
	common/libcrypt.a common/libcommonjson.a \
	common/libcommon.a $(JSONC_LIBS) $(CRYPTO_LIBS) $(CRITERION_LIBS)
proxy_unit_cppflags = $(AM_CPPFLAGS) $(CRITERION_CFLAGS) $(JSONC_CFLAGS)

%canon_reldir%_test_agent_token_SOURCES = %reldir%/test_agent_token.c
%canon_reldir%_test_agent_token_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_agent_token_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_base_url_SOURCES = %reldir%/test_base_url.c
%canon_reldir%_test_base_url_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_base_url_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_body_chunks_SOURCES = %reldir%/test_body_chunks.c
%canon_reldir%_test_body_chunks_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_body_chunks_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_event_stream_SOURCES = %reldir%/test_event_stream.c
%canon_reldir%_test_event_stream_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_event_stream_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_central_check_SOURCES = %reldir%/test_central_check.c
%canon_reldir%_test_central_check_CPPFLAGS = $(proxy_unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_test_central_check_LDADD = $(proxy_unit_libs) \
	$(LIBEVENT_CORE_LIBS)

%canon_reldir%_test_failovers_SOURCES = %reldir%/test_failovers.c
%canon_reldir%_test_failovers_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_failovers_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_first_content_SOURCES = %reldir%/test_first_content.c
%canon_reldir%_test_first_content_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_first_content_LDADD = proxy/libproxy.a proxy/libdialect.a \
	$(proxy_unit_libs)

%canon_reldir%_test_health_SOURCES = %reldir%/test_health.c
%canon_reldir%_test_health_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_health_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_retry_after_SOURCES = %reldir%/test_retry_after.c
%canon_reldir%_test_retry_after_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_retry_after_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_header_list_SOURCES = %reldir%/test_header_list.c
%canon_reldir%_test_header_list_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_header_list_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_http_error_SOURCES = %reldir%/test_http_error.c
%canon_reldir%_test_http_error_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_http_error_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_http_guard_SOURCES = %reldir%/test_http_guard.c
%canon_reldir%_test_http_guard_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_http_guard_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_http_path_SOURCES = %reldir%/test_http_path.c
%canon_reldir%_test_http_path_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_http_path_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_peer_SOURCES = %reldir%/test_peer.c
%canon_reldir%_test_peer_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_peer_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_inflight_SOURCES = %reldir%/test_inflight.c
%canon_reldir%_test_inflight_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_inflight_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_iso_time_SOURCES = %reldir%/test_iso_time.c
%canon_reldir%_test_iso_time_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_iso_time_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_json_escape_SOURCES = %reldir%/test_json_escape.c
%canon_reldir%_test_json_escape_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_json_escape_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_json_members_SOURCES = %reldir%/test_json_members.c
%canon_reldir%_test_json_members_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_json_members_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_metrics_SOURCES = %reldir%/test_metrics.c
%canon_reldir%_test_metrics_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_metrics_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_model_splice_SOURCES = %reldir%/test_model_splice.c
%canon_reldir%_test_model_splice_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_model_splice_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_plans_SOURCES = %reldir%/test_plans.c
%canon_reldir%_test_plans_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_plans_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_providers_SOURCES = %reldir%/test_providers.c
%canon_reldir%_test_providers_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_providers_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_routes_SOURCES = %reldir%/test_routes.c
%canon_reldir%_test_routes_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_routes_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_run_meter_SOURCES = %reldir%/test_run_meter.c
%canon_reldir%_test_run_meter_CPPFLAGS = $(proxy_unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_test_run_meter_LDADD = $(proxy_unit_libs) \
	$(LIBEVENT_CORE_LIBS)
%canon_reldir%_test_run_queue_SOURCES = %reldir%/test_run_queue.c
%canon_reldir%_test_run_queue_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_run_queue_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_run_record_SOURCES = %reldir%/test_run_record.c
%canon_reldir%_test_run_record_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_run_record_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_snapshot_SOURCES = %reldir%/test_snapshot.c
%canon_reldir%_test_snapshot_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_snapshot_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_target_answer_SOURCES = %reldir%/test_target_answer.c
%canon_reldir%_test_target_answer_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_target_answer_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_target_SOURCES = %reldir%/test_target.c
%canon_reldir%_test_target_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_target_LDADD = $(proxy_unit_libs)

%canon_reldir%_test_usage_scan_SOURCES = %reldir%/test_usage_scan.c
%canon_reldir%_test_usage_scan_CPPFLAGS = $(proxy_unit_cppflags)
%canon_reldir%_test_usage_scan_LDADD = $(proxy_unit_libs)
