/* SPDX-License-Identifier: ISC */
/* request_curl: a request in libcurl's terms, and libcurl's calls back. */
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/upstream/upstream.h"
#include "egress/credential.h"
#include "egress/request_parts.h"

#define WRITE_EARLY 32768	/* bytes that do not wait for the turn's end */

/* What has been sent needs no memory while the answer streams. */
static void
forget_body(struct request *r)
{
	curl_off_t sent = 0;

	curl_easy_getinfo(transfer_easy(r->transfer), CURLINFO_SIZE_UPLOAD_T,
	    &sent);
	if ((uint64_t)sent < r->body.len)
		return;
	transfer_trim(r->transfer);
	free(r->body.bytes);
	r->body.bytes = NULL;
}

/* A line of the answer's head.  Anything but 'n' ends the transfer. */
static size_t
on_line(char *line, size_t size, size_t n, void *arg)
{
	struct request *r = arg;

	request_mark_active(r);
	if (!answer_take_line(&r->answer, line, size * n))
		return 0;
	if (r->answer.is_headed && !r->is_dirty) {
		request_mark_dirty(r);
		forget_body(r);
	}
	return size * n;
}

/* Bytes of the answer's body; when the reader is slow they come again. */
static size_t
on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
	struct request *r = arg;

	request_mark_active(r);
	if (outlet_is_full(&r->outlet)) {
		r->waits_for_reader = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (!answer_take_bytes(&r->answer, bytes, size * n))
		return 0;
	request_mark_dirty(r);
	if (outlet_pending(&r->outlet) > WRITE_EARLY)
		outlet_write(&r->outlet);
	return size * n;
}

/* libcurl can send: straight from the pair into its buffer. */
static size_t
on_body_wanted(char *bytes, size_t size, size_t n, void *arg)
{
	struct request *r = arg;
	size_t got;
	enum body_result result = body_read(&r->body, bytes, size * n, &got);

	if (got > 0 || result == BODY_WHOLE) {
		request_mark_active(r);
		return got;
	}
	if (result == BODY_GONE) {
		err_set(&r->answer.err, ERR_CANCELLED, "the body was cut");
		return CURL_READFUNC_ABORT;
	}
	r->waits_for_body = true;
	return CURL_READFUNC_PAUSE;
}

bool
request_curl_open(struct request *r, struct err *err)
{
	CURL *curl = transfer_easy(r->transfer);

	if (curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line) ==
	    CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_HEADERDATA, r) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes) ==
	    CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_WRITEDATA, r) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_body_wanted) ==
	    CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_READDATA, r) == CURLE_OK)
		return true;
	return err_set(err, ERR_NO_MEMORY, "libcurl");
}

/* "rest" of the lines; built when the credential is known. */
static struct curl_slist *
fixed_lines(struct requests *all, bool has_type)
{
	static char no_type[] = "content-type:", no_expect[] = "expect:";
	static char identity[] = "accept-encoding: identity";
	const struct credential *c = all->credential;
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
has_body(const struct request *r)
{
	/* These say so even when it is empty. */
	return r->body.len > 0 || strcmp(r->method, "POST") == 0 ||
	    strcmp(r->method, "PUT") == 0 || strcmp(r->method, "PATCH") == 0;
}

static CURLcode
set_body(CURL *curl, const struct request *r)
{
	/* An empty text, and not NULL, or libcurl would ask for a body. */
	const char *bytes = r->body.bytes != NULL ? r->body.bytes :
	    r->body.len == 0 ? "" : NULL;
	CURLcode code = curl_easy_setopt(curl, CURLOPT_POST, 1L);

	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bytes);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->body.len);
	return code;
}

/* The order counts: each of POST, HTTPGET and NOBODY undoes the others. */
static CURLcode
set_method(CURL *curl, const struct request *r)
{
	const char *custom = NULL;
	CURLcode code;

	if (has_body(r)) {
		if (strcmp(r->method, "POST") != 0)
			custom = r->method;
		code = set_body(curl, r);
	} else {
		code = curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
		if (strcmp(r->method, "HEAD") == 0 && code == CURLE_OK)
			code = curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
		else if (strcmp(r->method, "GET") != 0)
			custom = r->method;
	}
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, custom);
	return code;
}

bool
request_curl_set(struct request *r, struct err *err)
{
	CURL *curl = transfer_easy(r->transfer);
	struct curl_slist *rest = fixed_lines(r->all,
	    r->head.has_content_type);
	CURLcode code = set_method(curl, r);

	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_REQUEST_TARGET,
		    r->target);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HTTPHEADER,
		    request_head_link(&r->head, rest));
	return code == CURLE_OK || err_set(err, ERR_OVERLOADED, "libcurl: %s",
	    curl_easy_strerror(code));
}
