/* SPDX-License-Identifier: ISC */
/* roots: the certificate authorities that upstreams are checked against. */
#pragma once

struct err;
struct x509_store_st;	/* OpenSSL's X509_STORE */

#define ROOTS_FILE_MAX (8 << 20)	/* bytes */

/*
 * Reads a PEM bundle from 'fd', whole, from where it stands; the descriptor
 * stays the caller's.  Free with roots_free().  NULL with ERR_FILE_FAILED or
 * ERR_FILE_DAMAGED (no certificate in it, or one that cannot be read).
 */
struct x509_store_st *roots_load(int fd, struct err *);
void roots_free(struct x509_store_st *);
