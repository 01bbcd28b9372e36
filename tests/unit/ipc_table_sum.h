/* SPDX-License-Identifier: ISC */
/* ipc_table_sum: what tests/unit/test_ipc.c computes of the message table. */
#pragma once

#define IPC_TABLE_SUM 0x0314942du
