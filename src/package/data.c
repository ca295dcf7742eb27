#include <math.h>
#include <string.h>

#include "base/str.h"
#include "package/groups.h"
#include "package/read.h"

/*
 * The tree below data/.  Files are sorted by path, so a directory's are
 * together; what a directory holds, tests and groups mixed, is sorted by
 * name, as the format wants it.
 */

struct data {
	struct pkg_reader *r;
	struct judge_group *groups;
	size_t group_n, group_cap;
	struct group_settings *settings; /* of groups */
	size_t setting_cap;
	struct judge_test *tests;
	size_t test_n, test_cap;
	struct package_test *more;
	size_t more_cap;
	bool has_static; /* a test of the submission's files */
};

/* The test of a group that looks at the submission's files. */
#define STATIC_TEST "static_validation"

/* One thing in a directory: a test ("1" of "1.in") or a group. */
struct child {
	const char *name;
	bool is_group;
	size_t from; /* files of a group */
	size_t to;
};

/* clang-format off */
/* What may stand beside NAME.in. */
static const struct {
	const char *suffix;
	bool needs_test;
} companions[] = {
	{ ".ans.statement", true },  { ".ans.download", true },
	{ ".in.statement",  true },  { ".in.download",  true },
	{ ".ans",           true },  { ".in",           false },
	{ ".out",           true },  { ".hint",         true },
	{ ".desc",          true },  { ".png",          true },
	{ ".jpg",           true },  { ".jpeg",         true },
	{ ".svg",           true },  { ".yaml",         true },
	{ ".interaction",   false }, { ".args",         true },
	{ ".md5",           false }, { ".download",     false },
};
/* clang-format on */

static bool
is_test_name(const char *s)
{
	for (const char *c = s; *c != '\0'; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			(*c >= '0' && *c <= '9') || *c == '_' || *c == '.' ||
			*c == '-'))
			return false;
	return *s != '\0' && *s != '.' && *s != '-';
}

/* A file that is neither a test nor belongs to one. */
static void
check_companion(struct data *d, const char *path)
{
	struct pkg_reader *r = d->r;

	for (size_t i = 0; i < ARRAY_LEN(companions); i++) {
		const char *base;

		if (!str_has_suffix(path, companions[i].suffix))
			continue;
		if (!companions[i].needs_test)
			return;
		base = str_dup(r->arena,
		    (struct str) { path,
			strlen(path) - strlen(companions[i].suffix) });
		if (pkg_files_find(&r->files,
			arena_printf(r->arena, "%s.in", base)) == NULL)
			faults_add(strcmp(companions[i].suffix, ".ans") == 0
				? &r->faults
				: &r->warnings,
			    path, "there is no %s.in", base);
		return;
	}
	faults_add(&r->warnings, path, "is not used");
}

