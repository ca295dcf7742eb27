/*
 * Tasks of INGInious: a task's directory becomes a package as it is, with
 * problem.yaml, assize.yaml and quiz.json beside it.
 */
#include "package/import_inginious.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/str.h"
#include "package/meta.h"
#include "package/walk.h"
#include "package/zip.h"
#include "wire/names.h"

#define TEXT_MAX ((size_t)1 << 20)

const struct json *
inginious_yaml(struct import *im, const char *path)
{
	struct faults faults;
	size_t nodes = 0, n;
	const struct meta_file file = { path, &faults, &nodes, NULL };
	const struct meta *m;
	char *text = NULL;

	faults_init(&faults, im->arena);
	if (import_read(im, path, META_BYTES, &text, &n) != NULL ||
	    text == NULL)
		return NULL;
	m = meta_parse(&file, text, n);
	for (const struct field_fault *f = faults.first; f != NULL; f = f->next)
		import_note(im, f->pointer, "%s", f->detail);
	return m == NULL ? NULL : meta_json(im->arena, m);
}

/* Their pages write what a box that was ticked sends: 'on'. */
bool
inginious_is_true(const struct json *j)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };

	if (j == NULL || j->kind == JSON_NULL)
		return false;
	for (size_t i = 0; j->kind == JSON_STRING && i < ARRAY_LEN(yes); i++)
		if (strcasecmp(j->string, yes[i]) == 0)
			return true;
	return (j->kind == JSON_BOOL && j->boolean) ||
	    (j->kind == JSON_INT && j->integer != 0);
}

bool
inginious_says_nothing(const struct json *j)
{
	switch (j->kind) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return !j->boolean;
	case JSON_ARRAY:
		/* An empty field of a form makes [""]. */
		return j->n == 0 ||
		    (j->n == 1 && inginious_says_nothing(&j->items[0]));
	case JSON_STRING:
	case JSON_OBJECT:
		return j->n == 0;
	default:
		return false;
	}
}

static const struct json *
find(const struct inginious_task *t, const char *key)
{
	const struct json *more =
	    json_member(t->task, "environment_parameters");
	const struct json *j = json_member(t->config, key);

	if (j == NULL)
		j = json_member(more, key);
	if (j == NULL)
		j = json_member(t->task, key);
	return j != NULL && j->kind == JSON_NULL ? NULL : j;
}

static const char *
text_of(const struct inginious_task *t, const char *key)
{
	const struct json *j = find(t, key);

	/* name: 42 */
	if (j != NULL && (j->kind == JSON_INT || j->kind == JSON_DOUBLE))
		return json_text(t->arena, j);
	return j != NULL && j->kind == JSON_STRING &&
		str_trim(str_of(j->string)).n > 0
	    ? j->string
	    : NULL;
}

/* Of another kind than it has to be it is left out, and said. */
static const struct json *
find_map(const struct inginious_task *t, const char *key)
{
	const struct json *j = find(t, key);

	if (j == NULL || j->kind == JSON_OBJECT)
		return j;
	if (!inginious_says_nothing(j))
		import_note(t->im, t->name, "%s: %.100s is left out", key,
		    json_text(t->arena, j));
	return NULL;
}

/*
 * -- settings
 */

static double
number_of(const struct json *j)
{
	double value = 0;

	if (j != NULL && j->kind == JSON_INT)
		value = (double)j->integer;
	else if (j != NULL && j->kind == JSON_DOUBLE)
		value = j->number;
	else if (j != NULL && j->kind == JSON_STRING &&
	    !str_to_double(j->string, &value))
		value = -1;
	return value;
}

static double
number(const struct json *map, const char *key)
{
	return number_of(json_member(map, key));
}

