/* SPDX-License-Identifier: ISC */
/*
 * template: JSON written as it looks, with ' for ".
 *
 *	template_add(out, "{'id':'%s','n':%ld}", id, n);
 *
 * Only %s (inserted as it is: quoting is the caller's, see template_quote) and
 * %ld are known.  There is no way to write a ' itself.
 */
#pragma once

#include <event2/buffer.h>

void template_add(struct evbuffer *, const char *template, ...)
    __attribute__((format(printf, 2, 3)));

/* 'text' as a JSON string without its quotes; free with free(). */
char *template_quote(const char *text);
