# SPDX-License-Identifier: ISC
# evil.sh: tests/e2e/lib.sh in an installation of its own, in which one helper
# is a test build in an attacker's hands (tests/evil/evil.h).
#
#	turn_evil proxy step tickets	the daemon runs again, with that proxy
#	told 'a line of its report'	waits for it
#	turn_honest			the daemon runs again, all real
set -u
build=$(cd "${top_builddir:-.}" && pwd)
real_root=${COFFERDAM_TEST_ROOT:-$build/tests/root$(cat "$build/tests/prefix")}
scratch=$(mktemp -d)
cp -a "$real_root" "$scratch/root"
COFFERDAM_TEST_ROOT=$scratch/root
. "${srcdir:-.}/tests/e2e/lib.sh"
helpers=$root/libexec/cofferdam
trap 'end_world; rm -rf "$scratch"' EXIT
trap 'end_world; rm -rf "$scratch"; exit 130' INT TERM

mkfifo "$work/report.fifo"
: >"$work/report"
cat <>"$work/report.fifo" >>"$work/report" &
pids="$pids $!"

evil_role=
put_real_back() {
	[ -n "$evil_role" ] || return 0
	rm -f "$helpers/cofferdam-$evil_role"
	cp -a "$real_root/libexec/cofferdam/cofferdam-$evil_role" "$helpers/"
	evil_role=
}

# An evil proxy or broker answers no command: up and status would wait in vain.
daemon=
daemon_is_gone() { [ -z "$daemon" ] || ! kill -0 "$daemon" 2>/dev/null; }
restart() {
	cofferdam down >/dev/null 2>&1
	case $evil_role in
	proxy | broker)
		wait_until daemon_is_gone
		cofferdamd --home "$COFFERDAM_HOME" --listen 127.0.0.1:0 \
			2>>"$COFFERDAM_HOME/log/cofferdamd.log" &
		daemon=$!
		pids="$pids $daemon"
		;;
	*) start_daemon ;;
	esac
}

turn_evil() {	# role [name value]...
	put_real_back
	evil_role=$1
	shift
	rm -f "$helpers/cofferdam-$evil_role"
	cp "$build/tests/evil/evil_$evil_role" "$helpers/cofferdam-$evil_role"
	printf 'report %s\n' "$work/report.fifo" >"$helpers/evil.conf"
	[ $# -eq 0 ] || printf '%s %s\n' "$@" >>"$helpers/evil.conf"
	: >"$work/report"
	restart
}

turn_honest() {
	put_real_back
	restart
}

told() { wait_until grep -q "$1" "$work/report" || { cat "$work/report"; false; }; }
told_number() {	# word: the number behind it
	sed -n "s/.*\\b$1 \\([0-9]*\\).*/\\1/p" "$work/report" | tail -n 1
}

served() {
	chat_once
	equals "$status" 200
}
# I4, from outside: the provider saw no more than the log has begun, without
# what was begun and not used by those who wanted just that.
n_begun() { cat "$COFFERDAM_HOME"/audit/*.jsonl | grep -c '"event":"begin"'; }
n_unused=0
forget_unused() { n_unused=$(($(n_begun) - $(seen provider))); }
uses_are_recorded() {
	begins=$(($(n_begun) - n_unused))
	[ "$(seen provider)" -le "$begins" ] ||
		{ echo "seen $(seen provider), begun $begins"; false; }
}
# All others are the processes that they were.
others() {
	cofferdam status --json | jq -c "[.data.processes[] |
		select(.role != \"$1\" and .role != \"egress\") |
		{role, pid}] | sort_by(.role)"
}
helper_pid() {	# role
	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe")" != "$helpers/cofferdam-$1" ] ||
			basename "${exe%/exe}"
	done | tail -n 1
}
children_n() {
	for exe in /proc/[0-9]*/exe; do readlink "$exe"; done |
		grep -c "^$helpers/"
}
key_is_not_in() {	# role
	pid=$(helper_pid "$1")
	[ -n "$pid" ] || { echo "no $1"; return 1; }
	"$build/tests/tools/scan_memory" "$pid" "$key" >"$work/scan"
	result=$?
	[ $result -eq 0 ] || { cat "$work/scan"; return 1; }
}
