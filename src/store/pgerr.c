/*
 * What Postgres refuses, as errors: by SQLSTATE (or its class) and the name
 * of the constraint.  So constraints do the checking, and nobody looks first
 * and writes later.
 */
#include <string.h>

#include "store/db.h"

struct pg_rule {
	const char *sqlstate;   /* five characters, or a class of two */
	const char *constraint; /* NULL: any */
	enum err_code code;
	const char *detail; /* for the client, or NULL */
};

/* The first that fits. */
/* clang-format off */
static const struct pg_rule rules[] = {
	{ "23505", "course_slug_uq",	ERR_CONFLICT,	"there is a course of this name" },
	{ "23505", "runner_token_uq",	ERR_CONFLICT,	NULL },
	{ "23503", "member_course_fk",	ERR_NOT_FOUND,	"there is no such course" },
	{ "23503", "package_problem_fk", ERR_NOT_FOUND,	"there is no such problem" },
	{ "23503", "standing_problem_fk", ERR_NOT_FOUND, "there is no such problem" },
	{ "23503", "submission_problem_fk", ERR_NOT_FOUND, "there is no such problem" },
	{ "23503", "submission_language_fk", ERR_LANGUAGE, "the language is not known" },
	{ "23503", "job_package_fk",	ERR_NOT_FOUND,	"there is no such package" },
	{ "23503", NULL,		ERR_NOT_FOUND,	NULL },
	{ "23514", "course_archived_guard", ERR_CONFLICT, "the course is archived: it can be read, not changed" },
	{ "23514", "team_staff_guard",	ERR_FORBIDDEN,	"the staff of this course make its teams" },
	{ "23514", "team_fixed_guard",	ERR_TEAM_FIXED,	"the team has submitted: its members stay" },
	{ "23514", "team_full_guard",	ERR_TEAM_FULL,	"the team has as many members as it may have" },
	{ "23514", "app_user_name_ck",	ERR_REQUEST,	"a user's name has 1 to 128 bytes" },
	{ "23514", "course_slug_ck",	ERR_IMPOSSIBLE,	"a course's name consists of 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit" },
	{ "23514", "course_title_ck",	ERR_IMPOSSIBLE,	"the title is too long" },
	{ "23514", "problem_slug_ck",	ERR_IMPOSSIBLE,	"a problem's name consists of 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit" },
	{ "23514", "problem_title_ck",	ERR_IMPOSSIBLE,	"the title is too long" },
	{ "23514", "problem_window_ck",	ERR_IMPOSSIBLE,	"the window ends before it begins" },
	{ "23514", "problem_soft_ck",	ERR_IMPOSSIBLE,	"the soft end must lie in the window" },
	{ "23514", "course_time_zone_ck", ERR_IMPOSSIBLE, "there is no such time zone" },
	{ "23514", "extension_window_ck", ERR_IMPOSSIBLE, "the soft end lies behind the other" },
	{ "23514", "team_name_ck",	ERR_IMPOSSIBLE,	"a team's name has 1 to 128 bytes" },
	{ "23514", "problem_limits_ck",	ERR_IMPOSSIBLE,	"the limits must be an object" },
	{ "23514", "problem_max_ck",	ERR_IMPOSSIBLE,	"the number of submissions cannot be negative" },
	{ "23514", "problem_weight_ck",	ERR_IMPOSSIBLE,	"the weight must be between 0 and 1000000" },
	{ "23514", "problem_evaluate_ck", ERR_IMPOSSIBLE, "the evaluation must be best or last" },
	{ "23514", "problem_pool_ck",	ERR_IMPOSSIBLE,	"a pool's name consists of 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit" },
	{ "23514", "submission_key_ck",	ERR_REQUEST,	"an Idempotency-Key has 1 to 255 bytes" },
	{ "23514", "runner_name_ck",	ERR_REQUEST,	"a runner's name has 1 to 128 bytes" },
	{ "23514", "runner_capacity_ck", ERR_REQUEST,	"the capacity must be between 1 and 4096" },
	{ "23514", "runner_heartbeat_ck", ERR_REQUEST,	"the heartbeat interval must be between 1 and 60" },
	{ "23514", "runner_labels_ck",	ERR_REQUEST,	"the labels must be an object" },
	{ "23514", "result_grade_ck",	ERR_REQUEST,	"a grade is between 0 and 100" },
	{ "23514", "result_state_ck",	ERR_REQUEST,	"the state is too long" },
	{ "23514", "result_document_ck", ERR_REQUEST,	"a result must be an object" },
	{ "23514", "result_verdict_ck",	ERR_REQUEST,	"the verdict is not known" },
	{ "23514", "result_outcome_ck",	ERR_REQUEST,	"the result is not known" },
	{ "23514", "package_grading_ck", ERR_REQUEST,	NULL },
	{ "23514", "package_meta_ck",	ERR_REQUEST,	NULL },
	{ "22021", NULL, ERR_REQUEST,	"a text is not valid UTF-8" },
	{ "22P05", NULL, ERR_REQUEST,	"a text contains U+0000" },
	{ "22P02", NULL, ERR_REQUEST,	"a value is not of its type" },
	{ "22007", NULL, ERR_REQUEST,	"a time is not one" },
	{ "22008", NULL, ERR_REQUEST,	"a time is out of range" },
	{ "22003", NULL, ERR_REQUEST,	"a number is out of range" },
	{ "22",	   NULL, ERR_REQUEST,	NULL },
	{ "54000", NULL, ERR_TOO_LARGE,	NULL },	/* an index entry too long */
	{ "54",	   NULL, ERR_REQUEST,	NULL },	/* nested too deeply, ... */
	{ "40001", NULL, ERR_RETRY,	NULL },
	{ "40P01", NULL, ERR_RETRY,	NULL },
	{ "55P03", NULL, ERR_RETRY,	NULL },	/* lock_timeout */
	{ "57014", NULL, ERR_UNAVAILABLE, NULL }, /* statement_timeout */
	{ "57P",   NULL, ERR_UNAVAILABLE, NULL },
	{ "53",	   NULL, ERR_UNAVAILABLE, NULL }, /* disk, memory, connections */
	{ "08",	   NULL, ERR_UNAVAILABLE, NULL },
	{ "25006", NULL, ERR_UNAVAILABLE, NULL }, /* a standby now */
};
/* clang-format on */

