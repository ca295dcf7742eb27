#include "runner/check.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "package/zip.h"
#include "runner/check_case.h"
#include "runner/check_inputs.h"
#include "runner/check_open.h"
#include "runner/check_outputs.h"
#include "runner/check_show.h"
#include "runner/check_time.h"
#include "runner/core.h"
#include "runner/programs.h"
#include "wire/json.h"

#define JOB_ARENA ((size_t)256 << 20)
#define SOURCE_MAX ((size_t)4 << 20)
#define JSON_MAX ((size_t)16 << 20)
#define RESULT_MAX ((size_t)2 << 20)

struct check {
	struct arena *arena;
	const struct grader *grader;
	const struct package *package;
	int dir;
	int common; /* n: the course's files are the zip in fd n - 1; 0: none */
	int core;   /* as in struct box_spec */
	struct programs *programs;
	struct event never;  /* nobody cancels */
	struct json_w *json; /* NULL: a table */
	struct check_time time;
	size_t judged;
	size_t wrong;
	size_t skipped;
};

/* What one submission came to. */
struct line {
	const struct package_submission *submission;
	const char *expected;
	const char *verdict; /* NULL: was not judged */
	double grade;
	int64_t time_ms;
	int64_t memory_kb;
	int64_t took_ms; /* all of it */
	const char *first_failed;
	const char *fault;      /* of the package, or NULL */
	const char *compile;    /* what the compiler said, or NULL */
	const char *cause;      /* of the first that failed, or NULL */
	const char *provenance; /* JSON */
	/* Of packages with criteria: what there is to see; else NULL. */
	const struct wire_result *shown;
	/* Of what is not judged: the whole result, as JSON; or NULL. */
	const char *result;
	const char *tree; /* of what has points, as JSON; or NULL */
	double points;
	/* Of cases: what came out otherwise; else NULL. */
	const struct field_fault *differences;
	bool ok;
};

static void
print_head(const struct check *c)
{
	if (c->json == NULL)
		printf("%-44s %-12s %-7s %6s %8s %9s\n", "submission",
		    "expected", "verdict", "grade", "ms", "KiB");
}

static void
say_line(const struct check *c, const struct line *l)
{
	printf("%-44s %-12s %-7s %6.2f %8lld %9lld  %s%s%s\n",
	    l->submission->path, l->expected,
	    l->verdict != NULL ? l->verdict : "-", l->grade,
	    (long long)l->time_ms, (long long)l->memory_kb,
	    !l->ok                   ? "UNEXPECTED"
		: l->verdict == NULL ? "not judged: language"
				     : "ok",
	    l->first_failed != NULL ? " at " : "",
	    l->first_failed != NULL ? l->first_failed : "");
	if (l->tree != NULL)
		printf("    %g points\n", l->points);
	if (l->fault != NULL)
		printf("    %s\n", l->fault);
	for (const struct field_fault *d = l->differences; d != NULL;
	     d = d->next)
		printf("    %s%s%s: %s\n",
		    *d->pointer == '/' ? l->submission->path : "",
		    *d->pointer == '/' ? "#" : "", d->pointer, d->detail);
	if (l->shown != NULL)
		check_show(c->arena, l->shown);
}

static void
write_line(const struct check *c, const struct line *l)
{
	json_w_object(c->json);
	json_w_key_str(c->json, "submission", l->submission->path);
	json_w_key_str(c->json, "expected", l->expected);
	json_w_key_str(c->json, "verdict", l->verdict);
	json_w_key_f64(c->json, "grade", l->grade);
	json_w_key_i64(c->json, "time_ms", l->time_ms);
	json_w_key_i64(c->json, "memory_kb", l->memory_kb);
	json_w_key_i64(c->json, "took_ms", l->took_ms);
	json_w_key_str(c->json, "first_failed", l->first_failed);
	json_w_key_str(c->json, "fault", l->fault);
	json_w_key_str(c->json, "compile", l->compile);
	json_w_key_str(c->json, "cause", l->cause);
	json_w_key_raw(c->json, "provenance", l->provenance);
	if (l->shown != NULL)
		check_show_json(c->arena, c->json, l->shown);
	if (l->differences != NULL)
		json_w_key_faults(c->json, "differences", l->differences);
	if (l->tree != NULL)
		json_w_key_raw(c->json, "tree", l->tree);
	json_w_key_bool(c->json, "ok", l->ok);
	json_w_key_raw(c->json, "result", l->result);
	json_w_object_end(c->json);
}