static int
compare_children(const void *a, const void *b)
{
	const struct child *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/*
 * Lists what is directly in the directory whose files are from..to, all of
 * which begin with prefix ("data/secret/").
 */
static struct child *
list_children(struct data *d, const char *prefix, size_t from, size_t to,
    size_t *ret_n)
{
	struct arena *a = d->r->arena;
	struct child *children = NULL;
	size_t n = 0, cap = 0, skip = strlen(prefix);

	for (size_t i = from; i < to; i++) {
		const char *path = d->r->files.files[i].path;
		const char *rest = path + skip;
		const char *slash = strchr(rest, '/');
		struct child child = { .from = i, .to = i + 1 };

		if (slash != NULL) {
			size_t length = skip + (size_t)(slash - rest) + 1;

			while (child.to < to &&
			    strncmp(d->r->files.files[child.to].path, path,
				length) == 0)
				child.to++;
			i = child.to - 1;
			child.is_group = true;
			child.name = str_dup(a,
			    (struct str) { rest, (size_t)(slash - rest) });
		} else if (str_has_suffix(rest, ".in")) {
			child.name =
			    str_dup(a, (struct str) { rest, strlen(rest) - 3 });
		} else {
			if (!pkg_is_group_file(rest))
				check_companion(d, path);
			continue;
		}
		children = arena_grow(a, children, n, &cap, sizeof(*children));
		children[n++] = child;
	}
	if (n > 0)
		qsort(children, n, sizeof(*children), compare_children);
	*ret_n = n;
	return children;
}

/* Earlier drafts have the arguments in a file, quoted as for a shell. */
static void
read_args_file(struct pkg_reader *r, const char *base, struct group_settings *s)
{
	const char *path = arena_printf(r->arena, "data/%s.args", base);
	const struct pkg_file *file = pkg_files_find(&r->files, path);
	const char **args;
	size_t n = 0;

	if (file == NULL)
		return;
	if (file->text == NULL || file->size > META_WORDS) {
		faults_add(&r->faults, path, "is too large");
		return;
	}
	args = meta_split(r->arena, file->text);
	while (args[n] != NULL)
		n++;
	if (n > PKG_ARGS_MAX)
		faults_add(&r->faults, path, "more than %d arguments",
		    PKG_ARGS_MAX);
	s->args = args;
}

/* Legacy packages have it in a file of its own. */
static void
read_hint_file(struct pkg_reader *r, const char *base, struct group_settings *s)
{
	const struct pkg_file *file = pkg_files_find(&r->files,
	    arena_printf(r->arena, "data/%s.hint", base));
	struct str text;

	if (file == NULL || file->text == NULL)
		return;
	text = str_trim(str_of(file->text));
	s->hint = str_utf8_repair(r->arena, text.p, text.n);
}

/* By its name, as 2025-09 wants it; before, it was only against the rules. */
static bool
is_ignored(struct pkg_reader *r, const char *path)
{
	bool is = str_has_prefix(r->package->format, "2025");

	faults_add(&r->warnings, path,
	    "a name must be made of letters, digits, '_', '.', '-'%s",
	    is ? ": it is ignored" : "");
	return is;
}

static void
add_test(struct data *d, size_t group, const struct group_settings *parent,
    const char *base, const char *name)
{
	struct pkg_reader *r = d->r;
	const char *in = arena_printf(r->arena, "data/%s.in", base);
	const char *ans = arena_printf(r->arena, "data/%s.ans", base);
	const struct pkg_file *in_file = pkg_files_find(&r->files, in);
	const struct pkg_file *ans_file = pkg_files_find(&r->files, ans);
	struct group_settings s = *parent;

	if (!is_test_name(name) && is_ignored(r, in))
		return;
	if (!r->is_legacy && strcmp(name, "test_group") == 0)
		faults_add(&r->faults, in,
		    "no test may be called so: test_group.yaml is its group's");
	if (ans_file == NULL) {
		faults_add(&r->faults, in, "there is no %s", ans);
		return;
	}
	if (r->package->wants_least && r->package->takes_score &&
	    !(isfinite(s.most_score) && isfinite(s.least_score)))
		faults_add(&r->faults, in,
		    "there is no range with two ends around it: a grade is how "
		    "far below its end a score is");
	if (s.is_unbounded && !s.ignored && r->package->validator_n == 0)
		faults_add(&r->faults, in,
		    "its points have no end, and there is no output validator "
		    "to say them");
	if (!r->is_legacy)
		pkg_test_settings(r,
		    arena_printf(r->arena, "data/%s.yaml", base), &s);
	read_args_file(r, base, &s);
	read_hint_file(r, base, &s);
	d->tests = arena_grow(r->arena, d->tests, d->test_n, &d->test_cap,
	    sizeof(*d->tests));
	d->more = arena_grow(r->arena, d->more, d->test_n, &d->more_cap,
	    sizeof(*d->more));
	d->tests[d->test_n] = (struct judge_test) {
		.path = base,
		.name = name,
		.group = group,
		.weight = s.test_score,
		.reject_score = r->is_legacy && s.test_score > 0
		    ? 100 * s.reject_score / s.test_score
		    : 0,
		.hidden = !s.full_feedback,
	};
	d->more[d->test_n] = (struct package_test) {
		.input = in,
		.answer = ans,
		.input_bytes = in_file->size,
		.answer_bytes = ans_file->size,
		.args = s.args,
		.validator_args = s.validator_args,
		.validator = s.validator,
		.compare = s.compare,
		.hint = s.hint,
		.input_args = s.input_args,
		.files = pkg_files_below(r,
		    arena_printf(r->arena, "data/%s.files/", base)),
		.most_score = s.most_score,
		.least_score = s.least_score,
		.is_unbounded = s.is_unbounded && !s.ignored,
	};
	pkg_choose_shown(r, base, &d->more[d->test_n]);
	d->test_n++;
}

/* Of the submission's files; before the others, since it costs least. */
static void
add_static_test(struct data *d, size_t group, const char *base,
    const struct group_settings *s)
{
	static const char *const none[] = { NULL };
	struct pkg_reader *r = d->r;

	d->tests = arena_grow(r->arena, d->tests, d->test_n, &d->test_cap,
	    sizeof(*d->tests));
	d->more = arena_grow(r->arena, d->more, d->test_n, &d->more_cap,
	    sizeof(*d->more));
	d->has_static = true;
	d->tests[d->test_n] = (struct judge_test) {
		.path = arena_printf(r->arena, "%s/%s", base, STATIC_TEST),
		.name = STATIC_TEST,
		.group = group,
		.weight = s->test_score,
		.hidden = !s->full_feedback,
	};
	d->more[d->test_n] = (struct package_test) {
		.is_static = true,
		.args = none,
		.validator_args =
		    s->static_args != NULL ? s->static_args : none,
		.files = { "", none },
		.most_score = s->most_score,
		.least_score = s->least_score,
		.is_unbounded = s->is_unbounded && isnan(s->static_score),
	};
	d->test_n++;
}

static size_t
add_group(struct data *d, size_t parent, const char *path, const char *name,
    const struct group_settings *s)
{
	d->groups = arena_grow(d->r->arena, d->groups, d->group_n,
	    &d->group_cap, sizeof(*d->groups));
	d->settings = arena_grow(d->r->arena, d->settings, d->group_n,
	    &d->setting_cap, sizeof(*d->settings));
	d->settings[d->group_n] = *s;
	d->groups[d->group_n] = (struct judge_group) {
		.path = path,
		.name = name,
		.parent = parent,
		.breaks = s->breaks && !d->r->judge_all,
		.all_or_nothing = d->r->package->plan.is_scoring &&
		    s->all_or_nothing && s->accept != TREE_ACCEPT_ALWAYS,
		.rule = s->rule,
		.accept = s->accept,
		.is_worst = s->is_worst,
		.is_custom = s->is_custom,
		.grader_args = s->grader_args,
		.first = d->test_n,
	};
	return d->group_n++;
}

/* How many levels of groups path has. */
static size_t
depth_of(const char *path)
{
	size_t depth = 1;

	for (const char *c = path; *c != '\0'; c++)
		depth += *c == '/';
	return depth;
}

/* NAME.files of NAME.in. */
static bool
is_test_files(struct pkg_reader *r, const char *dir)
{
	size_t n = strlen(dir);

	if (!str_has_suffix(dir, ".files"))
		return false;
	return pkg_files_find(&r->files,
		   arena_printf(r->arena, "%.*s.in", (int)(n - 6), dir)) !=
	    NULL;
}

static void add_children(struct data *, size_t group, const char *path,
    const struct child *dir, const struct group_settings *);

static void
add_subgroup(struct data *d, size_t parent, const char *base,
    const struct child *child, const struct group_settings *inherited)
{
	struct pkg_reader *r = d->r;
	const char *dir = arena_printf(r->arena, "data/%s", base);
	struct group_settings s;
	size_t group;

	/* What is for download only. */
	if (is_test_files(r, dir) ||
	    (!r->is_legacy && str_has_suffix(child->name, ".download")))
		return;
	if (!is_test_name(child->name) && is_ignored(r, dir))
		return;
	if (depth_of(base) > TREE_DEPTH_MAX - 1 ||
	    d->group_n >= PKG_GROUPS_MAX) {
		faults_add(&r->faults, dir,
		    "too many groups, or nested too "
		    "deeply");
		return;
	}
	pkg_group_settings(r, dir, inherited, &s);
	group = add_group(d, parent, base, child->name, &s);
	if (s.has_static)
		add_static_test(d, group, base, &s);
	add_children(d, group, base, child, &s);
	d->groups[group].n = d->test_n - d->groups[group].first;
}

static void
add_children(struct data *d, size_t group, const char *path,
    const struct child *dir, const struct group_settings *s)
{
	struct arena *a = d->r->arena;
	struct child *children;
	size_t n;

	children = list_children(d, arena_printf(a, "data/%s/", path),
	    dir->from, dir->to, &n);
	for (size_t i = 0; i < n; i++) {
		const char *base =
		    arena_printf(a, "%s/%s", path, children[i].name);

		if (i > 0 &&
		    strcmp(children[i - 1].name, children[i].name) == 0)
			faults_add(&d->r->faults,
			    arena_printf(a, "data/%s", base),
			    "is both a test and a group");
		else if (s->has_static &&
		    strcmp(children[i].name, STATIC_TEST) == 0)
			faults_add(&d->r->faults,
			    arena_printf(a, "data/%s", base),
			    "has the name of the group's static validation");
		else if (children[i].is_group)
			add_subgroup(d, group, base, &children[i], s);
		else
			add_test(d, group, s, base, children[i].name);
	}
}

/* Directories of data/ that are for those who make packages. */
static bool
is_other_data(const char *name)
{
	return pkg_is_probe_dir(name) || strcmp(name, "invalid_answers") == 0;
}

static void
read_top(struct data *d, const struct child *top,
    const struct group_settings *s)
{
	size_t hidden = 0;

	for (size_t i = 0; i < 2; i++) {
		const char *name = i == 0 ? "sample" : "secret";
		size_t before;

		if (top[i].name == NULL)
			continue;
		before = d->test_n;
		add_subgroup(d, 0, name, &top[i], s);
		if (i == 1)
			hidden = d->test_n - before;
	}
	if (d->r->package->static_validator != NULL && !d->has_static)
		faults_add(&d->r->warnings,
		    d->r->package->static_validator->path,
		    "is not used: no test_group.yaml has "
		    "static_validation_score");
	if (hidden == 0 && d->r->faults.n == 0)
		faults_add(d->test_n > 0 ? &d->r->warnings : &d->r->faults,
		    "data/secret", "there is no secret test");
	if (d->test_n > PKG_TESTS_MAX)
		faults_add(&d->r->faults, "data",
		    "%zu tests; at most %d are accepted", d->test_n,
		    PKG_TESTS_MAX);
}

void
pkg_read_data(struct pkg_reader *r)
{
	struct data d = { .r = r };
	struct child top[2] = { { 0 } };
	struct group_settings none, s;
	struct child *children;
	size_t n, from = pkg_files_from(&r->files, "data/");
	size_t to = pkg_files_from(&r->files, "data0");

	children = list_children(&d, "data/", from, to, &n);
	for (size_t i = 0; i < n; i++) {
		const char *path =
		    arena_printf(r->arena, "data/%s", children[i].name);

		if (!children[i].is_group)
			faults_add(&r->faults, path,
			    "tests belong into data/sample or data/secret");
		else if (strcmp(children[i].name, "sample") == 0)
			top[0] = children[i];
		else if (strcmp(children[i].name, "secret") == 0)
			top[1] = children[i];
		else if (!is_other_data(children[i].name))
			faults_add(&r->warnings, path, "is not used");
	}
	pkg_default_settings(r, &none);
	pkg_group_settings(r, "data", &none, &s);
	add_group(&d, 0, "", "data", &s);
	read_top(&d, top, &s);
	d.groups[0].n = d.test_n;
	pkg_set_requirements(r, d.groups, d.group_n, d.tests, d.settings);
	pkg_set_weights(r, d.groups, d.group_n, d.tests, d.test_n, d.settings);
	r->package->plan.groups = d.groups;
	r->package->plan.group_n = d.group_n;
	r->package->plan.tests = d.tests;
	r->package->plan.test_n = d.test_n;
	r->package->plan.has_points =
	    r->package->plan.is_scoring && !r->package->wants_least;
	r->package->tests = d.more;
	pkg_read_probes(r, &s);
}
