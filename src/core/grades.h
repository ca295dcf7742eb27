/*
 * Standings and grades, and everything that was submitted, to be taken away.
 */
#ifndef CORE_GRADES_H
#define CORE_GRADES_H

#include "base/sink.h"
#include "core/auth.h"
#include "core/course.h"
#include "store/grades.h"

struct grades {
	struct course *course;
	bool is_own; /* the caller's row only */
	struct grades_problem *problems;
	size_t problems_n;
	struct grades_list list;
};
/*
 * A page of the grades of a course: everyone's for those who teach, else the
 * caller's own.  ERR_NOT_FOUND; ERR_NOT_MEMBER.
 */
struct err *core_grades(const struct core *, struct arena *,
    const struct caller *, const char *course, const struct core_page *,
    struct grades *ret_grades) _must_check_;
/*
 * Writes what core_grades began (with any page) as CSV, all of it: a line of
 * names, then one for each student.  Names that a spreadsheet would take for
 * a formula get a "'" before them.  Memory does not grow with the course.
 * false: it broke off, which is in the log.
 */
bool core_grades_csv(const struct core *, const struct grades *,
    const struct sink *) _must_check_;

struct standing_wish {
	struct problem_key key;
	const char *user; /* whose, or NULL */
	struct core_page page;
};
/*
 * The caller's own standing on a problem; of anybody else, or of all (user
 * NULL), for those who teach.  *ret_is_list: of all.  ERR_NOT_FOUND,
 * ERR_FORBIDDEN.
 */
struct err *core_standing(const struct core *, struct arena *,
    const struct caller *, const struct standing_wish *,
    struct standing_list *ret_list, bool *ret_is_list) _must_check_;

struct export
{
	const struct course *course;
	const struct problem *problem; /* NULL: all */
	bool evaluated;                /* only what counts */
};
/* May the caller?  For those who teach.  problem may be NULL. */
struct err *core_export_open(const struct core *, struct arena *,
    const struct caller *, const char *course, const char *problem,
    struct export *ret_export) _must_check_;
/*
 * Writes a zip: [problem/]user/submission/file of each, and at the end
 * submissions.csv.  Memory: one submission at a time, and some hundred bytes
 * for each file.  false: it broke off, which is in the log.
 */
bool core_export_zip(const struct core *, const struct export *,
    const struct sink *) _must_check_;

#endif
