/* SPDX-License-Identifier: ISC */
/*
 * easy: libcurl handles that can reach one base URL and nothing else.
 *
 * No name resolution (a placeholder stands for the address), no proxy, no
 * redirect, no .netrc, no cookies, no other protocol than the URL's; TLS from
 * 1.2 on, the host checked against the URL, roots from memory alone.
 *
 * The descriptors are connected already.  libcurl calls connect() all the
 * same, to the placeholder: the sandbox answers EINPROGRESS in the kernel's
 * place, and libcurl then finds the descriptor writable.  So it works confined
 * only.
 */
#pragma once

#include <curl/curl.h>
#include <stdint.h>

struct err;
struct url;
struct x509_store_st;

struct easy_options {
	const struct url *url;
	struct x509_store_st *roots;	/* borrowed; NULL: nobody is trusted */
	uint64_t connect_timeout_ms;	/* for TLS; a connection is there */
	curl_opensocket_callback open;
	curl_closesocket_callback close;
	void *links;			/* what 'close' is called with */
};

/* What libcurl sends at a time; it has memory for it until told to forget. */
#define EASY_UPLOAD_LEN 65536

/* Room for a host, a port and an address. */
#define EASY_RESOLVE_MAX 320

/* CURLOPT_RESOLVE's entry for the URL: nobody is asked for the address. */
void easy_format_resolve(const struct url *, char text[EASY_RESOLVE_MAX]);

/*
 * A handle with all of this set; free with curl_easy_cleanup().  'resolve' must
 * live as long as it does.  NULL with ERR_NO_MEMORY.
 */
CURL *easy_new(const struct easy_options *, struct curl_slist *resolve,
    struct err *);
