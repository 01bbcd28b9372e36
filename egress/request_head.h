/* SPDX-License-Identifier: ISC */
/*
 * request_head: what of a request's method, path and headers goes upstream.
 *
 * The proxy is not believed: it reads what agents and the cloud wrote.  Nothing
 * that says who asks (only the egress does), nothing that is meant for one hop,
 * and nothing that could start a second request gets through.
 */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct err;

/* One to seven capital letters, zero-filled; not CONNECT, not TRACE. */
bool request_head_check_method(const char method[8], struct err *);

/*
 * The path stays below the pin (url_path_is_below), and no member of its query
 * is named like a key.  ERR_NOT_PERMITTED.
 */
bool request_head_check_path(const char *path, size_t len, struct err *);

/* The lines that remain; starts zeroed. */
struct request_head {
	struct curl_slist *lines;	/* 'n' of them, not linked yet */
	size_t n, room;
	bool has_content_type;
};

/*
 * Reads 'len' bytes of lines "name: value\n", in place: they become NUL-ended
 * and must live as long as *head is used.  'own' is the name of the
 * credential's header, "" if it has none.  ERR_INVALID_REQUEST or
 * ERR_NO_MEMORY.
 */
bool request_head_read(struct request_head *head, char *lines, size_t len,
    const char *own, struct err *);

/* The lines, and 'rest' behind them, for CURLOPT_HTTPHEADER. */
struct curl_slist *request_head_link(struct request_head *head,
    struct curl_slist *rest);

void request_head_free(struct request_head *head);
