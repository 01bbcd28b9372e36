/* SPDX-License-Identifier: ISC */
/*
 * broker_sandbox: the narrowest one.  No open, no socket, no connect, no thread
 * after the start, nothing that changes a file but appending to the log.
 */
#include <errno.h>
#include <fcntl.h>

#include "broker/broker.h"
#include "common/confine/sandbox.h"

static const struct sandbox_rule rules[] = {
	{ "accept4", "the user's command, on broker.sock", 0, { { 0 } } },
	{ "getsockopt", "who it is (SO_PEERCRED)", 0, { { 0 } } },
	{ "fstat", "is the audit log still linked and as long", 0, { { 0 } } },
	{ "newfstatat", "is it still under its name", 0, { { 0 } } },
	{ "pread64", "the end of a log taken over", 0, { { 0 } } },
	{ "fdatasync", "records on the disk before a grant", 0, { { 0 } } },
	{ "memfd_create", "a new vault image", 0, { { 0 } } },
	{ "fcntl", "sealing that image", 0,
	    { { SANDBOX_EQUALS, 1, F_ADD_SEALS } } },
	{ "fcntl", "a reader's descriptor of the log", 0,
	    { { SANDBOX_EQUALS, 1, F_DUPFD_CLOEXEC } } },
	{ NULL, NULL, 0, { { 0 } } },
};

const struct sandbox broker_sandbox = {
	.name = "broker",
	.rules = rules,
	.landlock_floor = 1,
	.n_files = 8192,
	.memory_len = 1ULL << 30,
	.file_len = SANDBOX_NO_FILE_LIMIT,
};
