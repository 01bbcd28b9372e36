/* SPDX-License-Identifier: ISC */
/* curl_fault: what libcurl says went wrong, in our words. */
#pragma once

#include <curl/curl.h>

struct err;

/*
 * Fills *err from a code other than CURLE_OK.  'text' is what stands in
 * CURLOPT_ERRORBUFFER: anything but visible ASCII in it becomes '?'.
 */
void curl_fault(struct err *, CURLcode, const char *host, const char *text);
