/*
 * What test_group.yaml and a test's own YAML say: the new format.
 */
#include "package/groups.h"

#include <math.h>
#include <string.h>

#include "base/str.h"

/* A list for each of them, or a map of lists by their names. */
static void
read_input_args(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, struct group_settings *s)
{
	const struct meta *m = meta_get(map, "input_validator_args");
	const struct package_input_args *list = NULL;
	struct package_input_args *x;

	if (meta_is_null(m))
		return;
	if (m->kind == META_MAP) {
		for (const struct meta_item *i = m->items; i != NULL;
		     i = i->next) {
			x = arena_new_of(r->arena, struct package_input_args);
			x->validator = i->key;
			meta_take_strings(file, m, i->key, &x->args);
			x->next = list;
			if (x->args != NULL)
				list = x;
		}
	} else {
		x = arena_new_of(r->arena, struct package_input_args);
		if (m->kind == META_SCALAR)
			meta_take_words(file, map, "input_validator_args",
			    &x->args);
		else
			meta_take_strings(file, map, "input_validator_args",
			    &x->args);
		list = x->args != NULL ? x : NULL;
	}
	s->input_args = list;
}

/* What tests and groups of the new format have in common. */
static void
read_inherited(struct pkg_reader *r, struct meta_file *file,
    const struct meta *map, struct group_settings *s)
{
	static const char *const lists[] = { "output_validator_args",
		"output_validator_flags" };

	meta_take_strings(file, map, "args", &s->args);
	if (pkg_count_words(s->args) > PKG_ARGS_MAX)
		meta_fault(file, meta_get(map, "args")->line,
		    "more than %d arguments", PKG_ARGS_MAX);
	meta_take_bool(file, map, "full_feedback", &s->full_feedback);
	meta_take_string(file, map, "hint", &s->hint);
	read_input_args(r, file, map, s);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const struct meta *m = meta_get(map, lists[i]);
		const char *const *args = NULL;

		if (meta_is_null(m))
			continue;
		if (m->kind == META_SCALAR)
			meta_take_words(file, map, lists[i], &args);
		else
			meta_take_strings(file, map, lists[i], &args);
		pkg_set_validator_args(r, file, m->line, args, s);
	}
}

/* Groups or tests that must be accepted before this one is judged. */
static void
read_require_pass(const struct meta_file *file, const struct meta *map,
    struct group_settings *s)
{
	const struct meta *m = meta_get(map, "require_pass");

	if (meta_is_null(m))
		return;
	s->requires_line = m->line;
	if (m->kind == META_SCALAR)
		meta_take_words(file, map, "require_pass", &s->requires);
	else
		meta_take_strings(file, map, "require_pass", &s->requires);
}

/* A number of points, or a word in its place: true if it was that. */
static bool
take_points(const struct meta_file *file, const struct meta *map,
    const char *key, const char *word, double *points)
{
	const struct meta *m = meta_get(map, key);

	if (!meta_is_null(m) && m->kind == META_SCALAR &&
	    strcmp(m->text, word) == 0)
		return true;
	meta_take_double(file, map, key, 0, 1e9, points);
	return false;
}

/* clang-format off */
enum mode { PASS_FAIL, SUM, MIN };
static const char *const modes[] = {
	[PASS_FAIL] = "pass-fail",
	[SUM]       = "sum",
	[MIN]       = "min",
	NULL
};
/* clang-format on */

/* Points without an end, as secret has them, are its groups', too. */
static void
set_unbounded(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, bool is_said, bool is_secret,
    struct group_settings *s)
{
	bool may = is_secret || s->is_unbounded;
	size_t line = map != NULL ? map->line : 0;

	if (is_said && !may && r->package->plan.is_scoring)
		meta_fault(file, line,
		    "data/secret has a max_score: so must its groups");
	s->is_unbounded = is_said || (s->is_unbounded && isnan(s->group_score));
	if (s->is_unbounded && s->all_or_nothing &&
	    r->package->plan.is_scoring && !s->ignored)
		meta_fault(file, line,
		    "a group that passes or fails must have a max_score where "
		    "data/secret is unbounded");
}

