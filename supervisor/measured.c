/* SPDX-License-Identifier: ISC */
#include "supervisor/measured.h"

#include <stdio.h>

#include "common/ipc_bodies.h"

bool
measured_read(pid_t pid, struct ipc_ready *seen, bool *has_capabilities)
{
	unsigned long long effective;
	char path[32], line[256];
	unsigned value;
	int n_found = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "Seccomp: %u", &value) == 1) {
			seen->seccomp = value;
			n_found++;
		} else if (sscanf(line, "NoNewPrivs: %u", &value) == 1) {
			seen->no_new_privs = value;
			n_found++;
		} else if (sscanf(line, "CapEff: %llx", &effective) == 1) {
			*has_capabilities = effective != 0;
			n_found++;
		}
	}
	fclose(f);
	return n_found == 3;
}
