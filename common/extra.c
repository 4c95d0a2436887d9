// SPDX-License-Identifier: GPL-3.0-or-later
/* extra.c - --extra-opts: options from an ini file, in front of those of the command line. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extra.h"
#include "ini.h"
#include "text.h"
#include "upstream.h"

#define OPTION "--extra-opts"
#define NESTED "extra-opts"
#define SHOWN 80	/* of a section or file in a message */
#define PATH_NAMES 3

/* What a file in NAGIOS_CONFIG_PATH may be called, and where one is looked for without it. */
static const char *const names[PATH_NAMES] = { "monitoring-plugins.ini", "plugins.ini",
	"nagios-plugins.ini" };
static const char *const places[] = {
	"/usr/local/etc/monitoring-plugins/monitoring-plugins.ini",
	"/usr/local/etc/monitoring-plugins.ini",
	"/etc/monitoring-plugins/monitoring-plugins.ini",
	"/etc/monitoring-plugins.ini",
	"/etc/nagios/plugins.ini",
	"/usr/local/nagios/etc/plugins.ini",
	"/usr/local/etc/nagios/plugins.ini",
	"/etc/opt/nagios/plugins.ini",
	"/etc/nagios-plugins.ini",
	"/usr/local/etc/nagios-plugins.ini",
	"/etc/opt/nagios-plugins.ini",
};

/* Options whose value nobody else should read. */
static const char *const secrets[] = { "authpass", "P", "socks" };

/* The words of a command line while they are collected. */
struct words {
	struct pool *p;
	char **word;
	int n;
};

static void
add(struct words *w, char *word)
{
	w->word = pool_grow(w->p, w->word, (size_t)w->n, sizeof(*w->word));
	w->word[w->n++] = word;
}

static const char *
in_path(struct pool *p, const char *path)
{
	while (*path != '\0') {
		size_t n = strcspn(path, ":");

		for (size_t i = 0; n > 0 && i < PATH_NAMES; i++) {
			const char *file = pool_printf(p, "%.*s/%s", (int)n, path, names[i]);

			if (access(file, F_OK) == 0)
				return file;
		}
		path += n + (path[n] == ':');
	}
	return NULL;
}

/* The file to read when none is named; NULL: there is none. */
static const char *
usual_file(struct pool *p)
{
	const char *named = getenv("MP_CONFIG_FILE"), *path = getenv("NAGIOS_CONFIG_PATH");
	const char *found = path == NULL ? NULL : in_path(p, path);

	if (named != NULL && named[0] != '\0')
		return named;
	if (found != NULL)
		return found;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return NULL;
}

static const char *
shown(struct pool *p, const char *s)
{
	return text_clean(p, s, strlen(s), SHOWN);
}

/* The whole file, *n bytes; *open_to_others when more than its owner and group may read it. */
static char *
read_file(struct pool *p, const char *file, size_t *n, bool *open_to_others, struct err *e)
{
	FILE *f = strcmp(file, "-") == 0 ? fdopen(dup(STDIN_FILENO), "r") : fopen(file, "re");
	char *text = pool_alloc(p, INI_SIZE + 1);
	struct stat st;
	bool failed;

	if (f == NULL) {
		err_set(e, ERR_USAGE, OPTION ": cannot read %s: %s", shown(p, file),
		    strerrordesc_np(errno));
		return NULL;
	}
	/* no copy of a password in a buffer of its */
	setvbuf(f, NULL, _IONBF, 0);
	*open_to_others = fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & S_IROTH) != 0;
	*n = fread(text, 1, INI_SIZE + 1, f);
	failed = ferror(f) != 0;
#ifdef WITH_LIBMONITORINGPLUG
	if (strcmp(file, "-") == 0 && *n <= INI_SIZE && upstream_put_back(text, *n) == -1)
		failed = true;
#endif
	if (failed)
		err_set(e, ERR_USAGE, OPTION ": cannot read %s: %s", shown(p, file),
		    strerrordesc_np(errno));
	fclose(f);
	if (*n > INI_SIZE)
		return err_set(e, ERR_USAGE, OPTION ": %s is over %d bytes", shown(p, file),
			   INI_SIZE) == -1 ? NULL : text;
	return failed ? NULL : text;
}

static bool
is_secret(const struct ini_entry *entry)
{
	/* of a proxy only its password, which stands before the @ */
	if (strcmp(entry->key, "socks") == 0 && strchr(entry->value, '@') == NULL)
		return false;
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (strcmp(entry->key, secrets[i]) == 0)
			return true;
	return false;
}

