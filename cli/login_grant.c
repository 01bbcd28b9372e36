/* SPDX-License-Identifier: ISC */
#include "cli/login_grant.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/invocation.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "common/errors.h"
#include "common/ipc_bodies.h"

/* Between two words of the syncer: it may be told to wait for an hour. */
#define SILENCE_MAX_S 3700

struct talk {
	const struct login_wish *wish;
	bool is_over;
	uint32_t last_state;	/* told already */
	struct ipc_sync_result result;
	char about[ERR_ABOUT_MAX];
};

/* Only when asked for: a page may do things, and this host may have no screen. */
static void
open_browser(const char *uri)
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		for (int fd = 0; null != -1 && fd < 3; fd++)
			dup2(null, fd);
		setsid();
		execlp("xdg-open", "xdg-open", uri, (char *)NULL);
		_exit(127);
	}
	if (pid == -1)
		output_warn("no browser could be started");
}

static bool
show_code(const struct ipc_message *msg, const struct talk *t,
    struct err *err)
{
	const struct ipc_login_code *code = msg->body;
	char user_code[LOGIN_USER_CODE_MAX + 1] = "", left[MOMENT_TEXT];
	char uri[LOGIN_URI_MAX + 1] = "", complete[LOGIN_URI_MAX + 1] = "";
	const struct { uint32_t len; char *text; size_t max; } pieces[] = {
		{ code->user_code_len, user_code, LOGIN_USER_CODE_MAX },
		{ code->uri_len, uri, LOGIN_URI_MAX },
		{ code->complete_len, complete, LOGIN_URI_MAX },
	};
	size_t at = 0;

	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		const uint8_t *text = ipc_take(msg, &at, pieces[i].len,
		    IPC_TEXT, err);

		if (text == NULL || pieces[i].len > pieces[i].max)
			return err_set(err, ERR_IPC_BROKEN, "LOGIN_CODE");
		memcpy(pieces[i].text, text, pieces[i].len);
	}
	moment_format_span(code->expires_s, left);
	fprintf(stderr, "To log in to %s, open\n\n    %s\n\nand type the code"
	    "\n\n    %s\n\n", output_clean(t->wish->url), output_clean(uri),
	    output_clean(user_code));
	if (complete[0] != '\0')
		fprintf(stderr, "or open this, which has the code in it:\n\n"
		    "    %s\n\n", output_clean(complete));
	fprintf(stderr, "The code is good for %s.  Ctrl-C ends the login.\n",
	    left);
	if (t->wish->opens_browser)
		open_browser(complete[0] != '\0' ? complete : uri);
	return true;
}

/* On a terminal one line that changes; elsewhere a line when it does. */
static void
show_progress(const struct ipc_login_progress *p, struct talk *t)
{
	static const char *const states[LOGIN_STATES] = {
		[LOGIN_PENDING] = "waiting for somebody to approve it",
		[LOGIN_SLOWED] = "waiting; the control plane wants to be "
		    "asked less often",
		[LOGIN_TROUBLED] = "the control plane does not answer as it "
		    "should; trying again",
	};
	char left[MOMENT_TEXT];

	if (p->state == LOGIN_NOTHING || p->state >= LOGIN_STATES)
		return;
	moment_format_span(p->left_s, left);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s; %s left", states[p->state], left);
	else if (p->state != t->last_state)
		fprintf(stderr, "%s; %s left\n", states[p->state], left);
	t->last_state = p->state;
}

static bool
on_row(struct ipc_message *msg, void *arg, struct err *err)
{
	struct talk *t = arg;

	switch (msg->type) {
	case IPC_LOGIN_CODE:
		return show_code(msg, t, err);
	case IPC_LOGIN_PROGRESS:
		show_progress(msg->body, t);
		return true;
	case IPC_SYNC_RESULT:
		memcpy(&t->result, msg->body, sizeof t->result);
		snprintf(t->about, sizeof t->about, "%.*s",
		    (int)msg->tail_len, (const char *)msg->tail);
		t->is_over = true;
		return true;
	default:
		return err_set(err, ERR_IPC_BROKEN, "login");
	}
}

static bool
approve(int home, const struct login_wish *wish, struct login_end *end,
    struct err *err)
{
	struct ipc_login_approve body = { .flags =
	    wish->may_replace ? LOGIN_REPLACE : 0 };
	struct call_ask ask = { .server = BROKER, .type = IPC_LOGIN_APPROVE,
	    .body = &body, .tail = wish->url, .tail_len = strlen(wish->url) };
	struct call_end answer;

	if (!call_ask(home, &ask, &answer, err))
		return false;
	snprintf(end->previous, sizeof end->previous, "%.*s",
	    URL_MAX - 1, answer.text);
	return true;
}

bool
login_grant(struct invocation *inv, const struct login_wish *wish,
    struct login_end *end, struct err *err)
{
	struct ipc_sync_start start = { .task = SYNC_LOGIN };
	struct talk t = { .wish = wish };
	struct call_ask ask = { .server = SUPERVISOR, .type = IPC_SYNC_START,
	    .body = &start, .tail = wish->label,
	    .tail_len = strlen(wish->label), .on_row = on_row, .arg = &t,
	    .timeout_s = SILENCE_MAX_S };
	bool ok = approve(inv->home, wish, end, err) &&
	    call_ask(inv->home, &ask, NULL, err);

	if (t.last_state != LOGIN_NOTHING && isatty(STDERR_FILENO))
		fputc('\n', stderr);
	if (!ok)
		return false;
	if (!t.is_over)
		return err_set(err, ERR_START_FAILED, "syncer");
	if (err_code_from_wire(t.result.code) == ERR_NONE)
		return true;
	err_set(err, err_code_from_wire(t.result.code), "%s", t.about);
	err->os = (int)t.result.os;
	return false;
}
