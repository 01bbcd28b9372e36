/* SPDX-License-Identifier: ISC */
/*
 * secret_input: keys, tokens and passphrases on their way in, from a descriptor
 * or the terminal, straight into locked memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/errors.h"

struct invocation;
struct secret;

#define SECRET_INPUT_KEY_MIN 8
#define SECRET_INPUT_PASSPHRASE_MAX 1024	/* bytes */

/*
 * Reads to the end of the file or of the first line; line ends behind it are
 * cut.  NULL with 'code' when that is not 1 to 'max' bytes.
 */
enum secret_input_extent { SECRET_INPUT_WHOLE, SECRET_INPUT_LINE };
struct secret *secret_input_read(int fd, size_t max, enum secret_input_extent,
    enum err_code code, struct err *);

/*
 * A key or token: 'least' to 'max' visible ASCII characters, from 'fd', or
 * from the terminal when 'fd' is one or is -1.  NULL with 'code'.
 */
struct secret_input_key {
	int fd;
	const char *label;	/* for the terminal */
	size_t least, max;
	enum err_code code;
};
struct secret *secret_input_key(const struct secret_input_key *, struct err *);

/*
 * A passphrase from the descriptor that 'option' names, one line, else from the
 * terminal.  NULL with ERR_PASSPHRASE_NEEDED when there is neither.
 */
struct secret *secret_input_passphrase(const struct invocation *,
    const char *option, const char *label, struct err *);

/* A new one: typed twice on a terminal.  ERR_WRONG_PASSPHRASE: they differ. */
struct secret *secret_input_new_passphrase(const struct invocation *,
    const char *option, struct err *);
