#include <string.h>

#include "base/str.h"
#include "package/read.h"

/*
 * Programs of the package's own.  A directory of programs holds files, each a
 * program with the headers and the like beside it, and directories, each one
 * program.  A directory of one program is that program, if it holds sources.
 */

struct programs {
	struct pkg_reader *r;
	const char *top; /* "output_validators/" */
	size_t from, to; /* its files */
	struct package_program *list;
	size_t n, cap;
};

static const char *
rest_of(const struct programs *p, size_t i)
{
	return p->r->files.files[i].path + strlen(p->top);
}

static bool
is_at_top(const struct programs *p, size_t i)
{
	return strchr(rest_of(p, i), '/') == NULL;
}

static bool
is_source(const struct programs *p, size_t i)
{
	return language_of_file(p->r->files.files[i].path) != NULL;
}

/* Names below base, with language and the file that starts. */
static void
add_program(struct programs *p, const char *path, const char *base,
    const char *const *files)
{
	struct pkg_reader *r = p->r;
	struct package_program *program;
	const char **names;
	const char *unused;
	struct err *e;
	size_t n = 0;

	while (files[n] != NULL)
		n++;
	names = arena_array(r->arena, n + 1, sizeof(*names));
	p->list =
	    arena_grow(r->arena, p->list, p->n, &p->cap, sizeof(*p->list));
	program = &p->list[p->n++];
	*program = (struct package_program) { path, base, NULL, files };
	for (size_t i = 0; i < n; i++) {
		names[i] = files[i] + strlen(base);
		if (program->language == NULL)
			program->language = language_of_file(files[i]);
	}
	if (program->language == NULL) {
		faults_add(&r->faults, path,
		    "is in a language that cannot be run here");
		return;
	}
	e = language_main_file(r->arena, program->language, names, n, &unused);
	if (e != NULL)
		faults_add(&r->faults, path, "%s", e->detail);
}

/* files[from..to), without sources at the top but only (or SIZE_MAX: all). */
static const char *const *
paths_of(struct programs *p, size_t from, size_t to, size_t only)
{
	struct pkg_reader *r = p->r;
	const char **paths =
	    arena_array(r->arena, to - from + 1, sizeof(*paths));
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		if (only == SIZE_MAX || i == only ||
		    (is_at_top(p, i) && !is_source(p, i)))
			paths[n++] = r->files.files[i].path;
	return paths;
}

static void
list_each(struct programs *p)
{
	struct pkg_reader *r = p->r;

	for (size_t i = p->from, next; i < p->to; i = next) {
		const char *path = r->files.files[i].path;
		size_t length = strlen(p->top) + strcspn(rest_of(p, i), "/");
		const char *dir;

		next = i + 1;
		if (is_at_top(p, i)) {
			if (is_source(p, i))
				add_program(p, path, p->top,
				    paths_of(p, p->from, p->to, i));
			continue;
		}
		while (next < p->to &&
		    strncmp(r->files.files[next].path, path, length + 1) == 0)
			next++;
		dir = str_dup(r->arena, (struct str) { path, length + 1 });
		add_program(p, str_dup(r->arena, (struct str) { path, length }),
		    dir, paths_of(p, i, next, SIZE_MAX));
	}
}

void
pkg_list_programs(struct pkg_reader *r, const char *top, bool is_one,
    const struct package_program **ret_list, size_t *ret_n)
{
	struct programs p = { .r = r, .top = top };
	bool has_source = false;

	p.from = p.to = pkg_files_from(&r->files, top);
	while (
	    p.to < r->files.n && str_has_prefix(r->files.files[p.to].path, top))
		p.to++;
	for (size_t i = p.from; i < p.to; i++)
		has_source |= is_at_top(&p, i) && is_source(&p, i);
	if (is_one && has_source)
		add_program(&p,
		    str_dup(r->arena, (struct str) { top, strlen(top) - 1 }),
		    top, paths_of(&p, p.from, p.to, SIZE_MAX));
	else
		list_each(&p);
	*ret_list = p.list;
	*ret_n = p.n;
}

void
pkg_read_validator(struct pkg_reader *r, const char *where, size_t line)
{
	struct meta_file file = { where, &r->faults, NULL };
	const struct package_program *list;
	size_t n;

	pkg_list_programs(r, "output_validator/", true, &list, &n);
	if (n == 0)
		pkg_list_programs(r, "output_validators/", false, &list, &n);
	if (n == 1)
		r->package->validator = list;
	else if (n == 0)
		meta_fault(&file, line,
		    "there is no output validator in output_validators");
	else
		faults_add(&r->faults, list[1].path,
		    "is one more output validator; only one can be run");
}
