/* SPDX-License-Identifier: ISC */
/* audit follow: records as the broker writes them, until interrupted. */
#include <json-c/json.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "cli/audit_filter.h"
#include "cli/audit_segments.h"
#include "cli/command.h"
#include "cli/invocation.h"
#include "cli/output.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"

/* Where the folder cannot be watched, this is how late a record shows. */
#define LOOK_AGAIN_MS 1000
#define SEGMENT_MAX (UINT64_C(1) << 41)	/* bytes */

struct following {
	struct invocation *inv;
	struct audit_filter filter;
	struct audit_segments segments;
	uint64_t at;		/* in the last of them */
	int folder, watch;
};

static bool
on_line(struct json_object *record, const char *text,
    const struct audit_place *place, void *arg)
{
	struct following *f = arg;
	char head[OUTPUT_HEAD_MAX];

	if (!audit_filter_matches(&f->filter, record))
		return true;
	if (f->inv->form == OUTPUT_TEXT)
		audit_filter_print(record, NULL);
	else {
		output_head(f->inv, head);
		printf("%s{\"record\":%.*s}}\n", head, (int)place->len, text);
	}
	return fflush(stdout) == 0;
}

/* The last segment as long as it is now. */
static bool
show_new(struct following *f, struct err *err)
{
	struct audit_segment *last = &f->segments.all[f->segments.n - 1];
	struct stat st;

	if (fstat(last->fd, &st) == -1)
		return err_set_os(err, ERR_FILE_FAILED, "audit log");
	last->len = (uint64_t)st.st_size;
	return audit_segments_scan(&f->segments, f->segments.n - 1, &f->at,
	    on_line, f, err);
}

static bool
is_same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_ino == y.st_ino &&
	    x.st_dev == y.st_dev;
}

/* Has the log gone on in a new file?  The old one is shown to its end first. */
static bool
change_over(struct following *f, struct err *err)
{
	struct audit_segment *last = &f->segments.all[f->segments.n - 1];
	struct err absent;
	AUTO_CLOSE int fd = home_file(f->folder, "audit.jsonl", SEGMENT_MAX,
	    &absent);

	if (fd == -1 || is_same_file(fd, last->fd))
		return true;
	if (!show_new(f, err))
		return false;
	close(last->fd);
	last->fd = take_fd(&fd);
	f->at = 0;
	return show_new(f, err);
}

static void
wait_for_change(struct following *f)
{
	char events[4096];
	struct pollfd wait = { .fd = f->watch, .events = POLLIN };

	/* What happened is looked up afterwards, not taken from the events. */
	if (poll(&wait, 1, LOOK_AGAIN_MS) == 1 &&
	    read(f->watch, events, sizeof events) == -1)
		return;
}

static bool
follow(struct following *f, struct err *err)
{
	if (f->segments.n == 0)
		return err_set(err, ERR_NO_VAULT, "there is no audit log yet");
	f->at = f->segments.all[f->segments.n - 1].len;
	if (f->inv->form == OUTPUT_TEXT)
		audit_filter_print_head();
	fflush(stdout);
	for (;;) {
		if (!show_new(f, err) || !change_over(f, err))
			return false;
		if (ferror(stdout))
			return err_set(err, ERR_FILE_FAILED, "standard output");
		wait_for_change(f);
	}
}

static void
watch_folder(struct following *f)
{
	char path[PATH_MAX];

	f->watch = inotify_init1(IN_CLOEXEC);
	snprintf(path, sizeof path, "/proc/self/fd/%d", f->folder);
	if (f->watch != -1)
		inotify_add_watch(f->watch, path, IN_MODIFY | IN_CREATE |
		    IN_MOVED_TO | IN_MOVED_FROM);
}

/* What has no end yet may well come to it while we look. */
static bool
make_filter(struct audit_filter *filter, const struct invocation *inv,
    struct err *err)
{
	return audit_filter_init(filter, inv, err) &&
	    (!audit_filter_is_unfinished(filter) || err_set(err, ERR_USAGE,
	    "--outcome unfinished is for: cofferdam audit list"));
}

static bool
run_follow(struct invocation *inv, struct json_object **data, struct err *err)
{
	static struct following f = { .folder = -1, .watch = -1 };
	bool ok;

	(void)data;
	f.inv = inv;
	if (!make_filter(&f.filter, inv, err))
		return false;
	f.folder = invocation_folder(inv, "audit", err);
	ok = f.folder != -1 && audit_segments_open(&f.segments, inv, err);
	if (ok) {
		watch_folder(&f);
		ok = follow(&f, err);
	}
	/* Watch and folder end with the process, which ends now. */
	audit_segments_close(&f.segments);
	return ok;
}

static const struct command_option follow_options[] = {
	AUDIT_FILTER_OPTIONS,
	{ NULL, NULL, NULL },
};

const struct command follow_commands[] = {
	{ .name = "audit follow", .help = "Shows records as they are written.",
	    .options = follow_options, .run = run_follow },
	{ .name = NULL },
};
