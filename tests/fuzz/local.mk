# One program per parser of untrusted bytes.  In `make check` each is fed its
# corpus, whole, cut and changed; `make fuzz` lets libFuzzer (clang) go on from
# there: make fuzz FUZZ_SECONDS=1800

fuzz_requests = \
	%reldir%/fuzz_request_anthropic \
	%reldir%/fuzz_request_chat \
	%reldir%/fuzz_request_responses
fuzz_answers = \
	%reldir%/fuzz_answer_anthropic \
	%reldir%/fuzz_answer_chat \
	%reldir%/fuzz_answer_responses
# Who reads what of whom is said in the first comment of each.
fuzz_parsers = \
	%reldir%/fuzz_answer_head \
	%reldir%/fuzz_audit \
	%reldir%/fuzz_echo_guard \
	%reldir%/fuzz_frames \
	%reldir%/fuzz_grant_request \
	%reldir%/fuzz_http_head \
	%reldir%/fuzz_ipc \
	%reldir%/fuzz_provision \
	%reldir%/fuzz_request_head \
	%reldir%/fuzz_routing \
	%reldir%/fuzz_settings \
	%reldir%/fuzz_snapshot \
	%reldir%/fuzz_splice \
	%reldir%/fuzz_sync_answer \
	%reldir%/fuzz_ticket \
	%reldir%/fuzz_url \
	%reldir%/fuzz_usage \
	%reldir%/fuzz_vault
check_PROGRAMS += $(fuzz_requests) $(fuzz_answers) $(fuzz_parsers)
dist_check_SCRIPTS += %reldir%/replay-corpora
TESTS += %reldir%/replay-corpora
EXTRA_DIST += %reldir%/corpus

# The main() of a target; `run` puts libFuzzer's in its place.
FUZZ_MAIN = %reldir%/libreplay.a
check_LIBRARIES += %reldir%/libreplay.a
%canon_reldir%_libreplay_a_SOURCES = %reldir%/replay_changed.c

%canon_reldir%_fuzz_request_anthropic_SOURCES = %reldir%/fuzz_request_anthropic.c \
	%reldir%/fuzz_request.c %reldir%/fuzz_request.h
%canon_reldir%_fuzz_request_anthropic_LDADD = $(FUZZ_MAIN) $(dialect_libs)
%canon_reldir%_fuzz_request_chat_SOURCES = %reldir%/fuzz_request_chat.c \
	%reldir%/fuzz_request.c %reldir%/fuzz_request.h
%canon_reldir%_fuzz_request_chat_LDADD = $(FUZZ_MAIN) $(dialect_libs)
%canon_reldir%_fuzz_request_responses_SOURCES = %reldir%/fuzz_request_responses.c \
	%reldir%/fuzz_request.c %reldir%/fuzz_request.h
%canon_reldir%_fuzz_request_responses_LDADD = $(FUZZ_MAIN) $(dialect_libs)
%canon_reldir%_fuzz_answer_anthropic_SOURCES = %reldir%/fuzz_answer_anthropic.c \
	%reldir%/fuzz_answer.c %reldir%/fuzz_answer.h
%canon_reldir%_fuzz_answer_anthropic_LDADD = $(FUZZ_MAIN) $(dialect_libs)
%canon_reldir%_fuzz_answer_chat_SOURCES = %reldir%/fuzz_answer_chat.c \
	%reldir%/fuzz_answer.c %reldir%/fuzz_answer.h
%canon_reldir%_fuzz_answer_chat_LDADD = $(FUZZ_MAIN) $(dialect_libs)
%canon_reldir%_fuzz_answer_responses_SOURCES = %reldir%/fuzz_answer_responses.c \
	%reldir%/fuzz_answer.c %reldir%/fuzz_answer.h
%canon_reldir%_fuzz_answer_responses_LDADD = $(FUZZ_MAIN) $(dialect_libs)

%canon_reldir%_fuzz_answer_head_SOURCES = %reldir%/fuzz_answer_head.c %reldir%/fuzz.h
%canon_reldir%_fuzz_answer_head_LDADD = $(FUZZ_MAIN) \
	egress/libegress.a common/libcommon.a
%canon_reldir%_fuzz_audit_SOURCES = %reldir%/fuzz_audit.c %reldir%/fuzz.h
%canon_reldir%_fuzz_audit_LDADD = $(FUZZ_MAIN) \
	auditor/libauditor.a broker/libbroker.a common/libcrypt.a common/libcommon.a $(CRYPTO_LIBS)
%canon_reldir%_fuzz_echo_guard_SOURCES = %reldir%/fuzz_echo_guard.c %reldir%/fuzz.h
%canon_reldir%_fuzz_echo_guard_LDADD = $(FUZZ_MAIN) \
	egress/libegress.a common/libcommon.a
