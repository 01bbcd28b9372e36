/* SPDX-License-Identifier: ISC */
/*
 * name_files: resolv.conf and hosts, watched.
 *
 * Their folders are watched, and not they: both are replaced by renaming, and
 * resolv.conf often is a link into /run.  Landlock too must know the folders.
 */
#pragma once

struct err;
struct event_base;
struct name_files;

#define NAME_FILES_RESOLV_CONF "/etc/resolv.conf"
#define NAME_FILES_HOSTS "/etc/hosts"

/* Called from the event loop some time after one of them changed. */
typedef void name_files_changed(void *arg);

/*
 * Starts to watch and names the folders to process_keep_folder().  Where the
 * kernel has no inotify left for us the files are not watched, and a line in
 * the log says so.
 */
struct name_files *name_files_new(struct event_base *, name_files_changed *,
    void *arg, struct err *);
void name_files_free(struct name_files *);

/* After Landlock: the descriptors of the folders are closed. */
void name_files_confined(struct name_files *);
