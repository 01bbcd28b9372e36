/* SPDX-License-Identifier: ISC */
#include "common/upstream/roots.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/scoped.h"

static bool
read_whole(int fd, char *bytes, size_t *len, struct err *err)
{
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, bytes + *len, ROOTS_FILE_MAX + 1 - *len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_set_os(err, ERR_FILE_FAILED, "ca_file");
		*len += (size_t)n;
		if (*len > ROOTS_FILE_MAX)
			return err_set(err, ERR_FILE_DAMAGED,
			    "ca_file: too long");
		if (n == 0)
			return true;
	}
}

/* Adds every certificate of the bundle; how many, -1: one is unreadable. */
static int
add_all(X509_STORE *store, BIO *bundle)
{
	X509 *certificate;
	int n = 0;

	while ((certificate = PEM_read_bio_X509_AUX(bundle, NULL, NULL,
	    NULL)) != NULL) {
		n += X509_STORE_add_cert(store, certificate);
		X509_free(certificate);
	}
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		n = -1;
	ERR_clear_error();
	return n;
}

struct x509_store_st *
roots_load(int fd, struct err *err)
{
	AUTO_FREE char *bytes = malloc(ROOTS_FILE_MAX + 1);
	X509_STORE *store = X509_STORE_new();
	BIO *bundle = NULL;
	size_t len;
	int n = 0;

	if (bytes == NULL || store == NULL)
		err_set(err, ERR_NO_MEMORY, "ca_file");
	else if (read_whole(fd, bytes, &len, err)) {
		bundle = BIO_new_mem_buf(bytes, (int)len);
		n = bundle != NULL ? add_all(store, bundle) : -1;
		BIO_free(bundle);
		if (n <= 0)
			err_set(err, ERR_FILE_DAMAGED, n == 0 ?
			    "ca_file: no certificate" :
			    "ca_file: unreadable certificate");
	}
	if (n <= 0) {
		roots_free(store);
		return NULL;
	}
	/* Whom the administrator lists is trusted, root or not. */
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	return store;
}

void
roots_free(struct x509_store_st *store)
{
	X509_STORE_free(store);
}
