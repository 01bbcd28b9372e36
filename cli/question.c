/* SPDX-License-Identifier: ISC */
#include "cli/question.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "common/errors.h"
#include "common/json/json_text.h"
#include "common/scoped.h"
#include "common/url.h"

static bool
append(char **text, size_t *len, const struct ipc_message *msg,
    struct err *err)
{
	char *more;

	if (msg->tail_len > QUESTION_ANSWER_MAX - *len)
		return err_set(err, ERR_IPC_BROKEN, "answer is too long");
	more = realloc(*text, *len + msg->tail_len + 1);
	if (more == NULL)
		return err_set(err, ERR_NO_MEMORY, "answer");
	memcpy(more + *len, msg->tail, msg->tail_len);
	*text = more;
	*len += msg->tail_len;
	return true;
}

/* The pieces of an answer, put together. */
static bool
collect(struct call *c, char **text, size_t *len, struct err *err)
{
	for (;;) {
		const struct ipc_answer *piece;
		enum err_code code;
		struct call_end end;

		if (!call_next(c, err))
			return false;
		/* In the place of one that is parked, the supervisor ends it. */
		if (c->msg.type == IPC_DONE &&
		    !call_read_end(&c->msg, &end, err))
			return false;
		piece = c->msg.body;
		if (c->msg.type != IPC_ANSWER)
			return err_set(err, ERR_IPC_BROKEN, "not an answer");
		code = err_code_from_wire(piece->code);
		if (code != ERR_NONE)
			return err_set(err, code, "%.*s",
			    (int)c->msg.tail_len, (const char *)c->msg.tail);
		if (!append(text, len, &c->msg, err))
			return false;
		if (piece->more == 0)
			return true;
	}
}

static bool
exchange(int home, const struct ipc_question *question, const char *tail,
    char **text, size_t *len, struct err *err)
{
	struct call c;
	bool ok;

	ok = call_open(&c, home, PROXY, err) &&
	    call_send_tail(&c, IPC_QUESTION, question, tail, strlen(tail),
	    err) && collect(&c, text, len, err);
	call_close(&c);
	return ok;
}

bool
question_ask(int home, enum question what, const char *tail,
    struct json_object **answer, struct err *err)
{
	struct ipc_question question = { .what = what };
	struct json_text json = { .code = ERR_IPC_BROKEN };
	AUTO_FREE char *text = NULL;

	*answer = NULL;
	if (!exchange(home, &question, tail, &text, &json.len, err))
		return false;
	json.text = text;
	if (!json_text_parse(&json, answer, err))
		return false;
	if (json_object_is_type(*answer, json_type_object))
		return true;
	json_object_put(*answer);
	*answer = NULL;
	return err_set(err, ERR_IPC_BROKEN, "answer is no object");
}

static void
copy(char *to, size_t size, const struct json_object *from, const char *name)
{
	const char *text = json_text_string(from, name);

	snprintf(to, size, "%s", text != NULL ? text : "");
}

bool
question_provider(int home, const char *id, struct question_provider *p,
    struct err *err)
{
	struct json_object *answer;
	struct url url;

	*p = (struct question_provider) { .url = "" };
	if (!question_ask(home, QUESTION_PROVIDER, id, &answer, err))
		return false;
	copy(p->url, sizeof p->url, answer, "baseUrl");
	copy(p->protocol, sizeof p->protocol, answer, "protocol");
	copy(p->source, sizeof p->source, answer, "source");
	json_text_bool(answer, "noKey", &p->has_no_key);
	json_text_bool(answer, "central", &p->is_central);
	/* What a key may be used for is not the cloud's to say (I8). */
	p->is_central = p->is_central && strcmp(p->source, "local") == 0;
	json_object_put(answer);
	/* A person approves what is used, not something that looks like it. */
	if (!url_parse(&url, p->url, strlen(p->url), err))
		return false;
	return strcmp(url.text, p->url) == 0 ||
	    err_set(err, ERR_URL_INVALID, "provider %s: not canonical", id);
}

bool
question_reload(int home, struct json_object **answer, struct err *err)
{
	struct json_object *unused;
	bool ok = question_ask(home, QUESTION_RELOAD, "",
	    answer != NULL ? answer : &unused, err);

	if (ok && answer == NULL)
		json_object_put(unused);
	return ok;
}
