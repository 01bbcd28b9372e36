/* SPDX-License-Identifier: ISC */
/* Keys and passphrases that come through a descriptor. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "cli/invocation.h"
#include "cli/secret_input.h"
#include "cli/terminal.h"
#include "common/errors.h"
#include "common/secret.h"

/* Played: nobody sits here. */
bool
terminal_is_there(void)
{
	return false;
}

struct secret *
terminal_ask(const char *label, size_t max, struct err *err)
{
	(void)max;
	err_set(err, ERR_PASSPHRASE_NEEDED, "%s", label);
	return NULL;
}

const char *
invocation_option(const struct invocation *inv, const char *name)
{
	(void)inv;
	(void)name;
	return NULL;
}

bool
invocation_number(const struct invocation *inv, const char *name,
    unsigned most, unsigned *value, struct err *err)
{
	(void)inv;
	(void)name;
	(void)most;
	(void)value;
	(void)err;
	return true;
}

static int
pipe_with(const char *text)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
	close(ends[1]);
	return ends[0];
}

static void
expect_read(const char *text, enum secret_input_extent extent,
    const char *wanted)
{
	int fd = pipe_with(text);
	struct err err = { .code = ERR_NONE };
	struct secret *s = secret_input_read(fd, 16, extent, ERR_KEY_INVALID,
	    &err);

	if (wanted == NULL) {
		cr_expect_null(s, "'%s'", text);
		cr_expect_eq(err.code, ERR_KEY_INVALID);
	} else {
		cr_assert_not_null(s, "'%s'", text);
		cr_expect_eq(secret_len(s), strlen(wanted));
		cr_expect_eq(memcmp(secret_peek(s), wanted, strlen(wanted)), 0);
	}
	secret_free(s);
	close(fd);
}

Test(secret_input, cuts_line_ends_behind_a_key)
{
	expect_read("12345678", SECRET_INPUT_WHOLE, "12345678");
	expect_read("12345678\n", SECRET_INPUT_WHOLE, "12345678");
	expect_read("12345678\r\n\n", SECRET_INPUT_WHOLE, "12345678");
	expect_read("1234567890123456\n", SECRET_INPUT_WHOLE,
	    "1234567890123456");
}

Test(secret_input, takes_no_part_of_what_is_no_key)
{
	expect_read("", SECRET_INPUT_WHOLE, NULL);
	expect_read("\n", SECRET_INPUT_WHOLE, NULL);
	expect_read("12345678\n12345678\n", SECRET_INPUT_WHOLE, NULL);
	expect_read("12345678901234567", SECRET_INPUT_WHOLE, NULL);
	expect_read("\n12345678", SECRET_INPUT_WHOLE, NULL);
}

Test(secret_input, leaves_what_follows_a_line_to_the_next_reader)
{
	int fd = pipe_with("first\nsecond\n");
	struct err err;
	struct secret *a = secret_input_read(fd, 16, SECRET_INPUT_LINE,
	    ERR_WRONG_PASSPHRASE, &err);
	struct secret *b = secret_input_read(fd, 16, SECRET_INPUT_LINE,
	    ERR_WRONG_PASSPHRASE, &err);

	cr_assert(a != NULL && b != NULL);
	cr_expect_eq(memcmp(secret_peek(a), "first", 5), 0);
	cr_expect_eq(memcmp(secret_peek(b), "second", 6), 0);
	secret_free(a);
	secret_free(b);
	close(fd);
}

Test(secret_input, a_key_is_visible_ascii)
{
	static const char *const bad[] = { "1234567", "12345678 x",
		"12345678\x7f", "1234567\xc3\xa4", "1234\t5678" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct secret_input_key k = { .fd = pipe_with(bad[i]),
			.label = "Key", .least = 8, .max = 64,
			.code = ERR_KEY_INVALID };
		struct err err = { .code = ERR_NONE };

		cr_expect_null(secret_input_key(&k, &err), "'%s'", bad[i]);
		cr_expect_eq(err.code, ERR_KEY_INVALID);
		close(k.fd);
	}
}
