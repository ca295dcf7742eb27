/*
 * A package while it is read: what the parts of the reader share.  Each part
 * adds its faults and goes on, so that all are reported at once.
 */
#ifndef PACKAGE_READ_H
#define PACKAGE_READ_H

#include "package/files.h"
#include "package/meta.h"
#include "package/package.h"

/*
 * Groups and tests: below what a criteria tree may hold, and so that a result
 * with all tests and their tree stays within json_limits_document.
 */
#define PKG_TESTS_MAX 10000
#define PKG_GROUPS_MAX 500
/* Arguments of a program or validator. */
#define PKG_ARGS_MAX 32

struct pkg_reader {
	struct arena *arena;
	struct package *package;
	struct pkg_files files;
	struct faults faults;
	struct faults warnings;
	size_t yaml_nodes; /* of all files so far */
	size_t filled;     /* bytes of YAML that had constants */
	bool is_legacy;
	bool judge_all;                 /* assize.yaml: judging: all */
	bool has_languages;             /* somebody said them */
	struct function *own_functions; /* package's, while they are read */
	const struct meta *name;        /* problem.yaml's, a string or a map */
	/* Arguments for the validator of every test (legacy), NULL at end. */
	const char *const *validator_args;
};

/* The YAML of a file; NULL if it is absent or has (as faults) faults. */
const struct meta *pkg_read_yaml(struct pkg_reader *, const char *path,
    struct meta_file *ret_file);

/* problem.yaml, .timelimit, domjudge-problem.ini, assize.yaml. */
void pkg_read_problem(struct pkg_reader *);
/* The limits in a map "limits" of problem.yaml; keys depend on the format. */
void pkg_read_limits(struct pkg_reader *, const struct meta_file *,
    const struct meta *limits);
/* That of assize.yaml. */
void pkg_read_own_limits(struct pkg_reader *, const struct meta_file *,
    const struct meta *limits);
/* assize.yaml, and the files that it names. */
void pkg_read_assize(struct pkg_reader *);
/* input_validators/: what cannot be run is a warning. */
void pkg_read_input_validators(struct pkg_reader *);
/* What is below include/. */
void pkg_read_includes(struct pkg_reader *);
/* The map "constants"; needed by whatever is read later. */
void pkg_read_constants(struct pkg_reader *, const struct meta_file *,
    const struct meta *problem);
/* submissions.yaml: language and rules of each submission. */
void pkg_read_rules(struct pkg_reader *, struct package_submission *, size_t n);
/* All files whose path begins with prefix. */
struct package_files pkg_files_below(struct pkg_reader *, const char *prefix);
/* The output validator, which the file says at that line that there is. */
void pkg_read_validator(struct pkg_reader *, const char *where, size_t line);
/* The program in static_validator/, where that file is. */
void pkg_read_static_validator(struct pkg_reader *, const char *found);
/* The one in graders/, which the file says at that line that there is. */
void pkg_read_grader(struct pkg_reader *, const char *where, size_t line);
/* What is said elsewhere about time, and what follows from other limits. */
void pkg_finish_limits(struct pkg_reader *);
/* The programs in a directory ("functions/"), each a file or a directory. */
const struct package_program *pkg_list_programs(struct pkg_reader *,
    const char *top, size_t *ret_n);
/* script.c: is there a program, and does it keep students' code apart? */
void pkg_check_script(struct pkg_reader *);
/* data/: groups and tests, in order. */
void pkg_read_data(struct pkg_reader *);
/* The files of test data/BASE that people see, where they may see any. */
void pkg_choose_shown(struct pkg_reader *, const char *base,
    struct package_test *);
/* problem_statement/ or statement/; the problem's name. */
void pkg_read_statements(struct pkg_reader *);
/* submissions/. */
void pkg_read_submissions(struct pkg_reader *);
void pkg_read_cases(struct pkg_reader *);

/* Names of the languages (NULL at the end), or a fault; "all" alone: all. */
void pkg_take_languages(struct pkg_reader *, const struct meta_file *,
    const struct meta *map, const char *key);

#endif
