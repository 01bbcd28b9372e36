# Unit tests of proxy/dialect/, and its corpus: folders of tests/dialect/.

if HAVE_CRITERION
dialect_unit_tests = \
	%reldir%/test_answer_duties \
	%reldir%/test_answer_guard \
	%reldir%/test_dialect_answer \
	%reldir%/test_request_corpus \
	%reldir%/test_request_round_trip \
	%reldir%/test_request_tables \
	%reldir%/test_returned_carriers \
	%reldir%/test_sse_reader \
	%reldir%/test_stream_checker \
	%reldir%/test_upstream_error
check_PROGRAMS += $(dialect_unit_tests)
TESTS += $(dialect_unit_tests)
endif

dialect_unit_cppflags = $(AM_CPPFLAGS) $(CRITERION_CFLAGS) $(JSONC_CFLAGS) \
	-DTOP_SRCDIR='"$(abs_top_srcdir)"'
dialect_libs = proxy/libdialect.a proxy/libproxy.a common/libcommonjson.a \
	common/libcrypt.a common/libcommon.a $(JSONC_LIBS) $(CRYPTO_LIBS)
dialect_unit_libs = $(dialect_libs) $(CRITERION_LIBS)

%canon_reldir%_test_answer_duties_SOURCES = %reldir%/test_answer_duties.c
%canon_reldir%_test_answer_duties_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_answer_duties_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_answer_guard_SOURCES = %reldir%/test_answer_guard.c
%canon_reldir%_test_answer_guard_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_answer_guard_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_dialect_answer_SOURCES = %reldir%/test_dialect_answer.c \
	%reldir%/answer_case.c %reldir%/answer_case.h
%canon_reldir%_test_dialect_answer_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_dialect_answer_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_request_corpus_SOURCES = %reldir%/test_request_corpus.c \
	%reldir%/request_case.c %reldir%/request_case.h
%canon_reldir%_test_request_corpus_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_request_corpus_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_request_round_trip_SOURCES = %reldir%/test_request_round_trip.c
%canon_reldir%_test_request_round_trip_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_request_round_trip_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_request_tables_SOURCES = %reldir%/test_request_tables.c
%canon_reldir%_test_request_tables_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_request_tables_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_returned_carriers_SOURCES = \
	%reldir%/test_returned_carriers.c
%canon_reldir%_test_returned_carriers_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_returned_carriers_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_sse_reader_SOURCES = %reldir%/test_sse_reader.c
%canon_reldir%_test_sse_reader_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_sse_reader_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_stream_checker_SOURCES = %reldir%/test_stream_checker.c
%canon_reldir%_test_stream_checker_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_stream_checker_LDADD = $(dialect_unit_libs)

%canon_reldir%_test_upstream_error_SOURCES = %reldir%/test_upstream_error.c
%canon_reldir%_test_upstream_error_CPPFLAGS = $(dialect_unit_cppflags)
%canon_reldir%_test_upstream_error_LDADD = $(dialect_unit_libs)
