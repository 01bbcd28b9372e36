# SPDX-License-Identifier: ISC
# table.awk: the windows that tests/bench/run has measured, as a table.
#
# In, one window a line: kind connections body peer round rate cpu p50 p99
# failures
# Out, one case a line, medians over the rounds; a ratio is the median of the
# ratios within each round, and "added" the median of the differences to the
# same load on the upstream itself, so that what disturbs a whole round is not
# taken for us.  -v separator=' | ' makes the rows of a Markdown table.

function sort(values, n,	i, j, v) {
	for (i = 2; i <= n; i++) {
		v = values[i]
		for (j = i - 1; j >= 1 && values[j] > v; j--)
			values[j + 1] = values[j]
		values[j + 1] = v
	}
}

function median(values, n) {
	if (n == 0)
		return "-"
	sort(values, n)
	if (n % 2 == 1)
		return values[(n + 1) / 2]
	return (values[n / 2] + values[n / 2 + 1]) / 2
}

function of(what, peer,	values, n, round) {
	for (round = 1; round <= rounds; round++)
		if ((what, this, peer, round) in seen)
			values[++n] = seen[what, this, peer, round]
	return median(values, n)
}

function ratio(what,	values, n, round) {
	for (round = 1; round <= rounds; round++)
		if ((what, this, "nginx", round) in seen && \
		    seen[what, this, "nginx", round] > 0)
			values[++n] = seen[what, this, "ours", round] / \
			    seen[what, this, "nginx", round]
	return median(values, n)
}

function added(what, peer,	values, n, round) {
	for (round = 1; round <= rounds; round++)
		if ((what, this, peer, round) in seen)
			values[++n] = seen[what, this, peer, round] - \
			    seen[what, this, "direct", round]
	return median(values, n)
}

function whole(x) { return x == "-" ? x : sprintf("%.0f", x) }
function tenth(x) { return x == "-" ? x : sprintf("%.1f", x) }
function hundredth(x) { return x == "-" ? x : sprintf("%.2f", x) }

function row(a, b, c, d, e, f, g, h, i, j, k, l, m, n) {
	if (separator == "")
		printf "%-6s %4s %4s %7s %7s %5s %8s %6s %5s %8s %6s %8s " \
		    "%6s %4s\n", a, b, c, d, e, f, g, h, i, j, k, l, m, n
	else
		print "| " a separator b separator c separator d separator \
		    e separator f separator g separator h separator i \
		    separator j separator k separator l separator m \
		    separator n " |"
}

{
	this = $1 " " $2 " " $3
	if (!(this in known)) {
		known[this] = 1
		cases[++n_cases] = this
	}
	if ($5 > rounds)
		rounds = $5
	seen["rate", this, $4, $5] = $6
	seen["cpu", this, $4, $5] = $7
	seen["p50", this, $4, $5] = $8
	seen["p99", this, $4, $5] = $9
	failures[this] += $10
}

END {
	row("load", "conn", "body", "ours/s", "nginx/s", "ratio", "cpu ours",
	    "nginx", "ratio", "p50 ours", "nginx", "p99 ours", "nginx", "fail")
	if (separator != "")
		print "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|" \
		    "--:|--:|"
	for (i = 1; i <= n_cases; i++) {
		this = cases[i]
		split(this, word, " ")
		row(word[1], word[2], word[3], whole(of("rate", "ours")),
		    whole(of("rate", "nginx")), hundredth(ratio("rate")),
		    tenth(of("cpu", "ours")), tenth(of("cpu", "nginx")),
		    hundredth(ratio("cpu")), whole(added("p50", "ours")),
		    whole(added("p50", "nginx")), whole(added("p99", "ours")),
		    whole(added("p99", "nginx")), failures[this] + 0)
	}
}
