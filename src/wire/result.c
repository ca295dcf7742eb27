#include "wire/result.h"

#include <string.h>

#include "base/io.h"
#include "base/str.h"

static const char *const compile_statuses[] = { "ok", "error", NULL };

/* clang-format off */
static const struct field test_fields[] = {
	{ "path", F_STRING, AT(struct wire_test, path), F_REQUIRED,
	    .min = 1, .max = 1024 },
	{ "name", F_STRING, AT(struct wire_test, name), F_NULLABLE,
	    .min = 0, .max = 1024 },
	{ "status", F_ENUM, AT(struct wire_test, status), F_REQUIRED,
	    .names = wire_test_statuses },
	{ "score", F_DOUBLE, AT(struct wire_test, score), F_NULLABLE,
	    .min = 0, .max = 100, .has = HAS(struct wire_test, has_score) },
	{ "points", F_DOUBLE, AT(struct wire_test, points), F_NULLABLE,
	    .min = -WIRE_POINTS_MAX, .max = WIRE_POINTS_MAX,
	    .has = HAS(struct wire_test, has_points) },
	{ "weight", F_DOUBLE, AT(struct wire_test, weight), F_NULLABLE,
	    .min = 0, .max = INT32_MAX,
	    .has = HAS(struct wire_test, has_weight) },
	{ "time_ms", F_INT, AT(struct wire_test, time_ms), F_NULLABLE,
	    .min = -1, .max = INT32_MAX,
	    .has = HAS(struct wire_test, has_time) },
	{ "memory_kb", F_INT, AT(struct wire_test, memory_kb), F_NULLABLE,
	    .min = -1, .max = INT64_C(1) << 40,
	    .has = HAS(struct wire_test, has_memory) },
	{ "exit_code", F_INT, AT(struct wire_test, exit_code), F_NULLABLE,
	    .min = -1, .max = 255,
	    .has = HAS(struct wire_test, has_exit_code) },
	{ "signal", F_INT, AT(struct wire_test, signal), F_NULLABLE,
	    .min = 0, .max = 255, .has = HAS(struct wire_test, has_signal) },
	{ "first_time_ms", F_INT, AT(struct wire_test, first_time_ms),
	    F_NULLABLE, .min = 0, .max = INT32_MAX,
	    .has = HAS(struct wire_test, has_first_time) },
	{ "cause", F_STRING, AT(struct wire_test, cause), F_NULLABLE,
	    .min = 0, .max = 32 },
	{ "report", F_STRING, AT(struct wire_test, report), F_NULLABLE },
	{ "stdout", F_STRING, AT(struct wire_test, out), F_NULLABLE },
	{ "stderr", F_STRING, AT(struct wire_test, err), F_NULLABLE },
	{ "team_message", F_STRING, AT(struct wire_test, team_message),
	    F_NULLABLE },
	{ "judge_message", F_STRING, AT(struct wire_test, judge_message),
	    F_NULLABLE },
	{ "cut", F_BOOL, AT(struct wire_test, cut), F_NULLABLE },
	{ "hidden", F_BOOL, AT(struct wire_test, hidden), F_NULLABLE },
	{ 0 }
};
const struct fields wire_test_fields = {
	"test", test_fields, sizeof(struct wire_test), FIELDS_LENIENT
};

static const struct field compile_fields[] = {
	{ "status", F_ENUM, AT(struct wire_compile, status), F_REQUIRED,
	    .names = compile_statuses },
	{ "output", F_STRING, AT(struct wire_compile, output), F_NULLABLE },
	{ 0 }
};
static const struct fields wire_compile_fields = {
	"compile", compile_fields, sizeof(struct wire_compile), FIELDS_LENIENT
};

static const struct field result_fields[] = {
	{ "verdict", F_ENUM, AT(struct wire_result, verdict), F_REQUIRED,
	    .names = wire_verdicts },
	{ "grade", F_DOUBLE, AT(struct wire_result, grade), F_REQUIRED,
	    .min = 0, .max = 100 },
	{ "compile", F_OBJECT, AT(struct wire_result, compile), F_NULLABLE,
	    .fields = &wire_compile_fields },
	{ "tests", F_OBJECTS, AT(struct wire_result, tests), F_REQUIRED,
	    .min = 0, .max = WIRE_TESTS_MAX, .fields = &wire_test_fields,
	    .count = COUNT(struct wire_result, n_tests) },
	{ "state", F_STRING, AT(struct wire_result, state), F_NULLABLE },
	{ "archive", F_STRING, AT(struct wire_result, archive), F_NULLABLE,
	    .min = 1, .max = 255, .check = io_is_plain_name,
	    .what = "a plain file name" },
	{ "result", F_ENUM, AT(struct wire_result, outcome), F_NULLABLE,
	    .names = wire_outcomes,
	    .has = HAS(struct wire_result, has_outcome) },
	{ "text", F_STRING, AT(struct wire_result, text), F_NULLABLE },
	{ "stdout", F_STRING, AT(struct wire_result, out), F_NULLABLE },
	{ "stderr", F_STRING, AT(struct wire_result, err), F_NULLABLE },
	{ "tree", F_JSON, AT(struct wire_result, tree),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "feedback", F_JSON, AT(struct wire_result, feedback),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "custom", F_JSON, AT(struct wire_result, custom),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "problems", F_JSON, AT(struct wire_result, problems),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "tags", F_JSON, AT(struct wire_result, tags),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "pipeline", F_JSON, AT(struct wire_result, pipeline),
	    F_NULLABLE | F_ONLY_OBJECT | F_ONLY_ARRAY },
	{ "provenance", F_JSON, AT(struct wire_result, provenance),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ 0 }
};
const struct fields wire_result_fields = {
	"result", result_fields, sizeof(struct wire_result), FIELDS_LENIENT
};

