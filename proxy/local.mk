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
	%reldir%/answer.c %reldir%/answer.h %reldir%/answer_break.c \
	%reldir%/answer_head.c %reldir%/answer_head.h \
	%reldir%/attempts.c %reldir%/attempts.h \
	%reldir%/base_url.c %reldir%/base_url.h \
	%reldir%/bindings.c %reldir%/bindings.h \
	%reldir%/body_chunks.c %reldir%/body_chunks.h \
	%reldir%/broker_link.c %reldir%/broker_link.h \
	%reldir%/central_check.c %reldir%/central_check.h \
	%reldir%/clock.c %reldir%/clock.h \
	%reldir%/day_usage.c %reldir%/day_usage.h \
	%reldir%/egress_link.c %reldir%/egress_link.h \
	%reldir%/event_stream.c %reldir%/event_stream.h \
	%reldir%/exchange.c %reldir%/exchange.h \
	%reldir%/failover_answer.c %reldir%/failover_answer.h \
	%reldir%/failovers.c %reldir%/failovers.h \
	%reldir%/first_content.c %reldir%/first_content.h \
	%reldir%/health.c %reldir%/health.h \
	%reldir%/header_list.c %reldir%/header_list.h \
	%reldir%/http_error.c %reldir%/http_error.h \
	%reldir%/http_front.c %reldir%/http_front.h \
	%reldir%/http_guard.c %reldir%/http_guard.h \
	%reldir%/http_path.c %reldir%/http_path.h \
	%reldir%/inflight.c %reldir%/inflight.h \
	%reldir%/iso_time.c %reldir%/iso_time.h \
	%reldir%/json_escape.c %reldir%/json_escape.h \
	%reldir%/json_members.c %reldir%/json_members.h \
	%reldir%/kept_answer.c %reldir%/kept_answer.h \
	%reldir%/lines_back.c %reldir%/lines_back.h \
	%reldir%/metrics.c %reldir%/metrics.h \
	%reldir%/model_list.c %reldir%/model_list.h \
	%reldir%/model_splice.c %reldir%/model_splice.h \
	%reldir%/plan_choice.c %reldir%/plan_choice.h \
	%reldir%/peer.c %reldir%/peer.h \
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
	%reldir%/retry_after.c %reldir%/retry_after.h \
	%reldir%/returned_grants.c %reldir%/returned_grants.h \
	%reldir%/routes.c %reldir%/routes.h \
	%reldir%/routing.c %reldir%/routing.h \
	%reldir%/routing_files.c %reldir%/routing_files.h \
	%reldir%/run_account.c %reldir%/run_account.h \
	%reldir%/run_log.c %reldir%/run_log.h \
	%reldir%/run_meter.c %reldir%/run_meter.h \
	%reldir%/run_queue.c %reldir%/run_queue.h \
	%reldir%/run_record.c %reldir%/run_record.h \
	%reldir%/snapshot.c %reldir%/snapshot.h \
	%reldir%/target.c %reldir%/target.h \
	%reldir%/target_answer.c %reldir%/target_answer.h \
	%reldir%/target_wish.c %reldir%/target_wish.h \
	%reldir%/token_count.c %reldir%/token_count.h \
	%reldir%/translation.c %reldir%/translation.h \
	%reldir%/usage_scan.c %reldir%/usage_scan.h

%canon_reldir%_cofferdam_proxy_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_cofferdam_proxy_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_proxy_LDADD = %reldir%/libproxy.a %reldir%/libdialect.a \
	common/libprocess.a common/libconfine.a common/libcrypt.a \
	common/libcommonjson.a common/libcommon.a \
	$(LIBEVENT_EXTRA_LIBS) $(LIBEVENT_CORE_LIBS) $(JSONC_LIBS) \
	$(CRYPTO_LIBS) $(SECCOMP_LIBS)
# Pure code: no descriptor, no clock.  The tests link it alone.
noinst_LIBRARIES += %reldir%/libdialect.a
%canon_reldir%_libdialect_a_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS) \
	$(CRYPTO_CFLAGS)
