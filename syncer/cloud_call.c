/* SPDX-License-Identifier: ISC */
#include "syncer/cloud_call.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/errors.h"
#include "common/secret.h"
#include "common/upstream/upstream.h"
#include "common/url.h"

static size_t
on_body(char *bytes, size_t one, size_t len, void *arg)
{
	struct cloud_call *call = arg;
	char *longer;

	(void)one;
	if (len > CLOUD_CALL_BODY_MAX - call->body_len) {
		call->is_too_long = true;
		return 0;
	}
	longer = realloc(call->body, call->body_len + len + 1);
	if (longer == NULL)
		return 0;
	call->body = longer;
	memcpy(call->body + call->body_len, bytes, len);
	call->body_len += len;
	call->body[call->body_len] = '\0';
	return len;
}

static void
take_etag(struct cloud_call *call, const char *value)
{
	snprintf(call->etag, sizeof call->etag, "%s", value);
}

/* "application/json; charset=utf-8": what stands before the parameters. */
static void
take_type(struct cloud_call *call, const char *value)
{
	snprintf(call->type, sizeof call->type, "%.*s",
	    (int)strcspn(value, "; \t"), value);
}

static void
take_coding(struct cloud_call *call, const char *value)
{
	call->is_coded = strcasecmp(value, "identity") != 0;
}

/* Seconds; the form with a date counts as not told. */
static void
take_retry_after(struct cloud_call *call, const char *value)
{
	char *end;
	unsigned long s = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end != '\0')
		return;
	call->retry_after_s = s < CLOUD_CALL_WAIT_MAX_S ? (uint32_t)s :
	    CLOUD_CALL_WAIT_MAX_S;
}

static const struct {
	const char *name;	/* with its colon */
	void (*take)(struct cloud_call *, const char *value);
} answer_headers[] = {
	{ "etag:", take_etag },
	{ "content-type:", take_type },
	{ "content-encoding:", take_coding },
	{ "retry-after:", take_retry_after },
};

/* Visible characters and blanks between them, or nothing. */
static void
copy_value(const char *line, size_t len, char value[SNAPSHOT_ETAG_MAX])
{
	value[0] = '\0';
	while (len > 0 && (unsigned char)line[len - 1] <= ' ')
		len--;
	while (len > 0 && *line == ' ') {
		line++;
		len--;
	}
	if (len >= SNAPSHOT_ETAG_MAX)
		return;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			return;
	memcpy(value, line, len);
	value[len] = '\0';
}

static size_t
on_header(char *line, size_t one, size_t len, void *arg)
{
	char value[SNAPSHOT_ETAG_MAX];

	(void)one;
	for (size_t i = 0; i < sizeof answer_headers /
	    sizeof answer_headers[0]; i++) {
		size_t name_len = strlen(answer_headers[i].name);

		if (len < name_len || strncasecmp(line,
		    answer_headers[i].name, name_len) != 0)
			continue;
		copy_value(line + name_len, len - name_len, value);
		answer_headers[i].take(arg, value);
	}
	return len;
}

/* What the transport calls an upstream is the control plane to us. */
static void
translate(const struct cloud_call *call, struct err *err)
{
	switch (err->code) {
	case ERR_NONE:
		return;
	case ERR_UPSTREAM_TIMEOUT:
		err->code = ERR_CLOUD_TIMEOUT;
		break;
	case ERR_UPSTREAM_TLS:
		err->code = ERR_CLOUD_TLS;
		break;
	default:
		err->code = ERR_CLOUD_UNREACHABLE;
		break;
	}
	if (call->is_too_long)
		err_set(err, ERR_CLOUD_INVALID, "more than %d bytes",
		    CLOUD_CALL_BODY_MAX);
}

static void
on_ended(const struct err *outcome, void *arg)
{
	struct cloud_call *call = arg;
	struct err err = *outcome;

	curl_easy_getinfo(transfer_easy(call->transfer),
	    CURLINFO_RESPONSE_CODE, &call->status);
	translate(call, &err);
	call->ended(&err, call->arg);
}

