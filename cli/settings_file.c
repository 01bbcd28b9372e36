/* SPDX-License-Identifier: ISC */
#include "cli/settings_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"
#include "common/settings.h"

static bool
write_comments(FILE *f)
{
	const struct settings_row *rows;
	size_t n;

	rows = settings_rows(&n);
	fputs("# Settings of Cofferdam; see cofferdam.conf(5).  What is "
	    "commented out is the\n# default.  After a change: cofferdam "
	    "config check && cofferdam reload\n", f);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "\n# %s\n#%s = %s\n", rows[i].help, rows[i].name,
		    rows[i].initial);
	return fflush(f) == 0;
}

bool
settings_file_make(int folder, struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *f;
	bool ok;

	if (faccessat(folder, SETTINGS_FILE_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	f = open_memstream(&text, &len);
	ok = f != NULL && write_comments(f);
	if (f != NULL)
		fclose(f);
	if (!ok)
		return err_set(err, ERR_NO_MEMORY, SETTINGS_FILE_NAME);
	return home_replace(folder, SETTINGS_FILE_NAME, text, len, NULL, err);
}

bool
settings_file_read(int folder, struct settings *settings, struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;

	settings_default(settings);
	if (!home_read(folder, SETTINGS_FILE_NAME, SETTINGS_FILE_MAX, &text,
	    &len, err))
		return err->code == ERR_FILE_FAILED && err->os == ENOENT;
	return settings_parse(settings, text, len, err);
}
