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
check_PROGRAMS += $(fuzz_requests) $(fuzz_answers)
dist_check_SCRIPTS += %reldir%/replay-corpora
TESTS += %reldir%/replay-corpora

%canon_reldir%_fuzz_request_anthropic_SOURCES = %reldir%/fuzz_request_anthropic.c \
	%reldir%/fuzz_request.c %reldir%/fuzz_request.h \
	%reldir%/replay_changed.c
%canon_reldir%_fuzz_request_anthropic_LDADD = $(dialect_libs)

%canon_reldir%_fuzz_answer_anthropic_SOURCES = %reldir%/fuzz_answer_anthropic.c \
	%reldir%/fuzz_answer.c %reldir%/fuzz_answer.h %reldir%/replay_changed.c
%canon_reldir%_fuzz_answer_anthropic_LDADD = $(dialect_libs)

%canon_reldir%_fuzz_request_chat_SOURCES = %reldir%/fuzz_request_chat.c \
	%reldir%/fuzz_request.c %reldir%/fuzz_request.h \
	%reldir%/replay_changed.c
%canon_reldir%_fuzz_request_chat_LDADD = $(dialect_libs)

%canon_reldir%_fuzz_answer_chat_SOURCES = %reldir%/fuzz_answer_chat.c \
	%reldir%/fuzz_answer.c %reldir%/fuzz_answer.h %reldir%/replay_changed.c
%canon_reldir%_fuzz_answer_chat_LDADD = $(dialect_libs)

%canon_reldir%_fuzz_request_responses_SOURCES = %reldir%/fuzz_request_responses.c \
	%reldir%/fuzz_request.c %reldir%/fuzz_request.h \
	%reldir%/replay_changed.c
%canon_reldir%_fuzz_request_responses_LDADD = $(dialect_libs)

%canon_reldir%_fuzz_answer_responses_SOURCES = %reldir%/fuzz_answer_responses.c \
	%reldir%/fuzz_answer.c %reldir%/fuzz_answer.h %reldir%/replay_changed.c
%canon_reldir%_fuzz_answer_responses_LDADD = $(dialect_libs)

FUZZ_SECONDS = 60
.PHONY: fuzz
fuzz:
	@srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
		$(srcdir)/%reldir%/run $(FUZZ_SECONDS)
EXTRA_DIST += %reldir%/run
