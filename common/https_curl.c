// SPDX-License-Identifier: GPL-3.0-or-later
/* https_curl.c - libcurl, loaded by the runs that fetch something. */
#include <string.h>

#include "https_curl.h"
#include "lib.h"

#define SONAME "libcurl.so.4"

int
https_curl_load(struct curl *c, struct err *e)
{
	const struct lib_symbol symbols[] = {
		{ "curl_version_info", &c->version_info },
		{ "curl_global_init", &c->global_init },
		{ "curl_global_cleanup", &c->global_cleanup },
		{ "curl_slist_append", &c->slist_append },
		{ "curl_slist_free_all", &c->slist_free_all },
		{ "curl_easy_init", &c->easy_init },
		{ "curl_easy_setopt", &c->setopt },
		{ "curl_easy_getinfo", &c->getinfo },
		{ "curl_easy_strerror", &c->strerror },
		{ "curl_easy_cleanup", &c->easy_cleanup },
		{ "curl_multi_init", &c->multi_init },
		{ "curl_multi_add_handle", &c->add_handle },
		{ "curl_multi_remove_handle", &c->remove_handle },
		{ "curl_multi_perform", &c->perform },
		{ "curl_multi_poll", &c->poll },
		{ "curl_multi_info_read", &c->info_read },
		{ "curl_multi_cleanup", &c->multi_cleanup },
	};
	const curl_version_info_data *info;

	if (lib_open(SONAME, symbols, sizeof(symbols) / sizeof(symbols[0]), e) == NULL)
		return -1;
	info = c->version_info(CURLVERSION_NOW);
	/* its TLS session and certificates are handed to our OpenSSL: it must be the same one */
	if (info->ssl_version == NULL || strncmp(info->ssl_version, "OpenSSL/3", 9) != 0)
		return err_set(e, ERR_SYSTEM,
		    "libcurl is not the one expected: it does not use OpenSSL 3");
	return 0;
}