static const struct pg_rule *
find_rule(const char *sqlstate, const char *constraint)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		const struct pg_rule *r = &rules[i];

		if (strncmp(sqlstate, r->sqlstate, strlen(r->sqlstate)) != 0)
			continue;
		if (r->constraint == NULL ||
		    (constraint != NULL &&
			strcmp(constraint, r->constraint) == 0))
			return r;
	}
	return NULL;
}

static bool
is_lost(const PGconn *conn, const char *sqlstate)
{
	return PQstatus(conn) != CONNECTION_OK || sqlstate == NULL ||
	    strncmp(sqlstate, "08", 2) == 0 ||
	    strncmp(sqlstate, "57P", 3) == 0 || strcmp(sqlstate, "25006") == 0;
}

struct err *
pgerr_of(struct arena *a, const PGconn *conn, const PGresult *r,
    const char *statement, bool *ret_lost, bool *ret_again)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *constraint = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const struct pg_rule *rule;
	struct err *e;

	*ret_lost = is_lost(conn, state);
	*ret_again = state != NULL &&
	    (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
	if (state == NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "%s: the connection was lost or mute: %s", statement,
		    PQerrorMessage(conn));
	rule = find_rule(state, constraint);
	if (rule == NULL)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s (%s%s%s)", statement,
		    text, state, constraint != NULL ? " " : "",
		    constraint != NULL ? constraint : "");
	e = rule->detail != NULL ? ERR(a, rule->code, "%s", rule->detail)
				 : ERR_WHY(a, rule->code, "%s", "refused");
	return err_because(a, e, "%s: %s (%s)", statement, text, state);
}
