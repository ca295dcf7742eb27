#include "package/groups.h"

#include <math.h>
#include <string.h>

#include "base/str.h"

static const char *const file_names[] = { "testdata.yaml", "test_group.yaml" };

bool
pkg_is_group_file(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(file_names); i++)
		if (strcmp(name, file_names[i]) == 0)
			return true;
	return false;
}

size_t
pkg_count_words(const char *const *words)
{
	size_t n = 0;

	while (words != NULL && words[n] != NULL)
		n++;
	return n;
}

/* The arguments in front are those of problem.yaml. */
void
pkg_set_validator_args(struct pkg_reader *r, const struct meta_file *file,
    size_t line, const char *const *args, struct group_settings *s)
{
	const char **all;
	size_t n = pkg_count_words(args);
	size_t front = pkg_count_words(r->validator_args);
	struct err *e;

	if (front + n > PKG_ARGS_MAX) {
		meta_fault(file, line, "more than %d arguments", PKG_ARGS_MAX);
		return;
	}
	all = arena_array(r->arena, front + n + 1, sizeof(*all));
	for (size_t i = 0; i < front; i++)
		all[i] = r->validator_args[i];
	for (size_t i = 0; i < n; i++)
		all[front + i] = args[i];
	s->validator_args = all;
	/* What the words mean to a validator of its own is not known. */
	if (strcmp(r->package->validation, "custom") == 0)
		return;
	e = compare_options_parse(r->arena, all, front + n, &s->compare);
	if (e != NULL)
		meta_fault(file, line, "%s", e->detail);
}

void
pkg_default_settings(struct pkg_reader *r, struct group_settings *ret)
{
	static const char *const none[] = { NULL };
	struct meta_file file = { "problem.yaml", &r->faults, NULL, NULL };

	*ret = (struct group_settings) {
		.breaks = true,
		.all_or_nothing = r->is_legacy,
		.is_worst = r->is_legacy,
		.group_score = NAN,
		.test_score = 1,
		.most_score = HUGE_VAL,
		.least_score = -HUGE_VAL,
		.args = none,
		.validator_args = none,
	};
	pkg_set_validator_args(r, &file, 0, NULL, ret);
}

/* clang-format off */
/* Flags of the default grader of the format; of each kind the last counts. */
struct grader_flag {
	const char *word;
	void (*set)(struct group_settings *);
};

#define FLAG(name, statement) \
	static void \
	flag_##name(struct group_settings *s) \
	{ \
		statement; \
	}

FLAG(sum, s->rule = TREE_SUM; s->is_average = false)
FLAG(min, s->rule = TREE_MIN; s->is_average = false)
FLAG(max, s->rule = TREE_MAX; s->is_average = false)
FLAG(avg, s->rule = TREE_SUM; s->is_average = true)
FLAG(ignore_sample, s->ignored = true)
FLAG(always_accept, s->accept = TREE_ACCEPT_ALWAYS)
FLAG(any, if (s->accept == TREE_ACCEPT_ALL) s->accept = TREE_ACCEPT_ANY)
FLAG(first_error, s->is_worst = false)
FLAG(worst_error, s->is_worst = true)

static const struct grader_flag grader_flags[] = {
	{ "sum",                    flag_sum },
	{ "min",                    flag_min },
	{ "max",                    flag_max },
	{ "avg",                    flag_avg },
	{ "ignore_sample",          flag_ignore_sample },
	{ "always_accept",          flag_always_accept },
	{ "accept_if_any_accepted", flag_any },
	{ "first_error",            flag_first_error },
	{ "worst_error",            flag_worst_error },
};
/* clang-format on */

static void
read_grader_flags(const struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, struct group_settings *s)
{
	const char *const *words = NULL;

	meta_take_words(file, map, "grader_flags", &words);
	if (s->is_custom && words != NULL)
		s->grader_args = words;
	if (words == NULL || s->is_custom)
		return;
	/* Together they replace what is inherited. */
	s->rule = TREE_SUM;
	s->is_average = s->ignored = false;
	s->accept = TREE_ACCEPT_ALL;
	s->is_worst = true;
	for (; *words != NULL; words++) {
		size_t i = 0;

		while (i < ARRAY_LEN(grader_flags) &&
		    strcmp(grader_flags[i].word, *words) != 0)
			i++;
		if (i < ARRAY_LEN(grader_flags))
			grader_flags[i].set(s);
		else
			meta_fault(file, meta_get(map, "grader_flags")->line,
			    "\"%s\" cannot be graded here", *words);
	}
	/* What is worst has most points, but loses most of the grade. */
	if (r->package->wants_least && s->rule != TREE_SUM)
		s->rule = s->rule == TREE_MIN ? TREE_MAX : TREE_MIN;
}

