// SPDX-License-Identifier: GPL-3.0-or-later
/* lib.c - shared libraries, loaded when a run needs them. */
#include <dlfcn.h>
#include <string.h>

#include "lib.h"

void *
lib_open(const char *soname, const struct lib_symbol *symbols, size_t n, struct err *e)
{
	void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	int shown = (int)strcspn(soname, ".");

	if (handle == NULL) {
		err_set(e, ERR_SYSTEM, "%.*s cannot be loaded (is it installed?)", shown, soname);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		void *address = dlsym(handle, symbols[i].name);

		if (address == NULL) {
			err_set(e, ERR_SYSTEM, "%.*s is not the one expected: it has no %s", shown,
			    soname, symbols[i].name);
			dlclose(handle);
			return NULL;
		}
		memcpy(symbols[i].to, &address, sizeof(address));
	}
	return handle;
}

void
lib_close(void *handle)
{
	if (handle != NULL)
		dlclose(handle);
}
