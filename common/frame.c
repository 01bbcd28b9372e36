/* SPDX-License-Identifier: ISC */
#include "common/frame.h"

#include <ctype.h>
#include <string.h>

#include "common/errors.h"

/* Status, or code and flags, before the text of the payload. */
static const size_t fixed_len[FRAME_TYPES] = {
	[FRAME_HEAD] = 4,
	[FRAME_ERROR] = 8,
};

void
frame_encode_u32(uint8_t bytes[4], uint32_t value)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t
decode_u32(const uint8_t bytes[4])
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

void
frame_encode_word(uint8_t bytes[FRAME_WORD_LEN], enum frame_type type,
    size_t len)
{
	frame_encode_u32(bytes, (uint32_t)type << 24 | (uint32_t)len);
}

/* A character of a header's name (RFC 9110, 5.6.2). */
static bool
is_token(char c)
{
	return isalnum((unsigned char)c) ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_text(char c)
{
	return (unsigned char)c >= ' ' && c != 0x7f;
}

bool
frame_next_line(const char **at, const char *end, struct frame_line *line)
{
	const char *name = *at, *c = name;

	while (c < end && is_token(*c))
		c++;
	*line = (struct frame_line) { .name = name,
	    .name_len = (size_t)(c - name) };
	if (line->name_len == 0 || end - c < 3 || c[0] != ':' || c[1] != ' ')
		return false;
	line->value = c += 2;
	while (c < end && is_text(*c))
		c++;
	line->value_len = (size_t)(c - line->value);
	if (c == end || *c != '\n')
		return false;
	*at = c + 1;
	return true;
}

static bool
are_lines(const uint8_t *bytes, size_t len)
{
	const char *at = (const char *)bytes, *end = at + len;
	struct frame_line line;

	while (frame_next_line(&at, end, &line))
		for (size_t i = 0; i < line.name_len; i++)
			if (isupper((unsigned char)line.name[i]))
				return false;
	return at == end;
}

static bool
is_message(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_text((char)bytes[i]))
			return false;
	return len < ERR_ABOUT_MAX;
}

/* A whole frame with a fixed part: the length has been checked. */
static bool
decode(struct frame *frame, const uint8_t *payload, size_t len,
    struct err *err)
{
	size_t fixed = fixed_len[frame->type];

	frame->payload = payload + fixed;
	frame->len = len - fixed;
	if (frame->type == FRAME_HEAD) {
		frame->status = decode_u32(payload);
		if (frame->status < 200 || frame->status > 599 ||
		    !are_lines(frame->payload, frame->len))
			return err_set(err, ERR_IPC_BROKEN, "frame: head");
	}
	if (frame->type == FRAME_ERROR) {
		frame->code = decode_u32(payload);
		frame->flags = decode_u32(payload + 4);
		if (!is_message(frame->payload, frame->len))
			return err_set(err, ERR_IPC_BROKEN, "frame: error");
	}
	return true;
}

/* May a frame of this type and length come now? */
static bool
is_lawful(const struct frame_reader *r, enum frame_type type, size_t len)
{
	if (r->is_over || len > FRAME_PAYLOAD_MAX || len < fixed_len[type])
		return false;
	switch (type) {
	case FRAME_HEAD:
		return !r->has_head;
	case FRAME_DATA:
		return r->has_head && len > 0;
	case FRAME_END:
		return r->has_head && len == 0;
	case FRAME_ERROR:
		return true;
	default:
		return false;
	}
}

static enum frame_result
read_data(struct frame_reader *r, const uint8_t *bytes, size_t len,
    struct frame *frame, size_t *used)
{
	size_t n = len < r->n_left ? len : r->n_left;

	*frame = (struct frame) { .type = FRAME_DATA,
	    .payload = bytes + *used, .len = n };
	*used += n;
	r->n_left -= (uint32_t)n;
	return n > 0 ? FRAME_GOT : FRAME_NEEDS_MORE;
}

enum frame_result
frame_read(struct frame_reader *r, const uint8_t *bytes, size_t len,
    struct frame *frame, size_t *used, struct err *err)
{
	uint32_t word;
	size_t payload_len;

	*used = 0;
	if (r->n_left > 0)
		return read_data(r, bytes, len, frame, used);
	if (len < FRAME_WORD_LEN)
		return FRAME_NEEDS_MORE;
	word = decode_u32(bytes);
	*frame = (struct frame) { .type = (enum frame_type)(word >> 24) };
	payload_len = word & 0xffffff;
	if (frame->type >= FRAME_TYPES ||
	    !is_lawful(r, frame->type, payload_len)) {
		err_set(err, ERR_IPC_BROKEN, "frame: word %08x", word);
		return FRAME_BROKEN;
	}
	if (frame->type == FRAME_DATA) {
		*used = FRAME_WORD_LEN;
		r->n_left = (uint32_t)payload_len;
		return read_data(r, bytes, len - FRAME_WORD_LEN, frame, used);
	}
	if (len - FRAME_WORD_LEN < payload_len)
		return FRAME_NEEDS_MORE;
	if (!decode(frame, bytes + FRAME_WORD_LEN, payload_len, err))
		return FRAME_BROKEN;
	*used = FRAME_WORD_LEN + payload_len;
	r->has_head |= frame->type == FRAME_HEAD;
	r->is_over = frame->type == FRAME_END || frame->type == FRAME_ERROR;
	return FRAME_GOT;
}
