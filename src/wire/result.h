/*
 * The result of a job: read by the server (leniently), written by the
 * runner, both by one table.  NOJ's shape, {"tasks":[[case...]...]}, is read
 * into the same struct.
 */
#ifndef WIRE_RESULT_H
#define WIRE_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/fields.h"
#include "wire/names.h"

#define WIRE_TESTS_MAX 10000
#define WIRE_POINTS_MAX INT64_C(1000000000000)

struct wire_test {
	const char *path; /* "secret/group1/01": as in the snapshot */
	const char *name; /* or NULL */
	int status;       /* enum wire_verdict, or WIRE_SKIPPED */
	double score;     /* 0 to 100 */
	bool has_score;
	double points; /* as the package counts them; may have no end */
	bool has_points;
	double weight;
	bool has_weight;
	int64_t time_ms;
	bool has_time;
	int64_t memory_kb;
	bool has_memory;
	int64_t exit_code;
	bool has_exit_code;
	int64_t signal;
	bool has_signal;
	/* CPU time of a run before, which passed the limit by little. */
	int64_t first_time_ms;
	bool has_first_time;
	const char *cause;  /* what decided: verdict_cause_name, or NULL */
	const char *report; /* or NULL, like the next two */
	const char *out;    /* member "stdout" */
	const char *err;    /* member "stderr" */
	/* From validators: for all who see the test; for staff only. */
	const char *team_message;
	const char *judge_message;
	bool cut; /* out or err is not all of it */
	bool hidden;
};
extern const struct fields wire_test_fields;

enum wire_compile_status { WIRE_COMPILE_OK, WIRE_COMPILE_ERROR };

struct wire_compile {
	int status;         /* enum wire_compile_status: "ok", "error" */
	const char *output; /* or NULL */
};

/* One case as NOJ's runners report it; -1 is legal for the numbers. */
struct wire_noj_case {
	const char *out; /* "stdout" */
	const char *err; /* "stderr" */
	int64_t exit_code;
	double exec_time;    /* ms */
	double memory_usage; /* KiB */
	int status;          /* enum wire_verdict */
};

struct wire_noj_task {
	const struct wire_noj_case *cases;
	size_t n_cases;
};

struct wire_result {
	int verdict;                        /* enum wire_verdict */
	double grade;                       /* 0 to 100 */
	const struct wire_compile *compile; /* or NULL */
	const struct wire_test *tests;
	size_t n_tests;
	const char *state;   /* or NULL */
	const char *archive; /* a plain name, or NULL */
	/* The grader's own word (enum wire_outcome), where it has one. */
	int outcome; /* member "result" */
	bool has_outcome;
	const char *text; /* feedback on the whole, or NULL */
	const char *out;  /* of the grader, for staff: member "stdout" */
	const char *err;  /* member "stderr" */
	/* JSON objects as text, or NULL (pipeline may be an array). */
	const char *tree;
	const char *feedback;
	const char *custom;
	const char *problems; /* {question: [result, text]} */
	const char *tags;     /* {tag: true, false or text} */
	const char *pipeline;
	const char *provenance;
	/* NOJ's shape: then nothing above is set. */
	bool is_noj;
	const struct wire_noj_task *tasks;
	size_t n_tasks;
};
extern const struct fields wire_result_fields; /* of our own shape; lenient */

/* ERR_NOT_JSON or ERR_FIELDS. */
struct err *wire_result_parse(struct arena *, struct str body,
    struct wire_result **ret_result) _must_check_;
/* Our shape as text of at most max bytes; NULL if it would be longer. */
char *wire_result_text(struct arena *, const struct wire_result *,
    size_t max) _must_check_;

#endif
