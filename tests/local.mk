# test_<module> tests <folder>/<module>.c and links nothing else of that folder
# but what it is made of; the neighbours are played by the test.

include tests/mock/local.mk
include tests/bench/local.mk
include tests/unit/cli.mk
include tests/unit/proxy.mk
include tests/unit/dialect.mk
include tests/fuzz/local.mk
include tests/evil/local.mk

if HAVE_CRITERION
unit_tests = \
	%reldir%/unit/test_addresses \
	%reldir%/unit/test_allowed_users \
	%reldir%/unit/test_audit \
	%reldir%/unit/test_audit_record \
	%reldir%/unit/test_broker \
	%reldir%/unit/test_channel \
	%reldir%/unit/test_child \
	%reldir%/unit/test_child_state \
	%reldir%/unit/test_cloud_entry \
	%reldir%/unit/test_door \
	%reldir%/unit/test_echo_guard \
	%reldir%/unit/test_frame \
	%reldir%/unit/test_framing \
	%reldir%/unit/test_grant \
	%reldir%/unit/test_granting \
	%reldir%/unit/test_head_filter \
	%reldir%/unit/test_home \
	%reldir%/unit/test_ipc \
	%reldir%/unit/test_json_text \
	%reldir%/unit/test_measured \
	%reldir%/unit/test_model_path \
	%reldir%/unit/test_parked \
	%reldir%/unit/test_price_list \
	%reldir%/unit/test_links \
	%reldir%/unit/test_login_answer \
	%reldir%/unit/test_request_head \
	%reldir%/unit/test_run_wire \
	%reldir%/unit/test_secret \
	%reldir%/unit/test_settings \
	%reldir%/unit/test_snapshot_file \
	%reldir%/unit/test_sync_content \
	%reldir%/unit/test_sync_difference \
	%reldir%/unit/test_ticket \
	%reldir%/unit/test_transfer \
	%reldir%/unit/test_url \
	%reldir%/unit/test_vault
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

unit_cppflags = $(AM_CPPFLAGS) $(CRITERION_CFLAGS)
unit_libs = common/libcommon.a $(CRITERION_LIBS)
unit_crypto_libs = common/libcrypt.a common/libcommon.a $(CRYPTO_LIBS) \
	$(CRITERION_LIBS)

%canon_reldir%_unit_test_allowed_users_SOURCES = \
	%reldir%/unit/test_allowed_users.c
%canon_reldir%_unit_test_allowed_users_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_allowed_users_LDADD = $(unit_libs)

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

broker_world = %reldir%/unit/broker_world.c %reldir%/unit/broker_world.h
%canon_reldir%_unit_test_broker_SOURCES = %reldir%/unit/test_broker.c \
	$(broker_world)
