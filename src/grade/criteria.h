/*
 * Criteria: the document that says which test functions are run on a
 * submission and what they are worth (docs/criteria.md).
 *
 *	{"base": CATEGORY, "bonus": CATEGORY, "penalty": CATEGORY,
 *	 "not_graded": "redistribute" or "zero"}
 *	CATEGORY	{weight, tests, subjects, subjects_weight}
 *	SUBJECT		the same, with subject_name
 *	TEST		{name, type, file, parameters, weight, hidden}
 *
 * Reading checks everything: structure, weights (tree_check), functions,
 * parameters.  A read document cannot fail later.
 */
#ifndef GRADE_CRITERIA_H
#define GRADE_CRITERIA_H

#include "grade/function.h"
#include "grade/tree.h"

/* Tests of one document: results must stay within what travels. */
#define CRITERIA_TESTS_MAX 2000
#define CRITERIA_NAME_MAX 255

struct criteria_test {
	const char *path; /* "base/Layout/Menu": unique in the document */
	const char *name;
	const struct function *function;
	/* Names or patterns of the files that it is about; NULL: all. */
	const char *const *files;
	/* What was given, by the index of the function's parameter; or NULL. */
	const struct json *values[FUNCTION_PARAMS_MAX];
	double weight;
	bool hidden;
};

struct criteria {
	const struct criteria_test *tests; /* in the order of grading */
	size_t n;
	const struct json *document;
	/* What cannot be graded costs its points; else others get them. */
	bool not_graded_is_zero;
};

struct criteria_options {
	const char *const *templates; /* NULL at the end */
	/* Functions of the package's own, to one without a name; or NULL. */
	const struct function *own;
	const char *where; /* in front of the pointers of faults */
};

/* NULL after a fault. */
const struct criteria *criteria_read(struct arena *, const struct json *,
    const struct criteria_options *, struct faults *);

/* A tree to be scored; index of its tests is that in criteria->tests. */
struct tree *criteria_tree(struct arena *,
    const struct criteria *) _must_check_;

/*
 * The value of a test's parameter, or what holds without it.  The name must
 * be one of the function's.
 */
const char *criteria_text(struct arena *, const struct criteria_test *,
    const char *name);
int64_t criteria_count(const struct criteria_test *, const char *name);
bool criteria_flag(const struct criteria_test *, const char *name);
/* NULL at the end; without it: no text. */
const char *const *criteria_texts(struct arena *, const struct criteria_test *,
    const char *name);
/* NULL where it was not given. */
const struct json *criteria_value(const struct criteria_test *,
    const char *name);
/*
 * The command for a language (its name or an older one: "python", "node"), or
 * NULL if there is none for it; "CMD" where nothing was said.
 */
const char *criteria_command(const struct criteria_test *, const char *name,
    const char *language);

/* Is the test about this file? */
bool criteria_takes_file(const struct criteria_test *, const char *path);

#endif
