/* SPDX-License-Identifier: ISC */
#include "proxy/agent_input.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <unistd.h>

#include "common/allowed_users.h"
#include "common/errors.h"
#include "common/settings.h"
#include "proxy/clock.h"
#include "proxy/http_error.h"
#include "proxy/http_guard.h"
#include "proxy/inflight.h"

#define PIPELINED_MAX 16384	/* bytes that are read ahead of an answer */
#define READ_MAX 4096		/* bytes that libevent reads at once */
#define READ_AHEAD_MAX (1 << 20)	/* bytes of a body read at once */
#define PATH_ROOM 128		/* bytes that tell the dialect */

static struct evbuffer *
input_of(const struct agent_input *in)
{
	return bufferevent_get_input(in->bev);
}

static void
drain(struct evbuffer *buffer)
{
	evbuffer_drain(buffer, evbuffer_get_length(buffer));
}

static bool
has_held(const struct agent_input *in)
{
	return in->held != NULL && evbuffer_get_length(in->held) > 0;
}

static void
return_budget(struct agent_input *in)
{
	body_budget_return(in->rules->budget, in->charged);
	in->charged = 0;
}

static void
refuse(struct agent_input *in, const struct err *err)
{
	in->phase = INPUT_REFUSED;
	in->since_ms = clock_mono_ms();
	drain(input_of(in));
	if (in->held != NULL)
		drain(in->held);
	refusal_start(&in->refusal, in->bev, &(struct http_error) {
	    .err = err, .dialect = in->dialect, .request_id = "" });
	in->rules->refused(err, in->rules->self);
}

/* The bytes from 'from' on are chunks. */
static bool
check_chunks(struct agent_input *in, size_t from, struct err *err)
{
	const struct settings *s = in->rules->settings;
	struct evbuffer *input = input_of(in);
	struct evbuffer_iovec piece;
	struct evbuffer_ptr at;
	uint64_t more;

	while (from < evbuffer_get_length(input)) {
		evbuffer_ptr_set(input, &at, from, EVBUFFER_PTR_SET);
		if (evbuffer_peek(input, -1, &at, &piece, 1) < 1)
			break;
		if (!body_chunks_check(&in->chunks, piece.iov_base,
		    piece.iov_len, s->max_body_len, err))
			return false;
		from += piece.iov_len;
	}
	more = in->chunks.body_len - in->charged;
	if (!body_budget_take(in->rules->budget, more, s->body_memory_len, err))
		return false;
	in->charged += more;
	return true;
}

/*
 * libevent reads 4 KiB at a time, and agents' bodies have hundreds: the rest of
 * a declared body is read in one go.  Does nothing outside libevent's own read,
 * for then the buffer's end is frozen.
 */
static void
read_ahead(struct agent_input *in)
{
	struct evbuffer *input = input_of(in);
	struct evbuffer_iovec room;
	ssize_t n;

	do {
		size_t want = in->body_left < READ_AHEAD_MAX ?
		    (size_t)in->body_left : READ_AHEAD_MAX;

		if (want == 0 ||
		    evbuffer_reserve_space(input, (ssize_t)want, &room, 1) != 1)
			return;
		room.iov_len = room.iov_len < want ? room.iov_len : want;
		n = read(bufferevent_getfd(in->bev), room.iov_base,
		    room.iov_len);
		if (n <= 0)
			return;		/* libevent will see it again */
		in->body_left -= (uint64_t)n;
		room.iov_len = (size_t)n;
		evbuffer_commit_space(input, &room, 1);
	} while (n == READ_AHEAD_MAX);
}

/* The last 'n' bytes of the input belong to the body or come after it. */
static void
count_body(struct agent_input *in, size_t n)
{
	size_t len = evbuffer_get_length(input_of(in));
	struct err err;

	in->since_ms = clock_mono_ms();
	if (in->is_chunked) {
		if (!check_chunks(in, len - n, &err))
			refuse(in, &err);
		return;
	}
	in->body_left -= n < in->body_left ? n : in->body_left;
	if (in->was_full)
		read_ahead(in);
}

