# SPDX-License-Identifier: ISC
# report.sh: what tests/bench/run has found, for people.

machine() {
	cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
	echo "${cpu:-$(uname -m)}, $(nproc) cores, $(uname -sr)," \
		"scratch on $(stat -f -c %T "$work"), pinned: $pin;" \
		"$(command -v nginx >/dev/null && nginx -v 2>&1 |
			sed 's/.*: //' || echo 'no nginx');" \
		"$rounds rounds of $seconds s."
}

ratio() { # ours nginx
	awk -v a="$1" -v b="$2" 'BEGIN {
		if (a == "-" || b == "-" || b + 0 == 0)
			print "-"
		else
			printf "%.2f\n", a / b
	}'
}
per_stream() {	# at-rest open: KB for one stream
	[ "$1" != - ] && [ "$2" != - ] || { echo -; return; }
	awk -v rest="$1" -v open="$2" -v n="$streams" 'BEGIN {
		printf "%.1f\n", (open - rest) / n
	}'
}

fact() {	# what ours nginx ratio aim
	if [ -n "$separator" ]; then
		printf '| %s | %s | %s | %s | %s |\n' "$@"
	else
		printf '%-66s %10s %9s %6s  %s\n' "$@"
	fi
}
compared() {	# what ours nginx aim
	fact "$1" "$2" "$3" "$(ratio "$2" "$3")" "$4"
}

report() {	# separator: ' | ' for Markdown, nothing for a terminal
	separator=$1
	machine
	echo
	awk -v separator="$separator" -f "$here/table.awk" "$work/windows"
	echo
	cat <<-EOF
	/s: requests, or events of a stream.  cpu: us of one, user and system,
	all processes; aim for a plain request: at most 3 times that of nginx.
	p50, p99: us that it adds to the same load on the upstream itself
	without TLS (plain: whole answer; stream: its first byte; paced: the
	way of one event from upstream to client).  A ratio is the median of
	those within a round.
	EOF
	echo
	fact '' ours nginx ratio aim
	[ -z "$separator" ] || echo '|---|--:|--:|--:|---|'
	compared 'from start to first answer, ms' \
		"$ours_start" "$nginx_start" 'at most 300'
	compared 'memory at rest, KB of PSS, all processes' \
		"$ours_rest" "$nginx_rest" 'at most 16384'
	compared "memory with $streams open idle streams, KB" \
		"$ours_open" "$nginx_open" ''
	compared 'memory of one open idle stream, KB' \
		"$(per_stream "$ours_rest" "$ours_open")" \
		"$(per_stream "$nginx_rest" "$nginx_open")" 'at most 64'
	compared 'memory after all that, KB' "$ours_after" "$nginx_after" ''
	fact 'audit records, verified' "$n_audited" - - ''
	fact 'failed requests' "$all_failures" - - none
	fact 'requests with a wrong key' "$(counted wrong_keys)" - - none
	echo
	fact 'translation, CPU of the proxy' translated passed ratio aim
	[ -z "$separator" ] || echo '|---|--:|--:|--:|---|'
	while IFS='	' read -r what translated passed aim; do
		compared "$what" "$translated" "$passed" "$aim"
	done <"$work/translations"
}
