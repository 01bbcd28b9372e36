/* SPDX-License-Identifier: ISC */
#include "tests/mock/certificate.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "tests/mock/allocate.h"

#define AUTHORITY_LIFETIME_S (10L * 365 * 24 * 3600)
#define LEAF_LIFETIME_S (365L * 24 * 3600)
#define CLOCK_SKEW_S 3600L

struct authority {
	X509 *cert;
	EVP_PKEY *key;
};

struct extension {
	int nid;
	const char *value;
};

static bool
add_extensions(X509 *cert, X509 *issuer, const struct extension *list)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	for (const struct extension *e = list; e->value != NULL; e++) {
		X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, &ctx, e->nid,
		    e->value);

		if (made == NULL || X509_add_ext(cert, made, -1) != 1) {
			X509_EXTENSION_free(made);
			return false;
		}
		X509_EXTENSION_free(made);
	}
	return true;
}

/* A certificate for 'key' without issuer, extensions and signature. */
static X509 *
blank_certificate(EVP_PKEY *key, const char *name, long lifetime_s)
{
	X509 *cert = X509_new();
	uint64_t serial;

	if (cert == NULL || RAND_bytes((void *)&serial, sizeof serial) != 1) {
		X509_free(cert);
		return NULL;
	}
	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial >> 1 | 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -CLOCK_SKEW_S);
	X509_gmtime_adj(X509_getm_notAfter(cert), lifetime_s);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN",
	    MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	return cert;
}

static bool
make_authority(struct authority *a)
{
	static const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid:always" },
		{ 0, NULL }
	};

	a->key = EVP_EC_gen("P-256");
	if (a->key == NULL)
		return false;
	a->cert = blank_certificate(a->key, "Demo authority",
	    AUTHORITY_LIFETIME_S);
	return a->cert != NULL &&
	    X509_set_issuer_name(a->cert, X509_get_subject_name(a->cert)) &&
	    add_extensions(a->cert, a->cert, extensions) &&
	    X509_sign(a->cert, a->key, EVP_sha256()) > 0;
}

static FILE *
open_file(const char *dir, const char *name, const char *mode)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return fopen(path, mode);
}

static bool
load_authority(struct authority *a, const char *dir)
{
	FILE *cert = open_file(dir, "ca.pem", "re");
	FILE *key = open_file(dir, "ca.key", "re");

	if (cert != NULL)
		a->cert = PEM_read_X509(cert, NULL, NULL, NULL);
	if (key != NULL)
		a->key = PEM_read_PrivateKey(key, NULL, NULL, NULL);
	if (cert != NULL)
		fclose(cert);
	if (key != NULL)
		fclose(key);
	return a->cert != NULL && a->key != NULL;
}

bool
authority_save_certificate(const struct authority *a, const char *dir)
{
	FILE *f = open_file(dir, "ca.pem", "we");
	bool done;

	if (f == NULL)
		return false;
	done = PEM_write_X509(f, a->cert) == 1;
	return fclose(f) == 0 && done;
}

static bool
save_key(const struct authority *a, const char *dir)
{
	mode_t before = umask(077);
	FILE *f = open_file(dir, "ca.key", "we");
	bool done;

	umask(before);
	if (f == NULL)
		return false;
	done = PEM_write_PrivateKey(f, a->key, NULL, NULL, 0, NULL, NULL) == 1;
	return fclose(f) == 0 && done;
}

struct authority *
authority_open(const char *dir)
{
	struct authority *a = allocate(sizeof *a);
	FILE *lock = open_file(dir, "ca.lock", "we");
	bool done;

	if (lock == NULL || flock(fileno(lock), LOCK_EX) != 0) {
		if (lock != NULL)
			fclose(lock);
		authority_free(a);
		return NULL;
	}
	done = load_authority(a, dir) || (make_authority(a) &&
	    save_key(a, dir) && authority_save_certificate(a, dir));
	fclose(lock);
	if (done)
		return a;
	authority_free(a);
	return NULL;
}

void
authority_free(struct authority *a)
{
	if (a == NULL)
		return;
	X509_free(a->cert);
	EVP_PKEY_free(a->key);
	free(a);
}

static X509 *
make_leaf(const struct authority *a, EVP_PKEY *key, const char *san)
{
	const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature" },
		{ NID_ext_key_usage, "serverAuth" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid:always" },
		{ NID_subject_alt_name, san },
		{ 0, NULL }
	};
	X509 *leaf = blank_certificate(key, "localhost", LEAF_LIFETIME_S);

	if (leaf != NULL &&
	    X509_set_issuer_name(leaf, X509_get_subject_name(a->cert)) == 1 &&
	    add_extensions(leaf, a->cert, extensions) &&
	    X509_sign(leaf, a->key, EVP_sha256()) > 0)
		return leaf;
	X509_free(leaf);
	return NULL;
}

SSL_CTX *
certificate_context(const struct authority *a, const char *san)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *leaf = key != NULL ? make_leaf(a, key, san) : NULL;
	bool done = ctx != NULL && leaf != NULL &&
	    SSL_CTX_use_certificate(ctx, leaf) == 1 &&
	    SSL_CTX_use_PrivateKey(ctx, key) == 1;

	X509_free(leaf);
	EVP_PKEY_free(key);
	if (!done) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	/* A client that just goes away is no error: it is what is counted. */
	SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	return ctx;
}
