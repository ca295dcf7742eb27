#include "core/course.h"

#include "core/roster.h"
#include "grade/language.h"
#include "store/config.h"
#include "store/roster.h"

struct err *
core_course_enter(const struct core *c, struct arena *a,
    const struct caller *who, const char *slug, enum member_role least,
    struct course **ret_course)
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

static struct course_change
change_of(const struct wire_course *in)
{
	return (struct course_change) {
		.title = in->title,
		.is_visible = in->has_visible ? &in->visible : NULL,
		.time_zone = in->time_zone,
		.self_enrol = in->has_self_enrol ? &in->self_enrol : NULL,
		.team_size = in->has_team_size ? &in->team_size : NULL,
	};
}

static struct err *
put_key(const struct core *c, struct arena *a, const struct course *course,
    const struct wire_course *in)
{
	if (in->enrolment_key == NULL)
		return NULL;
	return store_enrolment_key_put(c->store, a, course->id,
	    in->enrolment_key[0] == '\0'
		? NULL
		: core_enrolment_digest(a, course->id, in->enrolment_key));
}

struct err *
core_course_create(const struct core *c, struct arena *a,
    const struct caller *who, const char *slug, const struct wire_course *in,
    struct course **ret_course)
{
	const struct course_change change = change_of(in);

	if (!who->is_admin)
		return ERR(a, ERR_FORBIDDEN, "this is for administrators");
	TRY(store_course_create(c->store, a, who->user->id, slug, &change,
	    ret_course));
	return put_key(c, a, *ret_course, in);
}

struct err *
core_course_update(const struct core *c, struct arena *a,
    const struct caller *who, const char *slug, const struct wire_course *in,
    struct course **ret_course)
{
	const struct course_change change = change_of(in);
	struct course *course;

	TRY(core_course_enter(c, a, who, slug, ROLE_STAFF, &course));
	TRY(put_key(c, a, course, in));
	TRY(store_course_update(c->store, a, who->user->id, slug, &change,
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
	TRY(core_course_enter(c, a, who, slug, ROLE_NONE, ret_course));
	if (core_role(who, (*ret_course)->role) < ROLE_TUTOR)
		return NULL;
	return store_course_versions(c->store, a, slug,
	    &(*ret_course)->tool_versions);
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

	TRY(core_course_enter(c, a, who, course_slug, ROLE_STAFF, &course));
	return store_member_put(c->store, a, course->id, who->user->id, user,
	    role);
}

struct err *
core_member_delete(const struct core *c, struct arena *a,
    const struct caller *who, const char *course_slug, const char *user)
{
	struct course *course;
	bool was;

	TRY(core_course_enter(c, a, who, course_slug, ROLE_STAFF, &course));
	TRY(store_member_delete(c->store, a, course->id, who->user->id, user,
	    &was));
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

	TRY(core_course_enter(c, a, who, course_slug, ROLE_TUTOR, &course));
	return store_member_list(c->store, a, course->id, page->after,
	    page->limit, ret_list);
}

static struct err *
check_languages(struct arena *a, const struct wire_problem *in)
{
	struct faults f;

	faults_init(&f, a);
	for (size_t i = 0; i < in->n_languages; i++)
		if (language_by_name(in->languages[i]) == NULL)
			faults_add(&f, arena_printf(a, "/languages/%zu", i),
			    "no such language: %s", in->languages[i]);
	return faults_err(&f, ERR_IMPOSSIBLE);
}

/* A grader with a network may tell what it was given to whom it likes. */
static struct err *
check_network(const struct core *c, struct arena *a, const struct caller *who,
    const struct wire_problem *in)
{
	bool allowed = true;

	if (in->network_grading && !who->is_admin)
		TRY(store_config_bool(c->store, a, "network_grading",
		    &allowed));
	if (!allowed)
		return ERR(a, ERR_FORBIDDEN,
		    "network_grading is for administrators here");
	return NULL;
}

struct err *
core_problem_put(const struct core *c, struct arena *a,
    const struct caller *who, const struct problem_key *key,
    const struct wire_problem *in, struct problem **ret_problem)
{
	struct wire_problem by = *in;
	struct course *course;
	const char *settings;

	by.network_by_staff = !who->is_admin;
	TRY(core_course_enter(c, a, who, key->course, ROLE_STAFF, &course));
	TRY(wire_problem_settings(a, &by, &settings));
	TRY(check_languages(a, in));
	TRY(check_network(c, a, who, in));
	TRY(store_problem_put(c->store, a, who->user->id, key, settings,
	    ret_problem));
	(*ret_problem)->role = course->role;
	return NULL;
}

static struct err *
find_problem(const struct core *c, struct arena *a, const struct caller *who,
    const struct course *course, const char *slug, struct problem **ret_problem)
{
	struct problem *problem;

	TRY(store_problem_get(c->store, a, who->user->id,
	    &(struct problem_key) { course->slug, slug }, 0, &problem));
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

	TRY(core_course_enter(c, a, who, key->course, ROLE_NONE, &course));
	TRY(find_problem(c, a, who, course, key->problem, &problem));
	TRY(store_submission_use(c->store, a, who->user->id, problem->id,
	    ret_use));
	if (core_role(who, course->role) >= ROLE_TUTOR)
		TRY(store_course_versions(c->store, a, key->course,
		    &problem->tool_versions));
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

	TRY(core_course_enter(c, a, who, course_slug, ROLE_NONE, &course));
	mine.course_id = course->id;
	mine.all = course->role >= ROLE_TUTOR;
	return store_problem_list(c->store, a, &mine, ret_list);
}
