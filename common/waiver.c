/* SPDX-License-Identifier: ISC */
#include "common/waiver.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/ipc.h"
#include "common/settings.h"

static const struct { const char *name; enum waiver bit; } known[] = {
#define X(NAME, text, bit) { text, WAIVE_##NAME },
	WAIVERS(X)
#undef X
};

#define N_KNOWN (sizeof known / sizeof known[0])

/* WAIVE_NOTHING when the word names no role or no protection. */
static enum waiver
parse(const char *word, enum role *role)
{
	const char *colon = strchr(word, ':');

	if (colon == NULL)
		return WAIVE_NOTHING;
	for (*role = BROKER; *role < CLI; ++*role)
		if (strlen(role_name(*role)) == (size_t)(colon - word) &&
		    strncmp(role_name(*role), word, (size_t)(colon - word)) == 0)
			break;
	for (size_t i = 0; *role < CLI && i < N_KNOWN; i++)
		if (strcmp(known[i].name, colon + 1) == 0)
			return known[i].bit;
	return WAIVE_NOTHING;
}

bool
waiver_list_is_good(const char *list)
{
	char word[WAIVER_TEXT];
	enum role role;

	for (size_t i = 0; settings_word(list, i, word, sizeof word); i++)
		if (parse(word, &role) == WAIVE_NOTHING)
			return false;
	return true;
}

unsigned
waiver_of(const char *list, enum role wanted)
{
	char word[WAIVER_TEXT];
	enum waiver one;
	unsigned set = 0;
	enum role role;

	for (size_t i = 0; settings_word(list, i, word, sizeof word); i++) {
		one = parse(word, &role);
		if (one != WAIVE_NOTHING && role == wanted)
			set |= one;
	}
	return set;
}

const char *
waiver_names(unsigned set)
{
	static char text[WAIVER_TEXT];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < N_KNOWN; i++)
		if ((set & known[i].bit) != 0)
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%s%s", len > 0 ? " " : "", known[i].name);
	return text;
}
