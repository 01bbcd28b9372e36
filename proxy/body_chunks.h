/* SPDX-License-Identifier: ISC */
/*
 * body_chunks: a chunked request body, followed but not decoded.
 *
 * evhttp decodes it; this makes sure that evhttp never sees one that it would
 * refuse (its refusals are HTML) or read more generously than others: sizes of
 * at most 8 digits, no extensions, no bare line feeds, and no trailers, which
 * evhttp would add to the headers of the request.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum chunk_part { CHUNK_SIZE, CHUNK_SIZE_LF, CHUNK_BYTES, CHUNK_BYTES_CR,
	CHUNK_BYTES_LF, CHUNK_LAST_CR, CHUNK_LAST_LF, CHUNKS_OVER };

/* How far it is; starts zeroed. */
struct body_chunks {
	enum chunk_part part;
	unsigned n_digits;
	uint64_t n_left;	/* bytes of this chunk that are to come */
	uint64_t body_len;	/* bytes of all chunks announced so far */
};

/*
 * The next bytes of the connection.  Those behind the end of the body are not
 * looked at.  ERR_INVALID_REQUEST, or ERR_REQUEST_TOO_LARGE when the chunks
 * announce more than 'max_len' bytes.
 */
bool body_chunks_check(struct body_chunks *, const char *bytes, size_t len,
    uint64_t max_len, struct err *);
