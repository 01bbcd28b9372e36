/* SPDX-License-Identifier: ISC */
#include "cli/audit_segments.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/invocation.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/scoped.h"

#define NEWEST "audit.jsonl"
#define ROTATED_LEN 32		/* "audit.<20 digits>.jsonl" */
#define SEGMENT_MAX (UINT64_C(1) << 41)	/* bytes */

static bool
add(struct audit_segments *s, int *fd, uint64_t len, struct err *err)
{
	if (s->n == AUDIT_SEGMENTS_MAX)
		return err_set(err, ERR_INVALID_REQUEST,
		    "more than %d segments", AUDIT_SEGMENTS_MAX);
	s->all[s->n++] = (struct audit_segment) { take_fd(fd), len };
	return true;
}

static bool
on_segment(struct ipc_message *msg, void *arg, struct err *err)
{
	const struct ipc_audit_segment *segment = msg->body;
	struct audit_segments *s = arg;
	struct stat st;

	if (msg->type != IPC_AUDIT_SEGMENT)
		return err_set(err, ERR_IPC_BROKEN, "audit segments");
	if (fstat(*msg->fd, &st) == 0 && st.st_nlink == 0)
		s->n_unlinked++;
	return add(s, msg->fd, segment->len, err);
}

static bool
add_named(struct audit_segments *s, int folder, const char *name,
    struct err *err)
{
	AUTO_CLOSE int fd = home_file(folder, name, SEGMENT_MAX, err);
	struct stat st;

	if (fd == -1)
		return false;
	if (fstat(fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%s", name);
	return add(s, &fd, (uint64_t)st.st_size, err);
}

static int
is_rotated(const struct dirent *entry)
{
	const char *name = entry->d_name;

	return strlen(name) == ROTATED_LEN && strncmp(name, "audit.", 6) == 0 &&
	    strspn(name + 6, "0123456789") == 20 &&
	    strcmp(name + 26, ".jsonl") == 0;
}

static bool
add_folder(struct audit_segments *s, struct invocation *inv, struct err *err)
{
	AUTO_CLOSE int folder = invocation_folder(inv, "audit", err);
	struct dirent **found = NULL;
	bool ok = true;
	int n;

	if (folder == -1)
		return false;
	n = scandirat(folder, ".", &found, is_rotated, alphasort);
	if (n == -1)
		return err_set_os(err, ERR_FILE_FAILED, "audit");
	for (int i = 0; i < n; i++) {
		ok = ok && add_named(s, folder, found[i]->d_name, err);
		free(found[i]);
	}
	free(found);
	if (!ok || add_named(s, folder, NEWEST, err))
		return ok;
	return err->code == ERR_FILE_FAILED && err->os == ENOENT;
}

/* There may be more segments than a shell's limit has room for. */
static void
raise_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

bool
audit_segments_open(struct audit_segments *s, struct invocation *inv,
    struct err *err)
{
	struct call_ask ask = { .server = BROKER, .type = IPC_AUDIT_READ,
	    .on_row = on_segment, .arg = s };
	struct call_end end;

	s->n = s->n_unlinked = 0;
	s->head[0] = '\0';
	raise_limit();
	if (invocation_home(inv, HOME_EXISTS, err) == -1)
		return false;
	if (call_ask(inv->home, &ask, &end, err)) {
		if (end.value > 0)
			snprintf(s->head, sizeof s->head, "%llu:%.64s",
			    (unsigned long long)end.value, end.text);
		return true;
	}
	if (err->code != ERR_NOT_RUNNING &&
	    err->code != ERR_BROKER_UNAVAILABLE &&
	    err->code != ERR_PROCESS_PARKED)
		return false;
	audit_segments_close(s);
	return add_folder(s, inv, err);
}

bool
audit_segments_add_file(struct audit_segments *s, const char *path,
    struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "%.120s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_FILE_DAMAGED, "%.120s: no file", path);
	return add(s, &fd, (uint64_t)st.st_size, err);
}

void
audit_segments_close(struct audit_segments *s)
{
	for (size_t i = 0; i < s->n; i++)
		close(s->all[i].fd);
	s->n = 0;
}

/* false when 'each' has had enough. */
static bool
give_line(const char *text, const struct audit_place *place, audit_line *each,
    void *arg)
{
	struct json_text json = { .text = text, .len = place->len,
	    .code = ERR_FILE_DAMAGED };
	struct json_object *record = NULL;
	struct err ignored;
	bool goes_on = true;

	if (json_text_parse(&json, &record, &ignored) &&
	    json_object_is_type(record, json_type_object))
		goes_on = each(record, text, place, arg);
	json_object_put(record);
	return goes_on;
}

/* A buffer's whole lines; how many bytes of it they are. */
static size_t
give_lines(const char *buffer, size_t held, struct audit_place place,
    audit_line *each, void *arg)
{
	const char *start = buffer, *end;

	while ((end = memchr(start, '\n',
	    held - (size_t)(start - buffer))) != NULL) {
		place.len = (size_t)(end - start);
		if (!give_line(start, &place, each, arg))
			break;
		place.at += place.len + 1;
		start = end + 1;
	}
	return (size_t)(start - buffer);
}

bool
audit_segments_scan(const struct audit_segments *s, size_t i, uint64_t *at,
    audit_line *each, void *arg, struct err *err)
{
	static char buffer[2 * AUDIT_LINE_TEXT_MAX];
	const struct audit_segment *segment = &s->all[i];

	while (*at < segment->len) {
		struct audit_place place = { .segment = i, .at = *at };
		size_t want = segment->len - *at < sizeof buffer ?
		    (size_t)(segment->len - *at) : sizeof buffer, used;
		ssize_t n = pread(segment->fd, buffer, want, (off_t)*at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set_os(err, ERR_FILE_FAILED,
			    "segment %zu of the log", i + 1);
		used = give_lines(buffer, (size_t)n, place, each, arg);
		/* Half a line at the end, or one that none of ours can be. */
		if (used == 0 && (size_t)n < sizeof buffer)
			return true;
		*at += used > 0 ? used : (size_t)n;
	}
	return true;
}

bool
audit_segments_scan_all(const struct audit_segments *s, audit_line *each,
    void *arg, struct err *err)
{
	for (size_t i = 0; i < s->n; i++) {
		uint64_t at = 0;

		if (!audit_segments_scan(s, i, &at, each, arg, err))
			return false;
	}
	return true;
}

bool
audit_segments_read(const struct audit_segments *s,
    const struct audit_place *place, char **text, struct err *err)
{
	AUTO_FREE char *bytes = malloc(place->len + 1);
	ssize_t n;

	if (bytes == NULL)
		return err_set(err, ERR_NO_MEMORY, "audit record");
	n = pread(s->all[place->segment].fd, bytes, place->len,
	    (off_t)place->at);
	if (n != (ssize_t)place->len)
		return err_set_os(err, ERR_FILE_FAILED, "audit record");
	bytes[place->len] = '\0';
	*text = bytes;
	bytes = NULL;
	return true;
}
