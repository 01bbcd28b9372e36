/* SPDX-License-Identifier: ISC */
#include "common/upstream/easy.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include "common/errors.h"
#include "common/upstream/links.h"
#include "common/url.h"

static CURLcode
on_tls(CURL *curl, void *tls, void *arg)
{
	SSL_CTX *ctx = tls;
	X509_STORE *roots = arg;

	(void)curl;
	if (roots != NULL)
		SSL_CTX_set1_cert_store(ctx, roots);
	/* Idle connections give their buffers back. */
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	return CURLE_OK;
}

/* An address in numbers: nobody is asked, and libcurl takes no entry for it. */
static bool
is_six(const struct url *url)
{
	return strchr(url->host, ':') != NULL;
}

void
easy_format_resolve(const struct url *url, char text[EASY_RESOLVE_MAX])
{
	snprintf(text, EASY_RESOLVE_MAX, "%s:%u:127.0.0.1", url->host,
	    url->port);
}

static CURLcode
set_numbers(CURL *curl, const struct easy_options *o)
{
	const struct {
		CURLoption option;
		long value;
	} numbers[] = {
		{ CURLOPT_NOSIGNAL, 1 },
		{ CURLOPT_PATH_AS_IS, 1 },
		{ CURLOPT_FOLLOWLOCATION, 0 },
		{ CURLOPT_NETRC, CURL_NETRC_IGNORED },
		{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
		{ CURLOPT_HTTP09_ALLOWED, 0 },
		{ CURLOPT_HTTP_CONTENT_DECODING, 0 },
		{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
		{ CURLOPT_SSL_VERIFYPEER, 1 },
		/* Nobody can tell two of our connections for one. */
		{ CURLOPT_SSL_SESSIONID_CACHE, 0 },
		{ CURLOPT_SSL_VERIFYHOST, 2 },
		{ CURLOPT_IPRESOLVE, is_six(o->url) ?
		    CURL_IPRESOLVE_V6 : CURL_IPRESOLVE_V4 },
		{ CURLOPT_MAXAGE_CONN, LINKS_IDLE_MAX_S },
		{ CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_timeout_ms },
		{ CURLOPT_BUFFERSIZE, 16384 },
		{ CURLOPT_UPLOAD_BUFFERSIZE, EASY_UPLOAD_LEN },
	};
	CURLcode code = CURLE_OK;

	for (size_t i = 0; code == CURLE_OK &&
	    i < sizeof numbers / sizeof numbers[0]; i++)
		code = curl_easy_setopt(curl, numbers[i].option,
		    numbers[i].value);
	return code;
}

static CURLcode
set_texts(CURL *curl, const struct easy_options *o)
{
	const char *protocol = o->url->is_tls ? "https" : "http";
	const struct {
		CURLoption option;
		const char *value;
	} texts[] = {
		{ CURLOPT_URL, o->url->text },
		{ CURLOPT_PROTOCOLS_STR, protocol },
		{ CURLOPT_REDIR_PROTOCOLS_STR, protocol },
		{ CURLOPT_PROXY, "" },
		{ CURLOPT_NOPROXY, "*" },
		{ CURLOPT_CAINFO, NULL },
		{ CURLOPT_CAPATH, NULL },
	};
	CURLcode code = CURLE_OK;

	for (size_t i = 0; code == CURLE_OK &&
	    i < sizeof texts / sizeof texts[0]; i++)
		code = curl_easy_setopt(curl, texts[i].option, texts[i].value);
	return code;
}

static CURLcode
set_hooks(CURL *curl, const struct easy_options *o,
    struct curl_slist *resolve)
{
	CURLcode code = curl_easy_setopt(curl, CURLOPT_RESOLVE,
	    is_six(o->url) ? NULL : resolve);

	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION,
		    o->open);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION,
		    o->close);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA,
		    o->links);
	if (code == CURLE_OK && o->url->is_tls)
		code = curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_tls);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, o->roots);
	return code;
}

CURL *
easy_new(const struct easy_options *o, struct curl_slist *resolve,
    struct err *err)
{
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (curl != NULL)
		code = set_numbers(curl, o);
	if (code == CURLE_OK)
		code = set_texts(curl, o);
	if (code == CURLE_OK)
		code = set_hooks(curl, o, resolve);
	if (code == CURLE_OK)
		return curl;
	curl_easy_cleanup(curl);
	err_set(err, ERR_NO_MEMORY, "libcurl: %s", curl_easy_strerror(code));
	return NULL;
}
