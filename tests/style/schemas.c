/*
 * Prints the JSON Schema of every shape that travels, by the name that
 * docs/api/openapi.yaml gives it.
 */
#include <stdio.h>

#include "wire/course.h"
#include "wire/grade.h"
#include "wire/settings.h"
#include "wire/job.h"
#include "wire/rejudging.h"
#include "wire/result.h"
#include "wire/roster.h"
#include "wire/runner.h"
#include "wire/submission.h"

#define TEXT_MAX ((size_t)1 << 20)

static const struct {
	const char *name;
	const struct fields *fields;
} shapes[] = {
	{ "Abort", &wire_abort_fields },
	{ "Commands", &wire_commands_fields },
	{ "CourseCreate", &wire_course_create_fields },
	{ "CourseChange", &wire_course_fields },
	{ "Enrol", &wire_enrol_fields },
	{ "ExtensionPut", &wire_extension_fields },
	{ "GradePut", &wire_grade_fields },
	{ "Heartbeat", &wire_heartbeat_fields },
	{ "Job", &wire_job_fields },
	{ "MemberPut", &wire_member_fields },
	{ "ProblemChange", &wire_problem_fields },
	{ "Progress", &wire_progress_fields },
	{ "Register", &wire_register_fields },
	{ "Registered", &wire_registered_fields },
	{ "RejudgingApply", &wire_rejudging_apply_fields },
	{ "RejudgingCreate", &wire_rejudging_fields },
	{ "Result", &wire_result_fields },
	{ "Roster", &wire_roster_fields },
	{ "SubmissionCreate", &wire_submission_fields },
	{ "TeamPut", &wire_team_fields },
	{ "Ssh", &wire_ssh_fields },
	{ "Test", &wire_test_fields },
};

int
main(void)
{
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("schemas", 4 * TEXT_MAX);
	struct json_w w;
	struct buf b;

	buf_init(&b, a, TEXT_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		json_w_key(&w, shapes[i].name);
		fields_schema(shapes[i].fields, &w);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return 1;
	puts(b.p);
	return 0;
}
