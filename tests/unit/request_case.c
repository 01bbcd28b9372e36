/* SPDX-License-Identifier: ISC */
#include "tests/unit/request_case.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proxy/dialect/carrier.h"

/* NULL when there is none; without the line's end at the end. */
static char *
read_file(const char *folder, const char *name)
{
	char path[512], *text;
	FILE *f;
	size_t n;
	long len;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "r");
	if (f == NULL)
		return NULL;
	fseek(f, 0, SEEK_END);
	len = ftell(f);
	rewind(f);
	text = calloc(1, (size_t)len + 1);
	assert(text != NULL);
	n = fread(text, 1, (size_t)len, f);
	fclose(f);
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	return text;
}

static enum dialect
dialect_of(const char *name)
{
	for (int d = DIALECT_ANTHROPIC; d < DIALECTS; d++)
		if (name != NULL && strcmp(name, dialect_name((enum dialect)d))
		    == 0)
			return (enum dialect)d;
	return DIALECT_NONE;
}

static struct carrier_text
next_field(char **at)
{
	char *field = strsep(at, ",");

	return (struct carrier_text) { field, strlen(field) };
}

static char *
wrap(char *fields)
{
	static const char *const kinds[CARRIER_KINDS] = {
		[CARRIER_SIGNATURE] = "signature",
		[CARRIER_REDACTED] = "redacted",
		[CARRIER_ENCRYPTED] = "encrypted",
		[CARRIER_DETAILS] = "details",
		[CARRIER_PLAIN] = "plain",
	};
	const struct carrier_key key = { (const uint8_t *)CASE_KEY,
	    sizeof CASE_KEY - 1 };
	char *kind = strsep(&fields, ",");
	struct carrier c = { .kind = CARRIER_NONE };

	for (int k = CARRIER_SIGNATURE; k < CARRIER_KINDS; k++)
		if (strcmp(kinds[k], kind) == 0)
			c.kind = (enum carrier_kind)k;
	c.issuer = next_field(&fields);
	c.family = next_field(&fields);
	c.item_id = next_field(&fields);
	c.sealed = next_field(&fields);
	return carrier_wrap(&key, &c);
}

static char *
put_carriers(char *text)
{
	char *at;

	while ((at = strstr(text, "@CARRIER{")) != NULL) {
		char *end = strstr(at, "}@"), *carrier, *joined;

		assert(end != NULL);
		*at = *end = '\0';
		carrier = wrap(at + strlen("@CARRIER{"));
		if (asprintf(&joined, "%s%s%s", text, carrier, end + 2) == -1)
			abort();
		free(carrier);
		free(text);
		text = joined;
	}
	return text;
}

bool
request_case_load(struct request_case *c, const char *folder)
{
	const char *issuer;

	*c = (struct request_case) {
		.from = read_file(folder, "from"),
		.to = read_file(folder, "to"),
		.in = read_file(folder, "in.json"),
		.out = read_file(folder, "out.json"),
		.model = read_file(folder, "model"),
		.lossy = read_file(folder, "lossy"),
		.error = read_file(folder, "error"),
		.options = read_file(folder, "options"),
	};
	if (c->in == NULL)
		return false;
	c->in = put_carriers(c->in);
	c->o = (struct dialect_request_options) {
		.from = dialect_of(c->from),
		.to = dialect_of(c->to),
		.model = c->model,
		.key = (const uint8_t *)CASE_KEY,
		.key_len = sizeof CASE_KEY - 1,
	};
	if (c->options != NULL && strstr(c->options, "strict") != NULL)
		c->o.strictness = LOSSES_REFUSED;
	if (c->options != NULL && strstr(c->options, "cached") != NULL)
		c->o.caching = CACHE_MARKS_ADDED;
	issuer = c->options != NULL ? strstr(c->options, "issuer=") : NULL;
	if (issuer != NULL && sscanf(issuer, "issuer=%63s", c->issuer) == 1)
		c->o.issuer = c->issuer;
	return c->o.from != DIALECT_NONE && c->o.to != DIALECT_NONE;
}

void
request_case_free(struct request_case *c)
{
	free(c->from);
	free(c->to);
	free(c->in);
	free(c->out);
	free(c->model);
	free(c->lossy);
	free(c->error);
	free(c->options);
}
