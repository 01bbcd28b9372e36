/* SPDX-License-Identifier: ISC */
/* What of a key an upstream may not send back, however the stream is cut. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "egress/echo_guard.h"

#define KEY "sk-test/4f9c+0d2e\"8b7a"

static struct echo_guard *
guard_for(const char *key)
{
	struct err err;
	struct echo_guard *g = echo_guard_new((const uint8_t *)key,
	    strlen(key), &err);

	cr_assert_not_null(g);
	return g;
}

/*
 * Sends 'text' through in pieces of 'step' bytes; false when it was found.
 * 'out' is what passed, *held what was held back at the end.
 */
static bool
passes(struct echo_guard *g, const char *text, size_t step, char *out,
    size_t *n_held)
{
	size_t len = strlen(text), at = 0;
	struct echo_held held = { 0 };
	bool ok = true;

	*out = '\0';
	while (ok && at < len) {
		size_t n = len - at < step ? len - at : step;
		struct echo_passed p;

		ok = echo_guard_pass(g, &held, text + at, n, &p);
		if (ok)
			strncat(out, p.bytes, p.len);
		at += n;
	}
	*n_held = held.len;
	echo_held_reset(&held);
	return ok;
}

static size_t
held_of(struct echo_guard *g, const char *text)
{
	char out[65536];
	size_t n_held;

	cr_assert(passes(g, text, strlen(text), out, &n_held), "%s", text);
	cr_assert_eq(strlen(out) + n_held, strlen(text));
	return n_held;
}

static void
expect_found(struct echo_guard *g, const char *form)
{
	char text[8192], out[8192];
	size_t n_held;

	snprintf(text, sizeof text, "{\"error\":\"bad key %s, sir\"}", form);
	cr_expect(echo_guard_finds(g, text, strlen(text)), "%s", form);
	for (size_t step = 1; step <= strlen(text); step++)
		cr_expect_not(passes(g, text, step, out, &n_held),
		    "%s in steps of %zu", form, step);
	cr_expect_null(strstr(out, form));
}