static void
print_line(const struct check *c, const struct line *l)
{
	if (c->json != NULL)
		write_line(c, l);
	else
		say_line(c, l);
}

/* The submission's files, named as they would be if they were submitted. */
static struct err *
read_files(const struct check *c, struct arena *a,
    const struct package_submission *sub, struct grading_job *job)
{
	struct zip_file *files;
	size_t n = 0, prefix = strlen(sub->path);

	while (sub->files[n] != NULL)
		n++;
	files = arena_array(a, n + 1, sizeof(*files));
	for (size_t i = 0; i < n; i++) {
		const char *path = sub->files[i];
		const char *slash = strrchr(path, '/');
		struct str filled;
		char *p;

		TRY(io_read_file(a, c->dir, path, SOURCE_MAX, &p, &files[i].n));
		filled = package_fill(a, c->package,
		    (struct str) { p, files[i].n }, SOURCE_MAX);
		files[i].p = filled.p;
		files[i].n = filled.n;
		if (str_has_prefix(path, sub->path) && path[prefix] == '/')
			files[i].path = path + prefix + 1;
		else
			files[i].path = slash != NULL ? slash + 1 : path;
	}
	job->files = files;
	job->files_n = n;
	/* Answers to questions: submissions/accepted/right.json. */
	for (size_t i = 0; i < n && c->package->quiz != NULL; i++)
		if (str_has_suffix(files[i].path, ".json")) {
			job->input = files[i].p;
			job->files_n = 0;
		}
	return NULL;
}

static void
sum_up(const struct wire_result *r, struct line *l)
{
	l->verdict = verdict_info((enum verdict)r->verdict)->slug;
	l->grade = r->grade;
	for (size_t i = 0; i < r->n_tests; i++) {
		const struct wire_test *t = &r->tests[i];

		if (t->time_ms > l->time_ms)
			l->time_ms = t->time_ms;
		if (t->memory_kb > l->memory_kb)
			l->memory_kb = t->memory_kb;
		if (l->first_failed == NULL && t->status != WIRE_AC &&
		    t->status != WIRE_SKIPPED) {
			l->first_failed = t->path;
			l->cause = t->cause;
		}
	}
	l->ok = (l->submission->expected & 1u << r->verdict) != 0;
}

static const struct json *
child_of(const struct json *node, struct str name)
{
	const struct json *all = json_member(node, "children");

	for (size_t i = 0; all != NULL && i < all->n; i++) {
		const char *is = json_member_string(&all->items[i], "name");

		if (is != NULL && str_is(name, is))
			return &all->items[i];
	}
	return NULL;
}

/* Points of a group ("secret/a"), of the result's tree. */
static bool
group_score(const struct check *c, const struct wire_result *r,
    const char *path, double *ret_score)
{
	const struct judge_plan *plan = &c->package->plan;
	struct str rest = str_of(path), part;
	const struct json *node, *score;
	double part_of = 1;
	size_t g = 1;

	while (g < plan->group_n && strcmp(plan->groups[g].path, path) != 0)
		g++;
	if (g == plan->group_n || r->tree == NULL ||
	    json_parse(c->arena, r->tree, strlen(r->tree),
		&json_limits_document, &node) != NULL)
		return false;
	node = child_of(node, STR("base"));
	while (node != NULL && str_cut(&rest, '/', &part))
		node = child_of(node, part);
	score = node != NULL ? json_member(node, "points") : NULL;
	if (node != NULL && score == NULL) {
		score = json_member(node, "score");
		part_of = plan->groups[g].weight / 100;
	}
	if (score == NULL ||
	    (score->kind != JSON_DOUBLE && score->kind != JSON_INT))
		return false;
	*ret_score = part_of *
	    (score->kind == JSON_INT ? (double)score->integer : score->number);
	return true;
}

