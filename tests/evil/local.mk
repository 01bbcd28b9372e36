# Roles in an attacker's hands: tests/evil/evil.h.  Never installed.

evil_roles = \
	%reldir%/evil_broker \
	%reldir%/evil_connector \
	%reldir%/evil_egress \
	%reldir%/evil_proxy \
	%reldir%/evil_syncer
check_PROGRAMS += $(evil_roles)
evil_sources = %reldir%/evil.c %reldir%/evil.h %reldir%/evil_send.c \
	tests/confinement/attempts.c tests/confinement/attempts.h
evil_libs = common/libprocess.a common/libconfine.a common/libcommon.a \
	$(LIBEVENT_CORE_LIBS) $(SECCOMP_LIBS)

%canon_reldir%_evil_broker_SOURCES = %reldir%/evil_broker.c $(evil_sources)
%canon_reldir%_evil_broker_LDADD = broker/libbroker.a $(evil_libs)
%canon_reldir%_evil_connector_SOURCES = %reldir%/evil_connector.c \
	$(evil_sources)
%canon_reldir%_evil_connector_LDADD = connector/libconnector.a $(evil_libs)
%canon_reldir%_evil_egress_SOURCES = %reldir%/evil_egress.c $(evil_sources)
%canon_reldir%_evil_egress_LDADD = egress/libegress.a $(evil_libs)
%canon_reldir%_evil_proxy_SOURCES = %reldir%/evil_proxy.c $(evil_sources)
%canon_reldir%_evil_proxy_LDADD = proxy/libproxy.a $(evil_libs)
%canon_reldir%_evil_syncer_SOURCES = %reldir%/evil_syncer.c $(evil_sources)
%canon_reldir%_evil_syncer_LDADD = syncer/libsyncer.a $(evil_libs)
