/* SPDX-License-Identifier: ISC */
#include "connector/name_files.h"

#include <event2/event.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "common/process/process.h"

/* /etc, and where its two files really are. */
#define FOLDERS_MAX 3
#define NAMES_MAX 4

struct name_files {
	char folders[FOLDERS_MAX][PATH_MAX];
	int fds[FOLDERS_MAX];
	size_t n_folders;
	char names[NAMES_MAX][NAME_MAX + 1];
	size_t n_names;
	int watch;
	struct event *readable, *settled;
	name_files_changed *changed;
	void *arg;
};

static void
add_folder(struct name_files *f, const char *folder)
{
	for (size_t i = 0; i < f->n_folders; i++)
		if (strcmp(f->folders[i], folder) == 0)
			return;
	snprintf(f->folders[f->n_folders], PATH_MAX, "%s", folder);
	f->fds[f->n_folders++] = open(folder,
	    O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The folder and the name of a path, whether or not the file is there. */
static void
add_path(struct name_files *f, const char *path)
{
	char folder[PATH_MAX];
	char *name;

	snprintf(folder, sizeof folder, "%s", path);
	name = strrchr(folder, '/');
	if (name == NULL || name == folder)
		return;
	*name++ = '\0';
	snprintf(f->names[f->n_names++], sizeof f->names[0], "%s", name);
	add_folder(f, folder);
}

static void
add_file(struct name_files *f, const char *path)
{
	char real[PATH_MAX];

	add_path(f, path);
	if (realpath(path, real) != NULL && strcmp(real, path) != 0)
		add_path(f, real);
}

static bool
is_ours(const struct name_files *f, const struct inotify_event *e)
{
	for (size_t i = 0; e->len > 0 && i < f->n_names; i++)
		if (strncmp(e->name, f->names[i], e->len) == 0)
			return true;
	return e->len == 0;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	/* Whoever writes one of them writes several times: wait for calm. */
	static const struct timeval calm = { 0, 300000 };
	struct name_files *f = arg;
	_Alignas(struct inotify_event) char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof bytes);
	bool is_changed = false;

	(void)what;
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *e = (const void *)(bytes + at);

		is_changed |= is_ours(f, e);
		at += (ssize_t)(sizeof *e + e->len);
	}
	if (is_changed)
		event_add(f->settled, &calm);
}

static void
on_settled(evutil_socket_t fd, short what, void *arg)
{
	struct name_files *f = arg;

	(void)fd;
	(void)what;
	f->changed(f->arg);
}

static void
watch(struct name_files *f, struct event_base *base)
{
	bool ok;

	f->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	ok = f->watch != -1;
	for (size_t i = 0; ok && i < f->n_folders; i++)
		ok = f->fds[i] == -1 || inotify_add_watch(f->watch,
		    f->folders[i], IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE |
		    IN_DELETE) != -1;
	if (ok)
		f->readable = event_new(base, f->watch, EV_READ | EV_PERSIST,
		    on_readable, f);
	/* Waits for changes, for ever. */
	if (f->readable == NULL || event_add(f->readable, NULL) == -1)
		log_warning("connector: resolv.conf and hosts are not watched");
}

struct name_files *
name_files_new(struct event_base *base, name_files_changed *changed,
    void *arg, struct err *err)
{
	struct name_files *f = calloc(1, sizeof *f);

	if (f == NULL || (f->settled = evtimer_new(base, on_settled,
	    f)) == NULL) {
		free(f);
		err_set(err, ERR_NO_MEMORY, "resolver");
		return NULL;
	}
	f->changed = changed;
	f->arg = arg;
	add_file(f, NAME_FILES_RESOLV_CONF);
	add_file(f, NAME_FILES_HOSTS);
	watch(f, base);
	for (size_t i = 0; i < f->n_folders; i++)
		if (f->fds[i] != -1)
			process_keep_folder(f->fds[i], false);
	return f;
}

void
name_files_confined(struct name_files *f)
{
	for (size_t i = 0; i < f->n_folders; i++)
		if (f->fds[i] != -1)
			close(f->fds[i]);
	f->n_folders = 0;
}

void
name_files_free(struct name_files *f)
{
	if (f == NULL)
		return;
	name_files_confined(f);
	if (f->readable != NULL)
		event_free(f->readable);
	event_free(f->settled);
	if (f->watch != -1)
		close(f->watch);
	free(f);
}
