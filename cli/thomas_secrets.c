/* SPDX-License-Identifier: ISC */
#include "cli/thomas_secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/json_edit.h"
#include "common/errors.h"
#include "common/home.h"
#include "common/scoped.h"
#include "common/secret.h"

#define FILE_MAX (1u << 20)	/* bytes */

static bool
read_whole(int fd, char *text, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = read(fd, text + at, len - at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

static bool
make_room(struct thomas_secrets *s, size_t len, struct err *err)
{
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		return err_set_os(err, ERR_NO_MEMORY, "%zu bytes", len);
	s->text = pages;
	s->room = len;
	return secret_lock_pages(pages, len, err);
}

bool
thomas_secrets_open(struct thomas_secrets *s, const char *home,
    const char *name, struct err *err)
{
	char path[HOME_PATH_MAX + 32];
	AUTO_CLOSE int fd = -1;
	struct stat st = { .st_size = 0 };

	*s = (struct thomas_secrets) { .text = NULL };
	snprintf(path, sizeof path, "%s/%s", home, name);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 && errno != ENOENT)
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", path);
	if (fd != -1 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_size > FILE_MAX))
		return err_set(err, ERR_FILE_DAMAGED, "%.100s", path);
	if (!make_room(s, (size_t)st.st_size + 3, err))
		return false;
	if (fd == -1)
		memcpy(s->text, "{}", 3);
	else if (!read_whole(fd, s->text, (size_t)st.st_size))
		return err_set_os(err, ERR_FILE_FAILED, "%.100s", path);
	return json_edit_find(s->text, (const char *const[]) { "", NULL },
	    &(struct json_edit_place) { 0 }) != JSON_EDIT_BROKEN ||
	    err_set(err, ERR_FILE_DAMAGED, "%.100s", path);
}

bool
thomas_secrets_fit(const struct thomas_secrets *s, const char *member,
    char opens)
{
	struct json_edit_place p = { .object = 0 };

	return json_edit_find(s->text, (const char *const[]) { member, NULL },
	    &p) == JSON_EDIT_FOUND ? s->text[p.value] == opens : p.object != 0;
}

void
thomas_secrets_close(struct thomas_secrets *s)
{
	if (s->text == NULL)
		return;
	secret_wipe(s->text, s->room);
	munmap(s->text, s->room);
	*s = (struct thomas_secrets) { .text = NULL };
}

/* A text without escapes; its place is relative to the whole file's. */
static bool
find_text(struct thomas_secrets *s, const struct json_edit_place *in,
    const char *name, struct thomas_entry *found)
{
	const char *const path[] = { name, NULL };
	char *object = s->text + in->value, behind = s->text[in->end];
	struct json_edit_place p;
	bool is_there;

	/* Searched as if it were the whole text. */
	s->text[in->end] = '\0';
	is_there = json_edit_find(object, path, &p) == JSON_EDIT_FOUND &&
	    object[p.value] == '"' &&
	    memchr(object + p.value, '\\', p.end - p.value) == NULL;
	s->text[in->end] = behind;
	if (!is_there)
		return false;
	found->at = in->value + p.value + 1;
	found->len = p.end - p.value - 2;
	return true;
}

static void
copy_id(struct thomas_entry *e, const char *text, size_t len)
{
	struct ipc_name name;
	struct err ignored;

	if (len >= sizeof e->id)
		return;
	memcpy(e->id, text, len);
	e->id[len] = '\0';
	if (!ipc_name_set(&name, e->id, &ignored))
		e->id[0] = '\0';
}

static bool
is_type(struct thomas_secrets *s, const struct json_edit_place *p,
    const char *type)
{
	struct thomas_entry found = { .len = 0 };

	return find_text(s, p, "type", &found) && found.len == strlen(type) &&
	    memcmp(s->text + found.at, type, found.len) == 0;
}

bool
thomas_secrets_credential(struct thomas_secrets *s, size_t n,
    struct thomas_entry *e)
{
	struct json_edit_place p;
	struct thomas_entry id;

	*e = (struct thomas_entry) { .id = "" };
	if (!json_edit_nth(s->text, (const char *const[]) { "providers",
	    NULL }, n, &p))
		return false;
	if (find_text(s, &p, "provider", &id))
		copy_id(e, s->text + id.at, id.len);
	e->kind = is_type(s, &p, "oauth") ? THOMAS_LOGIN :
	    find_text(s, &p, "key", e) ? THOMAS_KEY : THOMAS_REFERENCE;
	return true;
}

bool
thomas_secrets_agent(struct thomas_secrets *s, size_t n,
    struct thomas_entry *e)
{
	struct json_edit_place p;

	*e = (struct thomas_entry) { .id = "" };
	if (!json_edit_nth(s->text, (const char *const[]) { "connected",
	    NULL }, n, &p))
		return false;
	copy_id(e, s->text + p.member + 1,
	    strcspn(s->text + p.member + 1, "\""));
	if (!find_text(s, &p, "token", e))
		e->id[0] = '\0';
	return true;
}

struct secret *
thomas_secrets_take(const struct thomas_secrets *s,
    const struct thomas_entry *e, struct err *err)
{
	struct secret *taken;

	if (e->len == 0 || e->len > SECRET_MAX) {
		err_set(err, ERR_KEY_INVALID, "%s: %zu bytes", e->id, e->len);
		return NULL;
	}
	taken = secret_new(e->len, err);
	if (taken != NULL)
		memcpy(secret_bytes(taken), s->text + e->at, e->len);
	return taken;
}