/* NULL, or what speaks against it. */
static const char *
rule_fault(const struct check *c, const struct package_rule *rule,
    const struct wire_result *r)
{
	bool has_required = rule->required == 0;
	bool has_message = rule->message == NULL;
	double score;

	for (size_t i = 0; i < r->n_tests; i++) {
		const struct wire_test *t = &r->tests[i];

		if (t->status == WIRE_SKIPPED ||
		    !package_rule_covers(rule, t->path))
			continue;
		has_required |= (rule->required & 1u << t->status) != 0;
		has_message |= rule->message != NULL &&
		    t->judge_message != NULL &&
		    strstr(t->judge_message, rule->message) != NULL;
		if (rule->permitted != 0 &&
		    (rule->permitted & 1u << t->status) == 0)
			return arena_printf(c->arena,
			    "test %s: %s is not permitted", t->path,
			    verdict_info((enum verdict)t->status)->slug);
	}
	if (rule->has_score &&
	    group_score(c, r, rule->tests != NULL ? rule->tests : "secret",
		&score) &&
	    (score < rule->score_min - 1e-6 || score > rule->score_max + 1e-6))
		return arena_printf(c->arena, "the score is %g", score);
	if (!has_required)
		return arena_printf(c->arena, "no test ended with %s",
		    package_expected_text(c->arena, rule->required));
	return has_message ? NULL : "no test has the message";
}

static void
check_rules(const struct check *c, const struct wire_result *r, struct line *l)
{
	for (const struct package_rule *rule = l->submission->rules;
	     rule != NULL; rule = rule->next) {
		const char *fault = rule_fault(c, rule, r);

		if (fault == NULL)
			continue;
		l->ok = false;
		l->fault = arena_printf(c->arena, "%s: %s", rule->where, fault);
	}
}

static struct grading_job
job_of(const struct check *c, const struct package_submission *sub)
{
	return (struct grading_job) {
		.owner = sub->path,
		.package = c->package,
		.package_dir = c->dir,
		.programs = c->programs,
		.limits = c->package->limits,
		/* Programs may make the answers that teams submit. */
		.language = c->package->languages[0] != NULL ||
			c->package->is_submit_answer
		    ? sub->language
		    : NULL,
		.cancel = &c->never,
		.state = "",
		.common = c->common,
		.all_tests = sub->rules != NULL,
		.time_slack = check_time_slack(c->package, sub),
		.entry = sub->entrypoint,
		.core = c->core,
	};
}

static struct err *
judge_job(struct check *c, struct arena *a, struct grading_job *job,
    struct line *l, struct wire_result **ret_result)
{
	struct wire_result *result;
	const char *fault = NULL;

	job->ret_blamed = &fault;
	l->took_ms = clock_mono_ms();
	TRY(pipeline_run(c->grader, a, job, &result));
	l->took_ms = clock_mono_ms() - l->took_ms;
	sum_up(result, l);
	/* Lives as long as the job: it is printed before the next one. */
	l->shown = c->package->method == PACKAGE_CRITERIA ? result : NULL;
	if (c->package->plan.has_points &&
	    group_score(c, result, "secret", &l->points))
		l->tree = result->tree;
	if (c->package->method != PACKAGE_JUDGED && c->json != NULL)
		l->result = wire_result_text(a, result, RESULT_MAX);
	l->provenance = arena_strdup(c->arena, result->provenance);
	l->first_failed = l->first_failed == NULL
	    ? NULL
	    : arena_strdup(c->arena, l->first_failed);
	if (result->compile != NULL && result->compile->output != NULL)
		l->compile = arena_strdup(c->arena, result->compile->output);
	if (fault != NULL)
		l->fault = arena_strdup(c->arena, fault);
	*ret_result = result;
	return NULL;
}

static struct err *
judge_one(struct check *c, struct arena *a,
    const struct package_submission *sub, struct line *l)
{
	struct grading_job job = job_of(c, sub);
	struct wire_result *result;

	TRY(read_files(c, a, sub, &job));
	TRY(judge_job(c, a, &job, l, &result));
	check_rules(c, result, l);
	if (strcmp(sub->dir, "partially_accepted") == 0 &&
	    result->grade >= 100) {
		l->ok = false;
		l->fault = "it must not have all points";
	}
	check_time_take(&c->time, sub, result, l->ok);
	return NULL;
}

static bool
can_grade(const struct check *c, struct arena *a,
    const struct language *language)
{
	if (language == NULL)
		return c->package->languages[0] == NULL;
	return tools_version(c->grader->tools, a, language) != NULL;
}

/* The error is in an arena that ends; so is what is printed. */
static struct err *
err_of(const struct check *c, const char *path, const struct err *e)
{
	return ERR_WHY(c->arena, e->code, "%s: %s%s%s", path,
	    e->detail != NULL ? e->detail : "",
	    e->detail != NULL && e->internal != NULL ? ": " : "",
	    e->internal != NULL ? e->internal : "");
}

static void
skip(struct check *c, const struct line *l)
{
	c->skipped++;
	print_line(c, l);
}

