#include "grade/language.h"

#include <string.h>
#include <strings.h>

const struct language languages[] = {
#include "grade/language_rows.h"
};
_Static_assert(ARRAY_LEN(languages) == LANGUAGE__MAX, "one line each");

const struct language *
language_by_id(long long id)
{
	if (id < 0 || id >= LANGUAGE__MAX)
		return NULL;
	return &languages[id];
}

const struct language *
language_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (strcmp(languages[i].name, name) == 0)
			return &languages[i];
	return NULL;
}

static bool
has_extension(const struct language *language, const char *name,
    int (*compare)(const char *, const char *))
{
	const char *slash = strrchr(name, '/');
	const char *base = slash != NULL ? slash + 1 : name;
	const char *dot = strrchr(base, '.');

	if (dot == NULL || dot == base)
		return false;
	for (const char *const *e = language->extensions; *e != NULL; e++)
		if (compare(*e, dot + 1) == 0)
			return true;
	return false;
}

bool
language_has_file(const struct language *language, const char *name)
{
	return has_extension(language, name, strcasecmp);
}

const struct language *
language_of_file(const char *name)
{
	/* As it is written, first: a.C is C++. */
	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (has_extension(&languages[i], name, strcmp))
			return &languages[i];
	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (language_has_file(&languages[i], name))
			return &languages[i];
	return NULL;
}

static bool
is_main(const struct language *language, const char *name)
{
	if (strcmp(name, language->main_file) == 0)
		return true;
	return language->main_also != NULL &&
	    strcmp(name, language->main_also) == 0;
}

/* By its first extension; others are of units, say. */
static bool
is_usual(const struct language *language, const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && strcasecmp(dot + 1, language->extensions[0]) == 0;
}

struct err *
language_main_file(struct arena *a, const struct language *language,
    const char *const *names, size_t n, const char **ret_name)
{
	const char *only = NULL, *usual = NULL;
	size_t sources = 0, usuals = 0;

	for (size_t i = 0; i < n; i++) {
		if (!language_has_file(language, names[i]))
			continue;
		if (is_main(language, names[i])) {
			*ret_name = names[i];
			return NULL;
		}
		if (sources++ == 0)
			only = names[i];
		if (is_usual(language, names[i]) && usuals++ == 0)
			usual = names[i];
	}
	if (sources == 0)
		return ERR(a, ERR_FILES,
		    "no source file of the language %s: one that ends in .%s "
		    "is needed",
		    language->display, language->extensions[0]);
	if (sources > 1 && language->rule == LANGUAGE_IS_NAMED && usuals == 1) {
		*ret_name = usual;
		return NULL;
	}
	if (sources > 1 && language->rule == LANGUAGE_IS_NAMED)
		return ERR(a, ERR_FILES,
		    "it is not clear which of %zu files starts: one must be "
		    "called %s",
		    sources, language->main_file);
	*ret_name = only;
	return NULL;
}
