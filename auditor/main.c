/* SPDX-License-Identifier: ISC */
/* cofferdam-auditor: verifies audit segments; trusts not a byte of them. */
#include <sysexits.h>

#include "auditor/auditor_sandbox.h"
#include "auditor/verify.h"
#include "common/errors.h"
#include "common/ipc_bodies.h"
#include "common/log.h"

int
main(int argc, char *argv[])
{
	struct ipc_ready measured;
	struct err err;

	if (sandbox_begin(&err) && verify_open(argc, argv, &err) &&
	    sandbox_confine_files(&auditor_sandbox, NULL, 0, &err) &&
	    sandbox_confine_calls(&auditor_sandbox, &measured, &err) &&
	    verify_run(&err))
		return EX_OK;
	log_err("auditor", &err);
	return err_exit_status(err.code);
}
