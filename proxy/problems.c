/* SPDX-License-Identifier: ISC */
#include "proxy/problems.h"

#include <stdarg.h>
#include <stdio.h>

void
problems_add(struct problems *p, const char *fmt, ...)
{
	va_list ap;

	if (p->n++ >= PROBLEMS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(p->lines[p->n - 1], PROBLEM_TEXT_MAX, fmt, ap);
	va_end(ap);
}
