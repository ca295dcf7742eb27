/*
 * One test function at work.  It gets a test of the criteria and the files
 * that the test is about, and says a score from 0 to 100 and why.
 *
 * A struct err is a fault of ours, and the whole job is tried again.  What
 * the submission does wrong, and whatever a function cannot cope with, is a
 * score of 0 with a report: no test costs another.
 */
#ifndef RUNNER_TEMPLATES_PROBE_H
#define RUNNER_TEMPLATES_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "grade/criteria.h"
#include "grade/verdict.h"
#include "package/zip.h"
#include "runner/templates/syntax.h"

struct grading;
struct html;
struct css;
struct parsed_pattern;
struct wire_test;

/*
 * What a submission's files say, once they were parsed: kept for all tests.
 */
struct parsed {
	struct arena *arena;
	const struct zip_file *files;
	size_t n;
	const struct html **html; /* by file; NULL: not yet */
	const struct css **css;
	const struct syntax **syntax;
	enum syntax_language *languages; /* what structure_ask asked for */
	bool *is_asked;
	struct parsed_pattern *patterns;
	struct parsed_pattern **last_pattern;
};

/* What parsing may take at most: the limit of its arena. */
#define PARSED_MEMORY ((size_t)512 << 20)
struct parsed *parsed_new(struct arena *, const struct zip_file *files,
    size_t n) _must_check_;

struct probe {
	struct arena *arena; /* for what is reported */
	const struct criteria_test *test;
	const struct zip_file *files; /* of the submission */
	size_t n;
	const char *language; /* name, or NULL */
	const char *locale;   /* of what is reported, or NULL */
	struct parsed *parsed;
	/* The file that is looked at, where the function takes one. */
	size_t file;
	const struct html *html;
	const struct css *css;
	/* For functions that run programs; else NULL. */
	struct grading *grading;
	struct wire_test *record;
	/* Said by the function.  verdict: of a program that did not end well. */
	double score;
	const char *report;
	enum verdict verdict;
	bool is_not_graded; /* nobody could say; neither right nor wrong */
};

typedef struct err *probe_fn(struct probe *);

/*
 * A function takes all files of its test at once, or one after the other: the
 * worst is what counts.  Where the test names no file, those that take one
 * kind see the first of it.
 */
enum probe_kind {
	PROBE_FILES,
	PROBE_TREES, /* the same; and needs syntax trees, as PROBE_JS */
	PROBE_HTML,
	PROBE_CSS,
	PROBE_JS
};

struct probe_function {
	const char *name; /* NULL: the end */
	enum probe_kind kind;
	probe_fn *run;
};

extern const struct probe_function input_output_functions[];
extern const struct probe_function static_analysis_functions[];
extern const struct probe_function webdev_functions[];
extern const struct probe_function api_functions[];

/* That of a package's own functions. */
extern const struct probe_function own_function;

/* Runs the test's function on the files that it is about. */
struct err *probe_run(struct probe *,
    const struct probe_function *) _must_check_;
/* NULL if there is none. */
const struct probe_function *probe_find(const struct probe_function *list,
    const char *name);
bool probe_has_suffix(const struct zip_file *, const char *const *suffixes);
/* A file of the submission as a page, as a sheet; parsed once. */
const struct html *probe_html(struct probe *, size_t file);
const struct css *probe_css(struct probe *, size_t file);

/* The score and the report, in the probe's locale; returns NULL. */
struct err *probe_say(struct probe *, double score, const char *fmt, ...)
    _printf_(3, 4);
/* A part of a report, in its locale; words.h. */
const char *probe_word(const struct probe *, const char *fmt)
    __attribute__((format_arg(2)));
/* found of required, in whole percent, at most 100; 100 if none is. */
double probe_share(size_t found, size_t required);

#endif
