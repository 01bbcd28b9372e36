/* SPDX-License-Identifier: ISC */
/*
 * broker_world: a broker in the test's own process, and its neighbours, who are
 * played by the test: supervisor, proxy, kdf, egresses and the user's command.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "broker/broker.h"
#include "common/errors.h"

extern struct broker *b;
extern int to_supervisor, to_proxy;	/* the neighbours' ends */

/* What came last (comes()). */
extern struct ipc_packet packet;
extern struct ipc_message msg;

/* In a folder of its own, with a log and without a vault. */
void world_open(void);
void world_close(void);
/* Another broker, after a crash: log and vault as they are in the folder. */
void start_broker(void);

/* Lets the broker work, its disk too. */
void world_turn(void);

/* Whose agents a key serves that names no user; all, until this is called. */
void allow_users(const char *numbers);

/* A new pair between the broker and somebody; our end. */
int hand_channel(enum role, uint32_t number);
int connect_cli(void);

void say(int socket, enum ipc_type, const void *body, const char *tail);
/* Waits for a message of that type to 'to', skipping others. */
bool comes(int socket, enum role to, enum ipc_type);
/* What the command is told in the end; ERR_CODES: nothing. */
enum err_code answer_to(int cli);

/* The kdf's part: started when it is wanted, it answers once. */
void play_kdf(void);
/* The supervisor's part, in two: the image comes; it is stored, or not. */
void take_image(void);
void store(uint32_t os);

void make_vault(const char *passphrase);
/* Does this passphrase open what was taken last, and is it whole? */
bool opens(const char *passphrase, struct vault *);
/* ADD_AGENT is sent; the command's end. */
int add_agent(const char *id, const char *token);

/* Lines of the audit log with this in them. */
int n_lines(const char *containing);

/* The same, once there is one: a thread writes it. */
int n_lines_written(const char *containing);
