/*
 * What the package of a problem that is judged consists of.
 */
#ifndef PACKAGE_PARTS_H
#define PACKAGE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grade/compare.h"
#include "grade/language.h"

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
	int64_t validation_passes; /* of a multi-pass problem, at most */
};

/* Arguments for input validators; of one of them, or (NULL) of each. */
struct package_input_args {
	const char *validator;
	const char *const *args; /* NULL at the end */
	const struct package_input_args *next;
};

/* Files that a program finds: paths without prefix are their names there. */
struct package_files {
	const char *prefix;       /* "data/secret/1.files/" */
	const char *const *paths; /* in the package, NULL at the end */
};

struct package_test {
	/* The static validator looks at the submission: no input, no answer. */
	bool is_static;
	const char *input;  /* file in the package: "data/secret/1.in" */
	const char *answer; /* "data/secret/1.ans" */
	size_t input_bytes;
	size_t answer_bytes;
	const char *const *args;           /* of the program, NULL at the end */
	const char *const *validator_args; /* NULL at the end */
	const char *validator;             /* whom they are for; NULL: all */
	struct compare_options compare;    /* the same, parsed */
	const struct package_input_args *input_args;
	struct package_files files; /* where the program runs; may be none */
	/* New format: points without an end; score.txt must say them. */
	bool is_unbounded;
	double most_score;  /* that a validator of its own may give */
	double least_score; /* where less is better */
	const char *hint;   /* for who fails it, or NULL */
	/* Where it may be seen, these are; NULL: nothing is. */
	const char *shown_input;
	const char *shown_answer;
	const char *interaction; /* in place of both */
};

/* What the validators are tried with. */
enum package_probe_kind {
	PACKAGE_INVALID_INPUT,  /* an input validator must refuse it */
	PACKAGE_INVALID_OUTPUT, /* the output validator must */
	PACKAGE_VALID_OUTPUT,   /* it must not */
};
struct package_probe {
	enum package_probe_kind kind;
	const char *name;   /* "valid_output/1" */
	const char *output; /* file in the package; NULL: of an input */
	struct package_test test;
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
	const char *entrypoint;          /* the file that starts, or NULL */
	unsigned int expected; /* 1u << verdict of those that may be */
	unsigned int bounds;   /* PACKAGE_TIME_...: of the limit, by any test */
	/* What submissions.yaml says; or NULL. */
	const struct package_rule *rules;
};

/* One demand on a submission: of tests, of points, of messages. */
struct package_rule {
	const char *where;      /* "submissions/submissions.yaml:3" */
	const char *tests;      /* pattern of tests and groups; NULL: all */
	unsigned int permitted; /* 1u << verdict, of every test; 0: any */
	unsigned int required;  /* of at least one test; 0: any */
	bool has_score;
	double score_min, score_max;
	const char *message; /* in a judgemessage.txt, or NULL */
	unsigned int bounds; /* PACKAGE_TIME_...: of the limit */
	const struct package_rule *next;
};
/* It must not be too slow; it must be. */
#define PACKAGE_TIME_LOWER 1u
#define PACKAGE_TIME_UPPER 2u
/* On which sides its time on that test ("secret/1") bounds the time limit. */
unsigned int package_time_bounds(const struct package_submission *,
    const char *test);

/* Does the rule speak of the test ("secret/1"), or of a group above it? */
bool package_rule_covers(const struct package_rule *, const char *test);

struct package_constant {
	const char *name;
	const char *value;
};

/* Files that are added to submissions of a language. */
struct package_include {
	const char *language; /* name, or "default" */
	struct package_files files;
};

/* A program of the package's own, as its validators are. */
struct package_program {
	const char *path; /* "output_validators/check": file or directory */
	const char *base; /* in front of its files' names, with '/' */
	const struct language *language; /* NULL: build and run are its own */
	const char *const *files;        /* paths, NULL at the end */
};

#endif
