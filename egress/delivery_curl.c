/* SPDX-License-Identifier: ISC */
/* delivery_curl: a request in libcurl's terms, and libcurl's calls back. */
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/upstream/upstream.h"
#include "egress/delivery.h"
#include "egress/provision.h"

#define WRITE_EARLY 32768	/* bytes that do not wait for the turn's end */

/* What has been sent needs no memory while the answer streams. */
static void
forget_body(struct delivery *d)
{
	curl_off_t sent = 0;

	curl_easy_getinfo(transfer_easy(d->transfer), CURLINFO_SIZE_UPLOAD_T,
	    &sent);
	if ((uint64_t)sent < d->body.len)
		return;
	transfer_trim(d->transfer);
	free(d->body.bytes);
	d->body.bytes = NULL;
}

/* A line of the answer's head.  Anything but 'n' ends the transfer. */
static size_t
on_line(char *line, size_t size, size_t n, void *arg)
{
	struct delivery *d = arg;

	delivery_mark_active(d);
	if (!framing_take_line(&d->answer, line, size * n))
		return 0;
	if (d->answer.is_headed && !d->is_dirty) {
		delivery_mark_dirty(d);
		forget_body(d);
	}
	return size * n;
}

/* Bytes of the answer's body; when the reader is slow they come again. */
static size_t
on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
	struct delivery *d = arg;

	delivery_mark_active(d);
	if (outlet_is_full(&d->outlet) && transfer_may_pause(d->transfer)) {
		d->waits_for_reader = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (!framing_take_bytes(&d->answer, bytes, size * n))
		return 0;
	delivery_mark_dirty(d);
	if (outlet_pending(&d->outlet) > WRITE_EARLY)
		outlet_write(&d->outlet);
	return size * n;
}

/* libcurl can send: straight from the pair into its buffer. */
static size_t
on_body_wanted(char *bytes, size_t size, size_t n, void *arg)
{
	struct delivery *d = arg;
	size_t got;
	enum body_result result = body_read(&d->body, bytes, size * n, &got);

	if (got > 0 || result == BODY_WHOLE) {
		delivery_mark_active(d);
		return got;
	}
	if (result == BODY_GONE) {
		err_set(&d->answer.err, ERR_CANCELLED, "the body was cut");
		return CURL_READFUNC_ABORT;
	}
	d->waits_for_body = true;
	return CURL_READFUNC_PAUSE;
}

bool
delivery_curl_open(struct delivery *d, struct err *err)
{
	CURL *curl = transfer_easy(d->transfer);

	if (curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line) ==
	    CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_HEADERDATA, d) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes) ==
	    CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_WRITEDATA, d) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_body_wanted) ==
	    CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_READDATA, d) == CURLE_OK)
		return true;
	return err_set(err, ERR_NO_MEMORY, "libcurl");
}

/* "rest" of the lines; built when the credential is known. */
static struct curl_slist *
fixed_lines(struct deliveries *all, bool has_type)
{
	static char no_type[] = "content-type:", no_expect[] = "expect:";
	static char identity[] = "accept-encoding: identity";
	const struct provision *c = all->provision;
	struct fixed_lines *f = &all->fixed;

	if (!all->has_lines) {
		f->no_type = (struct curl_slist) { no_type, &f->identity };
		f->identity = (struct curl_slist) { identity, &f->no_expect };
		f->no_expect = (struct curl_slist) { no_expect, NULL };
		if (c->line != NULL) {
			f->no_expect.next = &f->key;
			f->key.data = c->line;
		}
		all->has_lines = true;
	}
	return has_type ? &f->identity : &f->no_type;
}

static bool
has_body(const struct delivery *d)
{
	/* These say so even when it is empty. */
	return d->body.len > 0 || strcmp(d->method, "POST") == 0 ||
	    strcmp(d->method, "PUT") == 0 || strcmp(d->method, "PATCH") == 0;
}

static CURLcode
set_body(CURL *curl, const struct delivery *d)
{
	/* An empty text, and not NULL, or libcurl would ask for a body. */
	const char *bytes = d->body.bytes != NULL ? d->body.bytes :
	    d->body.len == 0 ? "" : NULL;
	CURLcode code = curl_easy_setopt(curl, CURLOPT_POST, 1L);

	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bytes);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)d->body.len);
	return code;
}

/* The order counts: each of POST, HTTPGET and NOBODY undoes the others. */
static CURLcode
set_method(CURL *curl, const struct delivery *d)
{
	const char *custom = NULL;
	CURLcode code;

	if (has_body(d)) {
		if (strcmp(d->method, "POST") != 0)
			custom = d->method;
		code = set_body(curl, d);
	} else {
		code = curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
		if (strcmp(d->method, "HEAD") == 0 && code == CURLE_OK)
			code = curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
		else if (strcmp(d->method, "GET") != 0)
			custom = d->method;
	}
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, custom);
	return code;
}

bool
delivery_curl_set(struct delivery *d, struct err *err)
{
	CURL *curl = transfer_easy(d->transfer);
	struct curl_slist *rest = fixed_lines(d->all,
	    d->head.has_content_type);
	CURLcode code = set_method(curl, d);

	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_REQUEST_TARGET,
		    d->target);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HTTPHEADER,
		    request_head_link(&d->head, rest));
	return code == CURLE_OK || err_set(err, ERR_OVERLOADED, "libcurl: %s",
	    curl_easy_strerror(code));
}
