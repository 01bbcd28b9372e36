/* SPDX-License-Identifier: ISC */
#include "common/upstream/dry_run.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "common/errors.h"

#define HOST "dry-run.invalid"
#define ROUNDS_MAX 16		/* a handshake takes four at most */

/* Both ends. */
struct rehearsal {
	EVP_PKEY *key;
	X509 *certificate;
	SSL_CTX *server_ctx, *client_ctx;
	SSL *server, *client;
};

static bool
sign_certificate(const struct rehearsal *r)
{
	X509_NAME *name = X509_get_subject_name(r->certificate);
	X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, NULL,
	    NID_subject_alt_name, "DNS:" HOST);
	bool ok = san != NULL &&
	    X509_set_version(r->certificate, 2) == 1 &&
	    ASN1_INTEGER_set(X509_get_serialNumber(r->certificate), 1) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(r->certificate), -60) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(r->certificate), 600) != NULL &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)HOST, -1, -1, 0) == 1 &&
	    X509_set_issuer_name(r->certificate, name) == 1 &&
	    X509_set_pubkey(r->certificate, r->key) == 1 &&
	    X509_add_ext(r->certificate, san, -1) == 1 &&
	    X509_sign(r->certificate, r->key, EVP_sha256()) > 0;

	X509_EXTENSION_free(san);
	return ok;
}

static bool
make_server(struct rehearsal *r, int newest)
{
	r->key = EVP_EC_gen("P-256");
	r->certificate = X509_new();
	r->server_ctx = SSL_CTX_new(TLS_server_method());
	if (r->key == NULL || r->certificate == NULL ||
	    r->server_ctx == NULL || !sign_certificate(r) ||
	    SSL_CTX_set_max_proto_version(r->server_ctx, newest) != 1 ||
	    SSL_CTX_use_certificate(r->server_ctx, r->certificate) != 1 ||
	    SSL_CTX_use_PrivateKey(r->server_ctx, r->key) != 1)
		return false;
	r->server = SSL_new(r->server_ctx);
	return r->server != NULL;
}

static bool
make_client(struct rehearsal *r)
{
	static const unsigned char http[] = "\x08http/1.1";

	r->client_ctx = SSL_CTX_new(TLS_client_method());
	if (r->client_ctx == NULL || X509_STORE_add_cert(
	    SSL_CTX_get_cert_store(r->client_ctx), r->certificate) != 1)
		return false;
	SSL_CTX_set_verify(r->client_ctx, SSL_VERIFY_PEER, NULL);
	r->client = SSL_new(r->client_ctx);
	return r->client != NULL &&
	    SSL_set_alpn_protos(r->client, http, sizeof http - 1) == 0 &&
	    SSL_set_tlsext_host_name(r->client, HOST) == 1 &&
	    SSL_set1_host(r->client, HOST) == 1;
}

static bool
join(struct rehearsal *r)
{
	BIO *server, *client;

	if (BIO_new_bio_pair(&server, 0, &client, 0) != 1)
		return false;
	SSL_set_bio(r->server, server, server);
	SSL_set_bio(r->client, client, client);
	SSL_set_accept_state(r->server);
	SSL_set_connect_state(r->client);
	return true;
}

/* "ping" there, "pong" back, with the handshake on the way. */
static bool
talk(const struct rehearsal *r)
{
	char asked[8], answer[8];

	for (int i = 0; i < ROUNDS_MAX; i++) {
		SSL_write(r->client, "ping", 4);
		if (SSL_read(r->server, asked, sizeof asked) > 0)
			SSL_write(r->server, "pong", 4);
		if (SSL_read(r->client, answer, sizeof answer) == 4)
			return memcmp(answer, "pong", 4) == 0;
	}
	return false;
}

static void
dismantle(struct rehearsal *r)
{
	SSL_free(r->client);
	SSL_free(r->server);
	SSL_CTX_free(r->client_ctx);
	SSL_CTX_free(r->server_ctx);
	X509_free(r->certificate);
	EVP_PKEY_free(r->key);
	ERR_clear_error();
}

bool
dry_run(struct err *err)
{
	static const int newest[] = { TLS1_3_VERSION, TLS1_2_VERSION };
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof newest / sizeof newest[0]; i++) {
		struct rehearsal r = { .key = NULL };

		ok = make_server(&r, newest[i]) && make_client(&r) &&
		    join(&r) && talk(&r);
		if (!ok)
			err_set(err, ERR_INTERNAL, "TLS with ourselves: %s",
			    ERR_reason_error_string(ERR_peek_last_error()));
		dismantle(&r);
	}
	return ok;
}
