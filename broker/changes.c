/* SPDX-License-Identifier: ISC */
#include "broker/changes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "broker/broker.h"
#include "common/log.h"
#include "common/scoped.h"

static int
sealed_file(const uint8_t *image, size_t len, struct err *err)
{
	AUTO_CLOSE int fd = memfd_create("vault", MFD_CLOEXEC |
	    MFD_ALLOW_SEALING);
	size_t at = 0;

	while (fd != -1 && at < len) {
		ssize_t n = write(fd, image + at, len - at);

		if (n <= 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	if (fd == -1 || at < len || fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE |
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == -1) {
		err_set_os(err, ERR_FILE_FAILED, "vault image");
		return -1;
	}
	return take_fd(&fd);
}

static void
answer_all(struct broker *b, uint64_t generation, const struct err *err)
{
	struct change *c;

	while ((c = STAILQ_FIRST(&b->changes)) != NULL &&
	    c->generation <= generation) {
		STAILQ_REMOVE_HEAD(&b->changes, next);
		if (c->asker != NULL)
			channel_send_done(c->asker, err, c->value, c->text);
		free(c);
	}
}

/* Back to what is stored, with the same master key. */
static void
fall_back(struct broker *b, const struct err *why)
{
	struct err err;

	log_err("vault", why);
	free(b->storing_image);
	b->storing_image = NULL;
	b->storing = 0;
	answer_all(b, UINT64_MAX, why);
	/* One that was given a key or a pin that never came to be. */
	egresses_kill(b, NULL, NULL);
	if (!vault_revert(&b->vault, &err))
		broker_lock(b);
	audit_set_vault(b->audit, b->vault.generation, b->vault.signing);
	broker_record(b, AUDIT_STORED, "", "", why);
}

static void
send_image(struct broker *b)
{
	struct ipc_vault_image image = { 0 };
	struct err err = { 0 };
	int fd;

	b->vault.anchor.seq = audit_last(b->audit).seq;
	audit_head(b->audit, b->vault.anchor.hash);
	if (!vault_encode(&b->vault, &b->storing_image, &b->storing_len,
	    &err)) {
		fall_back(b, &err);
		return;
	}
	b->storing = image.generation = b->vault.generation;
	image.len = b->storing_len;
	fd = sealed_file(b->storing_image, b->storing_len, &err);
	if (fd == -1) {
		fall_back(b, &err);
		return;
	}
	channel_send(process_supervisor(), &(struct ipc_outgoing) {
	    .type = IPC_VAULT_IMAGE, .body = &image, .fd = fd });
}

void
changes_store(struct broker *b, struct channel *asker, uint64_t value,
    const char *text)
{
	struct change *c = calloc(1, sizeof *c);

	if (c == NULL) {
		struct err err;

		err_set(&err, ERR_NO_MEMORY, "change");
		if (asker != NULL)
			channel_send_done(asker, &err, 0, "");
		return;
	}
	c->asker = asker;
	c->value = value;
	snprintf(c->text, sizeof c->text, "%s", text);
	/* An image under way has been made without this change. */
	c->generation = b->vault.generation + 1;
	STAILQ_INSERT_TAIL(&b->changes, c, next);
	if (b->storing == 0)
		send_image(b);
}

void
changes_refuse(struct broker *b, const struct err *why)
{
	struct change *c, *following;

	for (c = STAILQ_FIRST(&b->changes); c != NULL; c = following) {
		following = STAILQ_NEXT(c, next);
		if (c->generation <= b->storing)
			continue;
		STAILQ_REMOVE(&b->changes, c, change, next);
		if (c->asker != NULL)
			channel_send_done(c->asker, why, 0, "");
		free(c);
	}
}

void
changes_forget(struct broker *b, const struct channel *asker)
{
	struct change *c;

	STAILQ_FOREACH(c, &b->changes, next)
		if (c->asker == asker)
			c->asker = NULL;
}

/* VAULT_STORED from the supervisor. */
void
on_vault_stored(struct channel *channel, const struct ipc_message *msg,
    void *self)
{
	const struct ipc_vault_stored *stored = msg->body;
	struct broker *b = self;
	struct err err = { 0 };

	(void)channel;
	if (b->storing == 0 || stored->generation != b->storing)
		return;
	if (stored->os != 0) {
		err.os = (int)stored->os;
		err.code = ERR_FILE_FAILED;
		snprintf(err.about, sizeof err.about, "vault/vault");
		fall_back(b, &err);
		return;
	}
	free(b->vault.image);
	b->vault.image = b->storing_image;
	b->vault.image_len = b->storing_len;
	b->storing_image = NULL;
	b->storing = 0;
	audit_set_vault(b->audit, stored->generation, b->vault.signing);
	broker_record(b, AUDIT_STORED, "", "", NULL);
	answer_all(b, stored->generation, &err);
	if (!STAILQ_EMPTY(&b->changes))
		send_image(b);
}
