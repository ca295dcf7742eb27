/*
 * What testdata.yaml, test_group.yaml and a test's own YAML say.
 */
#ifndef PACKAGE_GROUPS_H
#define PACKAGE_GROUPS_H

#include "package/read.h"

struct group_settings {
	const char *file;    /* that says it; its directory, if there is none */
	size_t score_line;   /* of max_score; 0: it says none */
	bool breaks;         /* judging stops at the first rejected test */
	bool all_or_nothing; /* scoring: points only if all pass */
	enum tree_rule rule; /* of its children's points */
	bool is_average;     /* with TREE_SUM: worth what a child is worth */
	bool ignored;        /* worth nothing: samples */
	enum tree_accept accept; /* whose children must be accepted */
	bool is_worst;           /* its verdict is the worst one's of them */
	bool is_custom;          /* legacy: a program grades it */
	const char *const *grader_args;
	bool full_feedback; /* the test may be shown to the submitter */
	/* NaN where it is not given: score, or (legacy) the end of range. */
	double group_score;
	double test_score;   /* legacy: accept_score, or what it may be */
	double reject_score; /* legacy */
	double most_score;   /* legacy: that a validator may give */
	double least_score;  /* legacy, where less is better */
	bool is_unbounded;   /* new format: points without an end */
	/* New format: a test of the submission's files; see static_score. */
	bool has_static;
	double static_score;            /* NaN: as any test of the group */
	const char *const *static_args; /* NULL at the end, or NULL */
	const char *const *args;
	const struct package_input_args *input_args;
	const char *const *validator_args;
	const char *validator; /* whom they are for; NULL: all */
	struct compare_options compare;
	const char *hint;
	const char *const *requires; /* groups or tests, NULL at the end */
	size_t requires_line;
};

/* What test_group.yaml (map may be NULL) says of the directory. */
void pkg_read_new_group(struct pkg_reader *, struct meta_file *,
    const struct meta *map, const char *dir, struct group_settings *);
/* Arguments for the output validator, behind those of problem.yaml. */
void pkg_set_validator_args(struct pkg_reader *, const struct meta_file *,
    size_t line, const char *const *args, struct group_settings *);
/* NULL: none. */
size_t pkg_count_words(const char *const *words);
/* Of data/ without any file. */
void pkg_default_settings(struct pkg_reader *, struct group_settings *ret);
/* Of the directory ("data/secret"), from what its parent has. */
void pkg_group_settings(struct pkg_reader *, const char *dir,
    const struct group_settings *parent, struct group_settings *ret);
/* Changes a test's settings by its YAML file, if there is one. */
void pkg_test_settings(struct pkg_reader *, const char *path,
    struct group_settings *);
/*
 * Weights of groups and tests: of a pass/fail problem every test the same; of
 * a scoring problem by the format's rules.  settings[i] is of groups[i].
 */
void pkg_set_weights(struct pkg_reader *, struct judge_group *groups,
    size_t group_n, struct judge_test *tests, size_t test_n,
    const struct group_settings *settings);
/* Which tests a group needs: require_pass. */
void pkg_set_requirements(struct pkg_reader *, struct judge_group *groups,
    size_t group_n, struct judge_test *tests,
    const struct group_settings *settings);
/* probes.c; data has the settings of data/. */
void pkg_read_probes(struct pkg_reader *, const struct group_settings *data);
/* "valid_output" and the like? */
bool pkg_is_probe_dir(const char *name);
/* "testdata.yaml" or "test_group.yaml"? */
bool pkg_is_group_file(const char *name);

#endif