/* Theirs are seconds and MB, with these where nothing is said. */
static void
put_limits(struct inginious_task *t)
{
	const struct json *l = find_map(t, "limits");
	double time = number(l, "time"), hard = number(l, "hard_time");
	double memory = number(l, "memory");

	if (time <= 0)
		time = 30;
	if (hard <= 0)
		hard = 3 * time;
	if (memory <= 0)
		memory = 200;
	if (memory < 20)
		memory = 20;
	buf_printf(&t->yaml,
	    "limits:\n  time_ms: %.0f\n  wall_ms: %.0f\n  memory_kb: %.0f\n",
	    time * 1000, hard * 1000, memory * 1024);
	if (json_member(l, "disk") != NULL || json_member(l, "output") != NULL)
		import_note(t->im, t->name,
		    "limits.disk, limits.output: nothing kept them there; "
		    "ours hold");
}

static void
put_script(struct inginious_task *t)
{
	const char *environment = text_of(t, "environment_id");
	const char *command = text_of(t, "run_cmd");

	if (environment == NULL)
		environment = text_of(t, "environment");
	if (environment != NULL && strcmp(environment, "default") == 0)
		environment = NULL;
	if (environment != NULL && !wire_is_label(environment)) {
		import_note(t->im, t->name,
		    "environment %.60s: is no name of a pool", environment);
		environment = NULL;
	}
	if (environment != NULL)
		import_note(t->im, t->name,
		    "needs runners with the environment %s", environment);
	if (inginious_is_true(find(t, "network_grading")))
		import_note(t->im, t->name,
		    "network_grading: a setting of the problem in its course, "
		    "where the operator allows it");
	if (command == NULL && environment == NULL)
		return;
	buf_puts(&t->yaml, "script:\n");
	if (command != NULL)
		buf_printf(&t->yaml, "  run_cmd: %s\n",
		    import_quote(t->arena, command));
	if (environment != NULL)
		buf_printf(&t->yaml, "  environment: %s\n", environment);
}

static void
put_evaluate(struct inginious_task *t)
{
	const char *mode = text_of(t, "evaluation_mode");

	if (mode == NULL)
		mode = text_of(t, "evaluate");
	if (mode != NULL && strcmp(mode, "last") == 0)
		buf_puts(&t->yaml, "evaluate: last\n");
	else if (mode != NULL && strcmp(mode, "best") != 0)
		import_note(t->im, t->name,
		    "evaluate: %.30s: the best submission counts", mode);
}

/* Where a task says nothing of its own, the course's. */
static const struct json *
window_of(const struct inginious_task *t)
{
	const struct json *j = find(t, "accessibility");

	if (j == NULL)
		j = find(t, "accessible");
	if ((j == NULL || (j->kind == JSON_BOOL && j->boolean) ||
		(j->kind == JSON_STRING && j->n == 0)) &&
	    t->window != NULL)
		return t->window;
	if (j != NULL && t->window != NULL)
		import_note(t->im, t->name,
		    "accessible: the course's own window, %.100s, does not "
		    "hold beside it",
		    json_text(t->arena, t->window));
	return j;
}

static void
put_window(struct inginious_task *t)
{
	const struct json *j = window_of(t);

	if (j == NULL || (j->kind == JSON_BOOL && j->boolean))
		return;
	if (j->kind == JSON_BOOL)
		buf_puts(&t->yaml, "visible: false\n");
	else if (j->kind == JSON_STRING && j->n > 0)
		buf_printf(&t->yaml, "windows: %s\n",
		    import_quote(t->arena, j->string));
	else if (j->kind != JSON_STRING)
		import_note(t->im, t->name, "accessible: %.100s is no window",
		    json_text(t->arena, j));
}

static void
put_amount(struct inginious_task *t)
{
	const struct json *j = find_map(t, "submission_limit");
	double amount = number(j, "amount"), period = number(j, "period");

	if (j == NULL || amount < 0)
		return;
	buf_printf(&t->yaml, "submission_limit: {amount: %.0f, period: %.0f}\n",
	    amount, period);
}

/* The first of the names that is said. */
static void
put_number(struct inginious_task *t, const char *key, const char *const *names)
{
	for (; *names != NULL; names++) {
		const struct json *j = find(t, *names);

		if (j == NULL)
			continue;
		if (number_of(j) >= 0)
			buf_printf(&t->yaml, "%s: %g\n", key, number_of(j));
		else
			import_note(t->im, t->name, "%s: %.100s is left out",
			    *names, json_text(t->arena, j));
		return;
	}
}

