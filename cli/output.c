/* SPDX-License-Identifier: ISC */
#include "cli/output.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fields.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "common/errors.h"
#include "common/ipc.h"

#define JSON_STYLE (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/* "providers add" -> "providers.add". */
static void
dotted_name(const struct invocation *inv, char name[64])
{
	const struct command *c = inv->command;

	snprintf(name, 64, "%s", c == NULL ? "cofferdam" :
	    c->envelope != NULL ? c->envelope : c->name);
	for (char *at = name; *at != '\0'; at++)
		if (*at == ' ')
			*at = '.';
}

void
output_head(const struct invocation *inv, char head[OUTPUT_HEAD_MAX])
{
	char name[64], now[MOMENT_TEXT];

	dotted_name(inv, name);
	moment_format_now(now);
	snprintf(head, OUTPUT_HEAD_MAX, "{\"schemaVersion\":1,\"command\":"
	    "\"%s\",\"generatedAt\":\"%s\",\"data\":", name, now);
}

static struct json_object *
make_envelope(const struct invocation *inv)
{
	struct json_object *envelope = json_object_new_object();
	char name[64], now[MOMENT_TEXT];

	dotted_name(inv, name);
	moment_format_now(now);
	field_set_number(envelope, "schemaVersion", 1);
	field_set_text(envelope, "command", name);
	field_set_text(envelope, "generatedAt", now);
	return envelope;
}

bool
output_raw(const void *bytes, size_t len, struct err *err)
{
	const char *at = bytes;

	fflush(stdout);
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, at, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_set_os(err, ERR_FILE_FAILED,
			    "standard output");
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static bool
write_line(struct json_object *value, struct err *err)
{
	const char *line = json_object_to_json_string_ext(value, JSON_STYLE);

	if (line == NULL)
		return err_set(err, ERR_NO_MEMORY, "answer");
	return output_raw(line, strlen(line), err) && output_raw("\n", 1, err);
}

bool
output_data(const struct invocation *inv, struct json_object *data,
    struct err *err)
{
	struct json_object *envelope = make_envelope(inv);
	bool ok;

	json_object_object_add(envelope, "data", json_object_get(data));
	ok = write_line(envelope, err);
	json_object_put(envelope);
	return ok;
}

/* Whom an error is about: "provider x", "agent x" or the id alone. */
static bool
find_id(const struct invocation *inv, const struct err *err,
    char id[IPC_NAME_TEXT])
{
	static const char *const nouns[] = { "provider ", "agent ", "" };
	const char *name = inv->command != NULL ? inv->command->name : "";
	struct ipc_name checked;
	struct err ignored;

	for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++) {
		size_t len = strlen(nouns[i]);

		if (strncmp(err->about, nouns[i], len) == 0 &&
		    ipc_name_set(&checked, err->about + len, &ignored))
			return ipc_name_get(&checked, id, &ignored);
	}
	return (strncmp(name, "providers ", 10) == 0 ||
	    strncmp(name, "agents ", 7) == 0 || strcmp(name, "connect") == 0 ||
	    strcmp(name, "disconnect") == 0) && inv->n_operands > 0 &&
	    ipc_name_set(&checked, inv->operands[0], &ignored) &&
	    ipc_name_get(&checked, id, &ignored);
}

/* The remedy, with that id in the place of <id>. */
static void
format_remedy(const struct invocation *inv, const struct err *err,
    char remedy[ERR_TEXT_MAX])
{
	const char *text = err_remedy(err->code), *mark = strstr(text, "<id>");
	char id[IPC_NAME_TEXT];

	if (err->code == ERR_USAGE)
		snprintf(remedy, ERR_TEXT_MAX, "cofferdam %s%s--help",
		    inv->command != NULL ? inv->command->name : "",
		    inv->command != NULL ? " " : "");
	else if (mark != NULL && find_id(inv, err, id))
		snprintf(remedy, ERR_TEXT_MAX, "%.*s%s%s", (int)(mark - text),
		    text, id, mark + strlen("<id>"));
	else
		snprintf(remedy, ERR_TEXT_MAX, "%s", text);
}

static void
format_sentence(const struct err *err, char sentence[ERR_TEXT_MAX])
{
	bool has_about = err->about[0] != '\0', has_os = err->os != 0;

	snprintf(sentence, ERR_TEXT_MAX, "%s%s%s%s%s%s",
	    err_sentence(err->code), has_about || has_os ? " (" : "",
	    err->about, has_about && has_os ? ": " : "",
	    has_os ? strerror(err->os) : "", has_about || has_os ? ")" : "");
}