static bool
add_header(struct cloud_call *call, const char *line)
{
	struct curl_slist *longer = curl_slist_append(call->headers, line);

	if (longer != NULL)
		call->headers = longer;
	return longer != NULL;
}

static bool
add_token(struct cloud_call *call, const struct cloud_ask *ask)
{
	char line[SECRET_MAX + 32];
	bool ok;

	snprintf(line, sizeof line, "Authorization: Bearer %.*s",
	    (int)secret_len(ask->token),
	    (const char *)secret_peek(ask->token));
	ok = add_header(call, line);
	secret_wipe(line, sizeof line);
	return ok;
}

static bool
set_headers(struct cloud_call *call, const struct cloud_ask *ask)
{
	char tag[SNAPSHOT_ETAG_MAX + 32];

	curl_slist_free_all(call->headers);
	call->headers = NULL;
	if (!add_header(call, "Accept: application/json") ||
	    (ask->token != NULL && !add_token(call, ask)))
		return false;
	if (ask->etag != NULL && ask->etag[0] != '\0') {
		snprintf(tag, sizeof tag, "If-None-Match: %s", ask->etag);
		if (!add_header(call, tag))
			return false;
	}
	return ask->body == NULL ||
	    (add_header(call, "Content-Type: application/json") &&
	    add_header(call, "Expect:"));
}

static bool
set_body(CURL *curl, const char *body)
{
	if (body == NULL)
		return curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	return curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)strlen(body)) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body) == CURLE_OK;
}

static void
forget_answer(struct cloud_call *call)
{
	/* A device token may have come in it. */
	if (call->body != NULL)
		secret_wipe(call->body, call->body_len);
	free(call->body);
	call->body = NULL;
	call->body_len = 0;
	call->is_too_long = call->is_coded = false;
	call->status = 0;
	call->retry_after_s = 0;
	call->etag[0] = call->type[0] = '\0';
}

bool
cloud_call_start(struct cloud_call *call, struct upstream *upstream,
    const struct cloud_ask *ask, cloud_call_ended *ended, void *arg,
    struct err *err)
{
	char target[URL_MAX + 64];
	CURL *curl;

	forget_answer(call);
	call->ended = ended;
	call->arg = arg;
	if (call->transfer == NULL)
		call->transfer = transfer_new(upstream, err);
	if (call->transfer == NULL)
		return false;
	curl = transfer_easy(call->transfer);
	snprintf(target, sizeof target, "%s%s", ask->base, ask->path);
	if (!set_headers(call, ask) || !set_body(curl, ask->body))
		return err_set(err, ERR_NO_MEMORY, "request");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ask->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_URL, target);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, call->headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, call);
	transfer_start(call->transfer, on_ended, call);
	return true;
}

bool
cloud_call_check(const struct cloud_call *call, struct err *err)
{
	long status = call->status;

	if (status == 401 || status == 403)
		return err_set(err, ERR_CLOUD_UNAUTHORIZED, "HTTP %ld", status);
	if (status == 408 || status == 429 || status >= 500)
		return err_set(err, ERR_CLOUD_UNREACHABLE, "HTTP %ld", status);
	if (status >= 300 && status < 400)
		return err_set(err, ERR_CLOUD_INVALID,
		    "HTTP %ld: redirects are not followed", status);
	if (status != 200)
		return err_set(err, ERR_CLOUD_INVALID, "HTTP %ld", status);
	if (call->is_coded)
		return err_set(err, ERR_CLOUD_INVALID,
		    "a coded body, which nobody asked for");
	return call->type[0] == '\0' ||
	    strcasecmp(call->type, "application/json") == 0 ||
	    err_set(err, ERR_CLOUD_INVALID, "%.60s, not JSON", call->type);
}

void
cloud_call_reset(struct cloud_call *call)
{
	transfer_free(call->transfer);
	curl_slist_free_all(call->headers);
	call->transfer = NULL;
	call->headers = NULL;
	forget_answer(call);
}
