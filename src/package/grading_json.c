/*
 * The snapshot that jobs carry:
 *
 *	template templates[] method format type name validation interactive?
 *	multi_pass? submit_answer? (outputs, not programs) validators? (how
 *	many, if several) evaluate fingerprint
 *	limits		all of struct package_limits
 *	languages[]	none: submissions have no language
 *	groups[]	{path, on_reject, weight, aggregation?,
 *			all_or_nothing?}, the root first, with path ""
 *	tests[]		{path, name, group, hidden, weight, validator_args?,
 *			args?}, in order
 *	tasks[]		judged: the same tests for clients that know tasks and
 *			cases: {group, case_count, task_score, time_limit ms,
 *			memory_limit KiB}; scores are whole and sum to 100
 *	settings	what assize.yaml says about submitting: submission_limit,
 *			windows, groups, state, weight, stored_submissions,
 *			visible, export
 */
#include <string.h>

#include "base/buf.h"
#include "package/package.h"
#include "package/sections.h"
#include "package/tasks.h"
#include "wire/json.h"

/* Thousands of tests with their arguments; far above what is usual. */
#define GRADING_MAX ((size_t)4 << 20)

#define AT(member) offsetof(struct package_limits, member)

/* clang-format off */
static const struct {
	const char *name;
	size_t at;
} limits[] = {
	{ "time_ms",              AT(time_ms) },
	{ "wall_ms",              AT(wall_ms) },
	{ "memory_kb",            AT(memory_kb) },
	{ "output_kb",            AT(output_kb) },
	{ "file_kb",              AT(file_kb) },
	{ "processes",            AT(processes) },
	{ "code_kb",              AT(code_kb) },
	{ "compile_time_ms",      AT(compile_time_ms) },
	{ "compile_memory_kb",    AT(compile_memory_kb) },
	{ "validation_time_ms",   AT(validation_time_ms) },
	{ "validation_memory_kb", AT(validation_memory_kb) },
	{ "validation_output_kb", AT(validation_output_kb) },
	{ "validation_passes",    AT(validation_passes) },
};
/* clang-format on */

static void
write_limits(struct json_w *w, const struct package_limits *l)
{
	json_w_object(w);
	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		json_w_key_i64(w, limits[i].name,
		    *(const int64_t *)(const void *)((const char *)l +
			limits[i].at));
	json_w_object_end(w);
}

static void
write_strings(struct json_w *w, const char *key, const char *const *strings)
{
	if (strings[0] == NULL)
		return;
	json_w_key(w, key);
	json_w_array(w);
	for (size_t i = 0; strings[i] != NULL; i++)
		json_w_str(w, strings[i]);
	json_w_array_end(w);
}

static void
write_groups(struct json_w *w, const struct judge_plan *plan)
{
	json_w_array(w);
	for (size_t g = 0; g < plan->group_n; g++) {
		const struct judge_group *group = &plan->groups[g];

		json_w_object(w);
		json_w_key_str(w, "path", group->path);
		json_w_key_str(w, "on_reject",
		    group->breaks ? "break" : "continue");
		json_w_key_f64(w, "weight", group->weight);
		if (group->rule != TREE_SUM)
			json_w_key_str(w, "aggregation",
			    group->rule == TREE_MIN ? "min" : "max");
		if (group->all_or_nothing)
			json_w_key_bool(w, "all_or_nothing", true);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_tests(struct json_w *w, const struct package *p)
{
	json_w_array(w);
	for (size_t i = 0; i < p->plan.test_n; i++) {
		const struct judge_test *test = &p->plan.tests[i];

		json_w_object(w);
		json_w_key_str(w, "path", test->path);
		json_w_key_str(w, "name", test->name);
		json_w_key_str(w, "group", p->plan.groups[test->group].path);
		json_w_key_bool(w, "hidden", test->hidden);
		json_w_key_f64(w, "weight", test->weight);
		if (p->tests != NULL) {
			write_strings(w, "validator_args",
			    p->tests[i].validator_args);
			write_strings(w, "args", p->tests[i].args);
		}
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_tasks(struct json_w *w, struct arena *a, const struct package *p)
{
	const struct pkg_task *tasks;
	size_t n;

	tasks = pkg_tasks(a, p, &n);
	json_w_array(w);
	for (size_t i = 0; i < n; i++) {
		json_w_object(w);
		json_w_key_str(w, "group", p->plan.groups[tasks[i].group].path);
		json_w_key_i64(w, "case_count", tasks[i].cases);
		json_w_key_i64(w, "task_score", tasks[i].points);
		json_w_key_i64(w, "time_limit", p->limits.time_ms);
		json_w_key_i64(w, "memory_limit", p->limits.memory_kb);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

/* What whoever takes submissions and sends grades on must know. */
static void
write_documents(struct json_w *w, const struct package *p)
{
	json_w_object(w);
	for (size_t i = PACKAGE_DOC_EXPORT; i < PACKAGE_DOC__MAX; i++)
		if (p->docs[i].json != NULL) {
			json_w_key(w, pkg_sections[i].key);
			json_w_value(w, p->docs[i].json);
		}
	json_w_object_end(w);
}

struct err *
package_grading_json(struct arena *a, const struct package *p,
    const char **ret_json, size_t *ret_n)
{
	struct json_w w;
	struct buf b;

	/* A buffer that grows leaves its smaller selves behind. */
	if (arena_left(a) < 4 * GRADING_MAX)
		return ERR(a, ERR_TOO_LARGE, "the package is too large");
	buf_init(&b, a, GRADING_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "template", p->template);
	json_w_key(&w, "templates");
	json_w_array(&w);
	for (size_t i = 0; p->templates[i] != NULL; i++)
		json_w_str(&w, p->templates[i]);
	json_w_array_end(&w);
	json_w_key_str(&w, "method", package_method_name(p->method));
	json_w_key_str(&w, "format", p->format);
	json_w_key_str(&w, "type", p->type);
	json_w_key_str(&w, "name", p->name);
	json_w_key_str(&w, "validation", p->validation);
	if (p->is_interactive)
		json_w_key_bool(&w, "interactive", true);
	if (p->is_multi_pass)
		json_w_key_bool(&w, "multi_pass", true);
	if (p->is_submit_answer)
		json_w_key_bool(&w, "submit_answer", true);
	if (p->validator_n > 1)
		json_w_key_i64(&w, "validators", (int64_t)p->validator_n);
	json_w_key_str(&w, "evaluate", p->evaluate);
	json_w_key_str(&w, "fingerprint", p->fingerprint);
	json_w_key(&w, "limits");
	write_limits(&w, &p->limits);
	json_w_key(&w, "languages");
	json_w_array(&w);
	for (size_t i = 0; p->languages[i] != NULL; i++)
		json_w_str(&w, p->languages[i]->name);
	json_w_array_end(&w);
	json_w_key(&w, "groups");
	write_groups(&w, &p->plan);
	json_w_key(&w, "tests");
	write_tests(&w, p);
	if (p->method == PACKAGE_JUDGED) {
		json_w_key(&w, "tasks");
		write_tasks(&w, a, p);
	}
	json_w_key_str(&w, "pool", p->pool);
	if (p->quiz != NULL) {
		json_w_key(&w, "quiz");
		quiz_write(&w, p->quiz);
	}
	json_w_key(&w, "settings");
	write_documents(&w, p);
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR(a, ERR_PACKAGE, "the package has too many tests");
	*ret_json = b.p;
	*ret_n = b.n;
	return NULL;
}
