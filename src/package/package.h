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
#include "grade/compare.h"
#include "grade/judge.h"
#include "grade/language.h"
#include "package/zip.h"
#include "wire/json.h"

/* Where a package is read from: a zip in memory, or (zip NULL) a directory. */
struct package_source {
	const void *zip;
	size_t zip_n;
	int dir;
};

struct package_limits {
	int64_t time_ms; /* CPU of one test */
	int64_t wall_ms; /* real time of one test */
	int64_t memory_kb;
	int64_t output_kb; /* what a test may print */
	int64_t file_kb;   /* the greatest file that it may write */
	int64_t processes;
	int64_t code_kb; /* all source files together */
	int64_t compile_time_ms;
	int64_t compile_memory_kb;
	int64_t validation_time_ms;
	int64_t validation_memory_kb;
	int64_t validation_output_kb;
};

struct package_test {
	const char *input;  /* file in the package: "data/secret/1.in" */
	const char *answer; /* "data/secret/1.ans" */
	size_t input_bytes;
	size_t answer_bytes;
	const char *const *args;           /* of the program, NULL at the end */
	const char *const *validator_args; /* NULL at the end */
	struct compare_options compare;    /* the same, parsed */
	const char *hint;                  /* for who fails it, or NULL */
};

struct package_statement {
	const char *locale; /* "en", "pt-BR" */
	const char *name;   /* the problem's name in it, or NULL */
	const char *path;   /* "problem_statement/problem.en.tex" */
};

/* One of the package's own solutions. */
struct package_submission {
	const char *path; /* "submissions/accepted/sum.c": file or directory */
	const char *dir;  /* "accepted" */
	const struct language *language; /* NULL: not one of ours */
	const char *const *files;        /* paths, NULL at the end */
	unsigned int expected; /* 1u << verdict of those that may be */
};

/* A program of the package's own, as its validators are. */
struct package_program {
	const char *path; /* "output_validators/check": file or directory */
	const char *base; /* in front of its files' names, with '/' */
	const struct language *language;
	const char *const *files; /* paths, NULL at the end */
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

/* Documents in assize.yaml, or in files of the package that it names. */
enum package_doc_id {
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
	PACKAGE_DOC__MAX
};
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
	const struct package_program *validator; /* of "custom", or NULL */
	const char *template;                    /* the first one */
	const char *const *templates;            /* NULL at the end */
	enum package_method method;
	struct package_doc docs[PACKAGE_DOC__MAX]; /* checked */
	const char *evaluate;                      /* "best", "last" */
	bool is_interactive; /* the validator talks to the program */
	bool takes_score;    /* legacy: the validator says each test's points */
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
	/* Odd but acceptable: no statement, no input validator, ... */
	const struct field_fault *warnings;
	/*
	 * SHA-256 over the files' paths and contents, 64 hexadecimal digits:
	 * the same for the same content, however it was zipped.
	 */
	const char *fingerprint;
};

/*
 * Reads and checks a package.  The arena must have room for 48 MiB, of which
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

/* The submission's expected verdicts as text: "WA" or "TLE,RE". */
const char *package_expected_text(struct arena *, unsigned int expected);

/*
 * Unpacks a package below an empty directory, without the one directory that
 * may stand around it: problem.yaml is then at the top.
 */
struct err *package_extract(struct arena *, const void *zip, size_t n,
    int dir) _must_check_;

#endif