%canon_reldir%_unit_test_broker_CPPFLAGS = $(unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_broker_LDADD = broker/libbroker.a \
	common/libprocess.a $(unit_crypto_libs) $(LIBEVENT_CORE_LIBS)

%canon_reldir%_unit_test_cloud_entry_SOURCES = \
	%reldir%/unit/test_cloud_entry.c $(broker_world)
%canon_reldir%_unit_test_cloud_entry_CPPFLAGS = $(unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_cloud_entry_LDADD = broker/libbroker.a \
	common/libprocess.a $(unit_crypto_libs) $(LIBEVENT_CORE_LIBS)

%canon_reldir%_unit_test_channel_SOURCES = %reldir%/unit/test_channel.c
%canon_reldir%_unit_test_channel_CPPFLAGS = $(unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_channel_LDADD = common/libprocess.a $(unit_libs) \
	$(LIBEVENT_CORE_LIBS)

%canon_reldir%_unit_test_child_SOURCES = %reldir%/unit/test_child.c
%canon_reldir%_unit_test_child_CPPFLAGS = $(unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_child_LDADD = supervisor/libsupervisor.a \
	common/libprocess.a $(unit_libs) $(LIBEVENT_CORE_LIBS)

%canon_reldir%_unit_test_child_state_SOURCES = \
	%reldir%/unit/test_child_state.c
%canon_reldir%_unit_test_child_state_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_child_state_LDADD = supervisor/libsupervisor.a \
	$(unit_libs)

%canon_reldir%_unit_test_door_SOURCES = %reldir%/unit/test_door.c
%canon_reldir%_unit_test_door_CPPFLAGS = $(unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_door_LDADD = common/libprocess.a $(unit_libs) \
	$(LIBEVENT_CORE_LIBS)

%canon_reldir%_unit_test_measured_SOURCES = %reldir%/unit/test_measured.c
%canon_reldir%_unit_test_measured_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_measured_LDADD = supervisor/libsupervisor.a \
	$(unit_libs)

%canon_reldir%_unit_test_parked_SOURCES = %reldir%/unit/test_parked.c
%canon_reldir%_unit_test_parked_CPPFLAGS = $(unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_parked_LDADD = supervisor/libsupervisor.a \
	common/libprocess.a $(unit_libs) $(LIBEVENT_CORE_LIBS)

%canon_reldir%_unit_test_transfer_SOURCES = %reldir%/unit/test_transfer.c
%canon_reldir%_unit_test_transfer_CPPFLAGS = $(unit_cppflags) $(CURL_CFLAGS) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_transfer_LDADD = common/libupstream.a \
	common/libprocess.a $(unit_libs) $(CURL_LIBS) $(OPENSSL_LIBS) \
	$(LIBEVENT_CORE_LIBS)

%canon_reldir%_unit_test_framing_SOURCES = %reldir%/unit/test_framing.c
%canon_reldir%_unit_test_framing_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_framing_LDADD = egress/libegress.a $(unit_libs)

%canon_reldir%_unit_test_head_filter_SOURCES = \
	%reldir%/unit/test_head_filter.c
%canon_reldir%_unit_test_head_filter_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_head_filter_LDADD = egress/libegress.a $(unit_libs)

%canon_reldir%_unit_test_model_path_SOURCES = \
	%reldir%/unit/test_model_path.c
%canon_reldir%_unit_test_model_path_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_model_path_LDADD = $(unit_libs)

%canon_reldir%_unit_test_request_head_SOURCES = \
	%reldir%/unit/test_request_head.c
%canon_reldir%_unit_test_request_head_CPPFLAGS = $(unit_cppflags) \
	$(CURL_CFLAGS)
%canon_reldir%_unit_test_request_head_LDADD = egress/libegress.a $(unit_libs)

%canon_reldir%_unit_test_grant_SOURCES = %reldir%/unit/test_grant.c
%canon_reldir%_unit_test_grant_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_grant_LDADD = broker/libbroker.a \
	$(unit_crypto_libs)

%canon_reldir%_unit_test_granting_SOURCES = %reldir%/unit/test_granting.c \
	$(broker_world)
%canon_reldir%_unit_test_granting_CPPFLAGS = $(unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_granting_LDADD = broker/libbroker.a \
	common/libprocess.a $(unit_crypto_libs) $(LIBEVENT_CORE_LIBS)

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

%canon_reldir%_unit_test_addresses_SOURCES = %reldir%/unit/test_addresses.c
%canon_reldir%_unit_test_addresses_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_addresses_LDADD = connector/libconnector.a \
	$(unit_libs)

%canon_reldir%_unit_test_echo_guard_SOURCES = %reldir%/unit/test_echo_guard.c
%canon_reldir%_unit_test_echo_guard_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_echo_guard_LDADD = egress/libegress.a $(unit_libs)

%canon_reldir%_unit_test_frame_SOURCES = %reldir%/unit/test_frame.c
%canon_reldir%_unit_test_frame_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_frame_LDADD = $(unit_libs)

%canon_reldir%_unit_test_home_SOURCES = %reldir%/unit/test_home.c
%canon_reldir%_unit_test_home_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_unit_test_home_LDADD = $(unit_libs)

%canon_reldir%_unit_test_json_text_SOURCES = %reldir%/unit/test_json_text.c
%canon_reldir%_unit_test_json_text_CPPFLAGS = $(unit_cppflags) $(JSONC_CFLAGS)
%canon_reldir%_unit_test_json_text_LDADD = common/libcommonjson.a \
	$(unit_libs) $(JSONC_LIBS)

%canon_reldir%_unit_test_price_list_SOURCES = %reldir%/unit/test_price_list.c
%canon_reldir%_unit_test_price_list_CPPFLAGS = $(unit_cppflags) $(JSONC_CFLAGS)
%canon_reldir%_unit_test_price_list_LDADD = common/libcommonjson.a \
	$(unit_libs) $(JSONC_LIBS) -lm

%canon_reldir%_unit_test_sync_content_SOURCES = \
	%reldir%/unit/test_sync_content.c
%canon_reldir%_unit_test_sync_content_CPPFLAGS = $(unit_cppflags) \
	$(JSONC_CFLAGS)
%canon_reldir%_unit_test_sync_content_LDADD = syncer/libsyncer.a \
	common/libcommonjson.a $(unit_libs) $(JSONC_LIBS)

%canon_reldir%_unit_test_login_answer_SOURCES = \
	%reldir%/unit/test_login_answer.c
%canon_reldir%_unit_test_login_answer_CPPFLAGS = $(unit_cppflags) \
	$(JSONC_CFLAGS)
%canon_reldir%_unit_test_login_answer_LDADD = syncer/libsyncer.a \
	common/libcommonjson.a $(unit_libs) $(JSONC_LIBS)

%canon_reldir%_unit_test_run_wire_SOURCES = %reldir%/unit/test_run_wire.c
%canon_reldir%_unit_test_run_wire_CPPFLAGS = $(unit_cppflags) $(JSONC_CFLAGS)
%canon_reldir%_unit_test_run_wire_LDADD = syncer/libsyncer.a \
	common/libcommonjson.a $(unit_libs) $(JSONC_LIBS)

%canon_reldir%_unit_test_snapshot_file_SOURCES = \
	%reldir%/unit/test_snapshot_file.c
%canon_reldir%_unit_test_snapshot_file_CPPFLAGS = $(unit_cppflags) \
	$(JSONC_CFLAGS)
%canon_reldir%_unit_test_snapshot_file_LDADD = syncer/libsyncer.a \
	common/libcommonjson.a $(unit_libs) $(JSONC_LIBS)

%canon_reldir%_unit_test_sync_difference_SOURCES = \
	%reldir%/unit/test_sync_difference.c
%canon_reldir%_unit_test_sync_difference_CPPFLAGS = $(unit_cppflags) \
	$(JSONC_CFLAGS)
%canon_reldir%_unit_test_sync_difference_LDADD = syncer/libsyncer.a \
	common/libcommonjson.a $(unit_libs) $(JSONC_LIBS)

%canon_reldir%_unit_test_links_SOURCES = %reldir%/unit/test_links.c
%canon_reldir%_unit_test_links_CPPFLAGS = $(unit_cppflags) \
	$(LIBEVENT_CORE_CFLAGS)
%canon_reldir%_unit_test_links_LDADD = common/libupstream.a \
	common/libprocess.a $(unit_libs) $(LIBEVENT_CORE_LIBS)

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

# The walls of each role, tried from inside.
if HAVE_CRITERION
check_PROGRAMS += %reldir%/confinement/test_walls
TESTS += %reldir%/confinement/test_walls
check_PROGRAMS += %reldir%/confinement/test_demonstration
TESTS += %reldir%/confinement/test_demonstration
endif
%canon_reldir%_confinement_test_demonstration_SOURCES = \
	%reldir%/confinement/test_demonstration.c
%canon_reldir%_confinement_test_demonstration_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_confinement_test_demonstration_LDADD = \
	common/libconfine.a $(unit_libs) $(SECCOMP_LIBS)
%canon_reldir%_confinement_test_walls_SOURCES = \
	%reldir%/confinement/test_walls.c \
	%reldir%/confinement/attempts.c %reldir%/confinement/attempts.h
%canon_reldir%_confinement_test_walls_CPPFLAGS = $(unit_cppflags)
%canon_reldir%_confinement_test_walls_LDADD = \
	broker/libbroker.a proxy/libproxy.a egress/libegress.a \
	connector/libconnector.a syncer/libsyncer.a kdf/libkdf.a \
	common/libconfine.a common/libcommon.a \
	$(SECCOMP_LIBS) $(CRITERION_LIBS)

# Who includes, links and calls what.
dist_check_SCRIPTS += %reldir%/layers/check %reldir%/layers/documented \
	%reldir%/layers/norms %reldir%/layers/threats
TESTS += %reldir%/layers/check %reldir%/layers/documented \
	%reldir%/layers/norms %reldir%/layers/threats

# The whole program, installed under tests/root.
check_PROGRAMS += \
	%reldir%/tools/add_credential \
	%reldir%/tools/first_instruction \
	%reldir%/tools/hang_up \
	%reldir%/tools/jumping_broker \
	%reldir%/tools/jumping_egress \
	%reldir%/tools/jumping_proxy \
	%reldir%/tools/kill_at \
	%reldir%/tools/kill_writing \
	%reldir%/tools/later_cofferdam \
	%reldir%/tools/make_call \
	%reldir%/tools/notify_sink \
	%reldir%/tools/occupy \
	%reldir%/tools/old_kernel \
	%reldir%/tools/on_terminal \
	%reldir%/tools/print_messages \
	%reldir%/tools/pry \
	%reldir%/tools/record \
	%reldir%/tools/scan_memory \
	%reldir%/tools/talk
%canon_reldir%_tools_add_credential_LDADD = common/libcommon.a
%canon_reldir%_tools_jumping_broker_SOURCES = broker/main.c \
	%reldir%/tools/jump_clock.c
%canon_reldir%_tools_jumping_broker_CPPFLAGS = \
	$(broker_cofferdam_broker_CPPFLAGS)
%canon_reldir%_tools_jumping_broker_LDADD = $(broker_cofferdam_broker_LDADD)
%canon_reldir%_tools_jumping_egress_SOURCES = egress/main.c \
	%reldir%/tools/jump_clock.c
%canon_reldir%_tools_jumping_egress_CPPFLAGS = \
	$(egress_cofferdam_egress_CPPFLAGS)
%canon_reldir%_tools_jumping_egress_LDADD = $(egress_cofferdam_egress_LDADD)
%canon_reldir%_tools_jumping_proxy_SOURCES = proxy/main.c \
	%reldir%/tools/jump_clock.c
%canon_reldir%_tools_jumping_proxy_CPPFLAGS = \
	$(proxy_cofferdam_proxy_CPPFLAGS)
%canon_reldir%_tools_jumping_proxy_LDADD = $(proxy_cofferdam_proxy_LDADD)
%canon_reldir%_tools_kill_at_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
%canon_reldir%_tools_kill_at_LDADD = $(SECCOMP_LIBS)
%canon_reldir%_tools_later_cofferdam_SOURCES = cli/main.c \
	%reldir%/tools/later_cofferdam.c
%canon_reldir%_tools_later_cofferdam_CPPFLAGS = $(cli_cofferdam_CPPFLAGS)
%canon_reldir%_tools_later_cofferdam_LDADD = $(cli_cofferdam_LDADD)
%canon_reldir%_tools_old_kernel_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
%canon_reldir%_tools_old_kernel_LDADD = $(SECCOMP_LIBS)
%canon_reldir%_tools_print_messages_LDADD = common/libcommon.a
# A library, and no more than that: sanitizers would have it load theirs.
check_DATA += %reldir%/tools/leave_mark.so
EXTRA_DIST += %reldir%/tools/leave_mark.c
CLEANFILES += %reldir%/tools/leave_mark.so
%reldir%/tools/leave_mark.so: %reldir%/tools/leave_mark.c Makefile
	@$(MKDIR_P) $(@D) && $(CC) -Wall -Wextra -shared -fPIC -o $@ \
		'$(srcdir)/%reldir%/tools/leave_mark.c'
e2e_tests = \
	%reldir%/e2e/I1-cloud-data-and-keys-never-share-an-address-space \
	%reldir%/e2e/I2-a-key-goes-to-the-approved-url-alone \
	%reldir%/e2e/I2-no-snapshot-introduces-a-destination-for-a-key \
	%reldir%/e2e/I4-no-use-of-a-key-without-a-record \
	%reldir%/e2e/I4-the-log-shows-what-was-done-to-it \
	%reldir%/e2e/I4-what-nobody-signed-is-told \
	%reldir%/e2e/I6-a-killed-process-means-an-error-never-a-hang \
	%reldir%/e2e/a-bad-snapshot-leaves-the-last-good-one \
	%reldir%/e2e/a-command-of-another-version-is-told-so \
	%reldir%/e2e/a-file-in-the-snapshots-place-is-not-read \
	%reldir%/e2e/a-grant-that-nobody-uses-is-given-back \
	%reldir%/e2e/a-home-is-safe-and-ours-alone \
	%reldir%/e2e/a-key-is-replaced-where-it-is \
	%reldir%/e2e/a-lock-reaches-every-egress \
	%reldir%/e2e/a-login-is-approved-elsewhere \
	%reldir%/e2e/a-provider-that-only-the-cloud-knows-needs-one-step \
	%reldir%/e2e/a-removed-key-leaves-every-egress \
	%reldir%/e2e/a-stand-in-ends-with-the-right-to-the-central-model \
	%reldir%/e2e/a-stream-passes-as-it-is \
	%reldir%/e2e/a-target-that-keeps-failing-is-passed-over \
	%reldir%/e2e/a-thomas-home-is-taken-over \
	%reldir%/e2e/a-weaker-kernel-is-refused-or-waived-by-name \
	%reldir%/e2e/the-doctor-tries-every-wall \
	%reldir%/e2e/a-policy-moves-the-target-as-the-day-goes-on \
	%reldir%/e2e/a-role-that-dies-says-why-and-comes-back \
	%reldir%/e2e/another-target-answers-when-the-first-one-fails \
	%reldir%/e2e/any-agent-speaks-with-any-provider \
	%reldir%/e2e/bad-requests-get-a-clear-error \
	%reldir%/e2e/both-stories-run-as-the-readme-tells-them \
	%reldir%/e2e/a-user-is-who-the-kernel-says \
	%reldir%/e2e/another-user-gets-no-answer \
	%reldir%/e2e/commands-answer-in-one-shape \
	%reldir%/e2e/files-that-change-together-count-together \
	%reldir%/e2e/connecting-an-agent-is-all-or-nothing \
	%reldir%/e2e/policies-routes-and-prices-are-set-by-command \
	%reldir%/e2e/runs-are-listed-and-explained \
	%reldir%/e2e/every-answer-of-the-cloud-has-a-name \
	%reldir%/e2e/fifty-syncs-leave-one-whole-snapshot \
	%reldir%/e2e/run-records-reach-the-control-plane \
	%reldir%/e2e/settings-have-their-effect \
	%reldir%/e2e/the-walk-from-the-control-plane-to-the-audit-list
system_only_tests = \
	%reldir%/e2e/a-system-install-keeps-users-apart \
	%reldir%/e2e/the-service-files-fit
dist_check_SCRIPTS += $(e2e_tests) $(system_only_tests)
TESTS += $(system_only_tests)
TESTS += $(e2e_tests)
EXTRA_DIST += %reldir%/e2e/lib.sh %reldir%/dialect

# Each of them again, in a system install below a scratch folder; as root.
system_tests = $(e2e_tests:=.system)
TESTS += $(system_tests)
check_DATA += $(system_tests)
CLEANFILES += $(system_tests)
$(system_tests): Makefile
	@$(MKDIR_P) $(@D) && printf '%s\n' '#!/bin/sh' \
		'COFFERDAM_TEST_INSTALL=system' \
		'export COFFERDAM_TEST_INSTALL' \
		'exec "$${srcdir:-.}/$(@:.system=)"' >$@ && chmod +x $@

# In a build with sanitizers: some tests expect SIGSEGV, and nothing frees all.
AM_TESTS_ENVIRONMENT = \
	ASAN_OPTIONS='detect_leaks=0:handle_segv=0'; export ASAN_OPTIONS; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	srcdir='$(abs_top_srcdir)'; export srcdir;

check_DATA += %reldir%/root.stamp
.PHONY: %reldir%/root.stamp
%reldir%/root.stamp: all
	@printf '%s\n' '$(prefix)' >%reldir%/prefix
	@$(MAKE) --silent install DESTDIR='$(abs_top_builddir)/%reldir%/root' \
		>/dev/null
clean-local:
	rm -rf %reldir%/root %reldir%/prefix

# Real clients, where the acceptance kit and node are there.
KIT = ../shared/clients
KINDS = all
.PHONY: check-clients
check-clients: tests/root.stamp
	$(MAKE) tests/mock/demo-provider
	@top_builddir='$(abs_top_builddir)' srcdir='$(abs_top_srcdir)' \
		$(srcdir)/%reldir%/clients '$(KIT)' '$(KINDS)'
EXTRA_DIST += %reldir%/clients

# What an attacker would do.  `make check` runs the short ones; all of them, the long
# part, as root: make check-hostile
hostile_tests = \
	%reldir%/hostile/a-clock-that-jumps-changes-no-record \
	%reldir%/hostile/a-broker-killed-at-any-write-leaves-no-gap \
	%reldir%/hostile/a-start-that-fails-anywhere-ends-clearly \
	%reldir%/hostile/a-hostile-upstream-is-cut-or-scrubbed \
	%reldir%/hostile/a-role-in-an-attackers-hands-gets-no-further \
	%reldir%/hostile/a-sync-killed-at-any-call-leaves-a-whole-snapshot \
	%reldir%/hostile/a-fatal-signal-leaves-no-core \
	%reldir%/hostile/a-file-system-that-fails-means-no-use \
	%reldir%/hostile/another-program-of-the-user-reads-no-memory \
	%reldir%/hostile/what-a-caller-sets-reaches-no-role \
	%reldir%/hostile/thousands-of-kills-leave-nothing-behind
browser_tests = \
	%reldir%/hostile/a-web-page-has-no-effect
dist_check_SCRIPTS += $(hostile_tests) $(browser_tests)
TESTS += $(hostile_tests)
EXTRA_DIST += %reldir%/hostile/evil.sh
.PHONY: check-hostile
check-hostile:
	HOSTILE=full $(MAKE) check TESTS='$(hostile_tests) $(browser_tests)'

# The walls on other kernels of Debian, in an emulator, as root.
KERNELS = linux-image-amd64
.PHONY: check-kernels
check-kernels: tests/root.stamp
	$(MAKE) check TESTS=
	@top_builddir='$(abs_top_builddir)' srcdir='$(abs_top_srcdir)' \
		$(srcdir)/%reldir%/kernels/run $(KERNELS)
EXTRA_DIST += %reldir%/kernels/run %reldir%/kernels/init %reldir%/kernels/guest
