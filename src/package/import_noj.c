/*
 * Normal-OJ's test data and their list of tasks become a problem package.
 *
 * Their zip has either TTCC.in and TTCC.out for case C of task T, or
 * test-case/TTCC/ with STDIN, STDOUT and directories in and out.  A task has
 * its points if all its cases pass: a group with accept_score and min.
 */
#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "package/import.h"
#include "package/zip.h"
#include "wire/json.h"

#define TASKS_MAX 100
#define CASES_MAX 100
#define META_MAX ((size_t)1 << 20)
#define TEXT_MAX ((size_t)64 << 10)

struct task {
	int64_t score, cases, memory_kb, time_ms;
};

struct noj {
	struct import *import;
	struct arena *arena;
	struct zip_file *files;
	bool *is_used; /* of files */
	size_t files_n;
	struct task tasks[TASKS_MAX];
	size_t tasks_n;
	struct faults faults;
};

/* Both spellings that are in use. */
static int64_t
take_number(struct noj *im, const struct json *task, size_t nr,
    const char *const names[2], int64_t max)
{
	const struct json *j = json_member(task, names[0]);

	if (j == NULL)
		j = json_member(task, names[1]);
	if (j != NULL && j->kind == JSON_INT && j->integer >= 0 &&
	    j->integer <= max)
		return j->integer;
	faults_add(&im->faults,
	    arena_printf(im->arena, "/tasks/%zu/%s", nr, names[0]),
	    "a whole number from 0 to %lld is needed", (long long)max);
	return 0;
}

static struct err *
read_meta(struct noj *im)
{
	static const char *const score[] = { "taskScore", "task_score" };
	static const char *const cases[] = { "caseCount", "case_count" };
	static const char *const memory[] = { "memoryLimit", "memory_limit" };
	static const char *const time[] = { "timeLimit", "time_limit" };
	const struct json *doc, *tasks;
	size_t n;
	char *p;

	TRY(io_read_file(im->arena, AT_FDCWD, im->import->options.meta,
	    META_MAX, &p, &n));
	TRY(json_parse(im->arena, p, n, &json_limits_body, &doc));
	tasks = json_member(doc, "tasks");
	if (tasks == NULL || tasks->kind != JSON_ARRAY || tasks->n == 0 ||
	    tasks->n > TASKS_MAX)
		return ERR(im->arena, ERR_IMPOSSIBLE,
		    "%s: \"tasks\" must be a list of 1 to %d tasks",
		    im->import->options.meta, TASKS_MAX);
	for (size_t i = 0; i < tasks->n; i++) {
		const struct json *t = &tasks->items[i];

		im->tasks[i] = (struct task) {
			take_number(im, t, i, score, 1000000),
			take_number(im, t, i, cases, CASES_MAX),
			take_number(im, t, i, memory, (int64_t)1 << 30),
			take_number(im, t, i, time, 600000),
		};
	}
	im->tasks_n = tasks->n;
	if (json_member_string(doc, "fillInTemplate") != NULL)
		import_note(im->import, "fillInTemplate",
		    "a template around the submission: put it into include/");
	return faults_err(&im->faults, ERR_IMPOSSIBLE);
}

/* The file of the zip, marked as used; NULL if there is none. */
static const struct zip_file *
take(struct noj *im, const char *path)
{
	for (size_t i = 0; i < im->files_n; i++)
		if (strcmp(im->files[i].path, path) == 0) {
			im->is_used[i] = true;
			return &im->files[i];
		}
	return NULL;
}

static void
put_text(struct noj *im, const char *path, const struct buf *b)
{
	import_put(im->import, path, b->p, b->n);
}

/* The files of test-case/TTCC/in/ stand beside the program. */
static void
put_beside(struct noj *im, const char *from, const char *base)
{
	for (size_t i = 0; i < im->files_n; i++) {
		const struct zip_file *f = &im->files[i];

		if (!str_has_prefix(f->path, from))
			continue;
		im->is_used[i] = true;
		import_put(im->import,
		    arena_printf(im->arena, "%s.files/%s", base,
			f->path + strlen(from)),
		    f->p, f->n);
	}
}