static void
put_counted(struct inginious_task *t)
{
	static const char *const weight[] = { "weight", NULL };
	static const char *const stored[] = { "no_stored_submissions",
		"submission_storage", "stored_submissions", NULL };

	put_number(t, "weight", weight);
	put_number(t, "stored_submissions", stored);
}

/* clang-format off */
/* Everything else that is said is noted: with why, or what to do. */
static const struct {
	const char *key;
	const char *note; /* NULL: it is carried over, or means nothing */
} keys[] = {
	{ "name", NULL }, { "problems", NULL }, { "limits", NULL },
	{ "environment", NULL }, { "environment_id", NULL },
	{ "environment_type", NULL }, { "environment_parameters", NULL },
	{ "run_cmd", NULL }, { "network_grading", NULL },
	{ "accessible", NULL }, { "accessibility", NULL },
	{ "evaluate", NULL }, { "evaluation_mode", NULL },
	{ "groups", NULL }, { "group_submission", NULL },
	{ "submission_limit", NULL }, { "input_random", NULL },
	{ "regenerate_input_random", NULL }, { "context", NULL },
	{ "context_is_html", NULL }, { "file", NULL },
	{ "weight", NULL }, { "stored_submissions", NULL },
	{ "no_stored_submissions", NULL }, { "submission_storage", NULL },
	{ "tags", "tags are not declared; those that a script sets are shown" },
	{ "categories", "problems have no categories" },
	{ "order", "problems stand in the order of their names" },
	{ "sectionid", "problems stand in the order of their names" },
	{ "author", "problems have no author" },
	{ "authors", "problems have no author" },
	{ "contact_url", "problems have no address" },
	{ "response_is_html", "feedback is read as reStructuredText" },
	{ "ssh_allowed", "debugging by SSH is staff's, where runners offer it" },
};
/* clang-format on */

static void
note_keys(struct inginious_task *t, const struct json *map)
{
	for (size_t i = 0;
	     map != NULL && map->kind == JSON_OBJECT && i < map->n; i++) {
		const struct json_member *m = &map->members[i];
		size_t k = 0;

		while (k < ARRAY_LEN(keys) && strcmp(keys[k].key, m->name) != 0)
			k++;
		if (k < ARRAY_LEN(keys) &&
		    (keys[k].note == NULL || inginious_says_nothing(&m->value)))
			continue;
		import_note(t->im, t->name, "%s = %.200s: %s", m->name,
		    json_text(t->arena, &m->value),
		    k < ARRAY_LEN(keys) ? keys[k].note : "is not known");
	}
}

/*
 * -- files
 */

static void
note_left_out(void *arg, const char *why)
{
	import_note(arg, "files", "%s: left out", why);
}

struct err *
inginious_walk(struct import *im, struct walk_file **ret_files, size_t *ret_n)
{
	const struct walk_left left = { note_left_out, im };

	return walk_dir_some(im->arena, im->dir, IMPORT_FILES_MAX, &left,
	    ret_files, ret_n);
}

static struct err *
put_files(struct inginious_task *t)
{
	struct walk_file *found = NULL;
	size_t n = 0;

	TRY(inginious_walk(t->im, &found, &n));
	for (size_t i = 0; i < n; i++) {
		const char *path =
		    arena_printf(t->arena, "%s%s", t->at, found[i].path);
		char *p = NULL;
		size_t size;

		TRY(import_read(t->im, path, IMPORT_FILE_BYTES, &p, &size));
		if (p != NULL)
			import_put(t->im, path, p, size);
	}
	return NULL;
}

