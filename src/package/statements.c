#include <string.h>

#include "base/str.h"
#include "package/read.h"

static const char *const dirs[] = { "problem_statement/", "statement/" };
static const char *const kinds[] = { ".tex", ".md", ".pdf" };

/* The locale of "problem.pt-BR.tex"; NULL if it is no statement. */
static const char *
locale_of(struct arena *a, const char *name)
{
	struct str rest;

	if (!str_has_prefix(name, "problem."))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!str_has_suffix(name, kinds[i]))
			continue;
		rest.p = name + strlen("problem");
		rest.n = strlen(rest.p) - strlen(kinds[i]);
		if (rest.n == 0)
			return "en";
		return str_dup(a, (struct str) { rest.p + 1, rest.n - 1 });
	}
	return NULL;
}

/* What stands in \problemname{...}, if it is plain. */
static const char *
name_in_tex(struct arena *a, const char *text)
{
	static const char command[] = "\\problemname{";
	const char *start, *end;

	if (text == NULL || (start = strstr(text, command)) == NULL)
		return NULL;
	start += strlen(command);
	end = strpbrk(start, "}\\$\n{");
	if (end == NULL || *end != '}' || end == start)
		return NULL;
	return str_dup(a, (struct str) { start, (size_t)(end - start) });
}

static const char *
name_of(struct pkg_reader *r, const char *locale, const char *text)
{
	const struct meta *m;

	if (r->name != NULL && r->name->kind == META_SCALAR)
		return strcmp(locale, "en") == 0 ? r->name->text : NULL;
	m = meta_get(r->name, locale);
	if (m != NULL && m->kind == META_SCALAR)
		return m->text;
	return name_in_tex(r->arena, text);
}

static void
check_name(struct pkg_reader *r)
{
	struct meta_file file = { "problem.yaml", &r->faults, NULL, NULL };

	if (meta_is_null(r->name) || r->name->kind == META_SCALAR)
		return;
	if (r->name->kind != META_MAP || r->is_legacy) {
		meta_fault(&file, r->name->line,
		    r->is_legacy ? "name must be a text"
				 : "name must be a text or a map of texts");
		r->name = NULL;
		return;
	}
	for (const struct meta_item *i = r->name->items; i != NULL; i = i->next)
		if (i->value->kind != META_SCALAR)
			meta_fault(&file, i->line, "a name must be a text");
}

/* In English, else whatever there is first. */
static const char *
choose_name(struct pkg_reader *r)
{
	const struct package *p = r->package;
	const struct meta *m;

	if (!meta_is_null(r->name) && r->name->kind == META_SCALAR)
		return r->name->text;
	m = meta_get(r->name, "en");
	if (m == NULL && r->name != NULL && r->name->items != NULL)
		m = r->name->items->value;
	if (m != NULL && m->kind == META_SCALAR)
		return m->text;
	for (size_t i = 0; i < p->statement_n; i++)
		if (p->statements[i].name != NULL)
			return p->statements[i].name;
	faults_add(&r->warnings, "problem.yaml", "the problem has no name");
	return "unnamed problem";
}

void
pkg_read_statements(struct pkg_reader *r)
{
	struct package_statement *list = NULL;
	size_t n = 0, cap = 0;

	check_name(r);
	for (size_t d = 0; d < ARRAY_LEN(dirs); d++)
		for (size_t i = pkg_files_from(&r->files, dirs[d]);
		     i < r->files.n &&
		     str_has_prefix(r->files.files[i].path, dirs[d]);
		     i++) {
			const struct pkg_file *f = &r->files.files[i];
			const char *locale =
			    locale_of(r->arena, f->path + strlen(dirs[d]));

			if (locale == NULL)
				continue;
			list =
			    arena_grow(r->arena, list, n, &cap, sizeof(*list));
			list[n++] = (struct package_statement) { locale,
				name_of(r, locale, f->text), f->path };
		}
	if (n == 0)
		faults_add(&r->warnings,
		    r->is_legacy ? "problem_statement" : "statement",
		    "there is no statement");
	r->package->statements = list;
	r->package->statement_n = n;
	r->package->name = choose_name(r);
}
