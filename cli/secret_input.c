/* SPDX-License-Identifier: ISC */
#include "cli/secret_input.h"

#include <stdint.h>
#include <unistd.h>

#include "cli/invocation.h"
#include "cli/terminal.h"
#include "common/scoped.h"
#include "common/secret.h"

/*
 * Byte by byte: what stands behind a line in a pipe belongs to the next reader,
 * and no library's buffer keeps a copy.  The length, or -1.
 */
static ssize_t
read_bytes(int fd, struct secret *s, enum secret_input_extent extent)
{
	uint8_t *bytes = secret_bytes(s), beyond;
	size_t n = 0, n_line_ends = 0;

	for (;;) {
		uint8_t *next = n < secret_len(s) ? &bytes[n] : &beyond;
		ssize_t got = read(fd, next, 1);

		if (got == -1)
			return -1;
		if (got == 0)
			return (ssize_t)n;
		if (*next == '\n' && extent == SECRET_INPUT_LINE)
			return (ssize_t)n;
		if (*next == '\n' || *next == '\r') {
			n_line_ends++;
			continue;
		}
		/* A second line is a mistake, not a part of it. */
		if (next == &beyond || n_line_ends > 0)
			return 0;
		n++;
	}
}

struct secret *
secret_input_read(int fd, size_t max, enum secret_input_extent extent,
    enum err_code code, struct err *err)
{
	AUTO_WIPE struct secret *s = secret_new(max, err);
	struct secret *taken;
	ssize_t n;

	if (s == NULL)
		return NULL;
	n = read_bytes(fd, s, extent);
	if (n == -1) {
		err_set_os(err, ERR_FILE_FAILED, "descriptor %d", fd);
		return NULL;
	}
	if (n == 0) {
		err_set(err, code, "empty, longer than %zu bytes, or more than "
		    "one line", max);
		return NULL;
	}
	secret_shorten(s, (size_t)n);
	taken = s;
	s = NULL;
	return taken;
}

static bool
check_key(const struct secret *s, const struct secret_input_key *k,
    struct err *err)
{
	const uint8_t *bytes = secret_peek(s);

	if (secret_len(s) < k->least)
		return err_set(err, k->code, "shorter than %zu characters",
		    k->least);
	for (size_t i = 0; i < secret_len(s); i++)
		if (bytes[i] <= ' ' || bytes[i] >= 0x7f)
			return err_set(err, k->code, "character %zu", i + 1);
	return true;
}

struct secret *
secret_input_key(const struct secret_input_key *k, struct err *err)
{
	bool is_typed = k->fd == -1 || isatty(k->fd);
	AUTO_WIPE struct secret *s = NULL;
	struct secret *taken;

	if (is_typed && !terminal_is_there()) {
		err_set(err, k->code, "nothing on standard input to read");
		return NULL;
	}
	s = is_typed ? terminal_ask(k->label, k->max, err) :
	    secret_input_read(k->fd, k->max, SECRET_INPUT_WHOLE, k->code, err);
	if (s == NULL || !check_key(s, k, err))
		return NULL;
	taken = s;
	s = NULL;
	return taken;
}

struct secret *
secret_input_passphrase(const struct invocation *inv, const char *option,
    const char *label, struct err *err)
{
	unsigned fd = 0;

	if (invocation_option(inv, option) == NULL)
		return terminal_ask(label, SECRET_INPUT_PASSPHRASE_MAX, err);
	if (!invocation_number(inv, option, 1023, &fd, err))
		return NULL;
	return secret_input_read((int)fd, SECRET_INPUT_PASSPHRASE_MAX,
	    SECRET_INPUT_LINE, ERR_WRONG_PASSPHRASE, err);
}

static bool
is_same(const struct secret *a, const struct secret *b)
{
	return secret_len(a) == secret_len(b) &&
	    secret_bytes_equal(secret_peek(a), secret_peek(b), secret_len(a));
}

struct secret *
secret_input_new_passphrase(const struct invocation *inv, const char *option,
    struct err *err)
{
	AUTO_WIPE struct secret *first = NULL, *again = NULL;
	struct secret *taken;

	first = secret_input_passphrase(inv, option, "New passphrase", err);
	if (first == NULL)
		return NULL;
	if (invocation_option(inv, option) == NULL) {
		again = terminal_ask("The same again",
		    SECRET_INPUT_PASSPHRASE_MAX, err);
		if (again == NULL)
			return NULL;
		if (!is_same(first, again)) {
			err_set(err, ERR_WRONG_PASSPHRASE, "the two differ");
			return NULL;
		}
	}
	taken = first;
	first = NULL;
	return taken;
}
