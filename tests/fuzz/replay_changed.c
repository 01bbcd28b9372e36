/* SPDX-License-Identifier: ISC */
/*
 * replay_changed FILE...: each file through the fuzz target that this is linked
 * with: whole, cut short, and with single bytes changed.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (1u << 20)
#define CHANGES 64		/* of each kind, per file */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Deterministic, so that a failure can be seen again. */
static uint32_t
next_number(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void
run(const uint8_t *bytes, size_t len)
{
	static const uint8_t marks[] = "\"{}[]:,0tn\\\r\n\xff\0";
	static uint8_t copy[INPUT_MAX];
	uint32_t state = 1;

	LLVMFuzzerTestOneInput(bytes, len);
	for (int i = 0; i < CHANGES && len > 0; i++) {
		size_t at = next_number(&state) % len;

		LLVMFuzzerTestOneInput(bytes, at);
		memcpy(copy, bytes, len);
		copy[at] = marks[next_number(&state) % (sizeof marks - 1)];
		LLVMFuzzerTestOneInput(copy, len);
	}
}

int
main(int argc, char *argv[])
{
	static uint8_t bytes[INPUT_MAX];

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "re");

		if (f == NULL) {
			perror(argv[i]);
			return EXIT_FAILURE;
		}
		run(bytes, fread(bytes, 1, sizeof bytes, f));
		fclose(f);
	}
	return EXIT_SUCCESS;
}
