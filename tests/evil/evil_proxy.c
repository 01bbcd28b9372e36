/* SPDX-License-Identifier: ISC */
/*
 * A proxy in an attacker's hands (threats.md 9).  Step "tickets": it asks for
 * grants that it must not get, gets one that it may, and uses it in every way
 * in which a ticket must not be used.  Step "flood": a thousand grants at once.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/frame.h"
#include "proxy/proxy_sandbox.h"
#include "tests/evil/evil.h"

#define PAIRS_MAX 256

static struct ipc_granted ticket;
static unsigned n_granted, n_denied, n_pairs;
static int pairs[PAIRS_MAX];
static const char path[] = "/chat/completions";
static const char content[] = "{\"model\":\"m\",\"messages\":[]}";
static const char header[] = "content-type: application/json\n";

static void
unhex(const char *text, uint8_t out[32])
{
	for (int i = 0; i < 32; i++) {
		unsigned byte = 0;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return;
		out[i] = (uint8_t)byte;
	}
}

static struct ipc_grant_request
lawful_ask(void)
{
	struct ipc_grant_request ask = { .uid = (uint32_t)geteuid(),
	    .method = "POST" };

	evil_random(&ask.request, sizeof ask.request);
	unhex(evil.script.token, ask.token);
	unhex(evil.script.origin, ask.origin);
	ask.provider.len = (uint8_t)strlen(evil.script.provider);
	memcpy(ask.provider.text, evil.script.provider, ask.provider.len);
	return ask;
}

static void
send_ask(const struct ipc_grant_request *ask, const char *for_path)
{
	evil_send_message(evil_find(BROKER)->fd, IPC_GRANT_REQUEST, ask,
	    sizeof *ask, for_path, strlen(for_path), -1);
}

/* Each differs from the lawful one in one thing. */
static void
ask_for_what_is_not_ours(void)
{
	struct ipc_grant_request ask = lawful_ask();
	static const char *const paths[] = { "/files", "/../admin",
		"/v1/organizations", "/%2e%2e/x", "//x", "", "/fine_tuning/jobs",
		"/chat/completions/../../files" };

	ask.origin[0] ^= 1;
	send_ask(&ask, path);
	ask = lawful_ask();
	ask.token[31] ^= 1;
	send_ask(&ask, path);
	ask = lawful_ask();
	memcpy(ask.method, "DELETE\0", 8);
	send_ask(&ask, path);
	ask = lawful_ask();
	memset(ask.method, 'A', 8);
	send_ask(&ask, path);
	ask = lawful_ask();
	ask.provider.text[0] = '/';
	send_ask(&ask, path);
	ask = lawful_ask();
	ask.provider.len = 255;
	send_ask(&ask, path);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		ask = lawful_ask();
		send_ask(&ask, paths[i]);
	}
}

/* REQUEST with this ticket; 'passed' -1: one end of a pair of our own. */
static void
use(const struct ipc_granted *t, const char *method, const char *for_path,
    int passed)
{
	struct evil_peer *egress = evil_find(EGRESS);
	struct ipc_request q = { .ticket = *t, .body_len = sizeof content - 1,
	    .path_len = (uint32_t)strlen(for_path),
	    .headers_len = sizeof header - 1 };
	char tail[512];
	int pair[2] = { -1, -1 };
	int n = snprintf(tail, sizeof tail, "%s%s", for_path, header);

	memcpy(q.method, method, strnlen(method, sizeof q.method));
	if (passed == -1 && n_pairs < PAIRS_MAX && socketpair(AF_UNIX,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0) {
		if (write(pair[0], content, sizeof content - 1) == -1)
			evil_tell("cannot write");
		pairs[n_pairs++] = pair[0];
		passed = pair[1];
	}
	if (!evil_send_message(egress->fd, IPC_REQUEST, &q, sizeof q, tail,
	    (size_t)n, passed))
		evil_tell("REQUEST not sent: %d", errno);
	if (pair[1] != -1)
		close(pair[1]);
}

static void
count_answers(void)
{
	unsigned n_heads = 0, n_errors = 0, n_other = 0;
	uint8_t word[4];

	for (unsigned i = 0; i < n_pairs; i++)
		if (read(pairs[i], word, sizeof word) != sizeof word)
			n_other++;
		else if (word[3] == FRAME_HEAD)
			n_heads++;
		else if (word[3] == FRAME_ERROR)
			n_errors++;
	evil_tell("answered %u refused %u silent %u", n_heads, n_errors,
	    n_other);
	evil_tell("grants %u denials %u", n_granted, n_denied);
	evil_tell("finished");
}

static void
misuse_ticket(void)
{
	struct ipc_granted t;

	/* The genuine one first: it is the one that may reach the provider. */
	use(&ticket, "POST", path, -1);
	for (int i = 0; i < 20; i++)
		use(&ticket, "POST", path, -1);
	use(&ticket, "POST", "/embeddings", -1);
	use(&ticket, "GET", path, -1);
	for (size_t at = 0; at < sizeof t; at += 3) {
		t = ticket;
		((uint8_t *)&t)[at] ^= 0x55;
		use(&t, "POST", path, -1);
	}
	for (int i = 0; i < 20; i++) {
		evil_random(&t, sizeof t);
		use(&t, "POST", path, -1);
	}
	/* Wrong kinds of descriptors, with good and with bad tickets. */
	use(&ticket, "POST", path, evil.file);
	use(&ticket, "POST", path, evil.pipe);
	evil_later(1500, count_answers);
}

static void
begin(void)
{
	struct ipc_grant_request ask;

	if (evil_is_step("tickets")) {
		ask_for_what_is_not_ours();
		ask = lawful_ask();
		send_ask(&ask, path);
	}
	for (int i = 0; evil_is_step("flood") && i < 1000; i++) {
		ask = lawful_ask();
		send_ask(&ask, path);
	}
	if (evil_is_step("flood"))
		evil_later(3000, count_answers);
}

static void
received(struct evil_peer *peer, struct ipc_packet *packet)
{
	struct ipc_message msg;
	struct err err;

	if (!ipc_check(&msg, packet, peer->role, PROXY, &err))
		return;
	if (msg.type == IPC_DENIED)
		n_denied++;
	if (msg.type != IPC_GRANTED)
		return;
	n_granted++;
	memcpy(&ticket, msg.body, sizeof ticket);
	if (evil_is_step("tickets") && evil_find(EGRESS) != NULL)
		misuse_ticket();
}

static void
met(struct evil_peer *peer)
{
	if (peer->role == EGRESS && n_granted > 0 && evil_is_step("tickets"))
		misuse_ticket();
}

int
main(void)
{
	static struct process proxy = { .role = PROXY,
	    .sandbox = &proxy_sandbox };

	return evil_run(&proxy, &(struct evil_hooks) { begin, received, met });
}
