# SPDX-License-Identifier: ISC
# lib.sh: the whole program in a scratch home, with a provider and a cloud of
# our own.  Sourced by every test of this folder.
#
#	. "${srcdir:-.}/tests/e2e/lib.sh"
#	start_world			provider, cloud, home, daemon
#	expect "what must hold" command...
#	finish
#
# Nothing sleeps: wait_until polls a condition, and gives up after half a minute.
# Ports are the kernel's choice.  The key is a canary: finish looks for it
# wherever the program could have written it.
set -u
exec </dev/null		# on a terminal the command would ask

build=$(cd "${top_builddir:-.}" && pwd)
source=$(cd "${srcdir:-.}" && pwd)
root=${COFFERDAM_TEST_ROOT:-$build/tests/root$(cat "$build/tests/prefix")}
work=$(mktemp -d)
key=sk-CANARY-provider-key-7f3a9c51
device_token=CANARY-device-token-55d0
failures=0
checks=0
pids=

PATH=$root/bin:$root/sbin:/usr/local/sbin:/usr/sbin:/sbin:$PATH
unset COFFERDAM_HOME COFFERDAM_ROOT HTTP_PROXY HTTPS_PROXY http_proxy https_proxy
export PATH
# make check runs each test in both kinds of install; the second is below a
# scratch folder, with a passwd file of its own, and needs root.
install=${COFFERDAM_TEST_INSTALL:-user}
is_system() { [ "$install" = system ]; }
user_of() {	# role: its uid in the scratch passwd
	awk -F: -v "name=cofferdam-$1" '$1 == name { print $3 }' \
		"$COFFERDAM_ROOT/etc/passwd"
}
# As that role's user, where it has one: the limits of another user's process
# are not even root's to change everywhere.
as_role() {	# role command...
	role=$1
	shift
	if is_system; then
		setpriv --reuid="$(user_of "$role")" --regid="$(user_of "$role")" \
			--clear-groups "$@"
	else
		"$@"
	fi
}
make_accounts() {
	mkdir -p "$1/etc"
	uid=64101
	for name in broker proxy egress net sync kdf; do
		echo "cofferdam-$name:x:$uid:$uid::/:/usr/sbin/nologin"
		uid=$((uid + 1))
	done >"$1/etc/passwd"
	echo 'cofferdam-admin:x:64100:' >"$1/etc/group"
}

end_world() {
	trap - EXIT INT TERM
	cofferdam down >/dev/null 2>&1
	for pid in $pids; do kill "$pid" 2>/dev/null; done
	if [ $failures -gt 0 ] && [ -f "$COFFERDAM_HOME/log/cofferdamd.log" ]; then
		echo '# the log:'
		tail -n 40 "$COFFERDAM_HOME/log/cofferdamd.log" | sed 's/^/# /'
	fi
	[ -n "${KEEP_WORLD:-}" ] || rm -rf "$work"
}
trap end_world EXIT
trap 'end_world; exit 130' INT TERM

expect() {	# sentence command...: it exits 0
	sentence=$1
	shift
	checks=$((checks + 1))
	if "$@" >"$work/out" 2>&1; then
		echo "ok $checks - $sentence"
	else
		failures=$((failures + 1))
		echo "not ok $checks - $sentence"
		echo "# $*"
		sed 's/^/# /' "$work/out" | head -n 20
	fi
}

not() { ! "$@"; }
equals() { [ "$1" = "$2" ] || { echo "is '$1', not '$2'"; false; }; }
contains() { case $1 in *"$2"*) ;; *) echo "no '$2' in: $1"; false ;; esac; }
lacks() { case $1 in *"$2"*) echo "'$2' in: $1"; false ;; esac; }

skip() { echo "1..0 # SKIP $*"; exit 77; }

if is_system; then
	[ "$(id -u)" = 0 ] || skip 'a system install needs root'
	export COFFERDAM_ROOT="$work/root"
	make_accounts "$COFFERDAM_ROOT"
	# Not exported: the command finds it by itself.
	COFFERDAM_HOME=$(cofferdam status --json | jq -r .data.home)
else
	export COFFERDAM_HOME="$work/home"
fi
settings=$(cofferdam config check --json | jq -r .data.file)

wait_until() {	# command...: until it exits 0
	n=0
	until "$@" >/dev/null 2>&1; do
		n=$((n + 1))
		[ $n -lt 600 ] || { echo "# gave up: $*"; return 1; }
		sleep 0.05
	done
}

start_provider() {	# name [option...]: sets NAME_port NAME_plain NAME_control
	name=$1
	shift
	mkdir -p "$work/$name"
	"$build/tests/mock/demo-provider" --dir "$work/$name" \
		--ca-dir "$work/ca" --key "$key" --delay-ms 5 "$@" &
	pids="$pids $!"
	wait_until test -s "$work/$name/provider.json"
	read_ports "$name" "$work/$name/provider.json"
}

