/* SPDX-License-Identifier: ISC */
#include "proxy/routing_files.h"

#include <errno.h>
#include <event2/event.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/home.h"
#include "common/json/json_text.h"
#include "common/log.h"
#include "common/scoped.h"
#include "proxy/clock.h"
#include "proxy/problems.h"
#include "proxy/routing.h"

#define CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
/* A writer that replaces several files is let finish. */
#define SETTLING_MS 100
#define SETTLING_MAX_MS 500	/* but not for ever */
#define UNREAD_PAUSE_S 5	/* before what could not be read is tried again */
#define LAST_ERROR_FILE_MAX 65536	/* bytes */

struct routing_files {
	int folders[ROUTING_FOLDERS];
	int inotify;
	struct event *changed, *settled;
	int64_t changed_ms;	/* since when it waits to be read; 0: not */
	bool is_unread, was_unread;	/* for want of a disk or of memory */
	struct routing *current;
	struct problems problems;
	char cloud_error[PROBLEM_TEXT_MAX];
};

/* A file's text becomes a new routing in the place of 'old'; NULL and *err. */
typedef struct routing *file_reader(struct routing_files *,
    const struct routing *old, const char *text, size_t len, struct err *);

static struct routing *
out_of_memory(struct err *err)
{
	err_set(err, ERR_NO_MEMORY, "routing");
	return NULL;
}

static struct routing *
read_providers(struct routing_files *f, const struct routing *old,
    const char *text, size_t len, struct err *err)
{
	struct provider_list list = { .n = 0 };
	struct routing *r;

	if (text != NULL &&
	    !providers_parse(&list, text, len, &f->problems, err)) {
		providers_reset(&list);
		return NULL;
	}
	r = routing_with_providers(old, &list, &f->problems);
	return r != NULL ? r : out_of_memory(err);
}

static struct routing *
read_routes(struct routing_files *f, const struct routing *old,
    const char *text, size_t len, struct err *err)
{
	struct route_list list = { .n = 0 };
	struct routing *r;

	if (text != NULL &&
	    !routes_parse(&list, text, len, &f->problems, err)) {
		routes_reset(&list);
		return NULL;
	}
	r = routing_with_routes(old, &list);
	return r != NULL ? r : out_of_memory(err);
}

static struct routing *
read_policies(struct routing_files *f, const struct routing *old,
    const char *text, size_t len, struct err *err)
{
	struct plan_list list = { .n = 0 };
	struct routing *r;

	if (text != NULL &&
	    !plans_parse_local(&list, text, len, &f->problems, err)) {
		plans_reset(&list);
		return NULL;
	}
	r = routing_with_policies(old, &list);
	return r != NULL ? r : out_of_memory(err);
}

static void
add_price_problem(void *problems, const char *line)
{
	problems_add(problems, "%s", line);
}

/* Without the file there are still the built-in ones. */
static struct routing *
read_prices(struct routing_files *f, const struct routing *old,
    const char *text, size_t len, struct err *err)
{
	struct price_problems problems = { add_price_problem, &f->problems };
	struct price_list list;
	struct routing *r;

	if (!price_list_parse(&list, text, len, &problems, err))
		return NULL;
	r = routing_with_prices(old, &list);
	return r != NULL ? r : out_of_memory(err);
}

static struct routing *
read_snapshot(struct routing_files *f, const struct routing *old,
    const char *text, size_t len, struct err *err)
{
	struct snapshot *s = NULL;
	struct routing *r;

	if (text != NULL) {
		s = snapshot_parse(text, len, &f->problems, err);
		if (s == NULL)
			return NULL;
	}
	r = routing_with_snapshot(old, s);
	return r != NULL ? r : out_of_memory(err);
}

static const struct {
	enum routing_folder folder;
	const char *folder_name, *name;
	size_t max_len;
	file_reader *read;
} files[] = {
	{ FOLDER_ROUTING, "routing", "providers.json", PROVIDERS_FILE_MAX,
	    read_providers },
	{ FOLDER_ROUTING, "routing", "routes.json", ROUTES_FILE_MAX,
	    read_routes },
	{ FOLDER_ROUTING, "routing", "policies.json", POLICIES_FILE_MAX,
	    read_policies },
	{ FOLDER_ROUTING, "routing", "prices.json", PRICES_FILE_MAX,
	    read_prices },
	{ FOLDER_CLOUD, "cloud", "snapshot.json", SNAPSHOT_FILE_MAX,
	    read_snapshot },
};

/* The text, or NULL in *text when there is no such file. */
static bool
read_text(const struct routing_files *f, size_t i, char **text, size_t *len,
    struct err *err)
{
	int folder = f->folders[files[i].folder];

	*text = NULL;
	*len = 0;
	return folder == -1 || home_read(folder, files[i].name,
	    files[i].max_len, text, len, err) ||
	    (err->code == ERR_FILE_FAILED && err->os == ENOENT);
}

/* Replaces *next, or leaves it and says why. */
static void
read_file(struct routing_files *f, size_t i, struct routing **next)
{
	AUTO_FREE char *text = NULL;
	struct err err = { .code = ERR_NONE };
	struct routing *r = NULL;
	char message[ERR_TEXT_MAX];
	size_t len;

	if (read_text(f, i, &text, &len, &err))
		r = files[i].read(f, *next, text, len, &err);
	if (r != NULL) {
		routing_unref(*next);
		*next = r;
		return;
	}
	f->is_unread |= err.os != 0 || err.code == ERR_NO_MEMORY;
	snprintf(message, sizeof message, "%s/%s: %s (%s%s%s)",
	    files[i].folder_name, files[i].name, err_sentence(err.code),
	    err.about, err.os != 0 ? ": " : "",
	    err.os != 0 ? strerror(err.os) : "");
	problems_add(&f->problems, "%.200s; the last good content counts",
	    message);
	if (!f->was_unread)
		log_warning("proxy: %s", message);
	if (files[i].folder == FOLDER_CLOUD)
		snprintf(f->cloud_error, sizeof f->cloud_error, "%.255s",
		    message);
}

