/* SPDX-License-Identifier: ISC */
#include "supervisor/measured.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>

#include "common/ipc_bodies.h"

#define PATH_TEXT 64

struct shown {
	unsigned seccomp, no_new_privs;
	unsigned long long effective;
};

static bool
read_thread(const char *path, struct shown *shown)
{
	int n_found = 0;
	char line[256];
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return false;
	while (fgets(line, sizeof line, f) != NULL)
		n_found += sscanf(line, "Seccomp: %u", &shown->seccomp) == 1 ||
		    sscanf(line, "NoNewPrivs: %u", &shown->no_new_privs) == 1 ||
		    sscanf(line, "CapEff: %llx", &shown->effective) == 1;
	fclose(f);
	return n_found == 3;
}

/* The process is as weak as the weakest of its threads. */
static void
add_thread(struct shown *all, const struct shown *one)
{
	if (one->seccomp < all->seccomp)
		all->seccomp = one->seccomp;
	if (one->no_new_privs < all->no_new_privs)
		all->no_new_privs = one->no_new_privs;
	all->effective |= one->effective;
}

static bool
read_threads(pid_t pid, struct shown *all)
{
	char path[PATH_TEXT];
	const struct dirent *e;
	bool ok = true;
	DIR *threads;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	threads = opendir(path);
	if (threads == NULL)
		return false;
	while (ok && (e = readdir(threads)) != NULL) {
		struct shown one;

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof path, "/proc/%d/task/%.16s/status",
		    (int)pid, e->d_name);
		ok = read_thread(path, &one);
		if (ok)
			add_thread(all, &one);
	}
	closedir(threads);
	return ok;
}

bool
measured_read(pid_t pid, struct ipc_ready *seen, bool *has_capabilities)
{
	struct shown all = { .seccomp = UINT_MAX, .no_new_privs = UINT_MAX };

	if (!read_threads(pid, &all) || all.seccomp == UINT_MAX)
		return false;
	seen->seccomp = all.seccomp;
	seen->no_new_privs = all.no_new_privs;
	*has_capabilities = all.effective != 0;
	return true;
}