static const struct field noj_case_fields[] = {
	{ "stdout", F_STRING, AT(struct wire_noj_case, out), F_REQUIRED },
	{ "stderr", F_STRING, AT(struct wire_noj_case, err), F_REQUIRED },
	{ "exitCode", F_INT, AT(struct wire_noj_case, exit_code), F_REQUIRED,
	    .min = INT32_MIN, .max = INT32_MAX },
	{ "execTime", F_DOUBLE, AT(struct wire_noj_case, exec_time),
	    F_REQUIRED, .min = -1, .max = INT32_MAX },
	{ "memoryUsage", F_DOUBLE, AT(struct wire_noj_case, memory_usage),
	    F_REQUIRED, .min = -1, .max = INT64_C(1) << 40 },
	{ "status", F_ENUM, AT(struct wire_noj_case, status), F_REQUIRED,
	    .names = wire_verdicts },
	{ "exit_code", F_INT, AT(struct wire_noj_case, exit_code), F_ALIAS },
	{ "exec_time", F_DOUBLE, AT(struct wire_noj_case, exec_time),
	    F_ALIAS },
	{ "memory_usage", F_DOUBLE, AT(struct wire_noj_case, memory_usage),
	    F_ALIAS },
	{ 0 }
};
/* clang-format on */

static const struct fields noj_case_table = { "case", noj_case_fields,
	sizeof(struct wire_noj_case), FIELDS_LENIENT };

/* NOJ counts at most two digits of tasks and of cases. */
#define NOJ_MAX 100

static bool
want_array(const struct json *j, const char *pointer, struct faults *faults)
{
	if (j->kind != JSON_ARRAY || j->n == 0 || j->n > NOJ_MAX) {
		faults_add(faults, pointer, "must be an array of 1 to %d items",
		    NOJ_MAX);
		return false;
	}
	return true;
}

static void
read_noj_task(const struct json *j, const char *pointer, struct faults *faults,
    struct wire_noj_task *ret)
{
	struct arena *a = faults->arena;
	struct wire_noj_case *cases;

	if (!want_array(j, pointer, faults))
		return;
	cases = arena_array(a, j->n, sizeof(*cases));
	for (size_t i = 0; i < j->n; i++)
		fields_read(&noj_case_table, &j->items[i],
		    json_pointer_item(a, pointer, i), faults, &cases[i]);
	ret->cases = cases;
	ret->n_cases = j->n;
}

static void
read_noj(const struct json *j, struct faults *faults, struct wire_result *ret)
{
	struct arena *a = faults->arena;
	struct wire_noj_task *tasks;

	ret->is_noj = true;
	if (!want_array(j, "/tasks", faults))
		return;
	tasks = arena_array(a, j->n, sizeof(*tasks));
	for (size_t i = 0; i < j->n; i++)
		read_noj_task(&j->items[i], json_pointer_item(a, "/tasks", i),
		    faults, &tasks[i]);
	ret->tasks = tasks;
	ret->n_tasks = j->n;
}

/*
 * Whatever a program printed stands in its result, and Python's json.dumps
 * writes a NUL as \\u0000, which no string of ours holds: it becomes U+FFFD,
 * which takes as many bytes.  Only behind a backslash that is none itself.
 */
static struct str
without_nul(struct arena *a, struct str text)
{
	char *copy = NULL;
	const char *p = text.p;
	const char *end = text.p + text.n;

	while (
	    (p = memchr(p, '\\', (size_t)(end - p))) != NULL && end - p >= 6) {
		if (memcmp(p, "\\u0000", 6) == 0) {
			if (copy == NULL)
				copy = arena_memdup(a, text.p, text.n);
			memcpy(copy + (p - text.p), "\\ufffd", 6);
		}
		p += 2;
	}
	return copy == NULL ? text : (struct str) { copy, text.n };
}

struct err *
wire_result_parse(struct arena *a, struct str body,
    struct wire_result **ret_result)
{
	struct wire_result *r = arena_new_of(a, struct wire_result);
	const struct json *j;
	const struct json *tasks;
	struct faults faults;

	body = body.n == 0 ? STR("{}") : without_nul(a, body);
	TRY(json_parse(a, body.p, body.n, &json_limits_document, &j));
	faults_init(&faults, a);
	tasks = json_member(j, "tasks");
	if (tasks != NULL && json_member(j, "verdict") == NULL)
		read_noj(tasks, &faults, r);
	else
		fields_read(&wire_result_fields, j, "", &faults, r);
	TRY(faults_err(&faults, ERR_FIELDS));
	*ret_result = r;
	return NULL;
}

char *
wire_result_text(struct arena *a, const struct wire_result *r, size_t max)
{
	return fields_text(a, &wire_result_fields, r, max);
}
