/*
 * What the job says about limits and tests, against the package.
 */
#include "runner/job.h"

#include "wire/fields.h"

static const struct json_limits grading_limits = { 400000, 16 };

/* clang-format off */
#define LIMIT(name) { #name, F_INT, AT(struct package_limits, name), .min = 1, \
	.max = (int64_t)1 << 40 }

static const struct field limit_fields[] = {
	LIMIT(time_ms),
	LIMIT(wall_ms),
	LIMIT(memory_kb),
	LIMIT(output_kb),
	LIMIT(file_kb),
	LIMIT(processes),
	LIMIT(code_kb),
	LIMIT(compile_time_ms),
	LIMIT(compile_memory_kb),
	LIMIT(validation_time_ms),
	LIMIT(validation_memory_kb),
	LIMIT(validation_output_kb),
	LIMIT(validation_passes),
	{ 0 }
};
/* clang-format on */

static const struct fields job_limit_fields = { "job_limits", limit_fields,
	sizeof(struct package_limits), FIELDS_LENIENT };

struct err *
job_limits(struct arena *a, const char *json, struct package_limits *limits)
{
	struct package_limits given = { 0 };

	if (json == NULL)
		return NULL;
	TRY(fields_parse(a, &job_limit_fields, &json_limits_document,
	    str_of(json), &given));
	for (const struct field *f = limit_fields; f->type != F_NONE; f++) {
		const int64_t *from =
		    (const int64_t *)((const char *)&given + f->offset);

		if (*from > 0)
			memcpy((char *)limits + f->offset, from, sizeof(*from));
	}
	return NULL;
}

struct err *
job_all_tests(struct arena *a, const char *json, bool *ret_all)
{
	const struct json *doc, *all;

	*ret_all = false;
	if (json == NULL)
		return NULL;
	TRY(json_parse(a, json, strlen(json), &json_limits_document, &doc));
	all = json_member(doc, "all_tests");
	*ret_all = all != NULL && all->kind == JSON_BOOL && all->boolean;
	return NULL;
}

struct err *
job_check_tests(struct arena *a, const char *grading,
    const struct package *package)
{
	const struct judge_plan *plan = &package->plan;
	const struct json *doc, *tests;
	size_t n;

	TRY(json_parse(a, grading, strlen(grading), &grading_limits, &doc));
	tests = json_member(doc, "tests");
	n = tests != NULL && tests->kind == JSON_ARRAY ? tests->n : 0;
	if (n != plan->test_n)
		return ERR_WHY(a, ERR_RESULT_MISMATCH,
		    "%zu tests are asked for, the package has %zu", n,
		    plan->test_n);
	for (size_t i = 0; i < n; i++) {
		const char *path = json_member_string(&tests->items[i], "path");

		if (path == NULL || strcmp(path, plan->tests[i].path) != 0)
			return ERR_WHY(a, ERR_RESULT_MISMATCH,
			    "test %zu is \"%s\", asked for is \"%s\"", i,
			    plan->tests[i].path, path != NULL ? path : "");
	}
	return NULL;
}
