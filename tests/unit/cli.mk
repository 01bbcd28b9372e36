# Unit tests of the folders cli/ and auditor/.

if HAVE_CRITERION
cli_unit_tests = \
	%reldir%/test_advice \
	%reldir%/test_amount \
	%reldir%/test_approval \
	%reldir%/test_audit_filter \
	%reldir%/test_audit_report \
	%reldir%/test_chain \
	%reldir%/test_client \
	%reldir%/test_config_file \
	%reldir%/test_file_change \
	%reldir%/test_invocation \
	%reldir%/test_json_edit \
	%reldir%/test_line \
	%reldir%/test_moment \
	%reldir%/test_new_token \
	%reldir%/test_output \
	%reldir%/test_policy_entry \
	%reldir%/test_route_entry \
	%reldir%/test_routing_file \
	%reldir%/test_run_files \
	%reldir%/test_run_list \
	%reldir%/test_secret_input
check_PROGRAMS += $(cli_unit_tests)
TESTS += $(cli_unit_tests)
endif

cli_unit_libs = cli/libcli.a common/libcommonjson.a common/libcommon.a \
	$(JSONC_LIBS) $(CRITERION_LIBS)
cli_unit_cppflags = $(AM_CPPFLAGS) $(CRITERION_CFLAGS) $(JSONC_CFLAGS)

%canon_reldir%_test_advice_SOURCES = %reldir%/test_advice.c
%canon_reldir%_test_advice_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_advice_LDADD = $(cli_unit_libs)

%canon_reldir%_test_amount_SOURCES = %reldir%/test_amount.c
%canon_reldir%_test_amount_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_amount_LDADD = $(cli_unit_libs)

%canon_reldir%_test_approval_SOURCES = %reldir%/test_approval.c
%canon_reldir%_test_approval_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_approval_LDADD = $(cli_unit_libs)

%canon_reldir%_test_audit_filter_SOURCES = %reldir%/test_audit_filter.c
%canon_reldir%_test_audit_filter_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_audit_filter_LDADD = $(cli_unit_libs)

%canon_reldir%_test_audit_report_SOURCES = %reldir%/test_audit_report.c
%canon_reldir%_test_audit_report_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_audit_report_LDADD = $(cli_unit_libs)

%canon_reldir%_test_chain_SOURCES = %reldir%/test_chain.c \
	auditor/chain.c auditor/line.c auditor/starts.c auditor/uses.c
%canon_reldir%_test_chain_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_chain_LDADD = common/libcrypt.a common/libcommon.a \
	$(CRYPTO_LIBS) $(CRITERION_LIBS)

%canon_reldir%_test_client_SOURCES = %reldir%/test_client.c
%canon_reldir%_test_client_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_client_LDADD = $(cli_unit_libs)

%canon_reldir%_test_config_file_SOURCES = %reldir%/test_config_file.c
%canon_reldir%_test_config_file_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_config_file_LDADD = $(cli_unit_libs)

%canon_reldir%_test_file_change_SOURCES = %reldir%/test_file_change.c
%canon_reldir%_test_file_change_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_file_change_LDADD = $(cli_unit_libs)

%canon_reldir%_test_invocation_SOURCES = %reldir%/test_invocation.c \
	cli/invocation.c
%canon_reldir%_test_invocation_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_invocation_LDADD = common/libcommon.a $(CRITERION_LIBS)

%canon_reldir%_test_json_edit_SOURCES = %reldir%/test_json_edit.c
%canon_reldir%_test_json_edit_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_json_edit_LDADD = $(cli_unit_libs)

%canon_reldir%_test_line_SOURCES = %reldir%/test_line.c auditor/line.c
%canon_reldir%_test_line_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_line_LDADD = $(CRITERION_LIBS)

%canon_reldir%_test_moment_SOURCES = %reldir%/test_moment.c
%canon_reldir%_test_moment_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_moment_LDADD = $(cli_unit_libs)

%canon_reldir%_test_new_token_SOURCES = %reldir%/test_new_token.c
%canon_reldir%_test_new_token_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_new_token_LDADD = $(cli_unit_libs)

%canon_reldir%_test_output_SOURCES = %reldir%/test_output.c
%canon_reldir%_test_output_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_output_LDADD = $(cli_unit_libs)

%canon_reldir%_test_policy_entry_SOURCES = %reldir%/test_policy_entry.c
%canon_reldir%_test_policy_entry_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_policy_entry_LDADD = $(cli_unit_libs)

%canon_reldir%_test_route_entry_SOURCES = %reldir%/test_route_entry.c
%canon_reldir%_test_route_entry_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_route_entry_LDADD = $(cli_unit_libs)

%canon_reldir%_test_routing_file_SOURCES = %reldir%/test_routing_file.c
%canon_reldir%_test_routing_file_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_routing_file_LDADD = $(cli_unit_libs)

%canon_reldir%_test_run_files_SOURCES = %reldir%/test_run_files.c
%canon_reldir%_test_run_files_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_run_files_LDADD = $(cli_unit_libs)

%canon_reldir%_test_run_list_SOURCES = %reldir%/test_run_list.c
%canon_reldir%_test_run_list_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_run_list_LDADD = $(cli_unit_libs)

%canon_reldir%_test_secret_input_SOURCES = %reldir%/test_secret_input.c \
	cli/secret_input.c
%canon_reldir%_test_secret_input_CPPFLAGS = $(cli_unit_cppflags)
%canon_reldir%_test_secret_input_LDADD = common/libcommon.a $(CRITERION_LIBS)