/* "key = value" as it would stand on a command line; of one letter it is a short option. */
static void
add_entry(struct words *w, const struct ini_entry *entry)
{
	bool brief = entry->key[1] == '\0';

	if (entry->value[0] == '\0')
		add(w, pool_printf(w->p, "%s%s", brief ? "-" : "--", entry->key));
	else if (brief)
		add(w, pool_printf(w->p, "-%s%s", entry->key, entry->value));
	else
		add(w, pool_printf(w->p, "--%s=%s", entry->key, entry->value));
}

/* The words of one file's section; scratch is for what may be a password in it. */
static int
load_file(struct words *w, struct extra *out, const char *file, const char *section,
    struct pool *scratch, struct err *e)
{
	struct err bad = { 0 };
	struct ini ini;
	bool open_to_others;
	size_t n = 0;
	char *text;

	if ((text = read_file(scratch, file, &n, &open_to_others, e)) == NULL)
		return -1;
	if (ini_parse(&ini, scratch, text, n, section, &bad) == -1)
		return err_set(e, ERR_USAGE, OPTION ": %s %s", shown(w->p, file), bad.msg);
	if (ini.n == 0)
		return err_set(e, ERR_USAGE, OPTION ": %s has %s section [%s]", shown(w->p, file),
		    ini.sections > 0 ? "nothing in its" : "no", shown(w->p, section));
	for (size_t i = 0; i < ini.n; i++) {
		if (strcmp(ini.entry[i].key, NESTED) == 0)
			return err_set(e, ERR_USAGE, OPTION ": %s line %zu: it names another file",
			    shown(w->p, file), ini.entry[i].line);
		if (open_to_others && is_secret(&ini.entry[i]))
			out->exposed = shown(w->p, file);
		add_entry(w, &ini.entry[i]);
	}
	return 0;
}

/* The options that one --extra-opts stands for; locator is "[SECTION][@FILE]". */
static int
load(struct words *w, struct extra *out, const char *program, const char *locator, struct err *e)
{
	size_t len = strcspn(locator, "@");
	const char *section = len > 0 ? pool_strn(w->p, locator, len) : program;
	const char *file = locator[len] == '@' ? locator + len + 1 : usual_file(w->p);
	struct pool *scratch;
	int rc;

	if (file == NULL || file[0] == '\0')
		return err_set(e, ERR_USAGE,
		    OPTION ": no file is named, and none is in the usual "
			   "places");
	scratch = pool_new();
	rc = load_file(w, out, file, section, scratch, e);
	pool_wipe(scratch);
	return rc;
}

/*
 * Is argv[i] an --extra-opts?  Then *locator is its value ("" for none) and the number of words it takes is
 * returned; else 0.
 */
static int
is_extra(int argc, char **argv, int i, const char **locator)
{
	const size_t len = sizeof(OPTION) - 1;

	*locator = "";
	if (strncmp(argv[i], OPTION, len) != 0)
		return 0;
	if (argv[i][len] == '=') {
		*locator = argv[i] + len + 1;
		return 1;
	}
	if (argv[i][len] != '\0')
		return 0;
	if (i + 1 == argc || argv[i + 1][0] == '-')
		return 1;
	*locator = argv[i + 1];
	return 2;
}

int
extra_expand(struct extra *out, struct pool *p, const char *program, int argc, char **argv,
    struct err *e)
{
	struct words from_files = { .p = p }, rest = { .p = p };

	*out = (struct extra){ argc, argv, NULL };
	for (int i = 1, taken; i < argc; i += taken) {
		const char *locator;

		taken = is_extra(argc, argv, i, &locator);
		if (taken > 0 && load(&from_files, out, program, locator, e) == -1)
			return -1;
		if (taken > 0)
			continue;
		add(&rest, argv[i]);
		taken = 1;
	}
	if (rest.n == argc - 1)
		return 0;
#ifdef WITH_LIBMONITORINGPLUG
	out->argv = upstream_expand(p, program, &out->argc, argv, rest.n);
	return 0;
#endif
	out->argc = 1 + from_files.n + rest.n;
	out->argv = pool_array(p, (size_t)out->argc + 1, sizeof(*out->argv));
	out->argv[0] = argv[0];
	for (int i = 0; i < from_files.n; i++)
		out->argv[1 + i] = from_files.word[i];
	for (int i = 0; i < rest.n; i++)
		out->argv[1 + from_files.n + i] = rest.word[i];
	return 0;
}
