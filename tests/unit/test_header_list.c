/* SPDX-License-Identifier: ISC */
/* Which header lines pass, in either direction. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/frame.h"
#include "proxy/header_list.h"

Test(header_list, sends_no_credential_cookie_or_hop_by_hop_header_up)
{
	static const char *const stay[] = { "authorization", "Authorization",
		"x-api-key", "X-API-Key", "cookie", "host", "connection",
		"content-length", "transfer-encoding", "proxy-authorization",
		"x-goog-api-key", "x-forwarded-for", "accept-encoding", "te",
		"upgrade", "expect", "x-cofferdam-run-id", "anthropic-",
		"x-stainless-", "" };
	static const char *const go[] = { "Content-Type", "accept",
		"user-agent", "anthropic-version", "Anthropic-Beta",
		"openai-organization", "x-stainless-os",
		"X-Claude-Code-Session-Id" };

	for (size_t i = 0; i < sizeof stay / sizeof stay[0]; i++)
		cr_expect_not(header_goes_up(stay[i]), "%s", stay[i]);
	for (size_t i = 0; i < sizeof go / sizeof go[0]; i++)
		cr_expect(header_goes_up(go[i]), "%s", go[i]);
}

Test(header_list, lets_down_what_helps_a_client_and_nothing_else)
{
	static const char *const stay[] = { "set-cookie", "server", "x-api-key",
		"authorization", "connection", "transfer-encoding",
		"content-encoding", "alt-svc", "location", "date",
		"anthropic-organization-id", "strict-transport-security" };
	static const char *const go[] = { "content-type", "content-length",
		"retry-after", "request-id", "x-request-id",
		"anthropic-ratelimit-requests-limit",
		"x-ratelimit-remaining-tokens", "openai-processing-ms" };

	for (size_t i = 0; i < sizeof stay / sizeof stay[0]; i++)
		cr_expect_not(header_comes_down(stay[i], strlen(stay[i])),
		    "%s", stay[i]);
	for (size_t i = 0; i < sizeof go / sizeof go[0]; i++)
		cr_expect(header_comes_down(go[i], strlen(go[i])), "%s",
		    go[i]);
}

Test(header_list, writes_lines_that_the_egress_reads)
{
	static struct header_lines lines;
	struct frame_line line;
	const char *at;

	header_lines_begin(&lines, "/v1/messages");
	cr_expect(header_lines_add(&lines, "Accept", "a\tb"));
	cr_expect(header_lines_add(&lines, "anthropic-beta", ""));
	at = lines.text + strlen("/v1/messages");
	cr_assert(frame_next_line(&at, lines.text + lines.len, &line));
	cr_expect_eq(strncmp(line.name, "accept", line.name_len), 0);
	cr_expect_eq(strncmp(line.value, "a b", line.value_len), 0);
	cr_assert(frame_next_line(&at, lines.text + lines.len, &line));
	cr_expect_eq(line.value_len, 0);
	cr_expect_eq(at, lines.text + lines.len);
}

Test(header_list, leaves_out_what_does_not_fit)
{
	static struct header_lines lines;
	char value[1001] = "";
	size_t len;

	memset(value, 'v', 1000);
	header_lines_begin(&lines, "/");
	while (header_lines_add(&lines, "accept", value))
		;
	len = lines.len;
	cr_expect_leq(len, HEADER_LINES_MAX);
	cr_expect_gt(len, HEADER_LINES_MAX - 2000);
	cr_expect(header_lines_add(&lines, "a", "b"));
}
