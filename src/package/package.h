/*
 * Problem packages in the ICPC / Kattis format: "legacy" (also "legacy-icpc")
 * and "2023-07-draft" (also "2023-07", "2025-09", which name the same files),
 * with our additions in assize.yaml.
 *
 * Reading checks everything and reports every fault at once: ERR_PACKAGE whose
 * faults point to the file and, in YAML, the line ("problem.yaml:3",
 * "data/secret/1.in").  Server, runner and command read with this same code.
 */
#ifndef PACKAGE_PACKAGE_H
#define PACKAGE_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "grade/criteria.h"
#include "grade/judge.h"
#include "grade/language.h"
#include "grade/quiz.h"
#include "package/parts.h"
#include "package/setup.h"
#include "package/zip.h"
#include "wire/json.h"

/* Where a package is read from: a zip in memory, or (zip NULL) a directory. */
struct package_source {
	const void *zip;
	size_t zip_n;
	int dir;
};

/* How a package is graded; follows from its templates. */
enum package_method {
	PACKAGE_JUDGED,   /* the tests in data/ */
	PACKAGE_CRITERIA, /* a criteria tree */
	PACKAGE_QUIZ,
	PACKAGE_SCRIPT,
	PACKAGE_MANUAL, /* by people */
	PACKAGE_METHOD__MAX
};
/* "judged", "criteria", ... */
const char *package_method_name(enum package_method);
/* What its script finds as @state before one was set; "" if it says none. */
#define PACKAGE_STATE_MAX 65536
struct package;
const char *package_state(struct arena *, const struct package *);

/* Documents in assize.yaml, or in files of the package that it names. */
enum package_doc_id {
	PACKAGE_DOC_FUNCTIONS, /* before the criteria that use them */
	PACKAGE_DOC_CRITERIA,
	PACKAGE_DOC_SETUP,
	PACKAGE_DOC_FEEDBACK,
	PACKAGE_DOC_QUIZ,
	PACKAGE_DOC_SCRIPT,
	PACKAGE_DOC_EXPORT,
	PACKAGE_DOC_WINDOWS,
	PACKAGE_DOC_SUBMISSION_LIMIT,
	PACKAGE_DOC_GROUPS,
	PACKAGE_DOC_STATE,
	PACKAGE_DOC_WEIGHT,
	PACKAGE_DOC_STORED,
	PACKAGE_DOC_VISIBLE,
	PACKAGE_DOC__MAX
};
#define PACKAGE_OWN_TEMPLATE "custom"
struct package_doc {
	/* Where it stands: JSON pointers into it go behind. */
	const char *where;       /* "criteria.json#", "assize.yaml#/criteria" */
	const struct json *json; /* NULL: there is none */
};