/* Whatever it is that he asks for: another user gets no answer but this. */
static bool
user_may_call(const struct agent_input *in, struct err *err)
{
	if (allowed_users_has(in->rules->settings->users, in->uid))
		return true;
	return in->uid == IPC_UID_UNKNOWN ?
	    err_set(err, ERR_FOREIGN_USER, "the kernel names none: closed "
	    "already, or tcp_diag is missing") :
	    err_set(err, ERR_FOREIGN_USER, "uid %u", in->uid);
}

/* The head, 'len' bytes at the start of the input, is whole. */
static void
check_head(struct agent_input *in, size_t len)
{
	const struct settings *s = in->rules->settings;
	struct guard_rules rules = { s->max_head_len, s->n_headers_max,
	    s->max_body_len, s->allow_origin, in->port };
	struct evbuffer *input = input_of(in);
	const char *bytes = (const char *)evbuffer_pullup(input, (ssize_t)len);
	struct guard_head head = { .dialect = bytes != NULL ?
	    guard_dialect(bytes, len) : DIALECT_CHAT };
	struct err err = { .code = ERR_OVERLOADED };
	bool ok = bytes != NULL &&
	    user_may_call(in, &err) &&
	    guard_check(&rules, bytes, len, &head, &err) &&
	    body_budget_take(in->rules->budget, head.body_len,
	    s->body_memory_len, &err);

	in->dialect = head.dialect;
	if (!ok) {
		refuse(in, &err);
		return;
	}
	in->phase = INPUT_BODY;
	in->charged = in->body_left = head.body_len;
	in->is_chunked = head.is_chunked;
	in->chunks = (struct body_chunks) { .part = CHUNK_SIZE };
	count_body(in, evbuffer_get_length(input) - len);
}

/* Where the head ends in 'buffer'; 0: not there yet. */
static size_t
find_head_end(struct agent_input *in, struct evbuffer *buffer)
{
	struct evbuffer_iovec piece;
	struct evbuffer_ptr at;

	while (in->n_scanned < evbuffer_get_length(buffer)) {
		size_t n;

		evbuffer_ptr_set(buffer, &at, in->n_scanned, EVBUFFER_PTR_SET);
		if (evbuffer_peek(buffer, -1, &at, &piece, 1) < 1)
			return 0;
		n = guard_find_end(&in->line_len, piece.iov_base,
		    piece.iov_len);
		if (n > 0)
			return in->n_scanned + n;
		in->n_scanned += piece.iov_len;
	}
	return 0;
}

/* By copying: a client that sends single bytes must not cost a chain each. */
static bool
hold(struct agent_input *in)
{
	struct evbuffer *input = input_of(in);

	if (in->held == NULL)
		in->held = evbuffer_new();
	while (evbuffer_get_length(input) > 0) {
		size_t n = evbuffer_get_contiguous_space(input);

		if (in->held == NULL || evbuffer_add(in->held,
		    evbuffer_pullup(input, (ssize_t)n), n) == -1)
			return false;
		evbuffer_drain(input, n);
	}
	return true;
}

/* The head goes on, longer than it may be or waiting for its rest. */
static void
await_rest(struct agent_input *in, struct evbuffer *buffer)
{
	size_t len = evbuffer_get_length(buffer);
	struct err err = { .code = ERR_OVERLOADED };

	if (len > in->rules->settings->max_head_len) {
		const char *start =
		    (const char *)evbuffer_pullup(buffer, PATH_ROOM);

		err_set(&err, ERR_HEAD_TOO_LARGE, "no end after %zu bytes",
		    len);
		in->dialect = start != NULL ? guard_dialect(start, PATH_ROOM)
		    : DIALECT_CHAT;
		refuse(in, &err);
	} else if (!hold(in))
		refuse(in, &err);
}

