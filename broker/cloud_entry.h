/* SPDX-License-Identifier: ISC */
/*
 * cloud_entry: the device token of the control plane, the one entry of the
 * vault that leaves it for the syncer.
 *
 *	SYNC_REQUEST -> record -> SYNC_GRANTED {URL, token}
 *	LOGIN_APPROVE -> LOGIN_REQUEST -> record -> LOGIN_GRANTED {URL}
 *		-> LOGIN_TOKEN -> stored -> DONE
 *
 * The URL of a login is the user's word alone: the syncer can ask for what the
 * user's command has approved a moment ago, once, and the token that it brings
 * is pinned to that URL.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/process/channel.h"
#include "common/url.h"

struct broker;

#define CLOUD_ENTRY_NAME "cloud"	/* of the token, in the vault */
#define CLOUD_ENTRY_APPROVED_MS 60000	/* an approval that is not used ends */

struct cloud_login {
	char url[URL_MAX];	/* what was approved */
	uint64_t approved_ms;	/* CLOCK_BOOTTIME; 0: nothing is approved */
	struct channel_caller approver;
	bool is_under_way;
};

/* A new syncer: it may ask for one thing, once. */
void cloud_entry_syncer_came(struct broker *);
