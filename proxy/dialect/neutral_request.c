/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/neutral_request.h"

struct part *
parts_add(struct arena *a, struct parts *list, enum part_kind kind)
{
	struct part *p = arena_alloc(a, sizeof *p);

	p->kind = kind;
	if (list->last != NULL)
		list->last->next = p;
	else
		list->first = p;
	list->last = p;
	return p;
}

struct part *
parts_add_text(struct arena *a, struct parts *list, struct text text)
{
	struct part *p = parts_add(a, list, PART_TEXT);

	p->text = text;
	return p;
}

void
parts_append(struct parts *list, struct parts *from)
{
	if (from->first == NULL)
		return;
	if (list->last != NULL)
		list->last->next = from->first;
	else
		list->first = from->first;
	list->last = from->last;
	*from = (struct parts) { NULL, NULL };
}

struct message *
messages_add(struct arena *a, struct messages *list, enum speaker speaker)
{
	struct message *m = arena_alloc(a, sizeof *m);

	m->speaker = speaker;
	if (list->last != NULL)
		list->last->next = m;
	else
		list->first = m;
	list->last = m;
	return m;
}

void
tools_append(struct tools *list, struct tool *t)
{
	t->next = NULL;
	if (list->last != NULL)
		list->last->next = t;
	else
		list->first = t;
	list->last = t;
}

struct tool *
tools_add(struct arena *a, struct tools *list, const struct tool_name *name)
{
	struct tool *t = arena_alloc(a, sizeof *t);

	t->name = name;
	tools_append(list, t);
	return t;
}

bool
parts_have(const struct parts *list, enum part_kind kind)
{
	for (const struct part *p = list->first; p != NULL; p = p->next)
		if (p->kind == kind)
			return true;
	return false;
}
