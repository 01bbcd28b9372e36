# make bench: what a request costs, beside nginx.  Built for that alone, and
# never part of make check.  BENCH_FLAGS: see the head of tests/bench/run.

bench_programs = %reldir%/audit_log %reldir%/guard %reldir%/load %reldir%/translate %reldir%/upstream
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)
EXTRA_DIST += %reldir%/audit %reldir%/history %reldir%/run %reldir%/report.sh %reldir%/table.awk \
	%reldir%/world.sh

%canon_reldir%_audit_log_SOURCES = %reldir%/audit_log.c
%canon_reldir%_audit_log_LDADD = broker/libbroker.a common/libcrypt.a \
	common/libcommon.a $(CRYPTO_LIBS)

%canon_reldir%_guard_SOURCES = %reldir%/guard.c
%canon_reldir%_guard_LDADD = egress/libegress.a common/libcommon.a

%canon_reldir%_load_SOURCES = \
	%reldir%/answer_reader.c %reldir%/answer_reader.h \
	%reldir%/cpu_time.c %reldir%/cpu_time.h \
	%reldir%/first_answer.c %reldir%/first_answer.h \
	%reldir%/lane.c %reldir%/lane.h \
	%reldir%/load.c \
	%reldir%/load_options.c %reldir%/load_options.h \
	%reldir%/nanoseconds.h \
	%reldir%/samples.c %reldir%/samples.h
%canon_reldir%_load_LDADD = common/libcommon.a

%canon_reldir%_translate_SOURCES = %reldir%/translate.c
%canon_reldir%_translate_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_translate_LDADD = proxy/libproxy.a proxy/libdialect.a \
	common/libcommonjson.a common/libcrypt.a common/libcommon.a \
	$(JSONC_LIBS) $(CRYPTO_LIBS)

%canon_reldir%_upstream_SOURCES = \
	%reldir%/canned.c %reldir%/canned.h \
	%reldir%/nanoseconds.h \
	%reldir%/upstream.c \
	%reldir%/visitor.c %reldir%/visitor.h \
	%reldir%/wire.c %reldir%/wire.h \
	tests/mock/certificate.c tests/mock/certificate.h
%canon_reldir%_upstream_CPPFLAGS = $(AM_CPPFLAGS) $(LIBEVENT_CORE_CFLAGS) \
	$(OPENSSL_CFLAGS)
%canon_reldir%_upstream_LDADD = $(OPENSSL_LIBS)

.PHONY: bench
bench: $(bench_programs) tests/root.stamp
	@top_builddir='$(abs_top_builddir)' srcdir='$(abs_top_srcdir)' \
		$(srcdir)/%reldir%/run $(BENCH_FLAGS)
	@top_builddir='$(abs_top_builddir)' srcdir='$(abs_top_srcdir)' \
		$(srcdir)/%reldir%/history
	@top_builddir='$(abs_top_builddir)' srcdir='$(abs_top_srcdir)' \
		$(srcdir)/%reldir%/audit