%canon_reldir%_libdialect_a_SOURCES = \
	%reldir%/dialect/answer_anthropic_read.c \
	%reldir%/dialect/answer_anthropic_write.c \
	%reldir%/dialect/answer_blocks.c \
	%reldir%/dialect/answer_blocks.h \
	%reldir%/dialect/answer_chat_read.c \
	%reldir%/dialect/answer_chat_write.c \
	%reldir%/dialect/answer_reader.c \
	%reldir%/dialect/answer_reader.h \
	%reldir%/dialect/answer_responses_read.c \
	%reldir%/dialect/answer_responses_write.c \
	%reldir%/dialect/answer_writer.c \
	%reldir%/dialect/answer_writer.h \
	%reldir%/dialect/carrier.c \
	%reldir%/dialect/carrier.h \
	%reldir%/dialect/client_words.c \
	%reldir%/dialect/client_words.h \
	%reldir%/dialect/conversation.c \
	%reldir%/dialect/conversation.h \
	%reldir%/dialect/conversation_calls.c \
	%reldir%/dialect/conversation_results.c \
	%reldir%/dialect/conversation_thoughts.c \
	%reldir%/dialect/count_estimate.c \
	%reldir%/dialect/count_estimate.h \
	%reldir%/dialect/dialect_answer.c \
	%reldir%/dialect/dialect_answer.h \
	%reldir%/dialect/dialect_output.c \
	%reldir%/dialect/dialect_output.h \
	%reldir%/dialect/dialect_request.c \
	%reldir%/dialect/dialect_request.h \
	%reldir%/dialect/event_type.c \
	%reldir%/dialect/event_type.h \
	%reldir%/dialect/field_policy.c \
	%reldir%/dialect/field_policy.h \
	%reldir%/dialect/field_policy_anthropic.c \
	%reldir%/dialect/field_policy_chat.c \
	%reldir%/dialect/field_policy_responses.c \
	%reldir%/dialect/field_tables.h \
	%reldir%/dialect/losses.c \
	%reldir%/dialect/losses.h \
	%reldir%/dialect/model_traits.c \
	%reldir%/dialect/model_traits.h \
	%reldir%/dialect/neutral_event.h \
	%reldir%/dialect/neutral_message.h \
	%reldir%/dialect/neutral_request.c \
	%reldir%/dialect/neutral_request.h \
	%reldir%/dialect/rate_limit_line.c \
	%reldir%/dialect/rate_limit_line.h \
	%reldir%/dialect/reading.c \
	%reldir%/dialect/reading.h \
	%reldir%/dialect/reading_media.c \
	%reldir%/dialect/reasoning_effort.c \
	%reldir%/dialect/reasoning_effort.h \
	%reldir%/dialect/request_anthropic.h \
	%reldir%/dialect/request_anthropic_blocks.c \
	%reldir%/dialect/request_anthropic_parts.c \
	%reldir%/dialect/request_anthropic_read.c \
	%reldir%/dialect/request_anthropic_tools.c \
	%reldir%/dialect/request_anthropic_write.c \
	%reldir%/dialect/request_chat.h \
	%reldir%/dialect/request_chat_messages.c \
	%reldir%/dialect/request_chat_read.c \
	%reldir%/dialect/request_chat_turns.c \
	%reldir%/dialect/request_chat_write.c \
	%reldir%/dialect/request_fit.c \
	%reldir%/dialect/request_fit.h \
	%reldir%/dialect/request_fit_cache.c \
	%reldir%/dialect/request_fit_reasoning.c \
	%reldir%/dialect/request_fit_reasoning.h \
	%reldir%/dialect/request_openai.c \
	%reldir%/dialect/request_openai.h \
	%reldir%/dialect/request_responses.h \
	%reldir%/dialect/request_responses_input.c \
	%reldir%/dialect/request_responses_items.c \
	%reldir%/dialect/request_responses_read.c \
	%reldir%/dialect/request_responses_write.c \
	%reldir%/dialect/returned_carriers.c \
	%reldir%/dialect/returned_carriers.h \
	%reldir%/dialect/sse_reader.c \
	%reldir%/dialect/sse_reader.h \
	%reldir%/dialect/stop_cut.c \
	%reldir%/dialect/stop_cut.h \
	%reldir%/dialect/stop_words.c \
	%reldir%/dialect/stop_words.h \
	%reldir%/dialect/stream_checker.c \
	%reldir%/dialect/stream_checker.h \
	%reldir%/dialect/stream_checker_anthropic.c \
	%reldir%/dialect/stream_checker_chat.c \
	%reldir%/dialect/stream_checker_responses.c \
	%reldir%/dialect/stream_rules.h \
	%reldir%/dialect/text.c \
	%reldir%/dialect/text.h \
	%reldir%/dialect/tool_names.c \
	%reldir%/dialect/tool_names.h \
	%reldir%/dialect/tool_schema.c \
	%reldir%/dialect/tool_schema.h \
	%reldir%/dialect/upstream_error.c \
	%reldir%/dialect/upstream_error.h \
	%reldir%/dialect/written_list.c \
	%reldir%/dialect/written_list.h

EXTRA_DIST += %reldir%/MAY_USE
