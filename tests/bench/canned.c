/* SPDX-License-Identifier: ISC */
#include "tests/bench/canned.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STAMP "@0000000000000000@"
#define STAMP_DIGITS 16

#define CHUNK(choices)							\
	"data: {\"id\":\"chatcmpl-bench\",\"object\":"			\
	"\"chat.completion.chunk\",\"created\":1760000000,"		\
	"\"model\":\"bench-1\",\"system_fingerprint\":\"fp_bench\","	\
	"\"choices\":[" choices "]"
#define USAGE								\
	"\"usage\":{\"prompt_tokens\":210,\"completion_tokens\":100,"	\
	"\"total_tokens\":310}"

struct piece {
	char bytes[CANNED_MAX];
	size_t len;
};

static struct piece plain, refusal, head, event, end;
static char *stamp;		/* the digits in 'event' */

static void __attribute__((format(printf, 2, 3)))
append(struct piece *p, const char *format, ...)
{
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(p->bytes + p->len, sizeof p->bytes - p->len, format,
	    arguments);
	va_end(arguments);
	if (len < 0 || (size_t)len >= sizeof p->bytes - p->len)
		abort();
	p->len += (size_t)len;
}

/* One chunk of a chunked body. */
static void
append_chunk(struct piece *p, const char *text)
{
	append(p, "%zx\r\n%s\r\n", strlen(text), text);
}

static void
append_answer(struct piece *p, const char *status, const char *body)
{
	append(p, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
	    "X-Request-Id: req-bench\r\nContent-Length: %zu\r\n\r\n%s",
	    status, strlen(body), body);
}

static void
make_plain(void)
{
	struct piece body = { .len = 0 };

	append(&body, "{\"id\":\"chatcmpl-bench\",\"object\":"
	    "\"chat.completion\",\"created\":1760000000,"
	    "\"model\":\"bench-1\",\"choices\":[{\"index\":0,\"message\":"
	    "{\"role\":\"assistant\",\"content\":\"");
	while (body.len < 880)
		append(&body, "A wall has two sides and no opinion. ");
	append(&body, "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
	    USAGE "}");
	append_answer(&plain, "200 OK", body.bytes);
}

void
canned_init(void)
{
	make_plain();
	append_answer(&refusal, "401 Unauthorized", "{\"error\":{\"message\":"
	    "\"wrong key\",\"type\":\"invalid_request_error\","
	    "\"code\":\"invalid_api_key\"}}");

	append(&head, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	    "Cache-Control: no-cache\r\nX-Request-Id: req-bench\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n");
	append_chunk(&head, CHUNK("{\"index\":0,\"delta\":{\"role\":"
	    "\"assistant\",\"content\":\"\"},\"finish_reason\":null}")
	    "}\n\n");

	append_chunk(&event, CHUNK("{\"index\":0,\"delta\":{\"content\":"
	    "\"" STAMP " a few more words \"},\"finish_reason\":null}")
	    "}\n\n");
	stamp = strchr(event.bytes, '@') + 1;

	append_chunk(&end, CHUNK("{\"index\":0,\"delta\":{},"
	    "\"finish_reason\":\"stop\"}") "}\n\n");
	append_chunk(&end, CHUNK("") "," USAGE "}\n\n");
	append_chunk(&end, "data: [DONE]\n\n");
	append(&end, "0\r\n\r\n");
}

struct canned
canned_plain(void)
{
	return (struct canned) { plain.bytes, plain.len };
}

struct canned
canned_refusal(void)
{
	return (struct canned) { refusal.bytes, refusal.len };
}

struct canned
canned_stream_head(void)
{
	return (struct canned) { head.bytes, head.len };
}

struct canned
canned_stream_end(void)
{
	return (struct canned) { end.bytes, end.len };
}

size_t
canned_event(char to[CANNED_MAX], uint64_t stamp_ns)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = STAMP_DIGITS - 1; i >= 0; i--, stamp_ns >>= 4)
		stamp[i] = digits[stamp_ns & 15];
	memcpy(to, event.bytes, event.len);
	return event.len;
}
