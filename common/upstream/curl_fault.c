/* SPDX-License-Identifier: ISC */
#include "common/upstream/curl_fault.h"

#include <string.h>

#include "common/errors.h"

/* What is not listed is an answer that cannot be used. */
static const struct {
	CURLcode curl;
	enum err_code ours;
} codes[] = {
	{ CURLE_COULDNT_CONNECT, ERR_UPSTREAM_UNREACHABLE },
	{ CURLE_COULDNT_RESOLVE_HOST, ERR_UPSTREAM_UNREACHABLE },
	{ CURLE_OPERATION_TIMEDOUT, ERR_UPSTREAM_TIMEOUT },
	{ CURLE_PEER_FAILED_VERIFICATION, ERR_UPSTREAM_TLS },
	{ CURLE_SSL_CONNECT_ERROR, ERR_UPSTREAM_TLS },
	{ CURLE_SSL_CIPHER, ERR_UPSTREAM_TLS },
	{ CURLE_SSL_CERTPROBLEM, ERR_UPSTREAM_TLS },
	{ CURLE_SSL_ISSUER_ERROR, ERR_UPSTREAM_TLS },
	{ CURLE_SSL_INVALIDCERTSTATUS, ERR_UPSTREAM_TLS },
	{ CURLE_OUT_OF_MEMORY, ERR_OVERLOADED },
};

/* What libcurl and OpenSSL say when a connection ends too early. */
static const char *const goodbyes[] = { "SSL_ERROR_SYSCALL",
	"unexpected eof", "Recv failure", "Send failure" };

static enum err_code
code_for(CURLcode curl, const char *text)
{
	/* A peer that goes away in the handshake said nothing about trust. */
	for (size_t i = 0; curl == CURLE_SSL_CONNECT_ERROR &&
	    i < sizeof goodbyes / sizeof goodbyes[0]; i++)
		if (strstr(text, goodbyes[i]) != NULL)
			return ERR_UPSTREAM_UNREACHABLE;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (codes[i].curl == curl)
			return codes[i].ours;
	return ERR_UPSTREAM_BROKEN;
}

void
curl_fault(struct err *err, CURLcode curl, const char *host, const char *text)
{
	err_set(err, code_for(curl, text), "%.60s: %.90s", host,
	    *text != '\0' ? text : curl_easy_strerror(curl));
	for (char *c = err->about; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}
