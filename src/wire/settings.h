/*
 * What staff say about a problem: PUT /courses/{c}/problems/{p}.
 *
 * A time is RFC 3339, or a date, or a date and a time of day, by the clock of
 * the course; "" is none.
 */
#ifndef WIRE_SETTINGS_H
#define WIRE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/fields.h"

enum wire_evaluate { WIRE_EVALUATE_BEST, WIRE_EVALUATE_LAST };
enum wire_late_unit { WIRE_LATE_HOUR, WIRE_LATE_DAY };

/* Settings stand over the package's; what is not there stays as it is. */
struct wire_problem {
	const char *title; /* or NULL: as it is */
	const char *opens_at;
	const char *soft_at;
	const char *closes_at;
	const char *windows; /* JSON: all three at once (wire_windows_read) */
	int64_t grace_sec;   /* after each end */
	bool has_grace_sec;
	double late_penalty; /* points of a hundred for each unit begun */
	bool has_late_penalty;
	int late_unit; /* enum wire_late_unit */
	bool has_late_unit;
	const char *const *languages; /* labels */
	size_t n_languages;
	bool has_languages;
	int evaluate; /* enum wire_evaluate: "best", "last" */
	bool has_evaluate;
	/*
	 * JSON: a number in total, 0: any; or {"amount":, "period": in hours,
	 * "total":}, where -1 is no limit.
	 */
	const char *submission_limit;
	const char *sliding_limit; /* JSON: {"amount":, "period_sec":} */
	int64_t submissions_per_day;
	bool has_submissions_per_day;
	int64_t submission_interval_sec; /* between two */
	bool has_submission_interval_sec;
	int64_t stored_submissions; /* kept of a user, 0: all */
	bool has_stored_submissions;
	const char *const *exports; /* to whom grades are sent */
	size_t n_exports;
	bool has_exports;
	double pass_mark;
	bool has_pass_mark;
	double weight;
	bool has_weight;
	bool visible; /* to students */
	bool has_visible;
	bool groups; /* teams submit together, nobody alone */
	bool has_groups;
	bool allow_pending; /* submit again before the verdict */
	bool has_allow_pending;
	bool count_compile_errors; /* as attempts */
	bool has_count_compile_errors;
	bool network_grading; /* the grader may reach the network */
	bool has_network_grading;
	bool network_by_staff; /* who said so; no member of a body */
	const char *limits;    /* JSON object: time_ms, memory_kb, ... */
	const char *pool;      /* of runners, or NULL */
};
extern const struct fields wire_problem_fields;

/* The form of a time; "" is one. */
bool wire_is_local_time(const char *);

/* NULL: as it is; "": none; start may be "never". */
struct wire_windows {
	const char *start;
	const char *soft;
	const char *end;
};
/*
 * An object {"start":, "soft":, "end":}, of which null clears; or as
 * INGInious writes it: "START/SOFT/END", "START/END", "START", "/END", true
 * or "" or null for always, false for never.  Faults at the pointer.
 */
struct wire_windows wire_windows_read(struct faults *, const char *pointer,
    const struct json *);

/*
 * The settings as one JSON object of plain members, by which the store
 * changes a problem: windows and limits taken apart.  ERR_FIELDS.
 */
struct err *wire_problem_settings(struct arena *, const struct wire_problem *,
    const char **ret_json) _must_check_;

/*
 * The same of what a package says: of an object, the members windows,
 * submission_limit, groups, evaluate.
 */
struct err *wire_package_settings(struct arena *, const struct json *,
    const char *evaluate, const char **ret_json) _must_check_;

#endif
