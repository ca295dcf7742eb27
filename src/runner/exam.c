#include "runner/exam.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/rand.h"
#include "base/str.h"
#include "runner/programs.h"

#define EXAM_ARENA ((size_t)512 << 20)
#define INPUT_MAX ((size_t)16 << 20)
#define MANY 100000
#define FEW 10

static const char problem_yaml[] = "problem_format_version: legacy\n"
				   "name: self-test\n"
				   "limits:\n  memory: 256\n  output: 1\n";
static const char time_limit[] = "3\n";

/* clang-format off */
static const struct {
	enum verdict verdict;
	int numbers;	/* of its input */
} expected[PROGRAM__MAX] = {
	[PROGRAM_HELLO] = { VERDICT_AC,  0 },
	[PROGRAM_FAST]  = { VERDICT_AC,  MANY },
	[PROGRAM_AC]    = { VERDICT_AC,  FEW },
	[PROGRAM_CE]    = { VERDICT_CE,  FEW },
	[PROGRAM_RE]    = { VERDICT_RE,  FEW },
	[PROGRAM_TLE]   = { VERDICT_TLE, FEW },
	[PROGRAM_MLE]   = { VERDICT_MLE, FEW },
};
/* clang-format on */

struct examiner {
	struct arena *arena; /* of one program */
	const struct grader *grader;
	const struct language *language;
	const struct language_cmd *cmd;
	const char *name; /* of the package's directory in work */
	int dir;
};

/* A line of the input, its placeholders {n} and {x} filled in. */
static void
put_line(struct buf *b, const char *line, int n, int x)
{
	for (; *line != '\0'; line++) {
		if (strncmp(line, "{n}", 3) == 0 ||
		    strncmp(line, "{x}", 3) == 0) {
			buf_printf(b, "%d", line[1] == 'n' ? n : x);
			line += 2;
		} else {
			buf_putc(b, *line);
		}
	}
	buf_putc(b, '\n');
}

static int
number(int i)
{
	return (i * 37 + 11) % 1999 - 999;
}

static struct err *
write_data(struct examiner *x, enum language_program p)
{
	const struct language_cmd *c = x->cmd;
	int n = expected[p].numbers;
	const char *answer;
	struct buf in;
	long long sum = 0;

	buf_init(&in, x->arena, INPUT_MAX);
	put_line(&in, c->input_first != NULL ? c->input_first : "{n}", n, 0);
	for (int i = 0; i < n; i++) {
		put_line(&in, c->input_each != NULL ? c->input_each : "{x}", n,
		    number(i));
		sum += number(i);
	}
	if (c->input_last != NULL)
		put_line(&in, c->input_last, n, 0);
	answer = p == PROGRAM_HELLO ? "Hello, World!\n"
				    : arena_printf(x->arena, "%lld\n", sum);
	TRY(io_mkdir_all(x->arena, x->dir, "data/secret", 0700));
	TRY(io_write_file(x->arena, x->dir, "problem.yaml", problem_yaml,
	    strlen(problem_yaml), 0600));
	TRY(io_write_file(x->arena, x->dir, ".timelimit", time_limit,
	    strlen(time_limit), 0600));
	TRY(io_write_file(x->arena, x->dir, "data/secret/1.in", in.p, in.n,
	    0600));
	return io_write_file(x->arena, x->dir, "data/secret/1.ans", answer,
	    strlen(answer), 0600);
}

static struct err *
judge(struct examiner *x, const struct package *package,
    enum language_program p, struct wire_result **ret_result)
{
	_cleanup_(programs_freep) struct programs *programs = programs_new();
	const struct zip_file file = { .path = x->language->main_file,
		.p = x->cmd->programs[p],
		.n = strlen(x->cmd->programs[p]) };
	struct event never;
	struct grading_job job = {
		.owner = x->name,
		.package = package,
		.package_dir = x->dir,
		.programs = programs,
		.limits = package->limits,
		.language = x->language,
		.files = &file,
		.files_n = 1,
		.cancel = &never,
	};
	struct err *e;