static void
put_statement(struct inginious_task *t)
{
	const char *text = text_of(t, "context");

	if (text == NULL)
		return;
	inginious_note_hidden(t, t->name, "context", text);
	import_put_text(t->im,
	    arena_printf(t->arena, "%sproblem_statement/problem.en.md", t->at),
	    text);
	import_note(t->im, t->name,
	    "context: is %s; it stands in problem_statement/ as it is",
	    inginious_is_true(find(t, "context_is_html")) ? "HTML"
							  : "reStructuredText");
}

void
inginious_put_task(struct inginious_task *t)
{
	const char *type = text_of(t, "environment_type");
	const char *old = text_of(t, "environment");
	const char *name = t->im->options.name;

	if (name == NULL)
		name = text_of(t, "name");
	t->is_quiz = (type != NULL && strcmp(type, "mcq") == 0) ||
	    (old != NULL && strcmp(old, "mcq") == 0);
	buf_init(&t->yaml, t->arena, TEXT_MAX);
	buf_printf(&t->yaml, "template: %s\n", t->is_quiz ? "quiz" : "script");
	if (!t->is_quiz) {
		put_limits(t);
		put_script(t);
	}
	put_evaluate(t);
	put_window(t);
	put_counted(t);
	put_amount(t);
	if (inginious_is_true(find(t, "groups")) ||
	    inginious_is_true(find(t, "group_submission")))
		buf_puts(&t->yaml, "groups: true\n");
	import_put_text(t->im, arena_printf(t->arena, "%sproblem.yaml", t->at),
	    arena_printf(t->arena, "name: %s\n",
		import_quote(t->arena, name != NULL ? name : "Task")));
	import_put_text(t->im, arena_printf(t->arena, "%sassize.yaml", t->at),
	    t->yaml.p);
	inginious_put_quiz(t, find_map(t, "problems"));
	put_statement(t);
	note_keys(t, t->task);
	note_keys(t, json_member(t->task, "environment_parameters"));
	note_keys(t, t->config);
}

/* What a set says goes before what its course said, where there are both. */
static const struct json *
merge(struct arena *a, const struct json *set, const struct json *course)
{
	struct json_member *members;
	struct json *all;

	if (set == NULL || course == NULL || set->kind != JSON_OBJECT ||
	    course->kind != JSON_OBJECT)
		return set != NULL ? set : course;
	members = arena_array(a, set->n + course->n + 1, sizeof(*members));
	all = arena_new_of(a, struct json);
	*all = (struct json) { .kind = JSON_OBJECT, .members = members };
	for (size_t i = 0; i < set->n; i++)
		members[all->n++] = set->members[i];
	for (size_t i = 0; i < course->n; i++)
		if (json_member(set, course->members[i].name) == NULL)
			members[all->n++] = course->members[i];
	return all;
}

static struct err *
put_course(struct import *im)
{
	const struct json *set = inginious_yaml(im, INGINIOUS_TASKSET);
	const struct json *course = inginious_yaml(im, INGINIOUS_COURSE);

	TRY(faults_err(&im->notes, ERR_PACKAGE));
	if (set == NULL && course == NULL)
		return ERR(im->arena, ERR_IMPOSSIBLE,
		    "%s: has no " INGINIOUS_TASK ", " INGINIOUS_TASKSET
		    " or " INGINIOUS_COURSE " that can be read",
		    im->source);
	return inginious_put_course(im,
	    set != NULL ? INGINIOUS_TASKSET : INGINIOUS_COURSE,
	    merge(im->arena, set, course));
}

struct err *
import_inginious(struct import *im)
{
	struct inginious_task t = { .im = im,
		.arena = im->arena,
		.at = "",
		.name = INGINIOUS_TASK };

	if (im->dir < 0)
		return ERR(im->arena, ERR_IMPOSSIBLE,
		    "%s: must be the directory of a task or a course",
		    im->source);
	t.task = inginious_yaml(im, INGINIOUS_TASK);
	if (t.task != NULL) {
		TRY(put_files(&t));
		inginious_put_task(&t);
		return NULL;
	}
	/* What is wrong with a file that is there. */
	TRY(faults_err(&im->notes, ERR_PACKAGE));
	return put_course(im);
}
