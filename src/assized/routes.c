/* THE TABLE.  To add a route: a line here, a handler in h_<noun>.c. */
#include "assized/h.h"

#include "core/runner.h"
#include "wire/course.h"
#include "wire/grade.h"
#include "wire/rejudging.h"
#include "wire/roster.h"
#include "wire/settings.h"
#include "wire/runner.h"
#include "wire/submission.h"

#define JSON_MAX (1u << 20)
#define BEAT_MAX (64u << 10)
#define SUBMISSION_MAX (8u << 20)
/* With all that the programs printed; ROUTE_KEPT_MAX of it is kept. */
#define RESULT_MAX (256u << 20)
#define PACKAGE_MAX (64u << 20)
#define FILE_MAX (64u << 20)

/* Which part of a list: see h_page. */
#define Q_PAGE                               \
	{ "limit", QUERY_INT, 1, 200 },      \
	{                                    \
		"cursor", QUERY_TEXT, 1, 256 \
	}

/* clang-format off */
static const struct query_key q_page[] = {
	Q_PAGE,
	{ 0 }
};
static const struct query_key q_submissions[] = {
	Q_PAGE,
	{ "course", QUERY_NAME, 1, 64 },
	{ "problem", QUERY_NAME, 1, 64 },
	{ "user", QUERY_TEXT, 1, 128 },
	{ "status", QUERY_NAME, 1, 16 },
	{ "verdict", QUERY_NAME, 1, 8 },
	{ "language", QUERY_TEXT, 1, 32 },
	{ "after", QUERY_TIME, 0, 0 },
	{ "before", QUERY_TIME, 0, 0 },
	{ 0 }
};
static const struct query_key q_rejudgings[] = {
	Q_PAGE,
	{ "course", QUERY_NAME, 1, 64 },
	{ "state", QUERY_NAME, 1, 16 },
	{ 0 }
};
static const struct query_key q_members[] = {
	Q_PAGE,
	{ "changed", QUERY_INT, 0, 1 },
	{ 0 }
};
static const struct query_key q_roster[] = {
	{ "tokens", QUERY_NAME, 1, 5 },
	{ 0 }
};
static const struct query_key q_wait[] = {
	{ "wait", QUERY_INT, 0, CORE_WAIT_MAX_S },
	{ 0 }
};
static const struct query_key q_next[] = {
	{ "wait", QUERY_INT, 0, CORE_WAIT_MAX_S },
	{ "nonce", QUERY_NAME, 1, 64 },
	{ 0 }
};
static const struct query_key q_grades[] = {
	Q_PAGE,
	{ "format", QUERY_NAME, 1, 8 },
	{ 0 }
};
static const struct query_key q_standing[] = {
	Q_PAGE,
	{ "user", QUERY_TEXT, 1, 128 },
	{ 0 }
};
static const struct query_key q_export[] = {
	{ "problem", QUERY_NAME, 1, 64 },
	{ "evaluated", QUERY_INT, 0, 1 },
	{ 0 }
};
static const struct query_key q_output[] = {
	{ "stream", QUERY_NAME, 1, 8 },
	{ 0 }
};
static const struct query_key q_tests[] = {
	{ "tests", QUERY_NAME, 1, 8 },
	{ 0 }
};
static const struct query_key q_format[] = {
	{ "format", QUERY_NAME, 1, 8 },
	{ 0 }
};
static const struct query_key q_link[] = {
	{ "token", QUERY_TEXT, 1, 512 },
	{ 0 }
};
/* Whatever it is, a bad one is no credential (401). */
static const struct query_key q_token[] = {
	{ "token", QUERY_TEXT, 0, 65536 },
	{ 0 }
};

