/* SPDX-License-Identifier: ISC */
/*
 * certificate: an authority of one's own, and a leaf for this process.
 *
 * Several processes may share the folder of an authority; whoever comes first
 * makes it.  Keys are EC P-256.
 */
#pragma once

#include <stdbool.h>

#include <openssl/ssl.h>

struct authority;

/*
 * The authority kept in 'dir' as ca.pem and ca.key, made if it is not there.
 * NULL if that fails; the reason is on OpenSSL's error queue or in errno.
 */
struct authority *authority_open(const char *dir);

/* Writes dir/ca.pem. */
bool authority_save_certificate(const struct authority *, const char *dir);

void authority_free(struct authority *);

/*
 * What a TLS server needs, with a new leaf of the authority for the names in
 * 'san' (OpenSSL's notation: "DNS:localhost,IP:127.0.0.1").  Free with
 * SSL_CTX_free(); NULL if it fails.
 */
SSL_CTX *certificate_context(const struct authority *, const char *san);
