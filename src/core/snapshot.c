#include "core/snapshot.h"

#include <string.h>

#include "wire/fields.h"
#include "wire/json.h"

/* Time for the box, the package and the report, over what programs may use. */
#define OVERHEAD_MS (60 * 1000)
#define TEST_OVERHEAD_MS 500

/* What is said where a snapshot says nothing: test cases. */
#define TEST_CASES "input_output"
#define JUDGED "judged"

struct limits {
	int64_t time_ms;
	int64_t wall_ms;
	int64_t memory_kb;
	int64_t code_kb;
	int64_t compile_time_ms;
	int64_t validation_time_ms;
	int64_t validation_passes;
};

struct task {
	const char *group;
	int64_t case_count;
	int64_t memory_limit;
	int64_t time_limit;
	int64_t task_score;
};

struct document {
	const char *template;
	const char *method;
	const char *quiz;
	const char *pool;
	const char *type;
	const struct snapshot_test *tests;
	size_t n_tests;
	const struct task *tasks;
	size_t n_tasks;
	const char *const *languages;
	size_t n_languages;
	const char *limits;
	bool multi_pass;
	int64_t validators;
};

/* clang-format off */
static const struct field test_fields[] = {
	{ "path", F_STRING, AT(struct snapshot_test, path), F_REQUIRED,
	    .min = 1, .max = 4096 },
	{ "name", F_STRING, AT(struct snapshot_test, name), F_NULLABLE },
	{ "group", F_STRING, AT(struct snapshot_test, group), F_NULLABLE },
	{ "weight", F_DOUBLE, AT(struct snapshot_test, weight), 0 },
	{ "hidden", F_BOOL, AT(struct snapshot_test, hidden), 0 },
	{ 0 }
};
static const struct fields test_shape = {
	"snapshot_test", test_fields, sizeof(struct snapshot_test),
	FIELDS_LENIENT
};

static const struct field task_fields[] = {
	{ "group", F_STRING, AT(struct task, group), F_NULLABLE },
	{ "case_count", F_INT, AT(struct task, case_count), F_REQUIRED,
	    .min = 1, .max = 100000 },
	{ "memory_limit", F_INT, AT(struct task, memory_limit), 0 },
	{ "time_limit", F_INT, AT(struct task, time_limit), 0 },
	{ "task_score", F_INT, AT(struct task, task_score), 0 },
	{ 0 }
};
static const struct fields task_shape = {
	"snapshot_task", task_fields, sizeof(struct task), FIELDS_LENIENT
};

static const struct field limit_fields[] = {
	{ "time_ms", F_INT, AT(struct limits, time_ms), 0 },
	{ "wall_ms", F_INT, AT(struct limits, wall_ms), 0 },
	{ "memory_kb", F_INT, AT(struct limits, memory_kb), 0 },
	{ "code_kb", F_INT, AT(struct limits, code_kb), 0 },
	{ "compile_time_ms", F_INT, AT(struct limits, compile_time_ms), 0 },
	{ "validation_time_ms", F_INT, AT(struct limits, validation_time_ms),
	    0 },
	{ "validation_passes", F_INT, AT(struct limits, validation_passes),
	    0 },
	{ 0 }
};
static const struct fields limits_shape = {
	"snapshot_limits", limit_fields, sizeof(struct limits), FIELDS_LENIENT
};

static const struct field document_fields[] = {
	{ "template", F_STRING, AT(struct document, template), F_NULLABLE },
	{ "method", F_STRING, AT(struct document, method), F_NULLABLE },
	{ "quiz", F_JSON, AT(struct document, quiz),
	    F_NULLABLE | F_ONLY_OBJECT },
	{ "pool", F_STRING, AT(struct document, pool), F_NULLABLE },
	{ "type", F_STRING, AT(struct document, type), 0 },
	{ "tests", F_OBJECTS, AT(struct document, tests), F_REQUIRED,
	    .count = COUNT(struct document, n_tests), .fields = &test_shape },
	{ "tasks", F_OBJECTS, AT(struct document, tasks), 0,
	    .count = COUNT(struct document, n_tasks), .fields = &task_shape },
	{ "languages", F_STRINGS, AT(struct document, languages), 0,
	    .count = COUNT(struct document, n_languages) },
	{ "limits", F_JSON, AT(struct document, limits), F_ONLY_OBJECT },
	{ "multi_pass", F_BOOL, AT(struct document, multi_pass), 0 },
	{ "validators", F_INT, AT(struct document, validators), 0,
	    .min = 0, .max = INT32_MAX },
	{ 0 }
};
static const struct fields document_shape = {
	"snapshot", document_fields, sizeof(struct document), FIELDS_LENIENT
};
/* clang-format on */

