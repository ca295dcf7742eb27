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
	struct faults *faults;
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

/* build or run in it: the author says how it is made. */
static bool
has_scripts(const char *base, const char *const *files)
{
	for (; *files != NULL; files++) {
		const char *name = *files + strlen(base);

		if (strcmp(name, "build") == 0 || strcmp(name, "run") == 0)
			return true;
	}
	return false;
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
	if (has_scripts(base, files)) {
		program->language = NULL;
		return;
	}
	if (program->language == NULL) {
		p->n--;
		faults_add(p->faults, path,
		    "is in a language that cannot be run here");
		return;
	}
	e = language_main_file(r->arena, program->language, names, n, &unused);
	if (e == NULL)
		return;
	p->n--;
	faults_add(p->faults, path, "%s", e->detail);
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
			else if (str_has_suffix(path, ".ctd") ||
			    str_has_suffix(path, ".viva"))
				faults_add(p->faults, path,
				    "is in a language that cannot be run "
				    "here");
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

static void
list_programs(struct pkg_reader *r, const char *top, bool is_one,
    struct faults *faults, struct programs *p)
{
	bool has_source = false;

	*p = (struct programs) { .r = r, .top = top, .faults = faults };
	p->from = p->to = pkg_files_from(&r->files, top);
	while (p->to < r->files.n &&
	    str_has_prefix(r->files.files[p->to].path, top))
		p->to++;
	for (size_t i = p->from; i < p->to; i++)
		has_source |= is_at_top(p, i) &&
		    (is_source(p, i) || strcmp(rest_of(p, i), "build") == 0 ||
			strcmp(rest_of(p, i), "run") == 0);
	if (is_one && has_source)
		add_program(p,
		    str_dup(r->arena, (struct str) { top, strlen(top) - 1 }),
		    top, paths_of(p, p->from, p->to, SIZE_MAX));
	else
		list_each(p);
}

const struct package_program *
pkg_list_programs(struct pkg_reader *r, const char *top, size_t *ret_n)
{
	struct programs p;

	list_programs(r, top, false, &r->faults, &p);
	*ret_n = p.n;
	return p.list;
}

void
pkg_read_grader(struct pkg_reader *r, const char *where, size_t line)
{
	struct meta_file file = { .name = where, .faults = &r->faults };
	size_t before = r->faults.n, n;
	const struct package_program *list;

	list = pkg_list_programs(r, "graders/", &n);
	if (n == 1)
		r->package->grader = list;
	else if (r->faults.n == before)
		meta_fault(&file, line,
		    "there must be one grader in graders, and there are %zu",
		    n);
}

void
pkg_read_validator(struct pkg_reader *r, const char *where, size_t line)
{
	struct meta_file file = { .name = where, .faults = &r->faults };
	size_t before = r->faults.n;
	struct programs p;

	list_programs(r, "output_validator/", true, &r->faults, &p);
	if (p.n == 0)
		list_programs(r, "output_validators/", false, &r->faults, &p);
	r->package->validators = p.list;
	r->package->validator_n = p.n;
	if (p.n > 1 && !r->is_legacy)
		faults_add(&r->faults, p.list[1].path,
		    "is one more output validator; the format has one");
	else if (p.n == 0 && r->faults.n == before)
		meta_fault(&file, line,
		    "there is no output validator in output_validators");
}

void
pkg_read_static_validator(struct pkg_reader *r, const char *found)
{
	size_t before = r->faults.n;
	struct programs p;

	list_programs(r, "static_validator/", true, &r->faults, &p);
	if (p.n > 1)
		faults_add(&r->faults, p.list[1].path,
		    "is one more static validator; the format has one");
	else if (p.n == 0 && r->faults.n == before)
		faults_add(&r->faults, found,
		    "there is no program in static_validator");
	r->package->static_validator = p.n > 0 ? p.list : NULL;
	if (p.n > 0 && r->package->is_submit_answer)
		faults_add(&r->faults, p.list[0].path,
		    "there are no sources where answers are submitted");
}

bool
package_program_is(const struct package_program *program, const char *name)
{
	const char *slash = strrchr(program->path, '/');
	const char *own = slash != NULL ? slash + 1 : program->path;
	const char *dot = strrchr(own, '.');

	return strcmp(own, name) == 0 ||
	    (dot != NULL && strlen(name) == (size_t)(dot - own) &&
		strncmp(own, name, (size_t)(dot - own)) == 0);
}

void
pkg_read_input_validators(struct pkg_reader *r)
{
	static const char *const dirs[] = { "input_validators/",
		"input_format_validators/", "input_validator/" };
	struct programs p = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(dirs) && p.from == p.to; i++)
		list_programs(r, dirs[i], false, &r->warnings, &p);
	if (p.from == p.to)
		faults_add(&r->warnings, "input_validators",
		    "there is no input validator");
	r->package->input_validators = p.list;
	r->package->input_validator_n = p.n;
}

struct package_files
pkg_files_below(struct pkg_reader *r, const char *prefix)
{
	size_t from = pkg_files_from(&r->files, prefix), to = from;
	const char **paths;

	while (
	    to < r->files.n && str_has_prefix(r->files.files[to].path, prefix))
		to++;
	paths = arena_array(r->arena, to - from + 1, sizeof(*paths));
	for (size_t i = from; i < to; i++)
		paths[i - from] = r->files.files[i].path;
	return (struct package_files) { prefix, paths };
}

/* Nobody submits in a language that the package does not take. */
static void
check_include(struct pkg_reader *r, const char *path, const char *language)
{
	const struct language *const *taken = r->package->languages;

	for (size_t i = 0; taken[i] != NULL; i++)
		if (strcmp(taken[i]->name, language) == 0)
			return;
	if (strcmp(language, "default") != 0)
		faults_add(&r->warnings, path,
		    "is not used: the problem takes no \"%s\" here", language);
}

void
pkg_read_includes(struct pkg_reader *r)
{
	static const char top[] = "include/";
	struct package_include *list = NULL;
	size_t n = 0, cap = 0, next;

	for (size_t i = pkg_files_from(&r->files, top);
	     i < r->files.n && str_has_prefix(r->files.files[i].path, top);
	     i = next) {
		const char *path = r->files.files[i].path;
		const char *name = path + strlen(top);
		const char *slash = strchr(name, '/');
		const char *prefix;

		next = i + 1;
		if (slash == NULL)
			continue;
		prefix = str_dup(r->arena,
		    (struct str) { path, (size_t)(slash + 1 - path) });
		while (next < r->files.n &&
		    str_has_prefix(r->files.files[next].path, prefix))
			next++;
		list = arena_grow(r->arena, list, n, &cap, sizeof(*list));
		check_include(r, path,
		    str_dup(r->arena,
			(struct str) { name, (size_t)(slash - name) }));
		list[n++] = (struct package_include) {
			str_dup(r->arena,
			    (struct str) { name, (size_t)(slash - name) }),
			pkg_files_below(r, prefix)
		};
	}
	r->package->includes = list;
	r->package->include_n = n;
}

const struct package_include *
package_include_for(const struct package *p, const char *language)
{
	const struct package_include *found = NULL;

	for (size_t i = 0; i < p->include_n; i++) {
		const struct package_include *x = &p->includes[i];

		if (strcmp(x->language, language) == 0)
			return x;
		if (strcmp(x->language, "default") == 0)
			found = x;
	}
	return found;
}
