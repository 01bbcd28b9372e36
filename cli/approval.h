/* SPDX-License-Identifier: ISC */
/*
 * approval: may this base URL be pinned, and who has to say so?  Pure.
 *
 * A person approves a base URL (I2).  Where none can be asked, naming the URL
 * on the command line is the approval; no message of ours ever names it then,
 * because who reads our messages may be a program that follows them blindly.
 */
#pragma once

#include <stdbool.h>

struct err;
struct json_object;

enum approval { APPROVAL_GIVEN, APPROVAL_TO_ASK, APPROVAL_REFUSED };

struct approval_case {
	const char *id;		/* the provider */
	const char *url;	/* what the proxy reports, canonical */
	const char *pin;	/* what is pinned already; NULL: nothing */
	const char *given;	/* --base-url as typed; NULL: not */
	bool is_from_cloud;
	bool has_terminal;
};

/*
 * For a key that is added.  APPROVAL_REFUSED with ERR_ORIGIN_CHANGED when it is
 * pinned elsewhere, ERR_APPROVAL_NEEDED or ERR_URL_INVALID otherwise.
 */
enum approval approval_of_key(const struct approval_case *, struct err *);

/*
 * For a pin that is moved; ERR_NO_CREDENTIAL when there is none.  One that is
 * there already is given.
 */
enum approval approval_of_pin(const struct approval_case *, struct err *);

/*
 * What the entries of a provider (vault_view) are pinned to: a URL other than
 * 'url' if any is, else 'url' if any is, else NULL.
 */
const char *approval_pin(struct json_object *credentials, const char *id,
    const char *url);
