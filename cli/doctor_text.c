/* SPDX-License-Identifier: ISC */
/* doctor_text: the doctor's findings for people. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/doctor.h"
#include "cli/output.h"
#include "common/json/json_text.h"

static struct json_object *
element(struct json_object *data, const char *name, size_t i)
{
	struct json_object *all = json_text_array(data, name);

	return all != NULL && i < json_object_array_length(all) ?
	    json_object_array_get_idx(all, i) : NULL;
}

static bool
is_ok(const struct json_object *object)
{
	bool ok = false;

	json_text_bool(object, "ok", &ok);
	return ok;
}

/* "stopped" by the filter, "EACCES" and the like, or what must not be. */
static const char *
cell(struct json_object *data, const char *attempt, const char *role)
{
	struct json_object *a;

	for (size_t i = 0; (a = element(data, "attempts", i)) != NULL; i++)
		if (strcmp(json_text_string(a, "attempt"), attempt) == 0 &&
		    strcmp(json_text_string(a, "role"), role) == 0)
			break;
	if (a == NULL)
		return NULL;
	if (strcmp(json_text_string(a, "outcome"), "refused") == 0)
		return json_text_string(a, "how");
	if (strcmp(json_text_string(a, "outcome"), "by_design") == 0)
		return "may";
	return is_ok(a) ? "stopped" :
	    strcmp(json_text_string(a, "outcome"), "allowed") == 0 ?
	    "ALLOWED!" : "unclear!";
}

static void
print_attempts(struct json_object *data)
{
	const char *row[OUTPUT_COLUMNS] = { "MAY IT" };
	struct output_table table = { 0 };
	struct json_object *a, *role;
	const char *first = NULL, *name;
	size_t n = 1;

	for (; n < OUTPUT_COLUMNS &&
	    (role = element(data, "roles", n - 1)) != NULL; n++)
		row[n] = json_text_string(role, "role");
	table.n_columns = n;
	output_table_add(&table, row);
	for (size_t i = 0; (a = element(data, "attempts", i)) != NULL; i++) {
		name = json_text_string(a, "role");
		if (first == NULL)
			first = name;
		if (strcmp(first, name) != 0)
			break;
		row[0] = json_text_string(a, "attempt");
		for (size_t r = 1; r < n; r++)
			row[r] = cell(data, row[0], json_text_string(
			    element(data, "roles", r - 1), "role"));
		output_table_add(&table, row);
	}
	output_table_print(&table);
}

static void
print_roles(struct json_object *data)
{
	struct json_object *r;

	for (size_t i = 0; (r = element(data, "roles", i)) != NULL; i++) {
		const char *error = json_text_string(r, "error");
		const char *waived = json_text_string(r, "waived");

		if (error != NULL)
			printf("%s%s: %s%s\n", output_colour(OUTPUT_BAD),
			    json_text_string(r, "role"), output_clean(error),
			    output_colour(OUTPUT_PLAIN));
		if (waived != NULL)
			printf("%s%s: without %s, as cofferdam.conf allows%s\n",
			    output_colour(OUTPUT_BAD),
			    json_text_string(r, "role"), output_clean(waived),
			    output_colour(OUTPUT_PLAIN));
	}
}

static void
print_pairs(struct json_object *data, const char *list, const char *head,
    const char *left, const char *right)
{
	struct json_object *o;

	for (size_t i = 0; (o = element(data, list, i)) != NULL; i++) {
		if (i == 0)
			printf("\n%s\n", head);
		printf("  %-20s %s\n", output_clean(json_text_string(o, left)),
		    output_clean(json_text_string(o, right)));
	}
}

static void
print_reachability(struct json_object *data)
{
	struct json_object *r;

	for (size_t i = 0; (r = element(data, "reachability", i)) != NULL;
	    i++) {
		const char *error = json_text_string(r, "error");

		if (i == 0)
			puts("\nreachability (a connection; TLS and key are "
			    "not tried)");
		printf("  %-20s %s\n",
		    output_clean(json_text_string(r, "provider")),
		    is_ok(r) ? "reached" : output_clean(error));
	}
}

void
doctor_print(struct json_object *data)
{
	print_attempts(data);
	print_roles(data);
	print_pairs(data, "agents", "agents", "id", "path");
	print_pairs(data, "problems", "problems", "about", "problem");
	print_pairs(data, "acceptedRisks", "accepted", "id", "risk");
	print_reachability(data);
	printf("\n%s%s%s\n", output_colour(is_ok(data) ? OUTPUT_GOOD :
	    OUTPUT_BAD), is_ok(data) ? "every wall holds" :
	    "NOT every wall holds", output_colour(OUTPUT_PLAIN));
}
