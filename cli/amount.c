/* SPDX-License-Identifier: ISC */
#include "cli/amount.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"

#define DIGITS "0123456789"
#define PART_MAX 9	/* digits before the point, and behind it */

static void
take(struct amount *a, const char *text)
{
	/* "05" is no JSON number. */
	while (text[0] == '0' && text[1] >= '0' && text[1] <= '9')
		text++;
	snprintf(a->text, sizeof a->text, "%s", text);
	a->value = strtod(a->text, NULL);
}

bool
amount_parse(struct amount *a, const char *text, const char *what,
    struct err *err)
{
	size_t whole = strspn(text, DIGITS), rest = 0;

	if (text[whole] == '.')
		rest = 1 + strspn(text + whole + 1, DIGITS);
	if (whole == 0 || whole > PART_MAX || rest == 1 ||
	    rest > 1 + PART_MAX || text[whole + rest] != '\0')
		return err_set(err, ERR_USAGE,
		    "%s: '%.30s' is not an amount such as 5 or 0.25, of at "
		    "most %d digits on either side", what, text, PART_MAX);
	take(a, text);
	return true;
}

bool
amount_parse_count(struct amount *a, const char *text, const char *what,
    struct err *err)
{
	size_t len = strspn(text, DIGITS);

	if (len == 0 || len > PART_MAX + 1 || text[len] != '\0' ||
	    text[0] == '0' || strtod(text, NULL) > AMOUNT_COUNT_MAX)
		return err_set(err, ERR_USAGE,
		    "%s: '%.30s' is not a whole number from 1 on", what, text);
	take(a, text);
	return true;
}

struct json_object *
amount_json(const struct amount *a)
{
	return strchr(a->text, '.') == NULL ?
	    json_object_new_int64((int64_t)a->value) :
	    json_object_new_double_s(a->value, a->text);
}
