/* SPDX-License-Identifier: ISC */
/*
 * config_file: a file of the user's that belongs to another program, read whole
 * and replaced whole.
 *
 * Symbolic links stay: the file that they lead to is replaced.  A file that is
 * not the user's, or that changed between reading and writing, is left alone.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

struct err;

#define CONFIG_FILE_MAX (1u << 20)	/* bytes */
#define CONFIG_PATH_MAX 1024		/* bytes, with the NUL */

struct config_file {
	char path[CONFIG_PATH_MAX];	/* as it is called */
	char real[CONFIG_PATH_MAX];	/* where links lead */
	char *text;			/* "" when it is absent; owned */
	bool is_there, is_link;
	struct stat st;
};

/* Absent is no error.  config_file_close() in any case. */
bool config_file_open(struct config_file *, const char *path, struct err *);
void config_file_close(struct config_file *);

/*
 * Replaces it by 'text', with this mode; folders that are missing are made,
 * 0700.  ERR_CONFIG_CHANGED when somebody wrote it since it was opened.
 */
bool config_file_save(struct config_file *, const char *text, mode_t,
    struct err *);
/* Takes away the file; its folder stays. */
bool config_file_remove(struct config_file *, struct err *);
