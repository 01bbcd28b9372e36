/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/carrier.h"

#include <stdlib.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/secret.h"

#define MAC_CHARS 43		/* 32 bytes in base64url, unpadded */
#define TAG_LEN (sizeof CARRIER_TAG - 1)

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t
encoded_len(size_t len)
{
	return (len * 8 + 5) / 6;
}

static char *
encode(const uint8_t *bytes, size_t len, char *out)
{
	unsigned bits = 0, n = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for (n += 8; n >= 6; n -= 6)
			*out++ = alphabet[bits >> (n - 6) & 63];
	}
	if (n > 0)
		*out++ = alphabet[bits << (6 - n) & 63];
	return out;
}

static int
value_of(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' :
	    c >= 'a' && c <= 'z' ? c - 'a' + 26 :
	    c >= '0' && c <= '9' ? c - '0' + 52 :
	    c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* 'out' has room for len * 6 / 8 bytes. */
static bool
decode(const char *text, size_t len, uint8_t *out)
{
	unsigned bits = 0, n = 0;

	for (size_t i = 0; i < len; i++) {
		int value = value_of(text[i]);

		if (value == -1)
			return false;
		bits = bits << 6 | (unsigned)value;
		n += 6;
		if (n >= 8) {
			n -= 8;
			*out++ = (uint8_t)(bits >> n);
		}
	}
	return n < 6 && (bits & ((1u << n) - 1)) == 0;
}

static void
sign(const struct carrier_key *key, const uint8_t *fields, size_t len,
    uint8_t mac[DIGEST_LEN])
{
	const struct digest_piece pieces[] = {
		{ "cofferdam carrier 1", sizeof "cofferdam carrier 1" },
		{ fields, len },
	};

	digest_hmac(key->bytes, key->len, pieces, 2, mac);
}

static uint8_t *
put_name(uint8_t *at, struct carrier_text name)
{
	size_t len = name.len < CARRIER_NAME_MAX ? name.len : CARRIER_NAME_MAX;

	*at++ = (uint8_t)len;
	if (len > 0)
		memcpy(at, name.at, len);
	return at + len;
}

char *
carrier_wrap(const struct carrier_key *key, const struct carrier *c)
{
	size_t room = 4 + 3 * CARRIER_NAME_MAX + c->sealed.len, len;
	uint8_t mac[DIGEST_LEN], *fields = malloc(room), *at = fields;
	char *text = malloc(TAG_LEN + encoded_len(room) + 1 + MAC_CHARS + 1);
	char *out = text;

	if (fields == NULL || text == NULL) {
		free(fields);
		free(text);
		return NULL;
	}
	*at++ = (uint8_t)c->kind;
	at = put_name(at, c->issuer);
	at = put_name(at, c->family);
	at = put_name(at, c->item_id);
	if (c->sealed.len > 0)
		memcpy(at, c->sealed.at, c->sealed.len);
	len = (size_t)(at - fields) + c->sealed.len;
	sign(key, fields, len, mac);
	memcpy(out, CARRIER_TAG, TAG_LEN);
	out = encode(fields, len, out + TAG_LEN);
	*out++ = '.';
	out = encode(mac, sizeof mac, out);
	*out = '\0';
	free(fields);
	return text;
}

bool
carrier_looks_like_one(const char *text, size_t len)
{
	return text != NULL && len >= TAG_LEN &&
	    memcmp(text, CARRIER_TAG, TAG_LEN) == 0;
}

static bool
take_name(const uint8_t **at, const uint8_t *end, struct carrier_text *name)
{
	if (*at == end || (size_t)(end - *at) <= **at)
		return false;
	*name = (struct carrier_text) { (const char *)*at + 1, **at };
	*at += 1 + name->len;
	return true;
}

static bool
take_fields(const uint8_t *at, const uint8_t *end, struct carrier *c)
{
	if (at == end || *at == CARRIER_NONE || *at >= CARRIER_KINDS)
		return false;
	c->kind = (enum carrier_kind)*at++;
	/* A name may end at the end: the sealed text may be empty. */
	for (int i = 0; i < 3; i++) {
		struct carrier_text *name = i == 0 ? &c->issuer :
		    i == 1 ? &c->family : &c->item_id;

		if (!take_name(&at, end, name))
			return false;
	}
	c->sealed = (struct carrier_text) { (const char *)at,
	    (size_t)(end - at) };
	return true;
}

bool
carrier_unwrap(const struct carrier_key *key, struct carrier_text wrapped,
    struct carrier *c, char **room)
{
	uint8_t mac[DIGEST_LEN + 1], expected[DIGEST_LEN], *fields;
	size_t len, body;

	*room = NULL;
	if (!carrier_looks_like_one(wrapped.at, wrapped.len) ||
	    wrapped.len < TAG_LEN + 1 + MAC_CHARS)
		return false;
	body = wrapped.len - TAG_LEN - 1 - MAC_CHARS;
	len = body * 6 / 8;
	fields = malloc(len + 1);
	if (fields == NULL)
		return false;
	if (wrapped.at[TAG_LEN + body] == '.' &&
	    decode(wrapped.at + TAG_LEN, body, fields) &&
	    decode(wrapped.at + TAG_LEN + body + 1, MAC_CHARS, mac)) {
		sign(key, fields, len, expected);
		if (secret_bytes_equal(mac, expected, sizeof expected) &&
		    take_fields(fields, fields + len, c)) {
			*room = (char *)fields;
			return true;
		}
	}
	free(fields);
	return false;
}