/* A package is not a client: it was checked when it was uploaded. */
static struct err *
parse(struct arena *a, const struct fields *shape, const char *text, void *ret)
{
	struct err *e = fields_parse(a, shape, &json_limits_document,
	    (struct str) { text, strlen(text) }, ret);

	if (e == NULL)
		return NULL;
	return ERR_WHY(a, ERR_INTERNAL, "the stored snapshot: %s at %s",
	    e->faults != NULL ? e->faults->detail : e->detail,
	    e->faults != NULL ? e->faults->pointer : "?");
}

/* Which task a test is a case of: the one of its group. */
static size_t
task_of(const struct document *d, const struct snapshot_test *test)
{
	for (size_t i = 0; i < d->n_tasks && test->group != NULL; i++)
		if (d->tasks[i].group != NULL &&
		    strcmp(d->tasks[i].group, test->group) == 0)
			return i;
	return 0;
}

static void
take_tests(struct arena *a, const struct document *d, struct snapshot *s)
{
	s->tests = arena_array(a, d->n_tests + 1, sizeof(*s->tests));
	s->n_tests = d->n_tests;
	for (size_t i = 0; i < d->n_tests; i++) {
		s->tests[i] = d->tests[i];
		s->tests[i].task = task_of(d, &d->tests[i]);
	}
}

static void
take_tasks(struct arena *a, const struct document *d, struct snapshot *s)
{
	struct wire_job_task *tasks =
	    arena_array(a, d->n_tasks + 1, sizeof(*tasks));

	for (size_t i = 0; i < d->n_tasks; i++)
		tasks[i] = (struct wire_job_task) {
			.task_id = (int64_t)i,
			.case_count = d->tasks[i].case_count,
			.memory_limit = d->tasks[i].memory_limit,
			.time_limit = d->tasks[i].time_limit,
			.task_score = d->tasks[i].task_score,
		};
	s->tasks = tasks;
	s->n_tasks = d->n_tasks;
}

/* Those that are said. */
static void
take_limits(struct snapshot *s, const struct limits *limits)
{
	if (limits->wall_ms > 0)
		s->wall_ms = limits->wall_ms;
	if (limits->compile_time_ms > 0)
		s->compile_ms = limits->compile_time_ms;
	if (limits->validation_time_ms > 0)
		s->validation_ms = limits->validation_time_ms;
	if (limits->code_kb > 0)
		s->code_kb = limits->code_kb;
}

struct err *
snapshot_read(struct arena *a, const char *grading,
    struct snapshot **ret_snapshot)
{
	struct snapshot *s = arena_new_of(a, struct snapshot);
	struct document d = { 0 };
	struct limits limits = { 0 };

	TRY(parse(a, &document_shape, grading, &d));
	s->limits = d.limits == NULL ? "{}" : d.limits;
	TRY(parse(a, &limits_shape, s->limits, &limits));
	take_tests(a, &d, s);
	take_tasks(a, &d, s);
	s->languages = d.languages;
	s->n_languages = d.n_languages;
	s->template = d.template == NULL ? TEST_CASES : d.template;
	s->is_judged = d.method != NULL ? strcmp(d.method, JUDGED) == 0
					: strcmp(s->template, TEST_CASES) == 0;
	s->quiz = d.quiz;
	s->pool = d.pool;
	s->is_scoring = d.type != NULL && strcmp(d.type, "scoring") == 0;
	take_limits(s, &limits);
	s->passes = d.multi_pass && limits.validation_passes > 0
	    ? limits.validation_passes
	    : 1;
	s->validators = d.validators > 0 ? d.validators : 1;
	*ret_snapshot = s;
	return NULL;
}

struct err *
snapshot_of(struct arena *a, const struct problem *p,
    struct snapshot **ret_snapshot)
{
	struct limits limits = { 0 };

	TRY(snapshot_read(a, p->grading, ret_snapshot));
	if (p->limits == NULL)
		return NULL;
	TRY(parse(a, &limits_shape, p->limits, &limits));
	take_limits(*ret_snapshot, &limits);
	return NULL;
}

int64_t
snapshot_budget_s(const struct snapshot *s)
{
	int64_t pass_ms = s->wall_ms + s->validators * s->validation_ms;
	int64_t test_ms = s->passes * pass_ms + TEST_OVERHEAD_MS;
	int64_t ms =
	    OVERHEAD_MS + 2 * s->compile_ms + (int64_t)s->n_tests * test_ms;

	return ms / 1000 < SNAPSHOT_BUDGET_MAX_S ? ms / 1000
						 : SNAPSHOT_BUDGET_MAX_S;
}

const char *
snapshot_pool(const struct snapshot *s, const char *problem_pool)
{
	return s->pool != NULL ? s->pool : problem_pool;
}

bool
snapshot_takes_language(const struct snapshot *s, const char *language)
{
	for (size_t i = 0; i < s->n_languages; i++)
		if (strcmp(s->languages[i], language) == 0)
			return true;
	return false;
}

bool
snapshot_is_manual(const struct snapshot *s)
{
	return s->template != NULL && strcmp(s->template, "manual") == 0;
}
