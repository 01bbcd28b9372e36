/* SPDX-License-Identifier: ISC */
/* URLs that hold what they name. */
#include "proxy/dialect/reading.h"

#include <string.h>

static int
base64_value(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' :
	    c >= 'a' && c <= 'z' ? c - 'a' + 26 :
	    c >= '0' && c <= '9' ? c - '0' + 52 :
	    c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Up to the first character that is none of base64. */
static struct text
decode_base64(struct arena *a, struct text from)
{
	char *bytes = arena_alloc(a, from.len * 3 / 4 + 1);
	struct text to = { bytes, 0 };
	unsigned bits = 0, n = 0;

	for (size_t i = 0; i < from.len; i++) {
		int value = base64_value(from.at[i]);

		if (value == -1)
			break;
		bits = (bits & 0xffff) << 6 | (unsigned)value;
		for (n += 6; n >= 8; n -= 8)
			bytes[to.len++] = (char)(bits >> (n - 8));
	}
	return to;
}

bool
reading_url(struct reading *r, const struct where *w, struct text url,
    struct media *media)
{
	static const char mark[] = ";base64,";
	const char *comma, *semicolon;

	media->source = MEDIA_URL;
	media->data = url;
	if (!text_begins(url, "data:"))
		return true;
	comma = memchr(url.at, ',', url.len);
	if (comma == NULL || (size_t)(comma - url.at) < 5 + sizeof mark - 2 ||
	    memcmp(comma + 2 - sizeof mark, mark, sizeof mark - 1) != 0)
		return reading_refuse(r, w, "data as base64 is wanted");
	semicolon = memchr(url.at, ';', url.len);
	media->source = MEDIA_BASE64;
	media->type = (struct text) { url.at + 5,
	    (size_t)(semicolon - url.at) - 5 };
	media->data = (struct text) { comma + 1,
	    url.len - (size_t)(comma + 1 - url.at) };
	/* Messages takes a text as what it is, and of files PDF alone. */
	if (text_begins(media->type, "text/") &&
	    r->options->to == DIALECT_ANTHROPIC) {
		struct text decoded = decode_base64(r->arena, media->data);

		if (!text_is_utf8(decoded))
			return true;
		media->source = MEDIA_TEXT;
		media->data = decoded;
	}
	return true;
}

struct text
media_url(struct arena *a, const struct media *m, const char *default_type)
{
	struct text pieces[] = { WORDS("data:"), m->type, WORDS(";base64,"),
	    m->data };

	if (m->source == MEDIA_URL)
		return m->data;
	if (m->type.len == 0)
		pieces[1] = text_of(default_type);
	return text_join(a, pieces, 4);
}
