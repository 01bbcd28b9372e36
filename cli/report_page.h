/* SPDX-License-Identifier: ISC */
/*
 * report_page: a tally as one HTML file that needs nothing else: no script, no
 * font, no picture from anywhere, and a policy in it that forbids them.  Every
 * name is somebody else's, and escaped.
 */
#pragma once

#include <stdio.h>

struct audit_tally;

/* 'made' is a moment's text.  Write errors stay in the stream. */
void report_page_print(FILE *, const struct audit_tally *, const char *made);

/* Text between tags or in a quoted attribute; control characters are '?'. */
void report_page_escape(FILE *, const char *text);
