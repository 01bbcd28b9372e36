/* SPDX-License-Identifier: ISC */
/* cofferdamd: starts, wires, watches and restarts the others. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/log.h"
#include "supervisor/log_file.h"
#include "supervisor/options.h"
#include "supervisor/spawn.h"
#include "supervisor/supervisor.h"

static int
run(const struct options *options)
{
	static struct supervisor s;
	struct err err = { 0 };

	if (supervisor_open(&s, options, &err))
		supervisor_serve(&s);
	else {
		log_err("cofferdamd", &err);
		supervisor_tell_ready(&s, &err);
		s.exit_status = err_exit_status(err.code);
	}
	supervisor_close(&s);
	return s.exit_status;
}

/* Else the first file that we open would be where the log goes. */
static void
fill_standard_descriptors(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) != -1 && fd <= STDERR_FILENO)
		;
	if (fd != -1)
		close(fd);
}

int
main(int argc, char *argv[])
{
	struct options options;
	struct err err = { 0 };

	fill_standard_descriptors();
	umask(077);
	spawn_default_signals();
	signal(SIGPIPE, SIG_IGN);
	log_set_sink(log_file_write);
	if (prctl(PR_SET_DUMPABLE, 0) == -1) {
		err_set_os(&err, ERR_CONFINE_FAILED, "cofferdamd");
		log_err("cofferdamd", &err);
		return err_exit_status(err.code);
	}
	if (!options_parse(&options, argc, argv, &err)) {
		log_err("cofferdamd", &err);
		return err_exit_status(err.code);
	}
	if (options.wants_help) {
		options_print_help();
		return EX_OK;
	}
	if (options.wants_version) {
		puts("cofferdamd " PACKAGE_VERSION);
		return EX_OK;
	}
	return run(&options);
}