static void
read_scores(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, struct group_settings *s)
{
	static const char *const keys[] = { "accept_score", "reject_score",
		"range" };
	const char *const *range = NULL;
	bool takes_score = r->package->takes_score;
	double least = 0, most;

	if (!r->package->plan.is_scoring) {
		for (size_t i = 0; i < ARRAY_LEN(keys); i++)
			if (!meta_is_null(meta_get(map, keys[i])))
				faults_add(&r->warnings, file->name,
				    "%s is only for problems of the type "
				    "scoring",
				    keys[i]);
		return;
	}
	meta_take_double(file, map, "accept_score", 0, 1e9, &s->test_score);
	meta_take_double(file, map, "reject_score", -1e9, 1e9,
	    &s->reject_score);
	meta_take_words(file, map, "range", &range);
	if (range == NULL)
		return;
	if (pkg_count_words(range) != 2)
		meta_fault(file, meta_get(map, "range")->line,
		    "range must be two numbers");
	else if ((takes_score || s->is_custom) &&
	    str_to_double(range[1], &most) && /* else it is infinite */
	    (!r->package->wants_least || str_to_double(range[0], &least)) &&
	    most > least) {
		s->group_score = most - least;
		if (!takes_score)
			return;
		s->test_score = most - least;
		s->most_score = most;
		s->least_score = least;
	}
}

/* A string for all input validators, or a map with the name of one. */
static void
read_legacy_input_flags(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, struct group_settings *s)
{
	const struct meta *m = meta_get(map, "input_validator_flags");
	struct package_input_args *x;
	const char *const *words = NULL;

	if (meta_is_null(m))
		return;
	x = arena_new_of(r->arena, struct package_input_args);
	if (m->kind == META_MAP) {
		meta_take_string(file, m, "name", &x->validator);
		meta_take_words(file, m, "flags", &words);
	} else {
		meta_take_words(file, map, "input_validator_flags", &words);
	}
	x->args = words;
	s->input_args = words != NULL ? x : NULL;
}

static void
check_validator(struct pkg_reader *r, const struct meta_file *file, size_t line,
    const char *name)
{
	const struct package *p = r->package;
	size_t i = 0;

	while (name != NULL && i < p->validator_n &&
	    !package_program_is(&p->validators[i], name))
		i++;
	if (name != NULL && i == p->validator_n && i > 0)
		meta_fault(file, line, "there is no output validator \"%s\"",
		    name);
}

/* What a file does not say is as in the group around it. */
static void
read_legacy(struct pkg_reader *r, struct meta_file *file,
    const struct meta *map, struct group_settings *s)
{
	static const char *const keys[] = { "on_reject", "grading",
		"grader_flags", "input_validator_flags",
		"output_validator_flags", "accept_score", "reject_score",
		"range", NULL };
	/* The last two are of packages older than the format's name. */
	static const char *const rejects[] = { "break", "continue",
		"first_error", "worst_error", "grade", NULL };
	static const char *const gradings[] = { "default", "custom", NULL };
	const char *const *words = NULL;
	const struct meta *flags;
	size_t reject = s->breaks ? 0 : 1, grading = s->is_custom ? 1 : 0;

	meta_check_keys(file, map, keys);
	meta_take_choice(file, map, "on_reject", rejects, &reject);
	meta_take_choice(file, map, "grading", gradings, &grading);
	s->is_custom = grading != 0;
	if (s->is_custom && r->package->grader == NULL)
		pkg_read_grader(r, file->name, map->line);
	s->breaks = reject == 0 || reject == 2;
	read_grader_flags(r, file, map, s);
	read_scores(r, file, map, s);
	read_legacy_input_flags(r, file, map, s);
	flags = meta_get(map, "output_validator_flags");
	if (meta_is_null(flags))
		return;
	s->validator = NULL;
	if (flags->kind == META_MAP) {
		map = flags;
		meta_take_string(file, map, "name", &s->validator);
		check_validator(r, file, flags->line, s->validator);
	}
	meta_take_words(file, map,
	    flags->kind == META_MAP ? "flags" : "output_validator_flags",
	    &words);
	pkg_set_validator_args(r, file, flags->line, words, s);
}

void
pkg_group_settings(struct pkg_reader *r, const char *dir,
    const struct group_settings *parent, struct group_settings *ret)
{
	const struct meta *map = NULL;
	struct meta_file file = { dir, &r->faults, NULL, NULL };

	*ret = *parent;
	ret->file = dir;
	ret->score_line = ret->requires_line = 0;
	ret->group_score = NAN;
	if (strcmp(dir, "data/sample") == 0)
		ret->full_feedback = true;
	for (size_t i = 0; i < ARRAY_LEN(file_names) && map == NULL; i++)
		map = pkg_read_yaml(r,
		    arena_printf(r->arena, "%s/%s", dir, file_names[i]), &file);
	if (map != NULL && !meta_is_map(&file, map, "the file"))
		return;
	if (map != NULL)
		ret->file = file.name;
	if (!r->is_legacy)
		pkg_read_new_group(r, &file, map, dir, ret);
	else if (map != NULL)
		read_legacy(r, &file, map, ret);
	if (r->package->plan.is_scoring && r->is_legacy &&
	    strcmp(dir, "data/sample") == 0 && parent->ignored)
		ret->ignored = true;
	else if (r->is_legacy && strcmp(dir, "data") != 0)
		ret->ignored = false;
}