/* New bytes of a head have come, or held ones are to be looked at. */
static void
read_head(struct agent_input *in)
{
	bool was_held = has_held(in);
	struct evbuffer *buffer;
	size_t end;

	if (!was_held)
		in->since_ms = clock_mono_ms();
	else if (!hold(in)) {
		refuse(in, &(struct err) { .code = ERR_OVERLOADED });
		return;
	}
	buffer = was_held ? in->held : input_of(in);
	end = find_head_end(in, buffer);
	if (end == 0) {
		await_rest(in, buffer);
		return;
	}
	if (was_held)
		evbuffer_prepend_buffer(input_of(in), in->held);
	check_head(in, end);
}

/* All bytes pass here before evhttp sees them. */
static void
on_input(struct evbuffer *input, const struct evbuffer_cb_info *info,
    void *arg)
{
	struct agent_input *in = arg;

	if (info->n_added == 0 || in->is_working)
		return;
	in->is_working = true;
	in->was_full = info->n_added == READ_MAX;
	if (in->phase == INPUT_HEAD)
		read_head(in);
	else if (in->phase == INPUT_BODY)
		count_body(in, info->n_added);
	else if (in->phase == INPUT_REFUSED)
		drain(input);
	in->is_working = false;
}

void
agent_input_open(struct agent_input *in, struct bufferevent *bev,
    const struct agent_input_rules *rules)
{
	*in = (struct agent_input) { .rules = rules, .bev = bev,
	    .dialect = DIALECT_CHAT, .uid = IPC_UID_UNKNOWN,
	    .since_ms = clock_mono_ms() };
	evbuffer_add_cb(input_of(in), on_input, in);
}

void
agent_input_close(struct agent_input *in)
{
	evbuffer_remove_cb(input_of(in), on_input, in);
	return_budget(in);
	if (in->held != NULL)
		evbuffer_free(in->held);
	in->held = NULL;
}

void
agent_input_begin(struct agent_input *in)
{
	in->phase = INPUT_BUSY;
	bufferevent_setwatermark(in->bev, EV_READ, 0, PIPELINED_MAX);
}

void
agent_input_release_body(struct agent_input *in, struct evhttp_request *http)
{
	drain(evhttp_request_get_input_buffer(http));
	return_budget(in);
}

bool
agent_input_end(struct agent_input *in)
{
	struct evbuffer *input = input_of(in);

	return_budget(in);
	in->phase = INPUT_HEAD;
	in->n_scanned = in->line_len = 0;
	in->since_ms = clock_mono_ms();
	bufferevent_setwatermark(in->bev, EV_READ, 0, 0);
	if (evbuffer_get_length(input) == 0)
		return false;
	/* What cannot be held is lost, and the client's next head is bad. */
	hold(in);
	drain(input);
	return true;
}

void
agent_input_resume(struct agent_input *in)
{
	if (in->phase != INPUT_HEAD || !has_held(in))
		return;
	in->is_working = true;
	in->was_full = false;
	read_head(in);
	in->is_working = false;
	if (in->phase == INPUT_BODY)
		bufferevent_trigger(in->bev, EV_READ, 0);
}

bool
agent_input_is_overdue(const struct agent_input *in, int64_t now_ms)
{
	const int64_t limits_ms[] = {
		[INPUT_HEAD] = has_held(in) ? HEAD_TIMEOUT_MS
		    : IDLE_TIMEOUT_MS,
		[INPUT_BODY] = BODY_TIMEOUT_MS,
		[INPUT_BUSY] = INT64_MAX,
		[INPUT_REFUSED] = LINGER_TIMEOUT_MS,
	};

	return now_ms - in->since_ms > limits_ms[in->phase];
}

void
agent_input_shut(struct agent_input *in)
{
	if (in->phase == INPUT_REFUSED)
		refusal_end(&in->refusal);
	else
		refusal_close(in->bev);
}
