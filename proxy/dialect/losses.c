/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/losses.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct losses *
losses_new(void)
{
	return calloc(1, sizeof(struct losses));
}

/* What may stand in a header, in a list with commas. */
static void
make_visible(char *path)
{
	for (; *path != '\0'; path++)
		if (*path <= ' ' || *path > '~' || *path == ',' ||
		    *path == '"')
			*path = '?';
}

void
losses_add(struct losses *l, enum loss_kind kind, const char *path, ...)
{
	char text[LOSS_PATH_MAX];
	va_list ap;

	va_start(ap, path);
	vsnprintf(text, sizeof text, path, ap);
	va_end(ap);
	make_visible(text);
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].kind == kind &&
		    strcmp(l->list[i].path, text) == 0)
			return;
	if (l->n == LOSSES_MAX) {
		l->n_more++;
		return;
	}
	l->list[l->n].kind = kind;
	memcpy(l->list[l->n++].path, text, sizeof text);
}

const struct loss *
losses_first_real(const struct losses *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].kind != LOSS_PRIVATE)
			return &l->list[i];
	return NULL;
}

void
losses_format(const struct losses *l, char *text, size_t room)
{
	static const char more[] = ", ...";
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < l->n; i++) {
		size_t len = strlen(l->list[i].path) + (at > 0 ? 2 : 0);

		if (at + len + sizeof more > room) {
			if (at > 0)
				memcpy(text + at, more, sizeof more);
			return;
		}
		snprintf(text + at, room - at, "%s%s", at > 0 ? ", " : "",
		    l->list[i].path);
		at += len;
	}
	if (l->n_more > 0 && at + sizeof more <= room)
		memcpy(text + at, more, sizeof more);
}
