/*
 * Test functions of a package's own: a program that gets the submission
 * read-only in /submission, what it is asked as JSON on its standard input,
 * and answers {"score": 0 to 100, "report": "..."}.  It runs in a box of its
 * own; whatever else it does costs its own test only.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "runner/criteria.h"
#include "runner/programs.h"
#include "runner/templates/probe.h"
#include "wire/json.h"

#define QUESTION_MAX ((size_t)1 << 20)
#define ANSWER_MAX ((size_t)256 << 10)
#define SCRATCH_MAX ((size_t)32 << 20)
#define SUBMISSION_DIR "/submission"
#define PROCESSES 64

static const char *const own_env[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
	"HOME=/tmp", "LC_ALL=C.UTF-8", NULL };

static void
write_question(struct json_w *w, const struct probe *p)
{
	const struct function *f = p->test->function;

	json_w_object(w);
	json_w_key_str(w, "test", p->test->name);
	json_w_key_str(w, "language", p->language);
	json_w_key_str(w, "locale", p->grading->job->locale);
	json_w_key(w, "files");
	json_w_array(w);
	for (size_t i = 0; i < p->n; i++)
		if (criteria_takes_file(p->test, p->files[i].path))
			json_w_str(w, p->files[i].path);
	json_w_array_end(w);
	json_w_key(w, "parameters");
	json_w_object(w);
	for (size_t i = 0; i < function_params(f); i++)
		if (p->test->values[i] != NULL) {
			json_w_key(w, f->params[i].name);
			json_w_value(w, p->test->values[i]);
		}
	json_w_object_end(w);
	json_w_object_end(w);
}

static struct err *
ask(struct probe *p, struct arena *scratch, int *ret_fd)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, scratch, QUESTION_MAX);
	json_w_init(&w, &b);
	write_question(&w, p);
	*ret_fd = memfd_create("question", MFD_CLOEXEC);
	if (*ret_fd < 0 || io_write_all(*ret_fd, b.p, b.n) != 0 ||
	    lseek(*ret_fd, 0, SEEK_SET) != 0)
		return ERR_WHY(p->arena, ERR_INTERNAL, "question: %s",
		    strerror(errno));
	return NULL;
}

/* The author's fault: the student hears that, staff hears why. */
static struct err *
blame(struct probe *p, const char *why)
{
	p->record->judge_message = why;
	return probe_say(p, 0,
	    "This test could not be made. It is no fault of yours: tell those "
	    "who teach.");
}

static struct err *
take_answer(struct probe *p, struct arena *scratch, const struct box_bytes *out)
{
	const struct json *answer, *score;
	const char *report;
	double value;
	struct err *e;

	e = json_parse(scratch, out->p, out->n, &json_limits_body, &answer);
	if (e != NULL)
		return blame(p,
		    arena_printf(p->arena, "its answer is not JSON: %s",
			e->detail));
	score = json_member(answer, "score");
	report = json_member_string(answer, "report");
	if (score == NULL ||
	    (score->kind != JSON_INT && score->kind != JSON_DOUBLE))
		return blame(p, "its answer has no number score");
	value =
	    score->kind == JSON_INT ? (double)score->integer : score->number;
	if (value < 0 || value > 100)
		return blame(p, "its score is not from 0 to 100");
	return probe_say(p, value, "%s", report != NULL ? report : "");
}

static struct err *
run_program(struct probe *p, struct arena *scratch, const struct built *b,
    int question, struct box_record *r)
{
	const struct grading *g = p->grading;
	const struct package_limits *l = &g->job->limits;
	const struct box_mount mounts[] = {
		{ b->mount, LANGUAGE_PROGRAM_DIR },
		{ g->workspace.source, SUBMISSION_DIR },
	};
	size_t mounts_n = ARRAY_LEN(mounts);
	struct box_spec spec = {
		.owner = g->job->owner,
		.mounts =
		    language_cmd_mounts(scratch, b->cmd, mounts, &mounts_n),
		.argv = language_cmd_argv(scratch, b->cmd->run, &b->files,
		    NULL),
		.env = language_cmd_env(scratch, b->cmd, &b->files, own_env),
		.cwd = SUBMISSION_DIR,
		.stdin_fd = question,
		.out = { BOX_SINK_MEMORY, -1, ANSWER_MAX },
		.err = { BOX_SINK_MEMORY, -1, ANSWER_MAX },
		.limits = {
			.cpu_ms = l->validation_time_ms,
			.memory_bytes = (l->validation_memory_kb +
					    b->cmd->memory_add_kb) *
			    1024,
			.processes = PROCESSES + b->cmd->processes_add,
			.output_bytes = l->validation_output_kb * 1024,
		},
		.cancel_fd = g->job->cancel->fd,
		.core = g->job->core,
	};

	spec.mounts_n = mounts_n;
	TRY(box_run(g->grader->boxes, scratch, &spec, r));
	return r->is_cancelled ? ERR_WHY(p->arena, ERR_UNAVAILABLE, "cancelled")
			       : NULL;
}

static const struct package_program *
find_program(const struct probe *p)
{
	const struct package *package = p->grading->job->package;

	for (size_t i = 0; i < package->functions_n; i++)
		if (&package->own_functions[i] == p->test->function)
			return &package->functions[i];
	return NULL;
}

static struct err *
run_own(struct probe *p)
{
	_cleanup_(arena_freep) struct arena *scratch =
	    arena_new("own function", SCRATCH_MAX);
	_cleanup_(io_closep) int question = -1;
	const struct grading_job *job = p->grading->job;
	const struct build build = {
		.grader = p->grading->grader,
		.owner = job->owner,
		.cancel = job->cancel,
		.limits = &job->limits,
		.package = job->package,
		.package_dir = job->package_dir,
	};
	const struct built *built;
	struct box_record r;

	TRY(programs_get(job->programs, p->arena, &build, find_program(p),
	    &built));
	if (built->fault != NULL)
		return blame(p, built->fault);
	TRY(ask(p, scratch, &question));
	TRY(run_program(p, scratch, built, question, &r));
	if (box_record_cause(&r) != BOX_CAUSE_NONE)
		return blame(p,
		    arena_printf(p->arena, "it ended by %s, status %d:\n%s",
			box_cause_name(box_record_cause(&r)), r.exit_code,
			str_utf8_repair(scratch, r.err.p, r.err.n)));
	return take_answer(p, scratch, &r.out);
}

const struct probe_function own_function = { "own", PROBE_FILES, run_own };
