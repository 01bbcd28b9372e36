/* SPDX-License-Identifier: ISC */
/*
 * model_list: GET /v1/models, answered here when the agent's target names one
 * model, and passed on to its provider when it does not.
 *
 * In Anthropic's shape when the client sends "anthropic-version", else in
 * OpenAI's.
 */
#pragma once

#include <stddef.h>

#include "common/ipc_bodies.h"

struct request;

#define MODEL_LIST_MAX 4096	/* bytes, with the NUL */

enum model_shape { MODEL_LIST, MODEL_ALONE };

/* The text; its length. */
size_t model_list_format(char text[MODEL_LIST_MAX], enum dialect,
    enum model_shape, const char *model, const char *provider);

/* Ends the request, or asks for its grant. */
void model_list_answer(struct request *);
