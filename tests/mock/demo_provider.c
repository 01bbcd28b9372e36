/* SPDX-License-Identifier: ISC */
/*
 * demo-provider: a model provider for tests and for demonstrations.
 *
 * Speaks Anthropic's Messages and OpenAI's Chat, Responses, embeddings and
 * models below any path; of a central server, HEAD api/v1/llms/{name} and POST
 * api/v1/llms/{name}/infer.  See mock.h for what all demo servers have in
 * common, and script.h for the faults that they can be told to have.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/mock/mock.h"
#include "tests/mock/provider.h"

static const struct option options[] = {
	MOCK_OPTIONS,
	{ "key", required_argument, NULL, 'k' },
	{ "events", required_argument, NULL, 'e' },
	{ "delay-ms", required_argument, NULL, 'm' },
	{ NULL, 0, NULL, 0 }
};

int
main(int argc, char **argv)
{
	struct provider provider = { .n_deltas = 5, .event_delay_ms = 50 };
	struct mock_settings settings = {
		.name = "provider",
		.journal = "requests.jsonl",
		.compose = provider_compose,
		.arg = &provider,
	};
	bool is_sound = true;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'k')
			provider.key = optarg;
		else if (option == 'e')
			provider.n_deltas = atol(optarg);
		else if (option == 'm')
			provider.event_delay_ms = atol(optarg);
		else if (!mock_set_option(&settings, option, optarg))
			is_sound = false;
	}
	if (!is_sound || settings.dir == NULL || optind != argc) {
		fprintf(stderr, "usage: %s " MOCK_USAGE " [--key KEY] "
		    "[--events N] [--delay-ms N]\n", argv[0]);
		return 2;
	}
	return mock_run(&settings);
}