static void
read_scoring(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, const char *dir, struct group_settings *s)
{
	static const char *const keys[] = { "score", "aggregation",
		"require_pass", NULL };
	/* Of 2025-09, which has no map around them. */
	static const char *const later[] = { "max_score", "score_aggregation",
		"require_pass" };
	const struct meta *m = meta_get(map, "scoring");
	bool is_secret = strcmp(dir, "data/secret") == 0;
	bool is_top = is_secret || strcmp(dir, "data") == 0;
	bool is_said = false;
	size_t mode = is_top ? SUM : PASS_FAIL;

	s->group_score = NAN;
	s->requires = NULL;
	s->ignored = strcmp(dir, "data/sample") == 0;
	if (!meta_is_null(m) && meta_is_map(file, m, "scoring")) {
		if (!r->package->plan.is_scoring)
			meta_fault(file, m->line,
			    "scoring is only for "
			    "problems of the type scoring");
		meta_check_keys(file, m, keys);
		meta_take_choice(file, m, "aggregation", modes, &mode);
		is_said =
		    take_points(file, m, "score", "unbounded", &s->group_score);
		read_require_pass(file, m, s);
	}
	for (size_t i = 0; i < ARRAY_LEN(later); i++) {
		m = meta_get(map, later[i]);
		if (!meta_is_null(m) && !r->package->plan.is_scoring)
			meta_fault(file, m->line,
			    "%s is only for problems of the type scoring",
			    later[i]);
		else if (!meta_is_null(m) && s->ignored)
			meta_warn(file, m->line,
			    "%s is not for samples, which are worth nothing",
			    later[i]);
	}
	is_said |=
	    take_points(file, map, "max_score", "unbounded", &s->group_score);
	m = meta_get(map, "max_score");
	if (meta_is_null(m))
		m = meta_get(meta_get(map, "scoring"), "score");
	s->score_line = m != NULL ? m->line : 0;
	meta_take_choice(file, map, "score_aggregation", modes, &mode);
	read_require_pass(file, map, s);
	s->rule = mode == MIN ? TREE_MIN : TREE_SUM;
	s->all_or_nothing = mode == PASS_FAIL;
	set_unbounded(r, file, map, is_said, is_secret, s);
	/* Where tests count one by one, all of them must run. */
	s->breaks = !r->package->plan.is_scoring || mode != SUM;
}

/* As 2023-07 has it: false, true, or a map. */
static void
read_static_map(const struct meta_file *file, const struct meta *map,
    struct group_settings *s)
{
	static const char *const keys[] = { "args", "score", NULL };
	const struct meta *m = meta_get(map, "static_validation");
	const struct meta *args;

	if (meta_is_null(m))
		return;
	if (m->kind == META_SCALAR) {
		meta_take_bool(file, map, "static_validation", &s->has_static);
		return;
	}
	s->has_static = true;
	if (!meta_is_map(file, m, "static_validation"))
		return;
	meta_check_keys(file, m, keys);
	meta_take_double(file, m, "score", 0, 1e9, &s->static_score);
	args = meta_get(m, "args");
	if (args != NULL && args->kind == META_SCALAR)
		meta_take_words(file, m, "args", &s->static_args);
	else
		meta_take_strings(file, m, "args", &s->static_args);
}

/* A test of the group's own, of the submission as such: never inherited. */
static void
read_static(struct pkg_reader *r, const struct meta_file *file,
    const struct meta *map, struct group_settings *s)
{
	static const char key[] = "static_validation_score";
	static const char args[] = "static_validator_args";
	const struct meta *m = meta_get(map, key);
	bool is_scored = r->package->plan.is_scoring && !s->all_or_nothing;
	bool says_word = false;

	s->has_static = false;
	s->static_score = NAN;
	s->static_args = NULL;
	read_static_map(file, map, s);
	if (!meta_is_null(m)) {
		s->has_static = true;
		says_word = take_points(file, map, key, modes[PASS_FAIL],
		    &s->static_score);
	}
	meta_take_strings(file, map, args, &s->static_args);
	if (meta_is_null(m))
		m = meta_get(map, "static_validation");
	if (!s->has_static && !meta_is_null(meta_get(map, args)))
		meta_fault(file, meta_get(map, args)->line, "%s without %s",
		    args, key);
	if (!s->has_static)
		return;
	if (r->package->static_validator == NULL)
		meta_fault(file, m->line,
		    "there is no program in static_validator");
	if (!isnan(s->static_score) && !is_scored)
		meta_fault(file, m->line,
		    "%s must be pass-fail where tests have no points", key);
	else if (says_word && is_scored)
		meta_fault(file, m->line,
		    "%s must be a number where tests have points", key);
	if (pkg_count_words(s->static_args) > PKG_ARGS_MAX)
		meta_fault(file, m->line, "more than %d arguments",
		    PKG_ARGS_MAX);
}

void
pkg_read_new_group(struct pkg_reader *r, struct meta_file *file,
    const struct meta *map, const char *dir, struct group_settings *s)
{
	static const char *const keys[] = { "scoring", "input_validator_args",
		"input_validator_flags", "output_validator_args",
		"output_validator_flags", "static_validation", "full_feedback",
		"hint", "description", "args", "on_reject", "max_score",
		"score_aggregation", "require_pass", "static_validation_score",
		"static_validator_args", "input_visualizer_args",
		"output_visualizer_args", NULL };
	static const char *const rejects[] = { "break", "continue", NULL };
	size_t reject = 0;

	meta_check_keys(file, map, keys);
	read_scoring(r, file, map, dir, s);
	read_static(r, file, map, s);
	read_inherited(r, file, map, s);
	/* Of earlier drafts. */
	if (!meta_is_null(meta_get(map, "on_reject"))) {
		meta_take_choice(file, map, "on_reject", rejects, &reject);
		s->breaks = reject == 0;
	}
}

void
pkg_test_settings(struct pkg_reader *r, const char *path,
    struct group_settings *s)
{
	static const char *const keys[] = { "args", "input_validator_args",
		"output_validator_args", "full_feedback", "hint", "description",
		"input_visualizer_args", "output_visualizer_args", NULL };
	struct meta_file file;
	const struct meta *map = pkg_read_yaml(r, path, &file);

	if (map == NULL || !meta_is_map(&file, map, "the file"))
		return;
	meta_check_keys(&file, map, keys);
	read_inherited(r, &file, map, s);
}
