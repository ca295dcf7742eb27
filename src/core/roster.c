#include "core/roster.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/str.h"
#include "dispatch/rate.h"
#include "package/zip.h"
#include "store/config.h"

/* Guesses of an enrolment key that a user has. */
#define GUESSES 10
#define GUESSES_MS (10 * 60 * 1000)

static struct err *
make_tokens(const struct core *c, struct arena *a, const struct roster *roster,
    const char ***ret_tokens)
{
	const char **tokens = arena_array(a, roster->n, sizeof(*tokens));
	int64_t ttl_s;

	TRY(store_config_int(c->store, a, "roster_token_sec", 0, &ttl_s));
	for (size_t i = 0; i < roster->n; i++) {
		char *token = NULL;

		if (roster->items[i].may_token)
			TRY(token_issue(c->verifier, a, roster->items[i].user,
			    ttl_s, clock_wall_ms(), &token));
		tokens[i] = token;
	}
	*ret_tokens = tokens;
	return NULL;
}

struct err *
core_roster_put(const struct core *c, struct arena *a, const struct caller *who,
    const char *course_slug, const struct wire_roster *in,
    struct core_roster *ret_roster)
{
	const char **users = arena_array(a, in->n_members, sizeof(*users));
	const char **roles = arena_array(a, in->n_members, sizeof(*roles));
	const char **teams = arena_array(a, in->n_members, sizeof(*teams));
	struct roster_new row = { .by = who->user->name,
		.users = users,
		.roles = roles,
		.teams = teams,
		.n = in->n_members };
	struct course *course;

	TRY(core_course_enter(c, a, who, course_slug, ROLE_STAFF, &course));
	row.course_id = course->id;
	for (size_t i = 0; i < in->n_members; i++) {
		const struct wire_roster_line *l = &in->members[i];

		users[i] = l->user;
		roles[i] = l->has_role ? wire_roles[l->role] : NULL;
		teams[i] = l->team;
	}
	*ret_roster = (struct core_roster) { 0 };
	TRY(store_roster_put(c->store, a, &row, &ret_roster->roster));
	if (in->tokens)
		TRY(make_tokens(c, a, &ret_roster->roster,
		    &ret_roster->tokens));
	return NULL;
}

/*
 * -- enrolling oneself
 */

char *
core_enrolment_digest(struct arena *a, int64_t course_id, const char *key)
{
	char *text = arena_printf(a, "%lld:%s", (long long)course_id, key);

	return enc_sha256_hex(a, text, strlen(text));
}

static struct err *
check_guesses(const struct core *c, struct arena *a, const struct caller *who)
{
	const char *key =
	    arena_printf(a, "enrol:%lld", (long long)who->user->id);
	int64_t wait_ms = 0;
	struct err *e = dispatch_rate_take(c->dispatch, a, key, GUESSES,
	    GUESSES_MS, &wait_ms);

	/* Unlike a submission it can wait until Redis is back. */
	if (e != NULL || wait_ms == 0)
		return e;
	e = ERR(a, ERR_RATE, "too many guesses of an enrolment key");
	e->retry_after_s = (int)((wait_ms + 999) / 1000);
	return e;
}

struct err *
core_enrol(const struct core *c, struct arena *a, const struct caller *who,
    const char *slug, const char *key, struct core_enrolled *ret)
{
	struct enrolment enrolment = { false, NULL };
	struct course *course;

	TRY(store_course_get(c->store, a, who->user->id, slug, &course));
	if (course != NULL)
		TRY(store_enrolment_get(c->store, a, course->id, &enrolment));
	/* A course that can be entered need not be listed. */
	if (course == NULL ||
	    (core_role(who, course->role) == ROLE_NONE && !course->is_visible &&
		!enrolment.is_open))
		return ERR(a, ERR_NOT_FOUND, "no such course");
	ret->is_new = false;
	if (course->role == ROLE_NONE) {
		if (!enrolment.is_open)
			return ERR(a, ERR_ENROLMENT,
			    "the staff of this course enrol its members");
		if (enrolment.key_sha256 != NULL) {
			TRY(check_guesses(c, a, who));
			if (!str_secret_eq(enrolment.key_sha256,
				core_enrolment_digest(a, course->id,
				    key != NULL ? key : "")))
				return ERR(a, ERR_ENROLMENT,
				    "this is not the course's enrolment key");
		}
		TRY(store_enrol(c->store, a, course->id, who->user->id,
		    &ret->is_new));
		TRY(store_course_get(c->store, a, who->user->id, slug,
		    &course));
	}
	course->role = core_role(who, course->role);
	ret->course = course;
	return NULL;
}

/*
 * -- teams
 */

struct err *
core_team_put(const struct core *c, struct arena *a, const struct caller *who,
    const char *slug, const struct team *in)
{
	struct course *course;

	TRY(core_course_enter(c, a, who, slug, ROLE_STAFF, &course));
	return store_team_put(c->store, a, course->id, who->user->name, in);
}

struct err *
core_team_delete(const struct core *c, struct arena *a,
    const struct caller *who, const char *slug, const char *name)
{
	struct course *course;
	bool was;

	TRY(core_course_enter(c, a, who, slug, ROLE_STAFF, &course));
	TRY(store_team_delete(c->store, a, course->id, name, &was));
	if (!was)
		return ERR(a, ERR_NOT_FOUND, "no such team");
	return NULL;
}

