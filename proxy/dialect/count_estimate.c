/* SPDX-License-Identifier: ISC */
#include "proxy/dialect/count_estimate.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <string.h>

#include "proxy/dialect/dialect_output.h"

/*
 * In thirds of a token.  Tokenizers take three to four letters of English at
 * once, two of code, and up to two tokens for a character of other scripts.
 */
#define WORD_BYTES 3		/* letters of a word that are one token */
#define MARK_THIRDS 3		/* a digit or mark */
#define FOREIGN_THIRDS 2	/* a byte of a character beyond ASCII */
#define VALUE_THIRDS 6		/* what stands around a value */
#define IMAGE_TOKENS 4800	/* the largest of the newest models */
#define DOCUMENT_BYTES 12	/* of base64, that may be one token of a PDF */
#define REQUEST_TOKENS 64	/* what a vendor puts around all */
#define BLOB_LEN 4096		/* base64 without a blank, this long */

static uint64_t
thirds_of_text(const char *text, size_t len)
{
	uint64_t thirds = 0;
	size_t word = 0;

	for (size_t i = 0; i <= len; i++) {
		unsigned char c = i < len ? (unsigned char)text[i] : ' ';
		bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

		if (is_letter) {
			word++;
			continue;
		}
		thirds += 3 * ((word + WORD_BYTES - 1) / WORD_BYTES);
		word = 0;
		if (c >= 0x80)
			thirds += FOREIGN_THIRDS;
		else if (c != ' ')
			thirds += MARK_THIRDS;
	}
	return thirds;
}

static bool
is_base64(const char *text, size_t len)
{
	for (size_t i = 0; i < len && i < BLOB_LEN; i++)
		if (strchr("+/=", text[i]) == NULL &&
		    !((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z') &&
		    !(text[i] >= '0' && text[i] <= '9'))
			return false;
	return true;
}

/* Media are no text: a picture costs what it costs, however it is packed. */
static uint64_t
thirds_of_string(const char *text, size_t len)
{
	const char *comma;
	bool is_document = len > 5 && memcmp(text, "JVBER", 5) == 0;

	if (len > 11 && memcmp(text, "data:", 5) == 0 &&
	    (comma = memchr(text, ',', len < 256 ? len : 256)) != NULL) {
		is_document = memcmp(text + 5, "image/", 6) != 0;
		len -= (size_t)(comma + 1 - text);
		text = comma + 1;
	} else if (len < BLOB_LEN || !is_base64(text, len)) {
		return thirds_of_text(text, len);
	}
	return is_document ? 3 * (IMAGE_TOKENS + len / DOCUMENT_BYTES)
	    : 3 * IMAGE_TOKENS;
}

static uint64_t
thirds_of(struct json_object *value)
{
	uint64_t thirds = VALUE_THIRDS;

	switch (json_object_get_type(value)) {
	case json_type_object: {
		json_object_object_foreach(value, name, member)
			thirds += thirds_of_text(name, strlen(name)) +
			    thirds_of(member);
		break;
	}
	case json_type_array:
		for (size_t i = 0; i < json_object_array_length(value); i++)
			thirds += thirds_of(json_object_array_get_idx(value,
			    i));
		break;
	case json_type_string:
		thirds += thirds_of_string(json_object_get_string(value),
		    (size_t)json_object_get_string_len(value));
		break;
	default:
		break;
	}
	return thirds;
}

uint64_t
count_estimate(struct json_object *request)
{
	return REQUEST_TOKENS + (thirds_of(request) + 2) / 3;
}

void
count_estimate_write(uint64_t n_tokens, struct dialect_output *out)
{
	dialect_output_form(out, "{\"input_tokens\":%u}", n_tokens);
}
