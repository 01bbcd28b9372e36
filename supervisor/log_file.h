/* SPDX-License-Identifier: ISC */
/* log_file: where the lines of all processes end up: standard error, dated. */
#pragma once

#include "common/log.h"

/* A log_sink: "2026-11-22T10:00:00.123Z info broker: ..." in one write. */
void log_file_write(enum log_level, const char *text, size_t len);
