/* SPDX-License-Identifier: ISC */
/*
 * client_words: what each dialect calls what later steps report.
 */
#pragma once

#include "common/ipc_bodies.h"

struct client_words;

const struct client_words *client_words(enum dialect);
