/* SPDX-License-Identifier: ISC */
/*
 * demo-cloud: the control plane for tests and for demonstrations.
 *
 * Knows sync and runs with the device's token, the device login, and the
 * administrator's calls without authentication.  On the control port POST
 * /snapshot puts the posted bytes, whatever they are, in the place of the sync
 * document, and DELETE /snapshot takes them away again.  See mock.h for what
 * all demo servers have in common, and script.h for their faults.
 */
#include <stdio.h>

#include "tests/mock/cloud.h"
#include "tests/mock/mock.h"

static const struct option options[] = {
	MOCK_OPTIONS,
	{ "token", required_argument, NULL, 't' },
	{ "auto-approve", no_argument, NULL, 'a' },
	{ NULL, 0, NULL, 0 }
};

int
main(int argc, char **argv)
{
	struct cloud cloud;
	struct mock_settings settings = {
		.name = "cloud",
		.journal = "cloud-requests.jsonl",
		.compose = cloud_compose,
		.control = cloud_control,
		.arg = &cloud,
	};
	bool is_sound = true;
	int option, status;

	cloud_init(&cloud, "demo-device-token");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 't')
			cloud.devices.token = optarg;
		else if (option == 'a')
			cloud.devices.approves_at_once = true;
		else if (!mock_set_option(&settings, option, optarg))
			is_sound = false;
	}
	if (!is_sound || settings.dir == NULL || optind != argc) {
		fprintf(stderr, "usage: %s " MOCK_USAGE " [--token TOKEN] "
		    "[--auto-approve]\n", argv[0]);
		return 2;
	}
	status = mock_run(&settings);
	cloud_close(&cloud);
	return status;
}