struct err *
core_team_move(const struct core *c, struct arena *a, const struct caller *who,
    const struct core_team_move *in)
{
	struct team_move move = { .by = who->user->name,
		.team = in->team,
		.user = in->user,
		.is_leaving = in->is_leaving };
	struct course *course;
	bool done;

	TRY(core_course_enter(c, a, who, in->course, ROLE_STUDENT, &course));
	move.course_id = course->id;
	move.is_staff = course->role >= ROLE_STAFF;
	if (!move.is_staff && strcmp(in->user, who->user->name) != 0)
		return ERR(a, ERR_FORBIDDEN,
		    "others are put into teams by staff of the course");
	TRY(store_team_move(c->store, a, &move, &done));
	if (!done)
		return ERR(a, ERR_NOT_FOUND, "no such member");
	return NULL;
}

struct err *
core_team_list(const struct core *c, struct arena *a, const struct caller *who,
    const char *slug, const struct core_page *page, struct team_list *ret_list)
{
	struct team_page mine = { .after = page->after, .limit = page->limit };
	struct course *course;

	TRY(core_course_enter(c, a, who, slug, ROLE_STUDENT, &course));
	mine.course_id = course->id;
	mine.user_id = course->role >= ROLE_TUTOR ? 0 : who->user->id;
	return store_team_list(c->store, a, &mine, ret_list);
}

/*
 * -- extensions
 */

static struct err *
find_problem(const struct core *c, struct arena *a, const struct caller *who,
    const struct problem_key *key, enum member_role least,
    struct problem **ret_problem)
{
	struct submission_use use;

	TRY(core_problem_get(c, a, who, key, ret_problem, &use));
	if ((*ret_problem)->role < least)
		return ERR(a, ERR_FORBIDDEN, "this is for %s of the course",
		    member_role_name(least));
	return NULL;
}

struct err *
core_extension_put(const struct core *c, struct arena *a,
    const struct caller *who, const struct core_place *at,
    const struct wire_extension *in, struct extension *ret)
{
	const char *set = fields_text(a, &wire_extension_fields, in, 16 << 10);
	struct problem *problem = NULL;
	struct extension_page page = { .user = at->user, .limit = 1 };
	struct extension_list list;

	TRY(find_problem(c, a, who, &at->problem, ROLE_STAFF, &problem));
	TRY(store_extension_put(c->store, a, problem->id, who->user->id,
	    at->user, set));
	page.problem_id = problem->id;
	TRY(store_extension_list(c->store, a, &page, &list));
	if (list.n == 0)
		return ERR(a, ERR_CONFLICT, "the extension was just removed");
	*ret = list.items[0];
	return NULL;
}

struct err *
core_extension_delete(const struct core *c, struct arena *a,
    const struct caller *who, const struct core_place *at)
{
	struct problem *problem = NULL;
	bool was;

	TRY(find_problem(c, a, who, &at->problem, ROLE_STAFF, &problem));
	TRY(store_extension_delete(c->store, a, problem->id, at->user, &was));
	if (!was)
		return ERR(a, ERR_NOT_FOUND, "no such extension");
	return NULL;
}

struct err *
core_extension_list(const struct core *c, struct arena *a,
    const struct caller *who, const struct problem_key *key,
    const struct core_page *page, struct extension_list *ret_list)
{
	struct extension_page mine = { .after = page->after,
		.limit = page->limit };
	struct problem *problem = NULL;

	TRY(find_problem(c, a, who, key, ROLE_TUTOR, &problem));
	mine.problem_id = problem->id;
	return store_extension_list(c->store, a, &mine, ret_list);
}

/*
 * -- common files
 */

/* All of it can be unpacked, and something is in it. */
static struct err *
check_zip(struct arena *a, struct str zip)
{
	const struct zip_entry *entry;
	const void *p;
	struct zip *z;
	size_t files = 0;
	size_t n;

	TRY(zip_open(a, zip.p, zip.n, &zip_limits_package, &z));
	for (;;) {
		TRY(zip_next(z, &entry));
		if (entry == NULL)
			break;
		files += !entry->is_dir;
		do {
			TRY(zip_data(z, &p, &n));
		} while (n > 0);
	}
	if (files == 0)
		return ERR(a, ERR_FILES, "there is no file in it");
	return NULL;
}

struct err *
core_common_put(const struct core *c, struct arena *a, const struct caller *who,
    const char *slug, struct str zip, struct common *ret_common)
{
	struct course *course;

	TRY(core_course_enter(c, a, who, slug, ROLE_STAFF, &course));
	TRY(check_zip(a, zip));
	return store_common_put(c->store, a, course->id, who->user->id, zip,
	    ret_common);
}

struct err *
core_common_get(const struct core *c, struct arena *a, const struct caller *who,
    const char *slug, struct store_blob **ret_blob)
{
	struct course *course;
	struct store_blob *blob = NULL;

	TRY(core_course_enter(c, a, who, slug, ROLE_STAFF, &course));
	TRY(store_common_bytes(c->store, a, course->id, &blob));
	if (blob == NULL)
		return ERR(a, ERR_NOT_FOUND,
		    "the course has no common files yet");
	*ret_blob = blob;
	return NULL;
}