static void
encode_base64(const char *bytes, size_t len, const char *last_two, char *text)
{
	char digits[65];
	size_t n = 0;

	snprintf(digits, sizeof digits, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789%s", last_two);
	for (size_t bit = 0; bit < len * 8; bit += 6) {
		unsigned six = 0;

		for (size_t i = bit; i < bit + 6; i++)
			six = six << 1 | (i / 8 < len ?
			    (unsigned)bytes[i / 8] >> (7 - i % 8) & 1 : 0);
		text[n++] = digits[six];
	}
	text[n] = '\0';
}

Test(echo_guard, finds_the_key_itself)
{
	struct echo_guard *g = guard_for(KEY);

	expect_found(g, KEY);
	echo_guard_free(g);
}

Test(echo_guard, finds_base64_wherever_in_a_longer_text)
{
	static const char *const before[] = { "", "a", "ab", "abc", "user:",
		"Bearer ", "key=" };
	static const char *const last_two[] = { "+/", "-_" };
	struct echo_guard *g = guard_for(KEY);

	for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
		for (size_t k = 0; k < 2; k++) {
			char plain[128], text[256];

			snprintf(plain, sizeof plain, "%s" KEY "%s", before[i],
			    i % 2 ? "\n" : "");
			encode_base64(plain, strlen(plain), last_two[k], text);
			expect_found(g, text);
		}
	echo_guard_free(g);
}

Test(echo_guard, finds_base64_in_the_alphabet_of_urls)
{
	static const char key[] = "~~~>>>?~?~~~";
	struct echo_guard *g = guard_for(key);
	char text[64];

	encode_base64(key, strlen(key), "-_", text);
	cr_assert(strpbrk(text, "-_") != NULL && strpbrk(text, "+/") == NULL);
	expect_found(g, text);
	encode_base64(key, strlen(key), "+/", text);
	expect_found(g, text);
	echo_guard_free(g);
}

Test(echo_guard, finds_it_percent_encoded_in_part_or_whole)
{
	struct echo_guard *g = guard_for(KEY);
	char all[128] = "";

	expect_found(g, "sk-test%2F4f9c%2B0d2e%228b7a");
	expect_found(g, "sk-test%2f4f9c%2b0d2e%228b7a");
	expect_found(g, "%73k-test/4f9c+0d2e\"8b7a");
	expect_found(g, "sk-test/4f9c+0d2e\"8b7%61");
	for (const char *c = KEY; *c != '\0'; c++)
		snprintf(all + strlen(all), sizeof all - strlen(all), "%%%02x",
		    *c);
	expect_found(g, all);
	echo_guard_free(g);
}

Test(echo_guard, finds_it_escaped_as_in_json)
{
	struct echo_guard *g = guard_for(KEY);
	char all[256] = "";

	expect_found(g, "sk-test/4f9c+0d2e\\\"8b7a");
	expect_found(g, "sk-test\\/4f9c+0d2e\\\"8b7a");
	expect_found(g, "sk-test\\u002F4f9c\\u002b0d2e\\u00228b7a");
	for (const char *c = KEY; *c != '\0'; c++)
		snprintf(all + strlen(all), sizeof all - strlen(all),
		    "\\u%04X", *c);
	expect_found(g, all);
	/* Behind a backslash that escapes nothing in JSON. */
	expect_found(g, "\\sk-test\\/4f9c+0d2e\\\"8b7a");
	echo_guard_free(g);
}

Test(echo_guard, finds_base64_of_it_escaped_as_in_json)
{
	char text[256], escaped[512] = "";
	struct echo_guard *g;

	/* Bytes that give slashes. */
	g = guard_for("??????????????");
	encode_base64("??????????????", 14, "+/", text);
	cr_assert_not_null(strchr(text, '/'));
	for (const char *c = text; *c != '\0'; c++)
		snprintf(escaped + strlen(escaped),
		    sizeof escaped - strlen(escaped), *c == '/' ? "\\%c" : "%c",
		    *c);
	expect_found(g, escaped);
	echo_guard_free(g);
}

Test(echo_guard, finds_a_long_key_by_its_beginning)
{
	char key[8193];
	struct echo_guard *g;

	for (size_t i = 0; i < sizeof key - 1; i++)
		key[i] = (char)('!' + (i * 7 + i / 90) % 94);
	key[sizeof key - 1] = '\0';
	g = guard_for(key);
	cr_expect(echo_guard_finds(g, key, ECHO_GUARD_FORM_MAX));
	cr_expect_not(echo_guard_finds(g, key, ECHO_GUARD_FORM_MAX - 1));
	echo_guard_free(g);
}

Test(echo_guard, lets_everything_else_pass_unchanged)
{
	static const char *const texts[] = {
		"", "hello", "sk-test/4f9c+0d2e\"8b7", "k-test/4f9c+0d2e\"8b7a",
		"sk-test/sk-test/4f9c+sk-test/4f9c+0d2e8b7a",
		"%%%%25%2", "\\\\\\u12\\u00", "100% of \\n \\\" \\/ \\\\",
		"%73k-test%2F4f9c%2B0d2e%228b7b", "\\u0073k-test\\",
		"data: {\"delta\":\"sss\"}\n\n",
	};
	struct echo_guard *g = guard_for(KEY);

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (size_t step = 1; step <= strlen(texts[i]) + 1; step++) {
			char out[256];
			size_t n_held;

			cr_expect(passes(g, texts[i], step, out, &n_held),
			    "%s in steps of %zu", texts[i], step);
			cr_expect_eq(strlen(out) + n_held, strlen(texts[i]));
			cr_expect_eq(strncmp(out, texts[i], strlen(out)), 0);
		}
	echo_guard_free(g);
}

Test(echo_guard, holds_back_only_what_may_be_the_beginning_of_a_form)
{
	struct echo_guard *g = guard_for(KEY);

	cr_expect_eq(held_of(g, "data: {}\n\n"), 0);
	cr_expect_eq(held_of(g, "hello s"), 1);
	cr_expect_eq(held_of(g, "hello sk-tes"), 6);
	cr_expect_eq(held_of(g, "hello sk-tesx"), 0);
	cr_expect_eq(held_of(g, "50%"), 1);
	cr_expect_eq(held_of(g, "50%7"), 2);
	cr_expect_eq(held_of(g, "50%73"), 3);
	cr_expect_eq(held_of(g, "50%74"), 0);
	cr_expect_eq(held_of(g, "a\\"), 1);
	cr_expect_eq(held_of(g, "a\\n"), 0);
	cr_expect_eq(held_of(g, "a\\u"), 2);
	cr_expect_eq(held_of(g, "a\\u0"), 3);
	cr_expect_eq(held_of(g, "a\\u1"), 0);
	cr_expect_eq(held_of(g, "a\\u007"), 5);
	cr_expect_eq(held_of(g, "sk-test\\u002"), 12);
	cr_expect_eq(held_of(g, "sk-test\\u003"), 0);
	cr_expect_eq(held_of(g, "sk-test%2"), 9);
	/* May go on as base64 of the key. */
	cr_expect_eq(held_of(g, "x c2"), 2);
	echo_guard_free(g);
}

/* A slow reader that nobody could get wrong, from the first byte on. */
static bool
contains(const char *text, const char *form)
{
	char plain[4096];
	size_t n = 0;

	if (strstr(text, form) != NULL)
		return true;
	for (const char *c = text; *c != '\0'; n++) {
		unsigned value;
		int used = 0;

		plain[n] = *c++;
		if (plain[n] == '%' && sscanf(c, "%2x%n", &value, &used) == 1 &&
		    used == 2) {
			plain[n] = (char)value;
			c += 2;
		}
	}
	plain[n] = '\0';
	return strstr(plain, form) != NULL;
}

/* Some reader may start anywhere; what none finds must pass. */
static bool
contains_somehow(const char *text, const char *form)
{
	for (; *text != '\0'; text++)
		if (contains(text, form))
			return true;
	return false;
}

Test(echo_guard, agrees_with_a_slow_reader)
{
	static const char *const bits[] = { "abab", "abac", "%61", "%62", "b",
		"a", "%", "6", "abacabad", "ab%61", "c", "%63", "d", "%64" };
	static const char key[] = "abacabad";
	struct echo_guard *g = guard_for(key);
	unsigned n_found = 0;

	srandom(7);
	for (int round = 0; round < 60000; round++) {
		char text[256] = "", out[256];
		size_t n_held;
		bool is_in, is_passed;

		for (long n = random() % 9; n >= 0; n--)
			strcat(text, bits[random() % (long)(sizeof bits /
			    sizeof bits[0])]);
		is_in = contains(text, key);
		n_found += is_in;
		is_passed = passes(g, text, (size_t)(1 + random() % 6), out,
		    &n_held);
		if (is_passed)
			cr_assert_not(is_in, "%s", text);
		else
			cr_assert(contains_somehow(text, key), "%s", text);
		if (is_passed)
			cr_assert_eq(strlen(out) + n_held, strlen(text));
	}
	echo_guard_free(g);
	cr_expect_gt(n_found, 1000);
}
