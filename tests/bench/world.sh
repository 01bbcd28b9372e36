# SPDX-License-Identifier: ISC
# world.sh: what tests/bench/run measures and measures with, in a scratch place:
# the upstream, Cofferdam in a home of its own, nginx with a configuration of
# its own.  Needs root, tools, near and far; sets work, and PEER_port for each.
#
# Nothing sleeps to wait for anything: wait_until polls a condition and gives up
# after half a minute.  Ports are the kernel's choice.

unset COFFERDAM_HOME HTTP_PROXY HTTPS_PROXY http_proxy https_proxy
work=$(mktemp -d)
COFFERDAM_HOME=$work/home
PATH=$root/bin:$root/sbin:/usr/local/sbin:/usr/sbin:/sbin:$PATH
export COFFERDAM_HOME PATH
key=sk-bench-provider-key-0123456789
token=bench-agent-token-0123456789
upstream_pid= holder=

wait_until() {	# command...: until it exits 0
	attempts=0
	until "$@" >/dev/null 2>&1; do
		attempts=$((attempts + 1))
		[ $attempts -lt 600 ] || fail "gave up: $*"
		sleep 0.05
	done
}

stop_ours() { cofferdam down >/dev/null 2>&1 || :; }
stop_nginx() {
	[ -s "$work/nginx.pid" ] || return 0
	nginx_pid=$(cat "$work/nginx.pid")
	kill "$nginx_pid" 2>/dev/null || :
	wait_until test ! -e "/proc/$nginx_pid"
	rm -f "$work/nginx.pid"
}
clean_up() {
	trap - EXIT INT TERM
	set +e
	stop_ours
	stop_nginx
	[ -z "$holder" ] || kill "$holder" 2>/dev/null
	[ -z "$upstream_pid" ] || kill "$upstream_pid" 2>/dev/null
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

start_upstream() {
	mkdir "$work/upstream"
	$near "$tools/upstream" --dir "$work/upstream" --key "$key" &
	upstream_pid=$!
	wait_until test -s "$work/upstream/upstream.ready"
	eval "$(cat "$work/upstream/upstream.ready")"
	direct_port=$plain_port
}
counted() {	# name: what the upstream has counted
	curl -sS "http://127.0.0.1:$plain_port/stats" | tr ' ' '\n' |
		sed -n "s/^$1=//p"
}
nothing_is_open() { [ "$(counted open_streams)" = 0 ]; }

# Bodies in the shape of an agent's turns; the upstream reads the metadata.
make_body() {	# kind size bytes
	awk -v kind="$1" -v bytes="$3" 'BEGIN {
		delay["paced"] = 10000
		delay["idle"] = 600000000
		printf "{\"model\":\"bench-1\",\"max_tokens\":1024,"
		if (kind != "plain")
			printf "\"stream\":true," \
			    "\"stream_options\":{\"include_usage\":true},"
		printf "\"metadata\":{\"events\":\"100\"," \
		    "\"delay_us\":\"%d\"}," \
		    "\"messages\":[{\"role\":\"system\",\"content\":" \
		    "\"You are careful.\"}", delay[kind]
		turn = "{\"role\":\"user\",\"content\":\"\\\"a/b.c\\\" says:" \
		    "\\n\\tif (x < y)\\n\\t\\treturn caf\\u00e9;\\nWhat must " \
		    "change so that each caller of it sees the error?\"}"
		for (n = 210; n < bytes; n += length(turn) + 1)
			printf ",%s", turn
		printf "]}"
	}' >"$work/$1-$2.json"
}

configure_ours() {
	cofferdam init --key-file "$work/vault.key" >/dev/null
	cat >>"$COFFERDAM_HOME/cofferdam.conf" <<-EOF
	ca_file = $work/upstream/ca.pem
	max_in_flight = 4096
	max_connections = 4096
	EOF
	cofferdam up --listen 127.0.0.1:0 >/dev/null
	cofferdam providers register bench --protocol openai \
		--base-url "https://localhost:$tls_port/v1" >/dev/null
	printf '%s\n' "$key" | cofferdam providers add bench - >/dev/null
	printf '%s\n' "$token" |
		cofferdam agents add bench --token-stdin >/dev/null
	cofferdam route bench bench/bench-1 >/dev/null
	ours_port=$(cofferdam status --json |
		jq -r '.data.listeners[0].address' | sed 's/.*://')
	cofferdam down >/dev/null
}
start_ours() {	# prints how long the first answer took
	load start ours 1K plain -- \
		$far cofferdam up --listen "127.0.0.1:$ours_port"
}

configure_nginx() {
	nginx_port=$("$tools/load" port)
	user=
	[ "$(id -u)" != 0 ] || user='user root;'
	cat >"$work/nginx.conf" <<-EOF
	$user worker_processes 1; worker_rlimit_nofile $(ulimit -n);
	pid $work/nginx.pid; error_log $work/nginx.log error;
	events { worker_connections 8192; }
	http {
		access_log off; tcp_nodelay on;
		client_body_temp_path $work/nginx-body;
		proxy_temp_path $work/nginx-proxy;
		fastcgi_temp_path $work/nginx-fastcgi;
		uwsgi_temp_path $work/nginx-uwsgi;
		scgi_temp_path $work/nginx-scgi;
		client_body_buffer_size 128k;
		keepalive_requests 1000000000;
		upstream provider {
			server 127.0.0.1:$tls_port;
			keepalive 256; keepalive_requests 1000000000;
		}
		server {
			listen 127.0.0.1:$nginx_port backlog=4096;
			location / {
				proxy_pass https://provider;
				proxy_buffering off; proxy_http_version 1.1;
				proxy_set_header Connection "";
				proxy_set_header Host localhost;
				proxy_set_header Authorization "Bearer $key";
				proxy_read_timeout 900s;
				proxy_ssl_verify on; proxy_ssl_name localhost;
				proxy_ssl_trusted_certificate
					$work/upstream/ca.pem;
				proxy_ssl_server_name on;
				proxy_ssl_protocols TLSv1.3;
			}
		}
	}
	EOF
}
start_nginx() {
	load start nginx 1K plain -- \
		$far nginx -e "$work/nginx.log" -c "$work/nginx.conf"
}

# The load generator on a peer.
load() {	# mode peer size kind [option...]
	mode=$1 port=$(eval "echo \$$2_port") body=$work/$4-$3.json
	bearer=$token
	[ "$2" != direct ] || bearer=$key
	shift 4
	$near timeout --foreground 600 "$tools/load" "$mode" --port "$port" \
		--token "$bearer" --body "$body" "$@"
}

# All processes of a peer: one parent and its children.
pids_of() {	# peer
	case $1 in
	direct) return ;;
	nginx) parent=$(cat "$work/nginx.pid") ;;
	ours) child=$(cofferdam status --json | jq -r \
		'[.data.processes[] | select(.role != "supervisor") | .pid |
		select(. != null)][0]')
		parent=$(sed 's/.*) //' "/proc/$child/stat" | cut -d' ' -f2) ;;
	esac
	cat "/proc/$parent/task/"*/children | tr ' ' ,
	echo "$parent"
}

# What they hold, shared pages divided among those who share them.
pss_kb() {	# pid,pid...: KB, or - when it may not be read
	for pid in $(echo "$1" | tr , ' '); do
		cat "/proc/$pid/smaps_rollup" || echo 'Pss: unreadable'
	done 2>/dev/null | awk '$1 == "Pss:" && $2 == "unreadable" { bad = 1 }
		$1 == "Pss:" { sum += $2 }
		END { print bad ? "-" : sum }'
}
