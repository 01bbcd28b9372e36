/* SPDX-License-Identifier: ISC */
/* A provider's answer as the counter of tokens sees it: the same in any cut. */
#include <assert.h>
#include <string.h>

#include "proxy/usage_scan.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct usage whole = { 0 }, cut = { 0 };
	struct usage_scan scan;

	usage_scan_begin(&scan, &whole);
	usage_scan_feed(&scan, bytes, len);
	usage_scan_begin(&scan, &cut);
	for (size_t i = 0; i < len; i++)
		usage_scan_feed(&scan, bytes + i, 1);
	assert(memcmp(&whole, &cut, sizeof whole) == 0);
	return 0;
}
