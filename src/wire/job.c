#include "wire/job.h"

/* clang-format off */
static const struct field source_fields[] = {
	{ "files", F_STRINGS, AT(struct wire_job_source, files), F_REQUIRED,
	    .item_max = 1024,
	    .count = COUNT(struct wire_job_source, n_files) },
	{ "sha256", F_STRING, AT(struct wire_job_source, sha256), F_REQUIRED,
	    .min = 64, .max = 64 },
	{ "size", F_INT, AT(struct wire_job_source, size), F_REQUIRED,
	    .min = 0, .max = INT64_MAX },
	{ 0 }
};
static const struct fields wire_job_source_fields = {
	"source", source_fields, sizeof(struct wire_job_source), FIELDS_LENIENT
};

static const struct field package_fields[] = {
	{ "digest", F_STRING, AT(struct wire_job_package, digest), F_REQUIRED,
	    .min = 64, .max = 64 },
	{ "url", F_STRING, AT(struct wire_job_package, url), F_REQUIRED,
	    .min = 1, .max = 2048 },
	{ "size", F_INT, AT(struct wire_job_package, size), F_REQUIRED,
	    .min = 0, .max = INT64_MAX },
	{ 0 }
};
static const struct fields wire_job_package_fields = {
	"package", package_fields, sizeof(struct wire_job_package),
	FIELDS_LENIENT
};

/* Both spellings are written: the second ones are fields of their own. */
static const struct field task_fields[] = {
	{ "task_id", F_INT, AT(struct wire_job_task, task_id), 0 },
	{ "case_count", F_INT, AT(struct wire_job_task, case_count), 0 },
	{ "memory_limit", F_INT, AT(struct wire_job_task, memory_limit), 0 },
	{ "time_limit", F_INT, AT(struct wire_job_task, time_limit), 0 },
	{ "taskScore", F_INT, AT(struct wire_job_task, task_score), 0 },
	{ "caseCount", F_INT, AT(struct wire_job_task, case_count), 0 },
	{ "memoryLimit", F_INT, AT(struct wire_job_task, memory_limit), 0 },
	{ "timeLimit", F_INT, AT(struct wire_job_task, time_limit), 0 },
	{ 0 }
};
static const struct fields wire_job_task_fields = {
	"task", task_fields, sizeof(struct wire_job_task), FIELDS_LENIENT
};

static const struct field job_fields[] = {
	{ "job_id", F_STRING, AT(struct wire_job, job_id), F_REQUIRED,
	    .min = 1, .max = 64 },
	{ "submission_id", F_STRING, AT(struct wire_job, submission_id),
	    F_REQUIRED, .min = 1, .max = 64 },
	{ "attempt", F_INT, AT(struct wire_job, attempt), F_REQUIRED,
	    .min = 1, .max = INT64_MAX },
	{ "lease_id", F_STRING, AT(struct wire_job, lease_id), F_REQUIRED,
	    .min = 1, .max = 64 },
	{ "problem_id", F_INT, AT(struct wire_job, problem_id), F_REQUIRED },
	{ "problem", F_STRING, AT(struct wire_job, problem), F_REQUIRED },
	{ "course", F_STRING, AT(struct wire_job, course), F_REQUIRED },
	{ "language", F_INT, AT(struct wire_job, language), F_REQUIRED },
	{ "language_name", F_STRING, AT(struct wire_job, language_name),
	    F_NULLABLE },
	{ "code_url", F_STRING, AT(struct wire_job, code_url), F_REQUIRED,
	    .min = 1, .max = 2048 },
	{ "source", F_OBJECT, AT(struct wire_job, source), F_REQUIRED,
	    .fields = &wire_job_source_fields },
	{ "package", F_OBJECT, AT(struct wire_job, package), F_REQUIRED,
	    .fields = &wire_job_package_fields },
	{ "common", F_OBJECT, AT(struct wire_job, common), 0,
	    .fields = &wire_job_package_fields },
	{ "network", F_BOOL, AT(struct wire_job, network), F_NULLABLE },
	{ "grading", F_JSON, AT(struct wire_job, grading),
	    F_REQUIRED | F_ONLY_OBJECT },
	{ "limits", F_JSON, AT(struct wire_job, limits),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "state", F_STRING, AT(struct wire_job, state), F_NULLABLE },
	{ "input", F_JSON, AT(struct wire_job, input),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "locale", F_STRING, AT(struct wire_job, locale), F_NULLABLE },
	{ "debug", F_STRING, AT(struct wire_job, debug), F_NULLABLE },
	{ "deadline_sec", F_INT, AT(struct wire_job, deadline_sec), F_REQUIRED,
	    .min = 1, .max = 30 * 86400 },
	{ "checker", F_STRING, AT(struct wire_job, checker), F_NULLABLE },
	{ "tasks", F_OBJECTS, AT(struct wire_job, tasks), F_REQUIRED,
	    .fields = &wire_job_task_fields,
	    .count = COUNT(struct wire_job, n_tasks) },
	{ 0 }
};
/* clang-format on */

const struct fields wire_job_fields = { "job", job_fields,
	sizeof(struct wire_job), FIELDS_LENIENT };

void
wire_job_write_members(struct json_w *w, const struct wire_job *job)
{
	fields_write_members(&wire_job_fields, w, job);
}

struct err *
wire_job_parse(struct arena *a, struct str text, struct wire_job **ret_job)
{
	struct wire_job *job = arena_new_of(a, struct wire_job);
	const struct json *j;
	const struct json *data;
	struct faults faults;

	TRY(json_parse(a, text.p, text.n, &json_limits_document, &j));
	data = json_member(j, "data");
	faults_init(&faults, a);
	if (json_member(j, "job_id") == NULL && data != NULL)
		fields_read(&wire_job_fields, data, "/data", &faults, job);
	else
		fields_read(&wire_job_fields, j, "", &faults, job);
	TRY(faults_err(&faults, ERR_FIELDS));
	*ret_job = job;
	return NULL;
}