	TRY(event_init(&never, x->arena));
	e = pipeline_run(x->grader, x->arena, &job, ret_result);
	event_done(&never);
	return e;
}

/* What it came to, and what there is to say of it if that is wrong. */
static void
take_result(struct arena *a, enum language_program p,
    const struct wire_result *r, struct exam *exam)
{
	const struct wire_test *t = r->n_tests > 0 ? &r->tests[0] : NULL;
	const char *why = "";

	exam->programs[p].is_run = true;
	exam->programs[p].verdict = (enum verdict)r->verdict;
	exam->programs[p].ok = exam->programs[p].verdict == expected[p].verdict;
	if (t != NULL) {
		exam->programs[p].time_ms = t->time_ms;
		exam->programs[p].memory_kb = t->memory_kb;
	}
	if (exam->programs[p].ok || exam->fault != NULL)
		return;
	if (r->compile != NULL && r->compile->status == WIRE_COMPILE_ERROR)
		why = r->compile->output != NULL ? r->compile->output : "";
	else if (t != NULL && t->err != NULL)
		why = t->err;
	else if (t != NULL && t->report != NULL)
		why = t->report;
	exam->fault = arena_printf(a, "\"%s\" is %s instead of %s: %.300s",
	    language_program_names[p], wire_verdicts[r->verdict],
	    verdict_info(expected[p].verdict)->slug, why);
}

static struct err *
run_program(struct examiner *x, struct arena *a, enum language_program p,
    struct exam *exam)
{
	struct package *package;
	struct wire_result *result;

	TRY(write_data(x, p));
	TRY(package_read(x->arena, &(struct package_source) { .dir = x->dir },
	    &package));
	TRY(judge(x, package, p, &result));
	take_result(a, p, result, exam);
	return NULL;
}

static struct err *
open_dir(struct examiner *x, struct arena *a)
{
	x->name = rand_id(a, "self-test");
	if (mkdirat(x->grader->work, x->name, 0700) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "mkdir: %s", strerror(errno));
	x->dir = openat(x->grader->work, x->name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (x->dir < 0)
		return ERR_WHY(a, ERR_INTERNAL, "%s: %s", x->name,
		    strerror(errno));
	return NULL;
}

static struct err *
run_programs(struct examiner *x, struct arena *a, unsigned int programs,
    struct exam *exam)
{
	for (int p = 0; p < PROGRAM__MAX; p++) {
		struct err *e;

		if ((programs & 1u << p) == 0 || x->cmd->programs[p] == NULL)
			continue;
		e = run_program(x, a, (enum language_program)p, exam);
		/* The error is in an arena that ends here. */
		if (e != NULL)
			return ERR_WHY(a, e->code, "self-test of %s: %s %s",
			    x->language->name,
			    e->detail != NULL ? e->detail : "",
			    e->internal != NULL ? e->internal : "");
		arena_reset(x->arena);
	}
	return NULL;
}

struct err *
exam_run(struct arena *a, const struct grader *grader,
    const struct language *language, unsigned int programs,
    struct exam *ret_exam)
{
	_cleanup_(arena_freep) struct arena *own = NULL;
	struct examiner x = {
		.grader = grader,
		.language = language,
		.cmd = grader->tools->cmds[language->id],
		.dir = -1,
	};
	struct err *e;

	*ret_exam = (struct exam) { .language = language };
	ret_exam->version = tools_version(grader->tools, a, language);
	if (ret_exam->version == NULL) {
		ret_exam->fault = "is not here";
		return NULL;
	}
	x.arena = own = arena_new("exam", EXAM_ARENA);
	e = open_dir(&x, a);
	if (e == NULL)
		e = run_programs(&x, a, programs, ret_exam);
	io_closep(&x.dir);
	io_remove_all(grader->work, x.name);
	return e;
}
