/* SPDX-License-Identifier: ISC */
#include "common/allowed_users.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/ipc_bodies.h"

bool
allowed_users_number(const char *word, uint32_t *uid)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)word[0]) || strlen(word) > 10)
		return false;
	value = strtoull(word, &end, 10);
	*uid = (uint32_t)value;
	return *end == '\0' && value < IPC_UID_UNKNOWN;
}

static bool
is_name(const char *word)
{
	size_t len = strlen(word);

	if (len >= ALLOWED_USER_TEXT - 1 || isdigit((unsigned char)word[0]) ||
	    word[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)word[i]) &&
		    strchr("._-$", word[i]) == NULL)
			return false;
	return true;
}

static bool
is_all(const char *word)
{
	return strcmp(word, ALLOWED_USERS_ALL) == 0;
}

bool
allowed_users_list_is_good(const char *list)
{
	char word[ALLOWED_USER_TEXT];
	uint32_t uid;

	for (size_t i = 0; settings_word(list, i, word, sizeof word); i++)
		if (!is_all(word) && !allowed_users_number(word, &uid) &&
		    !is_name(word))
			return false;
	return true;
}

bool
allowed_users_has(const char *numbers, uint32_t uid)
{
	char word[ALLOWED_USER_TEXT];
	uint32_t one;

	for (size_t i = 0; settings_word(numbers, i, word, sizeof word); i++)
		if (is_all(word) ||
		    (allowed_users_number(word, &one) && one == uid))
			return true;
	return false;
}