/* What the syncer left about a sync that failed; gone when one has worked. */
static void
read_last_error(struct routing_files *f)
{
	AUTO_FREE char *text = NULL;
	struct json_object *file = NULL;
	const char *message, *code;
	struct err err;
	size_t len;

	if (f->folders[FOLDER_CLOUD] == -1 || f->cloud_error[0] != '\0' ||
	    !home_read(f->folders[FOLDER_CLOUD], "last_error.json",
	    LAST_ERROR_FILE_MAX, &text, &len, &err) ||
	    !json_text_parse(&(struct json_text) { .text = text, .len = len,
	    .code = ERR_FILE_DAMAGED }, &file, &err))
		return;
	code = json_text_string(file, "code");
	message = json_text_string(file, "message");
	if (message != NULL)
		snprintf(f->cloud_error, sizeof f->cloud_error, "%s%s%.200s",
		    code != NULL ? code : "", code != NULL ? ": " : "",
		    message);
	json_object_put(file);
}

void
routing_files_read(struct routing_files *f)
{
	const struct timeval later = { UNREAD_PAUSE_S, 0 };
	struct routing *next = routing_ref(f->current);

	f->problems.n = 0;
	f->was_unread = f->is_unread;
	f->is_unread = false;
	f->cloud_error[0] = '\0';
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		read_file(f, i, &next);
	/* Files that changed together count together. */
	routing_unref(f->current);
	f->current = next;
	read_last_error(f);
	f->changed_ms = 0;
	event_del(f->settled);
	/* A file that was not edited tells nobody when it can be read. */
	if (f->is_unread)
		event_add(f->settled, &later);
}

void
routing_files_read_soon(struct routing_files *f)
{
	event_active(f->settled, EV_TIMEOUT, 0);
}

static void
on_settled(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	routing_files_read(arg);
	log_debug("proxy: routing read again");
}

static bool
is_ours(const char *name)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (strcmp(name, files[i].name) == 0)
			return true;
	return strcmp(name, "last_error.json") == 0;
}

/* Those who never stop writing are not waited for. */
static void
read_when_settled(struct routing_files *f)
{
	struct timeval soon = { 0, SETTLING_MS * 1000 };
	int64_t now_ms = clock_mono_ms();

	if (f->changed_ms == 0)
		f->changed_ms = now_ms;
	if (now_ms - f->changed_ms < SETTLING_MAX_MS - SETTLING_MS)
		event_add(f->settled, &soon);
}

static void
on_changed(evutil_socket_t fd, short what, void *arg)
{
	_Alignas(struct inotify_event) char changes[4096];
	struct routing_files *f = arg;
	ssize_t n = read(fd, changes, sizeof changes);

	(void)what;
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *e =
		    (const struct inotify_event *)(changes + at);

		at += (ssize_t)(sizeof *e + e->len);
		if ((e->mask & IN_Q_OVERFLOW) != 0 ||
		    (e->len > 0 && is_ours(e->name)))
			read_when_settled(f);
	}
}

struct routing_files *
routing_files_new(struct event_base *base, struct err *err)
{
	struct routing_files *f = calloc(1, sizeof *f);

	if (f == NULL) {
		err_set(err, ERR_NO_MEMORY, "routing");
		return NULL;
	}
	for (int i = 0; i < ROUTING_FOLDERS; i++)
		f->folders[i] = -1;
	f->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	f->current = routing_new();
	f->settled = event_new(base, -1, 0, on_settled, f);
	if (f->inotify != -1)
		f->changed = event_new(base, f->inotify, EV_READ | EV_PERSIST,
		    on_changed, f);
	if (f->current == NULL || f->settled == NULL ||
	    (f->inotify != -1 && (f->changed == NULL ||
	    event_add(f->changed, NULL) == -1))) {	/* waits for edits */
		err_set(err, ERR_NO_MEMORY, "routing");
		routing_files_free(f);
		return NULL;
	}
	return f;
}

void
routing_files_free(struct routing_files *f)
{
	if (f == NULL)
		return;
	if (f->changed != NULL)
		event_free(f->changed);
	if (f->settled != NULL)
		event_free(f->settled);
	if (f->inotify != -1)
		close(f->inotify);
	for (int i = 0; i < ROUTING_FOLDERS; i++)
		if (f->folders[i] != -1)
			close(f->folders[i]);
	routing_unref(f->current);
	free(f);
}

void
routing_files_add(struct routing_files *f, enum routing_folder which, int fd)
{
	char path[64];

	if (f->folders[which] != -1)
		close(f->folders[which]);
	f->folders[which] = fd;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (f->inotify == -1 ||
	    inotify_add_watch(f->inotify, path, CHANGES) == -1)
		log_warning("proxy: edits of files by hand are seen at "
		    "\"cofferdam reload\" only: no watch");
}

struct routing *
routing_files_current(struct routing_files *f)
{
	return f->current;
}

const struct problems *
routing_files_problems(const struct routing_files *f)
{
	return &f->problems;
}

const char *
routing_files_cloud_error(const struct routing_files *f)
{
	return f->cloud_error;
}