/* What was handed in is graded, and compared with what the case says. */
static struct err *
check_case(struct check *c, struct arena *a, const char *path)
{
	const struct package_submission sub = { .path = path, .expected = ~0u };
	struct line l = { .submission = &sub, .expected = "", .ok = true };
	struct grading_job job = job_of(c, &sub);
	const struct json *wanted = NULL;
	struct wire_result *result;
	struct faults differences;
	struct err *e;

	faults_init(&differences, a);
	e = check_case_read(a, c->dir, path, &job, &differences, &wanted);
	if (e != NULL)
		return err_of(c, path, e);
	if (json_member_string(wanted, "result") != NULL)
		l.expected = json_member_string(wanted, "result");
	if (differences.n == 0 && !can_grade(c, a, job.language)) {
		skip(c, &l);
		return NULL;
	}
	if (differences.n == 0) {
		e = judge_job(c, a, &job, &l, &result);
		if (e != NULL)
			return err_of(c, path, e);
		check_case_compare(wanted, result, &differences);
	}
	l.ok = differences.n == 0;
	l.differences = differences.first;
	c->judged++;
	c->wrong += !l.ok;
	print_line(c, &l);
	return NULL;
}

static struct err *
check_submission(struct check *c, struct arena *a,
    const struct package_submission *sub)
{
	struct line l = {
		.submission = sub,
		.expected = package_expected_text(c->arena, sub->expected),
		.ok = true,
	};
	struct err *e;

	if (!can_grade(c, a, sub->language)) {
		skip(c, &l);
		return NULL;
	}
	e = judge_one(c, a, sub, &l);
	if (e != NULL)
		return err_of(c, sub->path, e);
	c->judged++;
	c->wrong += !l.ok;
	print_line(c, &l);
	return NULL;
}

static struct err *
check_all(struct check *c)
{
	_cleanup_(arena_freep) struct arena *job = NULL;

	job = arena_new("check", JOB_ARENA);
	print_head(c);
	for (size_t i = 0; i < c->package->submission_n; i++) {
		TRY(check_submission(c, job, &c->package->submissions[i]));
		arena_reset(job);
		fflush(stdout);
	}
	for (size_t i = 0; i < c->package->case_n; i++) {
		TRY(check_case(c, job, c->package->cases[i]));
		arena_reset(job);
		fflush(stdout);
	}
	return NULL;
}

struct err *
check_package(struct arena *a, const struct grader *grader, const char *path,
    bool json, bool *ret_ok)
{
	struct check c = { .arena = a, .grader = grader };
	struct check_inputs inputs;
	_cleanup_(programs_freep) struct programs *programs = programs_new();
	_cleanup_(io_closep) int dir = -1;
	_cleanup_(io_closep) int common = -1;
	_cleanup_(io_closep) int core_lock = -1;
	struct package *package;
	struct buf buf;
	struct json_w w;

	TRY(check_open_package(a, grader, path, &dir));
	TRY(package_read(a, &(struct package_source) { .dir = dir }, &package));
	if (package->has_links)
		TRY(check_open_links(a, grader, &dir));
	if (package->method == PACKAGE_SCRIPT)
		TRY(check_open_common(a, path, &common));
	check_find_environment(grader, package);
	c.package = package;
	c.dir = dir;
	c.common = common + 1;
	c.programs = programs;
	/* Times as they would be: a job has a processor for itself. */
	c.core = core_claim(&core_lock);
	TRY(event_init(&c.never, a));
	inputs = (struct check_inputs) {
		.arena = a,
		.grader = grader,
		.package = package,
		.dir = dir,
		.programs = programs,
		.never = &c.never,
	};
	if (json) {
		buf_init(&buf, a, JSON_MAX);
		json_w_init(&w, &buf);
		json_w_array(&w);
		c.json = inputs.json = &w;
	}
	TRY(check_inputs(&inputs, &c.wrong));
	TRY(check_outputs(&inputs, &c.wrong));
	TRY(check_all(&c));
	if (json) {
		json_w_array_end(&w);
		json_w_finish(&w);
		printf("%s\n", buf.p);
	} else {
		if (package->method == PACKAGE_JUDGED)
			check_time_print(&c.time, package);
		printf("%zu judged, %zu unexpected, %zu not judged\n", c.judged,
		    c.wrong, c.skipped);
	}
	*ret_ok = c.wrong == 0 && c.judged > 0;
	return NULL;
}