static void
print_error_json(const struct invocation *inv, const struct err *err,
    const char *sentence, const char *remedy)
{
	struct json_object *envelope = make_envelope(inv);
	struct json_object *error = field_set_object(envelope, "error");
	struct json_object *details;
	char code[64];
	struct err ignored;

	snprintf(code, sizeof code, "E_%s", err_name(err->code));
	for (char *c = code; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	field_set_text(error, "code", code);
	field_set_text(error, "message", sentence);
	field_set_text(error, "remediation", remedy);
	details = field_set_object(error, "details");
	field_set_text(details, "about",
	    err->about[0] != '\0' ? err->about : NULL);
	field_set_text(details, "system",
	    err->os != 0 ? strerror(err->os) : NULL);
	write_line(envelope, &ignored);
	json_object_put(envelope);
}

void
output_error(const struct invocation *inv, const struct err *err)
{
	char sentence[ERR_TEXT_MAX], remedy[ERR_TEXT_MAX];

	format_sentence(err, sentence);
	format_remedy(inv, err, remedy);
	if (inv->form == OUTPUT_JSON)
		print_error_json(inv, err, sentence, remedy);
	else {
		fflush(stdout);
		fprintf(stderr, "cofferdam: %s\n%s%s%s",
		    output_clean(sentence), *remedy != '\0' ? "    " : "",
		    remedy, *remedy != '\0' ? "\n" : "");
	}
}

const char *
output_clean(const char *text)
{
	static char copies[8][1024];
	static unsigned next;
	char *copy = copies[next++ % 8];

	snprintf(copy, sizeof copies[0], "%s", text != NULL ? text : "-");
	for (char *c = copy; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;

		/* C1 controls too, which UTF-8 writes as 0xc2 0x80 to 0x9f. */
		if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 &&
		    ((unsigned char)c[1] & 0xe0) == 0x80))
			*c = '?';
		if (byte == 0xc2 && *c == '?')
			c[1] = '?';
	}
	return copy;
}

const char *
output_colour(enum output_colour colour)
{
	static const char *const sequences[] = {
		[OUTPUT_PLAIN] = "\033[0m",
		[OUTPUT_BOLD] = "\033[1m",
		[OUTPUT_GOOD] = "\033[32m",
		[OUTPUT_BAD] = "\033[31m",
	};
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL &&
	    terminal != NULL && strcmp(terminal, "dumb") != 0 ?
	    sequences[colour] : "";
}

void
output_warn(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fprintf(stderr, "cofferdam: %s\n", output_clean(text));
}

void
output_table_add(struct output_table *t, const char *const cells[])
{
	size_t n = t->n_rows * t->n_columns;
	char **more = realloc(t->cells, (n + t->n_columns) * sizeof *more);

	assert(t->n_columns > 0 && t->n_columns <= OUTPUT_COLUMNS);
	if (more == NULL)
		return;
	t->cells = more;
	for (size_t i = 0; i < t->n_columns; i++)
		t->cells[n + i] = strdup(output_clean(cells[i]));
	t->n_rows++;
}

static size_t
column_width(const struct output_table *t, size_t column)
{
	size_t widest = 0;

	for (size_t row = 0; row < t->n_rows; row++) {
		const char *cell = t->cells[row * t->n_columns + column];

		if (cell != NULL && strlen(cell) > widest)
			widest = strlen(cell);
	}
	return widest;
}

void
output_table_print(struct output_table *t)
{
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		size_t column = i % t->n_columns;
		bool is_last = column == t->n_columns - 1;
		const char *cell = t->cells[i] != NULL ? t->cells[i] : "";

		if (i == 0)
			fputs(output_colour(OUTPUT_BOLD), stdout);
		printf("%-*s%s", is_last ? 0 : (int)column_width(t, column),
		    cell, is_last ? "" : "  ");
		if (i == t->n_columns - 1)
			fputs(output_colour(OUTPUT_PLAIN), stdout);
		if (is_last)
			putchar('\n');
	}
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++)
		free(t->cells[i]);
	free(t->cells);
	*t = (struct output_table) { .n_columns = t->n_columns };
}
