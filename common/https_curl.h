/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https_curl.h - the functions of libcurl that https.c calls, from the library as loaded. */
#ifndef HTTPS_CURL_H
#define HTTPS_CURL_H

#include <curl/curl.h>

#include "err.h"

/* libcurl's macros of the same names check types only. */
struct curl {
	__typeof__(curl_version_info) *version_info;
	__typeof__(curl_global_init) *global_init;
	__typeof__(curl_global_cleanup) *global_cleanup;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_slist_free_all) *slist_free_all;
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_easy_setopt) *setopt;
	__typeof__(curl_easy_getinfo) *getinfo;
	__typeof__(curl_easy_strerror) *strerror;
	__typeof__(curl_easy_cleanup) *easy_cleanup;
	__typeof__(curl_multi_init) *multi_init;
	__typeof__(curl_multi_add_handle) *add_handle;
	__typeof__(curl_multi_remove_handle) *remove_handle;
	__typeof__(curl_multi_perform) *perform;
	__typeof__(curl_multi_poll) *poll;
	__typeof__(curl_multi_info_read) *info_read;
	__typeof__(curl_multi_cleanup) *multi_cleanup;
};

/*
 * Load libcurl and fill in c.  ERR_SYSTEM: it is not there, or does not use the OpenSSL that we do.  It stays
 * loaded: to unload its thirty libraries under running threads would gain nothing.
 */
int https_curl_load(struct curl *c, struct err *e);

#endif
