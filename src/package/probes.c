/*
 * What the package brings to try its own validators: inputs that must be
 * refused, outputs that must be accepted or refused; samples are among them.
 */
#include <string.h>

#include "base/str.h"
#include "package/groups.h"

/* clang-format off */
/* Names of the format, then those of earlier drafts. */
static const struct {
	const char *name;
	enum package_probe_kind kind;
} dirs[] = {
	{ "invalid_input",   PACKAGE_INVALID_INPUT },
	{ "invalid_output",  PACKAGE_INVALID_OUTPUT },
	{ "valid_output",    PACKAGE_VALID_OUTPUT },
	{ "invalid_inputs",  PACKAGE_INVALID_INPUT },
	{ "invalid_outputs", PACKAGE_INVALID_OUTPUT },
	{ "valid_outputs",   PACKAGE_VALID_OUTPUT },
};
/* clang-format on */

struct probes {
	struct pkg_reader *r;
	const struct group_settings *data;
	struct package_probe *list;
	size_t n, cap;
	/* The directory of the last one, with its settings. */
	const char *dir;
	struct group_settings settings;
};

bool
pkg_is_probe_dir(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (strcmp(dirs[i].name, name) == 0)
			return true;
	return false;
}

static void
settings_of(struct probes *p, const char *dir, struct group_settings *ret)
{
	const char *slash = strrchr(dir, '/');
	struct group_settings around;

	if (p->dir != NULL && strcmp(dir, p->dir) == 0) {
		*ret = p->settings;
		return;
	}
	if (slash == NULL) {
		*ret = *p->data;
		return;
	}
	settings_of(p,
	    str_dup(p->r->arena, (struct str) { dir, (size_t)(slash - dir) }),
	    &around);
	pkg_group_settings(p->r, dir, &around, ret);
}

/* The file that stands for this one in the tests' place, or a warning. */
static const char *
find_beside(struct probes *p, const char *input, const char *base,
    const char *suffix)
{
	const char *path = arena_printf(p->r->arena, "%s%s", base, suffix);

	if (pkg_files_find(&p->r->files, path) != NULL)
		return path;
	faults_add(&p->r->warnings, input, "is not used: there is no %s", path);
	return NULL;
}

static void
add(struct probes *p, enum package_probe_kind kind,
    const struct package_test *test, const char *name, const char *output)
{
	p->list =
	    arena_grow(p->r->arena, p->list, p->n, &p->cap, sizeof(*p->list));
	p->list[p->n++] = (struct package_probe) { kind, name, output, *test };
}

static void
read_one(struct probes *p, enum package_probe_kind kind, const char *input)
{
	struct arena *a = p->r->arena;
	const char *base =
	    str_dup(a, (struct str) { input, strlen(input) - strlen(".in") });
	const char *dir = str_dup(a,
	    (struct str) { base, (size_t)(strrchr(base, '/') - base) });
	struct group_settings s;
	struct package_test test = { .input = input };
	const char *output = NULL;

	settings_of(p, dir, &p->settings);
	p->dir = dir;
	s = p->settings;
	if (!p->r->is_legacy)
		pkg_test_settings(p->r, arena_printf(a, "%s.yaml", base), &s);
	if (kind != PACKAGE_INVALID_INPUT) {
		test.answer = find_beside(p, input, base, ".ans");
		output = find_beside(p, input, base, ".out");
		if (test.answer == NULL || output == NULL)
			return;
	}
	test.args = s.args;
	test.validator_args = s.validator_args;
	test.validator = s.validator;
	test.compare = s.compare;
	test.input_args = s.input_args;
	test.files = pkg_files_below(p->r, arena_printf(a, "%s.files/", base));
	add(p, kind, &test, base + strlen("data/"), output);
}

static void
read_dir(struct probes *p, const char *name, enum package_probe_kind kind)
{
	const struct pkg_files *files = &p->r->files;
	const char *prefix = arena_printf(p->r->arena, "data/%s/", name);
	bool can_try = kind == PACKAGE_INVALID_INPUT ||
	    !(p->r->package->is_interactive || p->r->package->is_multi_pass);

	for (size_t i = pkg_files_from(files, prefix);
	     i < files->n && str_has_prefix(files->files[i].path, prefix);
	     i++) {
		const char *path = files->files[i].path;

		if (!can_try) {
			faults_add(&p->r->warnings, path,
			    "is not used: the validator judges no output "
			    "alone");
			return;
		}
		if (str_has_suffix(path, ".in") &&
		    strstr(path, ".files/") == NULL)
			read_one(p, kind, path);
	}
}

/*
 * What is shown as right must be right: outputs of samples, since 2025-09 also
 * answers in their place.
 */
static void
read_samples(struct probes *p)
{
	const struct package *package = p->r->package;
	struct arena *a = p->r->arena;

	for (size_t i = 0; i < package->plan.test_n; i++) {
		const char *name = package->plan.tests[i].path;
		const struct package_test *test = &package->tests[i];
		const char *out = arena_printf(a, "data/%s.out", name);
		const char *shown =
		    arena_printf(a, "data/%s.ans.statement", name);

		if (!str_has_prefix(name, "sample/") || test->is_static)
			continue;
		if (pkg_files_find(&p->r->files, out) != NULL)
			add(p, PACKAGE_VALID_OUTPUT, test, name, out);
		else if (pkg_files_find(&p->r->files, shown) == NULL &&
		    package->validator_n > 0 &&
		    str_has_prefix(package->format, "2025"))
			add(p, PACKAGE_VALID_OUTPUT, test, name, test->answer);
	}
}

void
pkg_read_probes(struct pkg_reader *r, const struct group_settings *data)
{
	struct probes p = { .r = r, .data = data };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		read_dir(&p, dirs[i].name, dirs[i].kind);
	if (!r->is_legacy && !r->package->is_interactive &&
	    !r->package->is_multi_pass)
		read_samples(&p);
	r->package->probes = p.list;
	r->package->probe_n = p.n;
}