start_cloud() {
	mkdir -p "$work/cloud"
	"$build/tests/mock/demo-cloud" --dir "$work/cloud" \
		--ca-dir "$work/ca" --token "$device_token" &
	pids="$pids $!"
	wait_until test -s "$work/cloud/cloud.json"
	read_ports cloud "$work/cloud/cloud.json"
}

read_ports() {
	eval "$1_port=$(jq .port "$2") $1_plain=$(jq .plainPort "$2") \
		$1_control=$(jq .controlPort "$2")"
}

# What the provider has seen: requests so far, or the last one as JSON.
seen() { curl -sS "http://127.0.0.1:$(eval "echo \$$1_control")/stats" | jq .requests; }
last_request() { tail -n 1 "$work/$1/requests.jsonl"; }
script() {	# provider json: for its next answer
	curl -sS --fail -d "$2" \
		"http://127.0.0.1:$(eval "echo \$$1_control")/script"
}

administrator() {	# method path json: the control plane's side
	curl -sS --fail -X "$1" -H 'content-type: application/json' \
		-d "$3" "http://127.0.0.1:$cloud_plain$2" >/dev/null
}
cloud_has_provider() {	# id base-url [protocol]
	administrator POST /v1/providers "{\"providerId\":\"$1\",
		\"protocol\":\"${3:-openai}\",\"originBaseUrl\":\"$2\"}"
}
cloud_binds() {	# agent provider model
	administrator PUT "/v1/agents/bindings/$1" "{\"bindingKind\":\"static\",
		\"staticTarget\":{\"providerId\":\"$2\",\"model\":\"$3\"}}"
}

make_home() {
	cofferdam init --key-file "$work/vault.key" >/dev/null || return
	printf 'ca_file = %s\n' "$work/ca/ca.pem" \
		>>"$settings"
}

start_daemon() {
	cofferdam up --listen 127.0.0.1:0 >/dev/null || return
	address=$(cofferdam status --json | jq -r '.data.listeners[0].address')
}

log_in() {
	printf '%s\n' "$device_token" | cofferdam cloud login --token-stdin \
		--base-url "https://localhost:$cloud_port" >/dev/null
}

add_key() {	# provider [option...]
	printf '%s\n' "$key" | cofferdam providers add "$@" -
}

start_world() {
	start_provider provider
	start_cloud
	provider_url=https://localhost:$provider_port/v1
	make_home && start_daemon || exit 99
	token=$(cofferdam agents add bot --json | jq -r .data.token)
}

# A provider that only the cloud knows, bound, with a local key.
start_cloud_provider() {
	cloud_has_provider xiangxin "$provider_url"
	cloud_binds bot xiangxin demo-large
	log_in && cofferdam cloud sync >/dev/null || exit 99
	add_key xiangxin --base-url "$provider_url" >/dev/null || exit 99
}

# An HTTP call as the agent: sets status, body, head (files under $work).
call() {	# path [json [curl option...]]
	path=$1 json=${2:-}
	[ $# -ge 2 ] && shift 2 || shift 1
	status=$(curl -sS -m 30 -o "$work/body" -D "$work/head" \
		-w '%{http_code}' -H "authorization: Bearer $token" \
		-H 'content-type: application/json' ${json:+-d "$json"} \
		"$@" "http://$address$path" 2>"$work/curl-error")
	body=$(cat "$work/body" 2>/dev/null)
	head=$(cat "$work/head" 2>/dev/null)
}
chat='{"model":"m","messages":[{"role":"user","content":"hello"}]}'
chat_stream='{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}'
chat_once() { call /v1/chat/completions "$chat"; }

error_code() { printf '%s' "$body" | jq -r .error.code; }
pid_of() {	# role
	cofferdam status --json | jq -r ".data.processes[] |
		select(.role == \"$1\") | .pid" | head -n 1
}
all_pids() { cofferdam status --json | jq -r '.data.processes[].pid'; }
audit_count() {	# event
	cofferdam audit list --json | jq "[.data.records[] |
		select(.event == \"$1\")] | length"
}
last_audit() {	# event
	cofferdam audit list --json | jq -c "[.data.records[] |
		select(.event == \"$1\")] | last"
}

# No key outside the vault's sealed image, whatever has happened (I5).
key_is_nowhere() {
	found=$(grep -rlaF -e "$key" -e "$device_token" "$COFFERDAM_HOME" \
		"$work/body" "$work/head" 2>/dev/null)
	[ -z "$found" ] || { echo "the key is in: $found"; return 1; }
	for pid in $(all_pids); do
		for file in environ cmdline; do
			grep -qaF -e "$key" "/proc/$pid/$file" 2>/dev/null || continue
			echo "the key is in $file of $pid"
			return 1
		done
	done
}

finish() {
	expect 'I5: the key is in no file, argument or environment' key_is_nowhere
	echo "1..$checks"
	[ $failures -eq 0 ]
	exit $?
}
