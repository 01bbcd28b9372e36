/* SPDX-License-Identifier: ISC */
/* settings_file: cofferdam.conf in its folder, as a command sees it. */
#pragma once

#include <stdbool.h>

struct err;
struct settings;

#define SETTINGS_FILE_NAME "cofferdam.conf"

/* One of comments only, unless there is one. */
bool settings_file_make(int folder, struct err *);

/* What it says over the defaults; an absent one says nothing. */
bool settings_file_read(int folder, struct settings *, struct err *);
