/* SPDX-License-Identifier: ISC */
/* allowed_users_resolve: names, from a file that most processes may not read. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "common/allowed_users.h"
#include "common/errors.h"
#include "common/settings.h"

static bool
find_name(const char *name, const char *passwd, uint32_t *uid,
    struct err *err)
{
	FILE *f = fopen(passwd, "re");
	const struct passwd *p = NULL;
	bool is_found;

	if (f == NULL)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", passwd);
	while ((p = fgetpwent(f)) != NULL && strcmp(p->pw_name, name) != 0)
		;
	is_found = p != NULL;
	if (is_found)
		*uid = p->pw_uid;
	fclose(f);
	return is_found || err_set(err, ERR_SETTINGS_INVALID,
	    "users: %s is not in %.60s; a number will do", name, passwd);
}

static bool
append(const struct allowed_users *numbers, uint32_t uid, struct err *err)
{
	size_t len = strlen(numbers->numbers);
	int n = snprintf(numbers->numbers + len, numbers->size - len, "%s%u",
	    len > 0 ? " " : "", uid);

	return (size_t)n < numbers->size - len ||
	    err_set(err, ERR_SETTINGS_INVALID, "users: too many");
}

bool
allowed_users_resolve(const struct allowed_users *numbers, const char *list,
    const char *passwd, struct err *err)
{
	char word[ALLOWED_USER_TEXT];
	uint32_t uid;

	for (size_t i = 0; settings_word(list, i, word, sizeof word); i++) {
		if (strcmp(word, ALLOWED_USERS_ALL) == 0) {
			snprintf(numbers->numbers, numbers->size, "%s",
			    ALLOWED_USERS_ALL);
			return true;
		}
		if ((!allowed_users_number(word, &uid) &&
		    !find_name(word, passwd, &uid, err)) ||
		    !append(numbers, uid, err))
			return false;
	}
	return true;
}