%canon_reldir%_fuzz_frames_SOURCES = %reldir%/fuzz_frames.c %reldir%/fuzz.h
%canon_reldir%_fuzz_frames_LDADD = $(FUZZ_MAIN) common/libcommon.a
%canon_reldir%_fuzz_grant_request_SOURCES = %reldir%/fuzz_grant_request.c %reldir%/fuzz.h
%canon_reldir%_fuzz_grant_request_LDADD = $(FUZZ_MAIN) \
	broker/libbroker.a common/libcrypt.a common/libcommon.a $(CRYPTO_LIBS)
%canon_reldir%_fuzz_http_head_SOURCES = %reldir%/fuzz_http_head.c %reldir%/fuzz.h
%canon_reldir%_fuzz_http_head_LDADD = $(FUZZ_MAIN) \
	proxy/libproxy.a common/libcommon.a
%canon_reldir%_fuzz_ipc_SOURCES = %reldir%/fuzz_ipc.c %reldir%/fuzz.h
%canon_reldir%_fuzz_ipc_LDADD = $(FUZZ_MAIN) common/libcommon.a
%canon_reldir%_fuzz_provision_SOURCES = %reldir%/fuzz_provision.c %reldir%/fuzz.h
%canon_reldir%_fuzz_provision_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%canon_reldir%_fuzz_provision_LDADD = $(FUZZ_MAIN) \
	egress/libegress.a common/libcommon.a
%canon_reldir%_fuzz_request_head_SOURCES = %reldir%/fuzz_request_head.c %reldir%/fuzz.h
%canon_reldir%_fuzz_request_head_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
%canon_reldir%_fuzz_request_head_LDADD = $(FUZZ_MAIN) \
	egress/libegress.a common/libcommon.a
%canon_reldir%_fuzz_routing_SOURCES = %reldir%/fuzz_routing.c %reldir%/fuzz.h
%canon_reldir%_fuzz_routing_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
%canon_reldir%_fuzz_routing_LDADD = $(FUZZ_MAIN) $(dialect_libs)
%canon_reldir%_fuzz_settings_SOURCES = %reldir%/fuzz_settings.c %reldir%/fuzz.h
%canon_reldir%_fuzz_settings_LDADD = $(FUZZ_MAIN) common/libcommon.a
%canon_reldir%_fuzz_snapshot_SOURCES = %reldir%/fuzz_snapshot.c %reldir%/fuzz.h
%canon_reldir%_fuzz_snapshot_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
%canon_reldir%_fuzz_snapshot_LDADD = $(FUZZ_MAIN) $(dialect_libs)
%canon_reldir%_fuzz_splice_SOURCES = %reldir%/fuzz_splice.c %reldir%/fuzz.h
%canon_reldir%_fuzz_splice_LDADD = $(FUZZ_MAIN) \
	proxy/libproxy.a common/libcommon.a
%canon_reldir%_fuzz_sync_answer_SOURCES = %reldir%/fuzz_sync_answer.c %reldir%/fuzz.h
%canon_reldir%_fuzz_sync_answer_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
%canon_reldir%_fuzz_sync_answer_LDADD = $(FUZZ_MAIN) \
	syncer/libsyncer.a common/libcommonjson.a common/libcommon.a $(JSONC_LIBS)
%canon_reldir%_fuzz_ticket_SOURCES = %reldir%/fuzz_ticket.c %reldir%/fuzz.h
%canon_reldir%_fuzz_ticket_LDADD = $(FUZZ_MAIN) \
	common/libcrypt.a common/libcommon.a $(CRYPTO_LIBS)
%canon_reldir%_fuzz_url_SOURCES = %reldir%/fuzz_url.c %reldir%/fuzz.h
%canon_reldir%_fuzz_url_LDADD = $(FUZZ_MAIN) common/libcommon.a
%canon_reldir%_fuzz_usage_SOURCES = %reldir%/fuzz_usage.c %reldir%/fuzz.h
%canon_reldir%_fuzz_usage_LDADD = $(FUZZ_MAIN) \
	proxy/libproxy.a common/libcommon.a
%canon_reldir%_fuzz_vault_SOURCES = %reldir%/fuzz_vault.c %reldir%/fuzz.h
%canon_reldir%_fuzz_vault_LDADD = $(FUZZ_MAIN) \
	broker/libbroker.a common/libcrypt.a common/libcommon.a $(CRYPTO_LIBS)

FUZZ_SECONDS = 60
FUZZ_TARGETS = $(fuzz_requests) $(fuzz_answers) $(fuzz_parsers)
.PHONY: fuzz
fuzz:
	@srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
		$(srcdir)/%reldir%/run $(FUZZ_SECONDS) $(FUZZ_TARGETS)
EXTRA_DIST += %reldir%/run
