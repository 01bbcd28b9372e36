/* SPDX-License-Identifier: ISC */
#include "cli/report_page.h"

#include <inttypes.h>

#include "cli/audit_tally.h"

#define BAR_LEN 400.0		/* of the longest one */

static const char *const count_names[TALLY_COUNTS] = {
	[TALLY_USES] = "uses", [TALLY_OK] = "ok", [TALLY_FAILED] = "failed",
	[TALLY_DENIED] = "denied", [TALLY_UNFINISHED] = "unfinished",
};

static const char start[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action "
    "'none'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<title>Cofferdam: use of keys</title>\n<style>\n"
    "body{font:15px/1.4 system-ui,sans-serif;margin:2em auto;max-width:70em;"
    "padding:0 1em}\n"
    "table{border-collapse:collapse}\ntd,th{padding:.15em .8em .15em 0;"
    "text-align:right;white-space:nowrap}\n"
    "td:first-child,th:first-child{text-align:left;max-width:22em;overflow:"
    "hidden;text-overflow:ellipsis}\n"
    ".ok{fill:#2e7d32}.failed{fill:#e08e0b}.denied{fill:#b3261e}"
    ".unfinished{fill:#777}\n"
    "</style></head><body>\n<h1>Use of keys</h1>\n";

void
report_page_escape(FILE *f, const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		switch (*c) {
		case '&': fputs("&amp;", f); break;
		case '<': fputs("&lt;", f); break;
		case '>': fputs("&gt;", f); break;
		case '"': fputs("&quot;", f); break;
		case '\'': fputs("&#39;", f); break;
		default:
			putc((unsigned char)*c < ' ' || *c == 127 ? '?' : *c,
			    f);
		}
}

static void
print_bar(FILE *f, const struct tally_row *row, double scale)
{
	double x = 0;

	fprintf(f, "<td><svg width=\"%.0f\" height=\"14\" role=\"img\">",
	    BAR_LEN);
	for (int i = TALLY_OK; i < TALLY_COUNTS; i++) {
		double len = (double)row->counts[i] * scale;

		if (row->counts[i] == 0)
			continue;
		fprintf(f, "<rect class=\"%s\" x=\"%.2f\" width=\"%.2f\" "
		    "height=\"14\"><title>%s: %" PRIu64 "</title></rect>",
		    count_names[i], x, len, count_names[i], row->counts[i]);
		x += len;
	}
	fputs("</svg></td>", f);
}

static void
print_counts(FILE *f, const uint64_t counts[TALLY_COUNTS])
{
	for (int i = 0; i < TALLY_COUNTS; i++)
		fprintf(f, "<td>%" PRIu64 "</td>", counts[i]);
}

static void
print_table(FILE *f, const struct tally_table *t, const char *title)
{
	uint64_t most = 1;

	for (size_t i = 0; i < t->n; i++)
		if (audit_tally_sum(&t->rows[i]) > most)
			most = audit_tally_sum(&t->rows[i]);
	fprintf(f, "<h2>%s</h2>\n<table><tr><th></th>", title);
	for (int i = 0; i < TALLY_COUNTS; i++)
		fprintf(f, "<th>%s</th>", count_names[i]);
	fputs("<th></th></tr>\n", f);
	for (size_t i = 0; i < t->n; i++) {
		fputs("<tr><td><bdi>", f);
		report_page_escape(f, t->rows[i].name);
		fputs("</bdi></td>", f);
		print_counts(f, t->rows[i].counts);
		print_bar(f, &t->rows[i], BAR_LEN / (double)most);
		fputs("</tr>\n", f);
	}
	fputs("</table>\n", f);
}

void
report_page_print(FILE *f, const struct audit_tally *a, const char *made)
{
	static const char *const titles[TALLY_KINDS] = {
		[TALLY_DAY] = "Days (UTC)", [TALLY_AGENT] = "Agents",
		[TALLY_PROVIDER] = "Providers",
		[TALLY_REASON] = "Why not: denied and failed",
	};

	fputs(start, f);
	fputs("<p>Made ", f);
	report_page_escape(f, made);
	fprintf(f, " of %" PRIu64 " records of the audit log.  Whether they "
	    "are whole tells <code>cofferdam audit verify</code>.</p>\n",
	    a->n_records);
	fputs("<table><tr>", f);
	for (int i = 0; i < TALLY_COUNTS; i++)
		fprintf(f, "<th>%s</th>", count_names[i]);
	fputs("</tr>\n<tr>", f);
	print_counts(f, a->totals);
	fputs("</tr></table>\n", f);
	for (int kind = 0; kind < TALLY_KINDS; kind++)
		print_table(f, &a->tables[kind], titles[kind]);
	fputs("</body></html>\n", f);
}
