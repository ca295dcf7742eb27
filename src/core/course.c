#include "core/course.h"

#include "grade/language.h"

/*
 * The course as the caller has it; ERR_NOT_FOUND where they may not know of
 * it, ERR_FORBIDDEN where they are less than what it takes.
 */
static struct err *
enter(const struct core *c, struct arena *a, const struct caller *who,
    const char *slug, enum member_role least, struct course **ret_course)
{
	struct course *course;

	TRY(store_course_get(c->store, a, who->user->id, slug, &course));
	if (course != NULL)
		course->role = core_role(who, course->role);
	if (course == NULL ||
	    (course->role == ROLE_NONE && !course->is_visible))
		return ERR(a, ERR_NOT_FOUND, "no such course");
	if (course->role < least)
		return ERR(a, ERR_FORBIDDEN, "this is for %s of the course",
		    member_role_name(least));
	*ret_course = course;
	return NULL;
}

struct err *
core_course_create(const struct core *c, struct arena *a,
    const struct caller *who, const char *slug,
    const struct course_change *change, struct course **ret_course)
{
	if (!who->is_admin)
		return ERR(a, ERR_FORBIDDEN, "this is for administrators");
	return store_course_create(c->store, a, who->user->id, slug, change,
	    ret_course);
}

struct err *
core_course_update(const struct core *c, struct arena *a,
    const struct caller *who, const char *slug,
    const struct course_change *change, struct course **ret_course)
{
	struct course *course;

	TRY(enter(c, a, who, slug, ROLE_STAFF, &course));
	TRY(store_course_update(c->store, a, who->user->id, slug, change,
	    &course));
	if (course == NULL)
		return ERR(a, ERR_NOT_FOUND, "no such course");
	course->role = core_role(who, course->role);
	*ret_course = course;
	return NULL;
}

struct err *
core_course_get(const struct core *c, struct arena *a, const struct caller *who,
    const char *slug, struct course **ret_course)
{
	return enter(c, a, who, slug, ROLE_NONE, ret_course);
}

struct err *
core_course_list(const struct core *c, struct arena *a,
    const struct caller *who, const struct core_page *page,
    struct course_list *ret_list)
{
	const struct course_page mine = {
		.user_id = who->user->id,
		.all = who->is_admin,
		.after = page->after,
		.limit = page->limit,
	};

	return store_course_list(c->store, a, &mine, ret_list);
}

struct err *
core_member_put(const struct core *c, struct arena *a, const struct caller *who,
    const char *course_slug, const char *user, enum member_role role)
{
	struct course *course;

	TRY(enter(c, a, who, course_slug, ROLE_STAFF, &course));
	return store_member_put(c->store, a, course->id, user, role);
}

struct err *
core_member_delete(const struct core *c, struct arena *a,
    const struct caller *who, const char *course_slug, const char *user)
{
	struct course *course;
	bool was;

	TRY(enter(c, a, who, course_slug, ROLE_STAFF, &course));
	TRY(store_member_delete(c->store, a, course->id, user, &was));
	if (!was)
		return ERR(a, ERR_NOT_FOUND, "no such member");
	return NULL;
}

struct err *
core_member_list(const struct core *c, struct arena *a,
    const struct caller *who, const char *course_slug,
    const struct core_page *page, struct member_list *ret_list)
{
	struct course *course;

	TRY(enter(c, a, who, course_slug, ROLE_TUTOR, &course));
	return store_member_list(c->store, a, course->id, page->after,
	    page->limit, ret_list);
}

static struct err *
check_languages(struct arena *a, const struct problem_change *change)
{
	struct faults f;

	faults_init(&f, a);
	for (size_t i = 0; i < change->languages_n; i++)
		if (language_by_name(change->languages[i]) == NULL)
			faults_add(&f, arena_printf(a, "/languages/%zu", i),
			    "no such language: %s", change->languages[i]);
	return faults_err(&f, ERR_IMPOSSIBLE);
}

struct err *
core_problem_put(const struct core *c, struct arena *a,
    const struct caller *who, const struct problem_key *key,
    const struct problem_change *change, struct problem **ret_problem)
{
	struct course *course;

	TRY(enter(c, a, who, key->course, ROLE_STAFF, &course));
	TRY(check_languages(a, change));
	TRY(store_problem_put(c->store, a, who->user->id, key, change,
	    ret_problem));
	(*ret_problem)->role = course->role;
	return NULL;
}

static struct err *
find_problem(const struct core *c, struct arena *a, const struct caller *who,
    const struct course *course, const char *slug, struct problem **ret_problem)
{
	struct problem *problem;

	TRY(store_problem_get(c->store, a, who->user->id, course->slug, slug,
	    &problem));
	if (problem == NULL ||
	    (!problem->is_visible && course->role < ROLE_TUTOR))
		return ERR(a, ERR_NOT_FOUND, "no such problem");
	problem->role = course->role;
	*ret_problem = problem;
	return NULL;
}

struct err *
core_problem_get(const struct core *c, struct arena *a,
    const struct caller *who, const struct problem_key *key,
    struct problem **ret_problem, struct submission_use *ret_use)
{
	struct course *course;
	struct problem *problem = NULL;

	TRY(enter(c, a, who, key->course, ROLE_NONE, &course));
	TRY(find_problem(c, a, who, course, key->problem, &problem));
	TRY(store_submission_use(c->store, a, who->user->id, problem->id,
	    ret_use));
	*ret_problem = problem;
	return NULL;
}

struct err *
core_problem_list(const struct core *c, struct arena *a,
    const struct caller *who, const char *course_slug,
    const struct core_page *page, struct problem_list *ret_list)
{
	struct problem_page mine = {
		.user_id = who->user->id,
		.after = page->after,
		.limit = page->limit,
	};
	struct course *course;

	TRY(enter(c, a, who, course_slug, ROLE_NONE, &course));
	mine.course_id = course->id;
	mine.all = course->role >= ROLE_TUTOR;
	return store_problem_list(c->store, a, &mine, ret_list);
}
