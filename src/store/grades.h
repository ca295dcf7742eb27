/*
 * What users have on problems, and in a course: standings, grades, and all
 * that was submitted, to be taken away.
 */
#ifndef STORE_GRADES_H
#define STORE_GRADES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct grades_problem {
	const char *slug;
	const char *title;
	double weight;
	bool is_open; /* it has opened, so it counts */
};

/* Of one problem, in the order of the problems. */
struct grades_cell {
	double grade; /* NAN: nothing evaluated */
	int64_t tried;
	bool is_success;
	const char *evaluated; /* or NULL */
};

struct grades_row {
	const char *user;
	double grade; /* of the course; NAN while nothing has opened */
	struct grades_cell *cells;
};

/* The visible problems of a course, by name. */
struct err *store_grades_problems(struct store *, struct arena *,
    int64_t course_id, struct grades_problem **ret_problems,
    size_t *ret_n) _must_check_;

struct grades_page {
	int64_t course_id;
	int64_t user_id;   /* 0: all students */
	const char *after; /* those behind this name, or NULL */
	size_t limit;
	size_t problems_n;
};
struct grades_list {
	struct grades_row *items; /* by name */
	size_t n;
	bool is_more;
};
struct err *store_grades_list(struct store *, struct arena *,
    const struct grades_page *, struct grades_list *ret_list) _must_check_;

struct standing {
	const char *user;
	int64_t tried;
	const char *evaluated; /* or NULL */
	double grade;          /* NAN: none */
	bool is_success;
	const char *state;
	const char *updated_at;
};
struct standing_list {
	struct standing *items; /* by name */
	size_t n;
	bool is_more;
};
struct standing_page {
	int64_t problem_id;
	const char *user;  /* NULL: all */
	const char *after; /* or NULL */
	size_t limit;
};
struct err *store_standing_list(struct store *, struct arena *,
    const struct standing_page *, struct standing_list *ret_list) _must_check_;

struct export_item {
	const char *id;
	const char *problem;
	const char *const *users;
	size_t users_n;
	const char *submitted_at;
	const char *language; /* or NULL */
	const char *status;
	const char *verdict; /* or NULL */
	double grade;        /* NAN: none */
	bool is_evaluated;
	int64_t at_ms; /* with seq: where the next page begins */
	int64_t seq;
};
struct export_page {
	int64_t course_id;
	int64_t problem_id; /* 0: all */
	bool evaluated;     /* only what counts */
	int64_t at_ms;      /* of the last one; seq 0: from the start */
	int64_t seq;
	size_t limit;
};
struct export_list {
	struct export_item *items; /* the oldest first */
	size_t n;
	bool is_more;
};
struct err *store_export_list(struct store *, struct arena *,
    const struct export_page *, struct export_list *ret_list) _must_check_;

#endif