struct package {
	const char *format;     /* "legacy", "2023-07-draft" */
	const char *type;       /* "pass-fail", "scoring" */
	const char *name;       /* in English, else the first */
	const char *uuid;       /* or NULL */
	const char *validation; /* "default", "custom" */
	const struct package_program *validators; /* of "custom": all must */
	size_t validator_n;                       /* accept; else none */
	/* Legacy: for each of them, also where a test's are for one only. */
	const char *const *validator_flags; /* NULL at the end, or NULL */
	const char *template;               /* the first one */
	const char *const *templates;       /* NULL at the end */
	enum package_method method;
	struct package_doc docs[PACKAGE_DOC__MAX]; /* checked */
	/* Test functions of its own: programs, and (one more, without a name)
	 * what they are called and take. */
	const struct package_program *functions;
	const struct function *own_functions;
	size_t functions_n;
	const struct setup *setup;       /* or NULL */
	const struct criteria *criteria; /* plan's tests; or NULL */
	const struct quiz *quiz; /* of the templates quiz, script; or NULL */
	bool wants_network;      /* script: it can do nothing without */
	const char
	    *run_cmd;     /* script: what grades, or NULL: run, run.py, ... */
	const char *pool; /* whose runners grade it; NULL: the problem's */
	const char *evaluate; /* "best", "last" */
	bool is_interactive;  /* the validator talks to the program */
	bool is_multi_pass;   /* its input may come from the validator */
	bool writes_files;    /* where it runs, the program may write */
	bool takes_score; /* legacy: the validator says each test's points */
	bool is_submit_answer; /* outputs are submitted, not programs */
	bool wants_least;      /* legacy: the fewer points, the better */
	const struct package_program *grader; /* of plan's custom groups */
	const struct package_program *static_validator; /* or NULL */
	double full_score; /* the points that are the grade 100; 0: all */
	struct package_limits limits;
	/*
	 * Tests in order, groups.  Judged: those of data/.  Else: the leaves
	 * that results report, none where there are none.
	 */
	struct judge_plan plan;
	const struct package_test *tests; /* judged: plan.test_n of them */
	/* NULL at the end; none: submissions have no language. */
	const struct language *const *languages;
	const struct package_statement *statements;
	size_t statement_n;
	const struct package_submission *submissions;
	size_t submission_n;
	const char *const *cases; /* "test/1.test"; NULL at the end */
	size_t case_n;
	const struct package_program *input_validators;
	size_t input_validator_n;
	const struct package_probe *probes;
	size_t probe_n;
	const struct package_constant *constants;
	size_t constant_n;
	const struct package_include *includes;
	size_t include_n;
	/* Of timings: time limit / slowest accepted, fastest TLE / limit. */
	double ac_to_limit, limit_to_tle;
	int64_t time_resolution_ms; /* 0: legacy, none is given */
	bool has_links;             /* the directory holds symlinks */
	/* Odd but acceptable: no statement, no input validator, ... */
	const struct field_fault *warnings;
	/*
	 * SHA-256 over the files' paths and contents, 64 hexadecimal digits:
	 * the same for the same content, however it was zipped.
	 */
	const char *fingerprint;
};

/*
 * Reads and checks a package.  The arena must have room for 96 MiB, of which
 * usually little is used (contents of data files are not kept); ERR_TOO_LARGE
 * without it.  Besides ERR_PACKAGE: the errors of package/zip.h.
 */
struct err *package_read(struct arena *, const struct package_source *,
    struct package **ret_package) _must_check_;

/*
 * The snapshot that jobs carry, as JSON text: templates, method, type,
 * validation, limits, languages, groups, tests (path, name, group, hidden,
 * weight, validator arguments), the task-and-case view of them, and what the
 * package says about submitting.  Members are described in grading_json.c.
 */
struct err *package_grading_json(struct arena *, const struct package *,
    const char **ret_json, size_t *ret_n) _must_check_;

/*
 * Text of a program or a YAML file with the package's constants in it:
 * {{name}} where name is one.  The same text where there are none, or where it
 * would have more than max bytes.
 */
struct str package_fill(struct arena *, const struct package *, struct str text,
    size_t max) _must_check_;

/* Is it called that?  The end of its name may be left out. */
bool package_program_is(const struct package_program *, const char *name);

/* What is added to a submission in the language: NULL, or its own, or all's. */
const struct package_include *package_include_for(const struct package *,
    const char *language);

/* The submission's expected verdicts as text: "WA" or "TLE,RE". */
const char *package_expected_text(struct arena *, unsigned int expected);

/*
 * The same zip, or, if it holds symlinks, one with what they lead to in their
 * place: whoever reads a package sees plain files.  ERR_FILES for one that
 * leads out of the archive, nowhere, or in a circle; ERR_TOO_LARGE.
 */
struct err *package_unlink(struct arena *, struct str zip,
    struct str *ret_zip) _must_check_;

/*
 * Unpacks a package below an empty directory, without the one directory that
 * may stand around it: problem.yaml is then at the top.
 */
struct err *package_extract(struct arena *, const void *zip, size_t n,
    int dir) _must_check_;

#endif
