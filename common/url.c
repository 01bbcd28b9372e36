/* SPDX-License-Identifier: ISC */
#include "common/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/errors.h"
#include "common/model_path.h"

static bool
is_loopback(const char *host)
{
	struct in_addr four;
	struct in6_addr six;

	if (strcmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &six) == 1 &&
	    memcmp(&six, &in6addr_loopback, sizeof six) == 0;
}

static bool
is_host_name(const char *host)
{
	size_t len = strlen(host);

	if (len == 0 || len > 253 || host[len - 1] == '.' || host[0] == '.' ||
	    strstr(host, "..") != NULL)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!islower((unsigned char)host[i]) &&
		    !isdigit((unsigned char)host[i]) &&
		    host[i] != '-' && host[i] != '.' && host[i] != '_')
			return false;
	return true;
}

/* "host", "host:port" or "[v6]:port", lower case, into *url. */
static bool
parse_authority(struct url *url, char *authority, struct err *err)
{
	char *port, *host = authority;

	if (authority[0] == '[') {
		char *end = strchr(authority, ']');
		struct in6_addr six;

		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return err_set(err, ERR_URL_INVALID, "host");
		port = end[1] == ':' ? end + 2 : NULL;
		*end = '\0';
		host = authority + 1;
		if (inet_pton(AF_INET6, host, &six) != 1)
			return err_set(err, ERR_URL_INVALID, "IPv6 address");
		inet_ntop(AF_INET6, &six, url->host, sizeof url->host);
	} else {
		port = strchr(authority, ':');
		if (port != NULL)
			*port++ = '\0';
		if (!is_host_name(host))
			return err_set(err, ERR_URL_INVALID, "host name");
		snprintf(url->host, sizeof url->host, "%s", host);
	}
	url->port = url->is_tls ? 443 : 80;
	if (port != NULL) {
		char *end;
		unsigned long value = strtoul(port, &end, 10);

		if (!isdigit((unsigned char)*port) || *end != '\0' ||
		    value == 0 || value > 65535)
			return err_set(err, ERR_URL_INVALID, "port");
		url->port = (uint16_t)value;
	}
	return true;
}

static bool
is_path_character(char c)
{
	return isalnum((unsigned char)c) ||
	    (c != '\0' && strchr("-._~/@:+,=!$&'()*;", c) != NULL);
}

static bool
check_base_path(const char *path, struct err *err)
{
	for (const char *c = path; *c != '\0'; c++)
		if (!is_path_character(*c))
			return err_set(err, ERR_URL_INVALID,
			    "character 0x%02x in the path", (unsigned char)*c);
	if (*path != '\0' && !url_path_is_below(path, strlen(path)))
		return err_set(err, ERR_URL_INVALID, "dot or empty segment");
	return true;
}

static void
write_canonical(struct url *url, const char *path)
{
	bool is_six = strchr(url->host, ':') != NULL;
	bool is_default = url->port == (url->is_tls ? 443 : 80);
	char port[8];
	int n;

	snprintf(port, sizeof port, ":%u", url->port);
	n = snprintf(url->text, sizeof url->text, "%s://%s%s%s%s",
	    url->is_tls ? "https" : "http", is_six ? "[" : "", url->host,
	    is_six ? "]" : "", is_default ? "" : port);
	snprintf(url->text + n, sizeof url->text - (size_t)n, "%s", path);
	url->path = url->text + n;
}

bool
url_parse(struct url *url, const char *text, size_t len, struct err *err)
{
	char copy[URL_MAX - 16], authority[URL_HOST_MAX + 8];
	const char *rest;
	size_t n;

	if (len == 0 || len >= sizeof copy || memchr(text, '\0', len) != NULL)
		return err_set(err, ERR_URL_INVALID, "%zu bytes", len);
	memcpy(copy, text, len);	/* it may stand in *url */
	copy[len] = '\0';
	*url = (struct url) { .is_tls = true };
	if (strncasecmp(copy, "https://", 8) == 0)
		rest = copy + 8;
	else if (strncasecmp(copy, "http://", 7) == 0) {
		url->is_tls = false;
		rest = copy + 7;
	} else
		return err_set(err, ERR_URL_INVALID, "scheme");

	n = strcspn(rest, "/?#");
	if (n >= sizeof authority)
		return err_set(err, ERR_URL_INVALID, "host");
	for (size_t i = 0; i < n; i++)
		authority[i] = (char)tolower((unsigned char)rest[i]);
	authority[n] = '\0';
	rest += n;
	for (n = strlen(copy); copy + n > rest && copy[n - 1] == '/'; n--)
		copy[n - 1] = '\0';
	if (!parse_authority(url, authority, err) || !check_base_path(rest, err))
		return false;
	if (!url->is_tls && !is_loopback(url->host))
		return err_set(err, ERR_URL_INVALID,
		    "http:// is for this machine only");
	write_canonical(url, rest);
	return true;
}

/* A dot, a slash or a backslash in disguise, at any depth of decoding. */
static bool
has_disguised_separator(const char *path, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++)
		if (path[i] == '%') {
			const char *hex = path + i + 1;

			if (strncasecmp(hex, "2e", 2) == 0 ||
			    strncasecmp(hex, "2f", 2) == 0 ||
			    strncasecmp(hex, "5c", 2) == 0 ||
			    strncasecmp(hex, "25", 2) == 0 ||
			    strncasecmp(hex, "00", 2) == 0)
				return true;
		}
	return false;
}

bool
url_path_is_below(const char *path, size_t len)
{
	const char *query = memchr(path, '?', len);
	size_t path_len = query != NULL ? (size_t)(query - path) : len;

	if (len == 0 || len > URL_PATH_MAX || path[0] != '/')
		return false;
	for (size_t i = 0; i < len; i++)
		if (path[i] <= ' ' || path[i] >= 0x7f || path[i] == '#' ||
		    path[i] == '\\')
			return false;
	if (has_disguised_separator(path, path_len) &&
	    !model_path_is_lawful(path, path_len))
		return false;
	for (size_t i = 0; i < path_len; i++) {
		const char *segment = path + i + 1;
		size_t left = path_len - i - 1, n = 0;

		if (path[i] != '/')
			continue;
		while (n < left && segment[n] != '/' && segment[n] != ';')
			n++;
		if (n == 0 || (n == 1 && segment[0] == '.') ||
		    (n == 2 && segment[0] == '.' && segment[1] == '.'))
			return false;
	}
	return true;
}

bool
url_has_version(const struct url *url)
{
	for (const char *at = url->path; (at = strstr(at, "/v1")) != NULL; at++)
		if (at[3] == '\0' || at[3] == '/')
			return true;
	return false;
}
