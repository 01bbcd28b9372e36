/* SPDX-License-Identifier: ISC */
/*
 * routing_files: the files behind the routing, read when they change.
 *
 * routing/{providers,routes,policies,prices}.json are the administrator's,
 * cloud/snapshot.json and cloud/last_error.json the syncer's.  A file that is
 * absent is empty; one that cannot be used leaves the last good content in
 * force, and says so among the problems.  What a reading finds in all of them
 * comes into force at once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct err;
struct event_base;
struct problems;
struct routing;
struct routing_files;

enum routing_folder { FOLDER_ROUTING, FOLDER_CLOUD, ROUTING_FOLDERS };

/* NULL with ERR_NO_MEMORY. */
struct routing_files *routing_files_new(struct event_base *, struct err *);
void routing_files_free(struct routing_files *);

/*
 * Takes over the folder's descriptor and watches it.  Before the process is
 * confined; without a watch only routing_files_read() sees changes.
 */
void routing_files_add(struct routing_files *, enum routing_folder, int fd);

/* Reads all files now, or before anything else that the event loop does. */
void routing_files_read(struct routing_files *);
void routing_files_read_soon(struct routing_files *);

/* The routing in force: for one request take a reference of it. */
struct routing *routing_files_current(struct routing_files *);

/* What is wrong with the files, as of the last reading. */
const struct problems *routing_files_problems(const struct routing_files *);

/* Why the snapshot on the disk is not used, or the last sync failed; or "". */
const char *routing_files_cloud_error(const struct routing_files *);
