# cofferdam: the user's command.

bin_PROGRAMS += %reldir%/cofferdam
noinst_LIBRARIES += %reldir%/libcli.a

%canon_reldir%_cppflags = $(AM_CPPFLAGS) $(JSONC_CFLAGS) \
	-DLOCALSTATEDIR='"$(localstatedir)"' \
	-DSBINDIR='"$(sbindir)"' -DPKGLIBEXECDIR='"$(pkglibexecdir)"' \
	-DPACKAGE_VERSION='"$(PACKAGE_VERSION)"'
%canon_reldir%_libcli_a_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_libcli_a_SOURCES = \
	%reldir%/advice.c \
	%reldir%/advice.h \
	%reldir%/again.c \
	%reldir%/again.h \
	%reldir%/agent_account.c \
	%reldir%/agent_account.h \
	%reldir%/amount.c \
	%reldir%/amount.h \
	%reldir%/approval.c \
	%reldir%/approval.h \
	%reldir%/audit_backwards.c \
	%reldir%/audit_backwards.h \
	%reldir%/audit_ends.c \
	%reldir%/audit_ends.h \
	%reldir%/audit_filter.c \
	%reldir%/audit_filter.h \
	%reldir%/audit_tally.c \
	%reldir%/audit_tally.h \
	%reldir%/flat_line.c \
	%reldir%/flat_line.h \
	%reldir%/report_page.c \
	%reldir%/report_page.h \
	%reldir%/audit_segments.c \
	%reldir%/audit_segments.h \
	%reldir%/call.c \
	%reldir%/call.h \
	%reldir%/client.c \
	%reldir%/client.h \
	%reldir%/cloud.c \
	%reldir%/cloud.h \
	%reldir%/cloud_files.c \
	%reldir%/cloud_files.h \
	%reldir%/command.c \
	%reldir%/command.h \
	%reldir%/command_agents.c \
	%reldir%/command_approved.c \
	%reldir%/command_audit.c \
	%reldir%/command_cloud.c \
	%reldir%/command_config.c \
	%reldir%/command_connect.c \
	%reldir%/command_daemon.c \
	%reldir%/command_doctor.c \
	%reldir%/command_explain.c \
	%reldir%/command_failovers.c \
	%reldir%/command_follow.c \
	%reldir%/command_key.c \
	%reldir%/command_login.c \
	%reldir%/command_passwd.c \
	%reldir%/command_policy.c \
	%reldir%/command_prices.c \
	%reldir%/command_provider.c \
	%reldir%/command_recommend.c \
	%reldir%/command_registry.c \
	%reldir%/command_report.c \
	%reldir%/command_route.c \
	%reldir%/command_runs.c \
	%reldir%/command_status.c \
	%reldir%/command_vault.c \
	%reldir%/command_verify.c \
	%reldir%/config_file.c \
	%reldir%/config_file.h \
	%reldir%/connection.c \
	%reldir%/connection.h \
	%reldir%/connection_plan.c \
	%reldir%/credential.c \
	%reldir%/credential.h \
	%reldir%/daemon.c \
	%reldir%/daemon.h \
	%reldir%/daemon_presence.c \
	%reldir%/demonstration_view.c \
	%reldir%/demonstration_view.h \
	%reldir%/doctor.c \
	%reldir%/doctor.h \
	%reldir%/doctor_text.c \
	%reldir%/environment.c \
	%reldir%/environment.h \
	%reldir%/explain_agent.c \
	%reldir%/explain_request.c \
	%reldir%/explain_run.c \
	%reldir%/explanation.c \
	%reldir%/explanation.h \
	%reldir%/fields.c \
	%reldir%/fields.h \
	%reldir%/file_change.c \
	%reldir%/file_change.h \
	%reldir%/help.c \
	%reldir%/help.h \
	%reldir%/invocation.c \
	%reldir%/invocation.h \
	%reldir%/json_edit.c \
	%reldir%/json_edit.h \
	%reldir%/key_file.c \
	%reldir%/key_file.h \
	%reldir%/key_import.c \
	%reldir%/key_import.h \
	%reldir%/known.c \
	%reldir%/known.h \
	%reldir%/login_grant.c \
	%reldir%/login_grant.h \
	%reldir%/moment.c \
	%reldir%/moment.h \
	%reldir%/new_token.c \
	%reldir%/new_token.h \
	%reldir%/output.c \
	%reldir%/output.h \
	%reldir%/own_key.c \
	%reldir%/own_key.h \
	%reldir%/parcel.c \
	%reldir%/parcel.h \
	%reldir%/passphrase.c \
	%reldir%/passphrase.h \
	%reldir%/policy_entry.c \
	%reldir%/policy_entry.h \
	%reldir%/price_file.c \
	%reldir%/price_file.h \
	%reldir%/program.c \
	%reldir%/program.h \
	%reldir%/question.c \
	%reldir%/question.h \
	%reldir%/reach.c \
	%reldir%/reach.h \
	%reldir%/registration.c \
	%reldir%/registration.h \
	%reldir%/role_process.c \
	%reldir%/role_process.h \
	%reldir%/route_entry.c \
	%reldir%/route_entry.h \
	%reldir%/routing_file.c \
	%reldir%/routing_file.h \
	%reldir%/run_call.c \
	%reldir%/run_call.h \
	%reldir%/run_files.c \
	%reldir%/run_files.h \
	%reldir%/run_group.c \
	%reldir%/run_group.h \
	%reldir%/run_list.c \
	%reldir%/run_list.h \
	%reldir%/runs_queue.c \
	%reldir%/runs_queue.h \
	%reldir%/secret_input.c \
	%reldir%/secret_input.h \
	%reldir%/settings_file.c \
	%reldir%/settings_file.h \
	%reldir%/status.c \
	%reldir%/status.h \
	%reldir%/status_text.c \
	%reldir%/sync_preview.c \
	%reldir%/sync_preview.h \
	%reldir%/target_view.c \
	%reldir%/target_view.h \
	%reldir%/terminal.c \
	%reldir%/terminal.h \
	%reldir%/toml_edit.c \
	%reldir%/toml_edit.h \
	%reldir%/vault_view.c \
	%reldir%/vault_view.h \
	%reldir%/verification.c \
	%reldir%/verification.h \
	%reldir%/warning.c \
	%reldir%/warning.h

%canon_reldir%_cofferdam_CPPFLAGS = $(%canon_reldir%_cppflags)
%canon_reldir%_cofferdam_SOURCES = %reldir%/main.c
%canon_reldir%_cofferdam_LDADD = %reldir%/libcli.a \
	common/libcommonjson.a common/libcommon.a $(JSONC_LIBS)
EXTRA_DIST += %reldir%/MAY_USE
