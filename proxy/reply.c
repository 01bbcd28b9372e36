/* SPDX-License-Identifier: ISC */
#include "proxy/reply.h"

#include <event2/buffer.h>
#include <event2/http.h>

#include "common/errors.h"
#include "proxy/http_error.h"

void
reply_json(struct evhttp_request *http, int status, const char *text,
    size_t len)
{
	evhttp_add_header(evhttp_request_get_output_headers(http),
	    "Content-Type", "application/json");
	if (evhttp_request_get_command(http) != EVHTTP_REQ_HEAD)
		evbuffer_add(evhttp_request_get_output_buffer(http), text,
		    len);
	evhttp_send_reply(http, status, NULL, NULL);
}

void
reply_error(struct evhttp_request *http, const struct http_error *e)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(http);
	const char *should_retry = http_error_should_retry(e->err);
	const char *retry_after = http_error_retry_after(e->err);
	char body[HTTP_ERROR_MAX];
	size_t len = http_error_body(e, body);

	if (should_retry != NULL)
		evhttp_add_header(headers, "x-should-retry", should_retry);
	if (retry_after != NULL)
		evhttp_add_header(headers, "retry-after", retry_after);
	if (e->request_id[0] != '\0')
		evhttp_add_header(headers, "x-cofferdam-request-id",
		    e->request_id);
	reply_json(http, err_http_status(e->err->code), body, len);
}
