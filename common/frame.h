/* SPDX-License-Identifier: ISC */
/*
 * frame: an answer on its way from an egress to the proxy, in pieces.
 *
 * Each request has a stream pair of its own.  The request's body goes up it
 * raw, as many bytes as REQUEST announced; down come frames: a little-endian
 * word with the type in its top 8 bits and the payload's length in the others,
 * then the payload.  HEAD comes first and once, then DATA, then END.  ERROR
 * ends an answer at any point.  An end of file without END or ERROR means that
 * the egress died: a cut-off answer is never taken for a complete one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define FRAME_WORD_LEN 4
#define FRAME_PAYLOAD_MAX 65536	/* bytes */
#define FRAME_LEN_MAX (FRAME_WORD_LEN + FRAME_PAYLOAD_MAX)
#define FRAME_LINES_MAX (FRAME_PAYLOAD_MAX - 4)	/* bytes of header lines */

enum frame_type {
	FRAME_NONE,
	FRAME_HEAD,	/* u32 HTTP status, then lines "name: value\n" */
	FRAME_DATA,	/* bytes of the body, at least one */
	FRAME_END,	/* empty: the answer is complete */
	FRAME_ERROR,	/* u32 enum err_code, u32 flags, then err.about */
	FRAME_TYPES
};

/* Flags of an ERROR. */
#define FRAME_BEFORE_ANY_BYTE 1u	/* no byte of the answer had come */
#define FRAME_NOTHING_SENT 2u		/* no byte of the request had left */

/* The word that stands before 'len' bytes of payload. */
void frame_encode_word(uint8_t bytes[FRAME_WORD_LEN], enum frame_type,
    size_t len);
void frame_encode_u32(uint8_t bytes[4], uint32_t value);

/* How far a reader has come; starts zeroed, one for each pair. */
struct frame_reader {
	uint32_t n_left;	/* bytes of the current DATA that are to come */
	bool has_head, is_over;	/* is_over: END or ERROR was read */
};

/* A frame, or for DATA a piece of one.  Points into the bytes it came from. */
struct frame {
	enum frame_type type;
	uint32_t status;	/* HEAD: 200 to 599 */
	uint32_t code;		/* ERROR: for err_code_from_wire() */
	uint32_t flags;		/* ERROR */
	const uint8_t *payload;	/* HEAD: its lines; ERROR: its text; DATA */
	size_t len;
};

enum frame_result { FRAME_GOT, FRAME_NEEDS_MORE, FRAME_BROKEN };

/*
 * Reads what stands at 'bytes'.  *used is how many of them are done with (also
 * with FRAME_NEEDS_MORE): call again with the rest.  HEAD, END and ERROR come
 * whole, so a caller needs room for FRAME_LEN_MAX bytes; DATA comes in whatever
 * pieces are there.  Lines and text of HEAD and ERROR have been checked: lower
 * case token, ": ", visible ASCII, blanks or bytes from 0x80 on, "\n".
 * FRAME_BROKEN with ERR_IPC_BROKEN: close the pair, take it for a dead egress.
 */
enum frame_result frame_read(struct frame_reader *, const uint8_t *bytes,
    size_t len, struct frame *, size_t *used, struct err *);

/* One header line; name and value do not end in a NUL. */
struct frame_line {
	const char *name, *value;
	size_t name_len, value_len;
};

/*
 * The next of the lines "name: value\n" between *at and 'end', and moves *at
 * behind it.  false at the end, and when what stands there is not such a line
 * (*at is not 'end' then).  Names may have upper case letters here: it also
 * reads the lines of a REQUEST.
 */
bool frame_next_line(const char **at, const char *end, struct frame_line *);
