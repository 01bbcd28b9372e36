/* SPDX-License-Identifier: ISC */
/*
 * The tail of REQUEST at the egress: a method of eight bytes, a path up to a
 * line feed, header lines.  What goes upstream never says who asks, frames
 * nothing, and is one line each.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/url.h"
#include "egress/request_head.h"
#include "tests/fuzz/fuzz.h"

static void
check_line(const char *line)
{
	static const char *const never[] = { "authorization:", "x-api-key:",
		"cookie:", "host:", "content-length:", "transfer-encoding:",
		"connection:", "proxy-authorization:", "x-own:", "te:",
		"upgrade:" };

	assert(strpbrk(line, "\r\n") == NULL);
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		assert(strncasecmp(line, never[i], strlen(never[i])) != 0);
}

static void
check_lines(const uint8_t *bytes, size_t len)
{
	char *lines = malloc(len + 1);
	struct request_head head = { 0 };
	struct err err;

	assert(lines != NULL);
	memcpy(lines, bytes, len);
	if (request_head_read(&head, lines, len, "x-own", &err))
		for (struct curl_slist *l = request_head_link(&head, NULL);
		    l != NULL; l = l->next)
			check_line(l->data);
	request_head_free(&head);
	free(lines);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const uint8_t *end;
	struct err err;
	size_t path_len;

	if (len < 8)
		return 0;
	request_head_check_method((const char *)bytes, &err);
	bytes += 8;
	len -= 8;
	end = memchr(bytes, '\n', len);
	path_len = end == NULL ? len : (size_t)(end - bytes);
	if (request_head_check_path((const char *)bytes, path_len, &err))
		assert(url_path_is_below((const char *)bytes, path_len));
	if (end != NULL)
		check_lines(end + 1, len - path_len - 1);
	return 0;
}
