/* SPDX-License-Identifier: ISC */
/*
 * amount: money in US dollars, or a count, as a person types it.  Pure.
 *
 * Digits, and for money a point and more digits: no sign, no exponent, no
 * "nan", nothing behind it.
 */
#pragma once

#include <stdbool.h>

struct err;
struct json_object;

#define AMOUNT_TEXT_MAX 24	/* bytes, with the NUL */
#define AMOUNT_COUNT_MAX 1000000000

struct amount {
	double value;
	char text[AMOUNT_TEXT_MAX];	/* as typed */
};

/* 0 to 999999999.999999999; ERR_USAGE speaks of 'what'. */
bool amount_parse(struct amount *, const char *text, const char *what,
    struct err *);
/* A whole number from 1 to AMOUNT_COUNT_MAX, without zeros before it. */
bool amount_parse_count(struct amount *, const char *text, const char *what,
    struct err *);

/* A JSON number that reads as it was typed. */
struct json_object *amount_json(const struct amount *);