const struct route routes[] = {
	/* method, path, handler, who, body, types, fields, query, flags */
	{ M_GET, "/health", h_health, WHO_ANYONE, 0, 0, NULL, NULL, 0 },
	{ M_GET, "/ready", h_ready, WHO_ANYONE, 0, 0, NULL, NULL, 0 },
	{ M_GET, "/metrics", h_metrics, WHO_ANYONE, 0, 0, NULL, NULL, 0 },

	{ M_POST, "/runners/register", h_runner_register, WHO_ANYONE,
	    BEAT_MAX, T_JSON, &wire_register_fields, NULL,
	    R_BODY_FIRST | R_LENIENT },
	{ M_POST, "/runners/{rn}/heartbeat", h_runner_heartbeat, WHO_RUNNER,
	    BEAT_MAX, T_JSON, &wire_heartbeat_fields, NULL,
	    R_BODY_OPTIONAL | R_LENIENT | R_OFTEN },
	{ M_GET, "/runners/{rn}/next-job", h_job_next, WHO_RUNNER,
	    0, 0, NULL, q_next, R_LENIENT | R_ACTS | R_OFTEN },
	{ M_PUT, "/runners/{rn}/jobs/{jb}/complete", h_job_complete,
	    WHO_RUNNER, RESULT_MAX, T_JSON, NULL, NULL,
	    R_LENIENT | R_SHORTENED },
	{ M_PUT, "/runners/{rn}/jobs/{jb}/abort", h_job_abort, WHO_RUNNER,
	    BEAT_MAX, T_JSON, &wire_abort_fields, NULL,
	    R_BODY_OPTIONAL | R_LENIENT },
	{ M_PUT, "/runners/{rn}/jobs/{jb}/progress", h_job_progress,
	    WHO_RUNNER, JSON_MAX, T_JSON, &wire_progress_fields, NULL,
	    R_LENIENT },
	{ M_PUT, "/runners/{rn}/jobs/{jb}/files/{name}", h_job_file,
	    WHO_RUNNER, FILE_MAX, T_BYTES, NULL, NULL, R_LENIENT },
	{ M_PUT, "/runners/{rn}/jobs/{jb}/ssh", h_job_ssh, WHO_RUNNER,
	    BEAT_MAX, T_JSON, &wire_ssh_fields, NULL, R_LENIENT },
	{ M_GET, "/runners", h_runner_list, WHO_ADMIN,
	    0, 0, NULL, q_page, 0 },
	{ M_POST, "/runners/{rn}/drain", h_runner_drain, WHO_ADMIN,
	    0, 0, NULL, NULL, 0 },
	{ M_POST, "/runners/{rn}/revoke", h_runner_revoke, WHO_ADMIN,
	    0, 0, NULL, NULL, 0 },
	{ M_DELETE, "/runners/{rn}", h_runner_remove, WHO_RUNNER,
	    0, 0, NULL, NULL, R_LENIENT },
	{ M_GET, "/packages/{digest}", h_job_package, WHO_RUNNER,
	    0, 0, NULL, NULL, R_LENIENT },
	{ M_GET, "/jobs/{jb}/source", h_job_source, WHO_LINK,
	    0, 0, NULL, q_link, R_LENIENT },

	{ M_GET, "/problem/{id}/testdata", h_testdata_zip, WHO_RUNNER,
	    0, 0, NULL, q_token, R_LENIENT | R_QUERY_TOKEN },
	{ M_GET, "/problem/{id}/checksum", h_testdata_checksum, WHO_RUNNER,
	    0, 0, NULL, q_token, R_LENIENT | R_QUERY_TOKEN },
	{ M_GET, "/problem/{id}/meta", h_testdata_meta, WHO_RUNNER,
	    0, 0, NULL, q_token, R_LENIENT | R_QUERY_TOKEN },

	{ M_POST, "/submissions", h_submission_create, WHO_USER,
	    SUBMISSION_MAX, T_JSON | T_MULTIPART, NULL, q_tests, 0 },
	{ M_GET, "/submissions", h_submission_list, WHO_USER,
	    0, 0, NULL, q_submissions, 0 },
	{ M_GET, "/submissions/{sb}", h_submission_get, WHO_USER,
	    0, 0, NULL, q_wait, 0 },
	{ M_POST, "/submissions/{sb}/cancel", h_submission_cancel, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_POST, "/submissions/{sb}/rejudge", h_submission_rejudge, WHO_USER,
	    0, 0, NULL, q_tests, 0 },
	{ M_GET, "/submissions/{sb}/source", h_submission_source, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_GET, "/submissions/{sb}/history", h_grading_history, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_GET, "/submissions/{sb}/outputs/{test}", h_grading_output,
	    WHO_USER, 0, 0, NULL, q_output, 0 },
	{ M_GET, "/submissions/{sb}/archive", h_grading_archive, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_GET, "/submissions/{sb}/feedback", h_feedback_get, WHO_USER,
	    0, 0, NULL, q_format, 0 },
	{ M_PUT, "/submissions/{sb}/grade", h_grading_put, WHO_USER,
	    JSON_MAX, T_JSON, &wire_grade_fields, NULL, 0 },
	{ M_DELETE, "/submissions/{sb}/grade", h_grading_delete, WHO_USER,
	    0, 0, NULL, NULL, 0 },

	{ M_POST, "/rejudgings", h_rejudging_create, WHO_USER,
	    JSON_MAX, T_JSON, &wire_rejudging_fields, NULL, 0 },
	{ M_GET, "/rejudgings", h_rejudging_list, WHO_USER,
	    0, 0, NULL, q_rejudgings, 0 },
	{ M_GET, "/rejudgings/{rj}", h_rejudging_get, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_GET, "/rejudgings/{rj}/submissions", h_rejudging_page, WHO_USER,
	    0, 0, NULL, q_members, 0 },
	{ M_POST, "/rejudgings/{rj}/apply", h_rejudging_apply, WHO_USER,
	    JSON_MAX, T_JSON, &wire_rejudging_apply_fields, NULL,
	    R_BODY_OPTIONAL },
	{ M_POST, "/rejudgings/{rj}/discard", h_rejudging_discard, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_POST, "/rejudgings/{rj}/repeat", h_rejudging_repeat, WHO_USER,
	    0, 0, NULL, NULL, 0 },

	{ M_GET, "/queue", h_submission_queue, WHO_USER,
	    0, 0, NULL, NULL, 0 },

	{ M_GET, "/courses", h_course_list, WHO_USER,
	    0, 0, NULL, q_page, 0 },
	{ M_POST, "/courses", h_course_create, WHO_ADMIN,
	    JSON_MAX, T_JSON, &wire_course_create_fields, NULL, 0 },
	{ M_GET, "/courses/{c}", h_course_get, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_PUT, "/courses/{c}", h_course_put, WHO_USER,
	    JSON_MAX, T_JSON, &wire_course_fields, NULL, 0 },
	{ M_GET, "/courses/{c}/members", h_member_list, WHO_USER,
	    0, 0, NULL, q_page, 0 },
	{ M_POST, "/courses/{c}/members", h_roster_put, WHO_USER,
	    JSON_MAX, T_JSON | T_CSV, NULL, q_roster, 0 },
	{ M_POST, "/courses/{c}/enrol", h_enrol, WHO_USER,
	    JSON_MAX, T_JSON, &wire_enrol_fields, NULL, R_BODY_OPTIONAL },
	{ M_GET, "/courses/{c}/teams", h_team_list, WHO_USER,
	    0, 0, NULL, q_page, 0 },
	{ M_PUT, "/courses/{c}/teams/{team}", h_team_put, WHO_USER,
	    JSON_MAX, T_JSON, &wire_team_fields, NULL, 0 },
	{ M_DELETE, "/courses/{c}/teams/{team}", h_team_delete, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_PUT, "/courses/{c}/teams/{team}/members/{user}", h_team_join,
	    WHO_USER, 0, 0, NULL, NULL, 0 },
	{ M_DELETE, "/courses/{c}/teams/{team}/members/{user}", h_team_leave,
	    WHO_USER, 0, 0, NULL, NULL, 0 },
	{ M_GET, "/courses/{c}/common", h_common_get, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_PUT, "/courses/{c}/common", h_common_put, WHO_USER,
	    PACKAGE_MAX, T_ZIP, NULL, NULL, 0 },
	{ M_PUT, "/courses/{c}/members/{user}", h_member_put, WHO_USER,
	    JSON_MAX, T_JSON, &wire_member_fields, NULL, 0 },
	{ M_DELETE, "/courses/{c}/members/{user}", h_member_delete, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_GET, "/courses/{c}/grades", h_grades, WHO_USER,
	    0, 0, NULL, q_grades, 0 },
	{ M_GET, "/courses/{c}/submissions.zip", h_export, WHO_USER,
	    0, 0, NULL, q_export, 0 },
	{ M_GET, "/courses/{c}/problems/{p}/standing", h_standing, WHO_USER,
	    0, 0, NULL, q_standing, 0 },
	{ M_GET, "/courses/{c}/problems", h_problem_list, WHO_USER,
	    0, 0, NULL, q_page, 0 },
	{ M_GET, "/courses/{c}/problems/{p}", h_problem_get, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_PUT, "/courses/{c}/problems/{p}", h_problem_put, WHO_USER,
	    JSON_MAX, T_JSON, &wire_problem_fields, NULL, 0 },
	{ M_GET, "/courses/{c}/problems/{p}/package", h_package_get, WHO_USER,
	    0, 0, NULL, NULL, 0 },
	{ M_PUT, "/courses/{c}/problems/{p}/package", h_package_put, WHO_USER,
	    PACKAGE_MAX, T_ZIP, NULL, NULL, 0 },
	{ M_GET, "/courses/{c}/problems/{p}/extensions", h_extension_list,
	    WHO_USER, 0, 0, NULL, q_page, 0 },
	{ M_PUT, "/courses/{c}/problems/{p}/extensions/{user}",
	    h_extension_put, WHO_USER, JSON_MAX, T_JSON,
	    &wire_extension_fields, NULL, 0 },
	{ M_DELETE, "/courses/{c}/problems/{p}/extensions/{user}",
	    h_extension_delete, WHO_USER, 0, 0, NULL, NULL, 0 },

	{ M_GET, "/config", h_config_get, WHO_ADMIN,
	    0, 0, NULL, NULL, 0 },
	{ M_PUT, "/config", h_config_put, WHO_ADMIN,
	    JSON_MAX, T_JSON, NULL, NULL, 0 },
	{ 0 }
};
/* clang-format on */
