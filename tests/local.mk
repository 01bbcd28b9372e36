# test_<module> tests <folder>/<module>.c and links nothing else of that folder
# but what it is made of; the neighbours are played by the test.

include tests/mock/local.mk

if HAVE_CRITERION
unit_tests = \
	%reldir%/unit/test_audit \
	%reldir%/unit/test_audit_record \
	%reldir%/unit/test_child_state \
	%reldir%/unit/test_grant \
	%reldir%/unit/test_ipc \
	%reldir%/unit/test_secret \
	%reldir%/unit/test_settings \
	%reldir%/unit/test_ticket \
	%reldir%/unit/test_url \
	%reldir%/unit/test_vault
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

unit_cppflags = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
unit_libs = common/libcommon.a $(CRITERION_LIBS)
unit_crypto_libs = common/libcrypt.a common/libcommon.a $(CRYPTO_LIBS) \
	$(CRITERION_LIBS)

%canon_reldir%_unit_test_audit_SOURCES = %reldir%/unit/test_audit.c
%canon_reldir%_unit_test_audit_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_audit_LDADD = broker/libbroker.a \
	$(unit_crypto_libs) $(LIBEVENT_CORE_LIBS)

%canon_reldir%_unit_test_audit_record_SOURCES = \
	%reldir%/unit/test_audit_record.c
%canon_reldir%_unit_test_audit_record_CPPFLAGS = $(unit_cppflags) \
	$(JSONC_CFLAGS)
%canon_reldir%_unit_test_audit_record_LDADD = broker/libbroker.a \
	$(unit_libs) $(JSONC_LIBS)

%canon_reldir%_unit_test_child_state_SOURCES = \
	%reldir%/unit/test_child_state.c
%canon_reldir%_unit_test_child_state_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_child_state_LDADD = supervisor/libsupervisor.a \
	$(unit_libs)

%canon_reldir%_unit_test_grant_SOURCES = %reldir%/unit/test_grant.c
%canon_reldir%_unit_test_grant_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_grant_LDADD = broker/libbroker.a \
	$(unit_crypto_libs)

%canon_reldir%_unit_test_ipc_SOURCES = %reldir%/unit/test_ipc.c \
	%reldir%/unit/ipc_table_sum.h
%canon_reldir%_unit_test_ipc_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_ipc_LDADD = $(unit_libs)

%canon_reldir%_unit_test_secret_SOURCES = %reldir%/unit/test_secret.c
%canon_reldir%_unit_test_secret_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_secret_LDADD = $(unit_libs)

%canon_reldir%_unit_test_settings_SOURCES = %reldir%/unit/test_settings.c
%canon_reldir%_unit_test_settings_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_settings_LDADD = $(unit_libs)

%canon_reldir%_unit_test_ticket_SOURCES = %reldir%/unit/test_ticket.c
%canon_reldir%_unit_test_ticket_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_ticket_LDADD = $(unit_crypto_libs)

%canon_reldir%_unit_test_url_SOURCES = %reldir%/unit/test_url.c
%canon_reldir%_unit_test_url_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_url_LDADD = $(unit_libs)

%canon_reldir%_unit_test_vault_SOURCES = %reldir%/unit/test_vault.c
%canon_reldir%_unit_test_vault_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_vault_LDADD = broker/libbroker.a \
	$(unit_crypto_libs)
