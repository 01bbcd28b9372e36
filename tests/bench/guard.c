/* SPDX-License-Identifier: ISC */
/*
 * guard: what looking for the key costs in what an upstream sends.
 *
 * One line for each kind of content: its name, CPU in nanoseconds for a byte and
 * megabytes a second; the least of several rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "common/errors.h"
#include "egress/echo_guard.h"

#define LEN ((size_t)16 << 20)
#define ROUNDS 5

static const char key[] = "sk-bench-0123456789abcdefghijklmnopqrstuvwxyz";

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
pass_s(struct echo_guard *g, const char *bytes)
{
	struct echo_held held = { 0 };
	struct echo_passed passed;
	double start = cpu_s();

	for (size_t at = 0; at < LEN; at += ECHO_GUARD_PIECE_MAX)
		if (!echo_guard_pass(g, &held, bytes + at,
		    ECHO_GUARD_PIECE_MAX, &passed))
			exit(EX_SOFTWARE);
	start = cpu_s() - start;
	echo_held_reset(&held);
	return start;
}

static void
measure(const char *name, const char *piece)
{
	size_t piece_len = strlen(piece);
	char *bytes = malloc(LEN);
	double least = 1e9;
	struct err err;
	struct echo_guard *g = echo_guard_new((const uint8_t *)key,
	    sizeof key - 1, &err);

	if (bytes == NULL || g == NULL)
		exit(EX_OSERR);
	for (size_t i = 0; i < LEN; i++)
		bytes[i] = piece[i % piece_len];
	for (int i = 0; i < ROUNDS; i++) {
		double s = pass_s(g, bytes);

		least = s < least ? s : least;
	}
	printf("%-28s %10.2f %10.0f\n", name, least * 1e9 / (double)LEN,
	    (double)LEN / 1e6 / least);
	echo_guard_free(g);
	free(bytes);
}

int
main(void)
{
	printf("%-28s %10s %10s\n", "echo guard", "ns/byte", "MB/s");
	measure("events of a stream", "data: {\"choices\":[{\"delta\":{"
	    "\"content\":\" word\"},\"index\":0}]}\n\n");
	measure("plain text", "The quick brown fox jumps over the lazy dog. ");
	measure("escapes", "\\u0041\\n%41%20\\\"");
	measure("almost the key", "sk-bench-0123456789abcdef ");
	return EX_OK;
}
