/* SPDX-License-Identifier: ISC */
/*
 * scan_memory PID NEEDLE...: does any of the needles stand in that process's
 * memory, in any of the forms in which a secret travels?
 *
 * Prints a line "FORM of NEEDLE" for each form that is found.  Forms: as it is,
 * base64 in its three alignments, percent-encoded, JSON-escaped (\u00XX).
 * Exits 0 when nothing was found, 1 when something was, 2 when the process
 * cannot be read.  Needs to be root, or to trace the process.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMS 6
#define FORM_MAX 4096

static const char *const form_names[FORMS] = { "plain", "base64 0", "base64 1",
	"base64 2", "percent", "json" };

struct needle {
	const char *text;
	char forms[FORMS][FORM_MAX];
};

/* The part of base64 that does not depend on the neighbours. */
static void
base64(const char *text, size_t skip, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(text);

	for (size_t i = skip; i + 3 <= len; i += 3) {
		unsigned long v = (unsigned long)(unsigned char)text[i] << 16 |
		    (unsigned long)(unsigned char)text[i + 1] << 8 |
		    (unsigned char)text[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			*out++ = digits[v >> shift & 63];
	}
	*out = '\0';
}

static void
escape(const char *text, const char *format, char *out)
{
	for (; *text != '\0'; text++)
		out += sprintf(out, format, (unsigned char)*text);
}

static void
needle_init(struct needle *n, const char *text)
{
	n->text = text;
	snprintf(n->forms[0], FORM_MAX, "%s", text);
	for (size_t skip = 0; skip < 3; skip++)
		base64(text, skip, n->forms[1 + skip]);
	escape(text, "%%%02X", n->forms[4]);
	escape(text, "\\u%04x", n->forms[5]);
}

static bool
look(const char *bytes, size_t len, const struct needle *n, bool seen[FORMS])
{
	bool found = false;

	for (int f = 0; f < FORMS; f++)
		if (!seen[f] && memmem(bytes, len, n->forms[f],
		    strlen(n->forms[f])) != NULL) {
			printf("%s of %s\n", form_names[f], n->text);
			found = seen[f] = true;
		}
	return found;
}

static int
scan(int pid, struct needle *needles, size_t n_needles)
{
	char path[64], line[512];
	bool (*seen)[FORMS] = calloc(n_needles, sizeof *seen);
	FILE *maps;
	int memory, result = 0;
	unsigned long start, end;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	memory = open(path, O_RDONLY);
	if (maps == NULL || memory == -1)
		return 2;
	while (fgets(line, sizeof line, maps) != NULL) {
		char *bytes;
		ssize_t len;

		if (sscanf(line, "%lx-%lx r", &start, &end) != 2 ||
		    strstr(line, "[vvar") != NULL ||
		    strstr(line, "[vsyscall]") != NULL)
			continue;
		bytes = malloc(end - start);
		len = pread(memory, bytes, end - start, (off_t)start);
		for (size_t i = 0; len > 0 && i < n_needles; i++)
			if (look(bytes, (size_t)len, &needles[i], seen[i]))
				result = 1;
		free(bytes);
	}
	return result;
}

int
main(int argc, char *argv[])
{
	struct needle *needles;

	if (argc < 3)
		return 2;
	needles = calloc((size_t)argc, sizeof *needles);
	for (int i = 2; i < argc; i++)
		needle_init(&needles[i - 2], argv[i]);
	return scan(atoi(argv[1]), needles, (size_t)argc - 2);
}
