/* SPDX-License-Identifier: ISC */
/* cofferdam.conf at the supervisor: every number within its limits. */
#include <assert.h>
#include <string.h>

#include "common/errors.h"
#include "common/settings.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct settings *s)
{
	char word[64];

#define TEXT(name, size, ...) assert(memchr(s->name, '\0', size) != NULL);
#define NUMBER(name, field, unit, initial, least, most, help)		\
	assert((s->field >= (uint64_t)(least) &&			\
	    s->field <= (uint64_t)(most)) ||				\
	    (strcmp(#unit, "INTERVAL") == 0 && s->field == 0));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtype-limits"
	SETTINGS_TABLE(TEXT, NUMBER)
#pragma GCC diagnostic pop
#undef TEXT
#undef NUMBER
	for (size_t n = 0; settings_word(s->listen, n, word, sizeof word); n++)
		assert(strlen(word) > 0 && n < sizeof s->listen);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct settings s;
	struct err err = { 0 };

	settings_default(&s);
	if (len > SETTINGS_FILE_MAX)
		return 0;
	if (settings_parse(&s, (const char *)bytes, len, &err))
		check(&s);
	else
		assert(err.code == ERR_SETTINGS_INVALID);
	return 0;
}