static void
put_case(struct noj *im, size_t t, size_t c)
{
	struct arena *a = im->arena;
	const char *name = arena_printf(a, "%02zu%02zu", t, c);
	const char *base = im->tasks_n == 1
	    ? arena_printf(a, "data/secret/%02zu", c)
	    : arena_printf(a, "data/secret/%02zu/%02zu", t, c);
	const struct zip_file *in = take(im, arena_printf(a, "%s.in", name));
	const struct zip_file *out = take(im, arena_printf(a, "%s.out", name));

	if (in == NULL)
		in = take(im, arena_printf(a, "test-case/%s/STDIN", name));
	if (out == NULL)
		out = take(im, arena_printf(a, "test-case/%s/STDOUT", name));
	if (in == NULL || out == NULL) {
		faults_add(&im->faults, name, "there is no %s",
		    in == NULL ? "input" : "output");
		return;
	}
	import_put(im->import, arena_printf(a, "%s.in", base), in->p, in->n);
	import_put(im->import, arena_printf(a, "%s.ans", base), out->p, out->n);
	put_beside(im, arena_printf(a, "test-case/%s/in/", name), base);
}

static struct err *
put_tasks(struct noj *im)
{
	struct buf b;

	buf_init(&b, im->arena, TEXT_MAX);
	buf_puts(&b, "on_reject: continue\ngrader_flags: always_accept\n");
	if (im->tasks_n > 1)
		put_text(im, "data/testdata.yaml", &b);
	for (size_t t = 0; t < im->tasks_n; t++) {
		for (int64_t c = 0; c < im->tasks[t].cases; c++)
			put_case(im, t, (size_t)c);
		if (im->tasks_n == 1)
			continue;
		buf_init(&b, im->arena, TEXT_MAX);
		buf_printf(&b,
		    "on_reject: break\naccept_score: %lld\n"
		    "grader_flags: min\n",
		    (long long)im->tasks[t].score);
		put_text(im,
		    arena_printf(im->arena, "data/secret/%02zu/testdata.yaml",
			t),
		    &b);
	}
	return faults_err(&im->faults, ERR_FILES);
}

/* In double quotes, whatever is in it. */
static void
put_quoted(struct buf *b, const char *text)
{
	buf_putc(b, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(b, '\\');
		buf_putc(b, (unsigned char)*text < ' ' ? ' ' : *text);
	}
	buf_putc(b, '"');
}

/* The most that any task has: a package has one limit for all its tests. */
static void
put_settings(struct noj *im)
{
	struct task most = { 0 };
	struct buf b;

	for (size_t t = 0; t < im->tasks_n; t++) {
		const struct task *task = &im->tasks[t];

		if (t > 0 &&
		    (task->time_ms != im->tasks[0].time_ms ||
			task->memory_kb != im->tasks[0].memory_kb))
			import_note(im->import,
			    arena_printf(im->arena, "/tasks/%zu", t),
			    "limits of its own: all have the greatest");
		if (task->time_ms > most.time_ms)
			most.time_ms = task->time_ms;
		if (task->memory_kb > most.memory_kb)
			most.memory_kb = task->memory_kb;
	}
	buf_init(&b, im->arena, TEXT_MAX);
	buf_puts(&b, "name: ");
	put_quoted(&b,
	    im->import->options.name != NULL ? im->import->options.name
					     : "imported");
	buf_printf(&b, "\ntype: %s\nvalidator_flags: case_sensitive\n",
	    im->tasks_n > 1 ? "scoring" : "pass-fail");
	put_text(im, "problem.yaml", &b);
	buf_init(&b, im->arena, TEXT_MAX);
	buf_printf(&b, "limits:\n  time_ms: %lld\n  memory_kb: %lld\n",
	    (long long)(most.time_ms < 10 ? 10 : most.time_ms),
	    (long long)(most.memory_kb < 1024 ? 1024 : most.memory_kb));
	put_text(im, "assize.yaml", &b);
}

static void
list_lost(struct noj *im)
{
	for (size_t i = 0; i < im->files_n; i++)
		if (!im->is_used[i])
			import_note(im->import, im->files[i].path,
			    "has no place in a package");
	import_note(im->import, "comparison",
	    "lines were compared; here any blanks are as good as others");
	import_note(im->import, "settings",
	    "languages, quota, deadlines and the statement are not in it: "
	    "problem create, problem_statement/");
}

struct err *
import_noj(struct import *import)
{
	struct arena *a = import->arena;
	struct noj *im = arena_new_of(a, struct noj);
	size_t n;
	char *p;

	if (import->options.meta == NULL)
		return ERR(a, ERR_REQUEST,
		    "--meta is needed: the JSON with the list of tasks");
	im->arena = a;
	im->import = import;
	faults_init(&im->faults, a);
	TRY(read_meta(im));
	TRY(io_read_file(a, AT_FDCWD, import->source,
	    zip_limits_package.max_total_bytes, &p, &n));
	TRY(zip_read(a, p, n, &zip_limits_package, &im->files, &im->files_n));
	im->is_used = arena_array(a, im->files_n + 1, sizeof(*im->is_used));
	TRY(put_tasks(im));
	put_settings(im);
	list_lost(im);
	return NULL;
}
