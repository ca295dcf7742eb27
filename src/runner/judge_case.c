/*
 * The leaf judge_case: the program reads a test's input, its output is
 * compared with the answer.  The answer never comes near the box.
 */
#include <fcntl.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "runner/answers.h"
#include "runner/compile.h"
#include "runner/interact.h"
#include "runner/quiet.h"
#include "runner/ran.h"
#include "runner/steps.h"
#include "runner/template.h"
#include "runner/validate.h"

#define SCRATCH_SLACK ((size_t)8 << 20)
#define FILES_DIR "/files"

static const char *const run_env[] = { "PATH=/usr/bin:/bin", "HOME=/tmp",
	"LC_ALL=C.UTF-8", "ONLINE_JUDGE=1", "DOMJUDGE=1", NULL };

static size_t
output_max(const struct grading *g)
{
	return (size_t)g->job->limits.output_kb * 1024;
}

static size_t
kept_max(const struct grading *g)
{
	return (size_t)g->grader->config->output_kb * 1024;
}

size_t
judge_case_memory(const struct grading *g)
{
	/* Buffers double as they grow, and the arena keeps the old ones. */
	return 4 * (output_max(g) + kept_max(g)) + SCRATCH_SLACK;
}

struct mapping {
	char *p;
	size_t n;
};

static void
unmap(struct mapping *m)
{
	if (m->n > 0)
		munmap(m->p, m->n);
}

static struct err *
open_data(struct grading *g, const char *path, int *ret_fd)
{
	int fd = openat(g->job->package_dir, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return ERR_WHY(g->arena, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	*ret_fd = fd;
	return NULL;
}

static struct err *
map_data(struct grading *g, const char *path, struct mapping *m)
{
	_cleanup_(io_closep) int fd = -1;
	struct stat st;
	void *p;

	TRY(open_data(g, path, &fd));
	if (fstat(fd, &st) < 0)
		return ERR_WHY(g->arena, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	if (st.st_size == 0)
		return NULL;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return ERR_WHY(g->arena, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	m->p = p;
	m->n = (size_t)st.st_size;
	return NULL;
}

/* What ends within a tenth over the limit is run again. */
static int64_t
nearly_ms(const struct grading *g)
{
	return g->job->limits.time_ms + g->job->limits.time_ms / 10 + 1;
}

static int64_t
longest_ms(const struct grading *g)
{
	double ms = (double)g->job->limits.time_ms * g->job->time_slack;

	return ms > (double)nearly_ms(g) ? (int64_t)ms : nearly_ms(g);
}

static void
set_limits(const struct grading *g, struct box_limits *l)
{
	const struct package_limits *limits = &g->job->limits;

	*l = (struct box_limits) {
		.cpu_ms = longest_ms(g),
		.wall_ms = limits->wall_ms,
		.memory_bytes = limits->memory_kb * 1024,
		.processes = limits->processes,
		.output_bytes = limits->output_kb * 1024,
		.file_bytes = limits->file_kb * 1024,
	};
}

/* What the program reads: the test's input, or what the validator made. */
static struct err *
open_input(struct grading *g, size_t i, int *ret_fd)
{
	if (g->pass == 0)
		return open_data(g, g->job->package->tests[i].input, ret_fd);
	*ret_fd = openat(g->workspace.case_dir, "input",
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*ret_fd < 0)
		return ERR_WHY(g->arena, ERR_INTERNAL, "input: %s",
		    strerror(errno));
	return NULL;
}

/* Where it may write, it gets a copy of its files. */
static const char *const *
program_argv(struct grading *g, struct arena *scratch, size_t i)
{
	static const char *const copy[] = { "/bin/sh", "-c",
		"cp -R " FILES_DIR "/. /tmp && exec \"$0\" \"$@\"", NULL };
	const char *const *argv = language_cmd_argv(scratch, g->cmd->run,
	    &g->command_files, g->job->package->tests[i].args);

	if (!g->has_files || !g->job->package->writes_files)
		return argv;
	return language_cmd_argv(scratch, copy, &g->command_files, argv);
}

/* What all tests of a submission have in common. */
struct common {
	struct box_mount mounts[2];
	struct box_spec spec;
};

static void
set_common(const struct grading *g, struct arena *scratch, struct common *c)
{
	bool reads_files = g->has_files && !g->job->package->writes_files;
	size_t mounts_n = g->has_files ? 2 : 1;

	c->mounts[0] =
	    (struct box_mount) { g->cmd->makes != NULL ? g->workspace.built
						       : g->workspace.source,
		    LANGUAGE_PROGRAM_DIR };
	c->mounts[1] = (struct box_mount) { g->workspace.files, FILES_DIR };
	c->spec = (struct box_spec) {
		.owner = g->job->owner,
		.mounts =
		    language_cmd_mounts(scratch, g->cmd, c->mounts, &mounts_n),
		.cwd = reads_files ? FILES_DIR : NULL,
		.out = { BOX_SINK_MEMORY, -1, output_max(g) },
		.err = { BOX_SINK_MEMORY, -1, kept_max(g) },
		.cancel_fd = g->job->cancel->fd,
		.core = g->job->core,
		.may_stay = true,
	};
	c->spec.mounts_n = mounts_n;
	set_limits(g, &c->spec.limits);
}

static size_t
ahead(const struct grading *g)
{
	return box_can_stay(g->grader->boxes) ? 1 : RUNNER_BOXES_AHEAD;
}

void
judge_case_ahead(const struct grading *g)
{
	struct common c;

	set_common(g, g->arena, &c);
	for (size_t i = 0; i < ahead(g) && i < g->tests_n; i++)
		box_prepare(g->grader->boxes, &c.spec);
}

struct err *
judge_case_run(struct grading *g, struct arena *scratch, size_t i,
    const struct ends *ends, struct box_record *ret_record)
{
	_cleanup_(io_closep) int input = -1;
	struct common c;

	set_common(g, scratch, &c);
	c.spec.argv = program_argv(g, scratch, i);
	c.spec.env =
	    language_cmd_env(scratch, g->cmd, &g->command_files, run_env);
	if (ends != NULL) {
		c.spec.cancel_fd = ends->stop->fd;
		c.spec.stdin_fd = ends->in;
		c.spec.out = (struct box_sink) { BOX_SINK_FD, ends->out, 0 };
	} else {
		TRY(open_input(g, i, &input));
		c.spec.stdin_fd = input;
	}
	/* A later test's box is built while this one runs. */
	if (i + ahead(g) < g->tests_n)
		box_prepare(g->grader->boxes, &c.spec);
	return box_run(g->grader->boxes, scratch, &c.spec, ret_record);
}

static struct err *
put_list(struct grading *g, const struct package_files *files)
{
	struct arena *a = g->arena;
	int dir = g->workspace.files_dir;

	for (size_t i = 0; files->paths != NULL && files->paths[i] != NULL;
	     i++) {
		const char *path = files->paths[i];
		const char *name = path + strlen(files->prefix);
		const char *slash = strrchr(name, '/');

		if (slash != NULL)
			TRY(io_mkdir_all(a, dir,
			    arena_memdup(a, name, (size_t)(slash - name)),
			    0755));
		TRY(io_copy_file(a, g->job->package_dir, path, dir, name,
		    0644));
	}
	return NULL;
}

/* What the program finds where it runs: all tests' files, then this one's. */
static struct err *
put_files(struct grading *g, size_t i)
{
	const struct grading_job *job = g->job;
	const struct package *p = job->package;
	const struct package_include *include;

	if (!g->has_files)
		return NULL;
	include = package_include_for(p, job->language->name);
	TRY(workspace_clear_files(g->arena, &g->workspace));
	if (include != NULL)
		TRY(put_list(g, &include->files));
	TRY(put_list(g, &p->tests[i].files));
	if (!g->finds_own)
		return NULL;
	return compile_lay_out_beside(g->arena, job->files, job->files_n,
	    g->workspace.files_dir);
}

/* A message, as long as there is room for it. */
static const char *
keep_text(struct grading *g, const char *text)
{
	if (text == NULL || g->kept_bytes >= RAN_KEPT_MAX)
		return NULL;
	g->kept_bytes += strlen(text);
	return text;
}

static void
fill(struct grading *g, size_t i, enum verdict verdict,
    const struct box_record *r)
{
	struct wire_test *t = &g->tests[i];

	ran_measure(t, r);
	if (verdict == VERDICT_AC)
		return;
	t->out = ran_keep(g, &r->out, &t->cut);
	t->err = ran_keep(g, &r->err, &t->cut);
}

/* Is it right?  Sets what is wrong in the causes and in the report. */
static struct err *
compare(struct grading *g, size_t i, const struct box_bytes *output,
    unsigned int *causes, const char **ret_report)
{
	_cleanup_(unmap) struct mapping answer = { 0 };
	const struct package_test *test = &g->job->package->tests[i];
	struct compare_report report;

	TRY(map_data(g, test->answer, &answer));
	if (grade_compare(output->p, output->n, answer.p, answer.n,
		&test->compare, &report))
		return NULL;
	*causes |= CAUSE_WRONG;
	*ret_report = compare_describe(g->arena, &report);
	return NULL;
}

static void
take_judgement(struct grading *g, size_t i, const struct judgement *j,
    unsigned int *causes, struct judge_outcome *outcome)
{
	struct wire_test *t = &g->tests[i];

	if (j->fault != NULL)
		*causes |= CAUSE_INFRA;
	else if (!j->is_accepted)
		*causes |= CAUSE_WRONG;
	outcome->has_score = j->has_score;
	outcome->score = j->score;
	t->team_message = keep_text(g, j->team_message);
	t->judge_message = keep_text(g, j->judge_message);
}

/*
 * Program and validator at once.  Who failed first decides: what the other
 * did then may follow from it.
 */
static struct err *
converse(struct grading *g, struct arena *scratch, size_t i,
    struct box_record *r, unsigned int *causes, struct judge_outcome *outcome)
{
	unsigned int judged = 0;
	struct interaction x;

	TRY(interact(g, scratch, i, &x));
	*r = x.program;
	TRY(ran_check_started(g, r, causes));
	*causes |= ran_causes(g, r);
	take_judgement(g, i, &x.judgement, &judged, outcome);
	if (*causes == 0 || (judged != 0 && !x.is_program_first))
		*causes = judged;
	return NULL;
}

/* The same by the package's own validator. */
static struct err *
validate(struct grading *g, struct arena *scratch, size_t i,
    const struct box_bytes *output, unsigned int *causes,
    struct judge_outcome *outcome)
{
	struct judgement j;

	TRY(validate_output(g, scratch, i, output, &j));
	take_judgement(g, i, &j, causes, outcome);
	return NULL;
}

static struct err *
look(struct grading *g, struct arena *scratch, size_t i,
    const struct box_bytes *output, unsigned int *causes,
    struct judge_outcome *outcome)
{
	if (g->validators_n > 0)
		return validate(g, scratch, i, output, causes, outcome);
	return compare(g, i, output, causes, &outcome->report);
}

/*
 * Nothing is run: the output was submitted.  Nobody need hand in what can be
 * seen, a sample's.
 */
static struct err *
look_at_answer(struct grading *g, struct arena *scratch, size_t i,
    unsigned int *causes, struct judge_outcome *outcome)
{
	const struct zip_file *file = answers_find(g->job, i);
	const struct judge_test *test = &g->job->package->plan.tests[i];
	struct box_bytes output = { 0 };

	if (file == NULL) {
		outcome->report = arena_printf(g->arena,
		    "there is no %s.out among the files", test->path);
		if (!str_has_prefix(test->path, "sample/"))
			*causes |= CAUSE_WRONG;
		return NULL;
	}
	output.p = file->p;
	output.n = file->n;
	if (file->n > output_max(g)) {
		*causes |= CAUSE_OUTPUT;
		return NULL;
	}
	return look(g, scratch, i, &output, causes, outcome);
}

/* The program is run, then what it printed is looked at. */
static struct err *
run_and_look(struct grading *g, struct arena *scratch, size_t i,
    struct box_record *r, unsigned int *causes, struct judge_outcome *outcome)
{
	TRY(judge_case_run(g, scratch, i, NULL, r));
	TRY(ran_check_started(g, r, causes));
	*causes |= ran_causes(g, r);
	if (*causes != 0)
		return NULL;
	return look(g, scratch, i, &r->out, causes, outcome);
}

/* Nothing is run but the validator. */
static struct err *
look_at_sources(struct grading *g, struct arena *scratch, size_t i,
    unsigned int *causes, struct judge_outcome *outcome)
{
	struct judgement j;

	TRY(validate_sources(g, scratch, i, &j));
	take_judgement(g, i, &j, causes, outcome);
	return NULL;
}

/* Once; of a multi-pass problem, one of several times. */
static struct err *
run_pass(struct grading *g, struct arena *scratch, size_t i,
    struct box_record *r, unsigned int *causes, struct judge_outcome *outcome)
{
	struct box_record before = *r;

	if (g->job->package->is_interactive)
		TRY(converse(g, scratch, i, r, causes, outcome));
	else if (g->cmd == NULL)
		TRY(look_at_answer(g, scratch, i, causes, outcome));
	else
		TRY(run_and_look(g, scratch, i, r, causes, outcome));
	/* Limits are each pass's own: what is told is the most of any. */
	if (before.cpu_ms > r->cpu_ms)
		r->cpu_ms = before.cpu_ms;
	if (before.wall_ms > r->wall_ms)
		r->wall_ms = before.wall_ms;
	if (before.memory_peak_bytes > r->memory_peak_bytes)
		r->memory_peak_bytes = before.memory_peak_bytes;
	return NULL;
}

static void
blame(struct grading *g, size_t i, unsigned int *causes, const char *why)
{
	*causes |= CAUSE_INFRA;
	g->tests[i].judge_message = why;
}

/* Until the validator leaves no input for another pass, or says no. */
static struct err *
run_passes(struct grading *g, struct arena *scratch, size_t i,
    struct box_record *r, unsigned int *causes, struct judge_outcome *outcome)
{
	int64_t max = g->job->limits.validation_passes;

	TRY(validate_prepare(g, i));
	for (g->pass = 0;; g->pass++) {
		bool again;

		TRY(run_pass(g, scratch, i, r, causes, outcome));
		again = validate_asks_again(g);
		if (*causes == CAUSE_WRONG && again)
			blame(g, i, causes,
			    "the validator left nextpass.in although it "
			    "did not accept");
		if (*causes != 0 || !again)
			return NULL;
		if ((int64_t)g->pass + 1 >= max) {
			blame(g, i, causes,
			    arena_printf(g->arena,
				"the validator wants more than %lld passes",
				(long long)max));
			return NULL;
		}
		TRY(workspace_next_pass(g->arena, &g->workspace));
	}
}

/* One run of the test, with all its passes. */
static struct err *
run_once(struct grading *g, struct arena *scratch, size_t i,
    struct box_record *r, unsigned int *causes, struct judge_outcome *outcome)
{
	*r = (struct box_record) { 0 };
	*causes = 0;
	outcome->report = NULL;
	g->pass = 0;
	if (g->job->package->tests[i].is_static)
		return look_at_sources(g, scratch, i, causes, outcome);
	TRY(put_files(g, i));
	if (g->job->package->is_multi_pass)
		return run_passes(g, scratch, i, r, causes, outcome);
	return run_pass(g, scratch, i, r, causes, outcome);
}

static struct err *
run_among_others(struct grading *g, struct arena *scratch, size_t i,
    struct box_record *r, unsigned int *causes, struct judge_outcome *outcome)
{
	struct err *e;

	TRY(quiet_enter(g->job->quiet, g->arena, false, g->job->cancel));
	e = run_once(g, scratch, i, r, causes, outcome);
	quiet_leave(g->job->quiet, false);
	return e;
}

/* Ended by itself, a little late: the machine may be why. */
static bool
is_nearly_in_time(const struct grading *g, const struct box_record *r,
    unsigned int causes)
{
	return verdict_of_causes(causes) == VERDICT_TLE && !r->over_cpu &&
	    !r->over_wall && r->cpu_ms <= nearly_ms(g);
}

/* What counts then is the second run. */
static struct err *
run_alone(struct grading *g, struct arena *scratch, size_t i,
    struct box_record *r, unsigned int *causes, struct judge_outcome *outcome)
{
	struct second_run *s = arena_new_of(g->arena, struct second_run);
	struct wire_test *t = &g->tests[i];
	struct err *e;

	s->test = i;
	s->first_ms = t->first_time_ms = r->cpu_ms;
	t->has_first_time = true;
	TRY(quiet_enter(g->job->quiet, g->arena, true, g->job->cancel));
	e = run_once(g, scratch, i, r, causes, outcome);
	quiet_leave(g->job->quiet, true);
	s->second_ms = r->cpu_ms;
	s->verdict = verdict_of_causes(*causes);
	s->next = g->seconds;
	g->seconds = s;
	return e;
}

struct err *
leaf_judge_case(struct grading *g, struct arena *scratch, size_t i,
    struct judge_outcome *ret_outcome)
{
	struct box_record r;
	unsigned int causes;

	TRY(run_among_others(g, scratch, i, &r, &causes, ret_outcome));
	if (is_nearly_in_time(g, &r, causes))
		TRY(run_alone(g, scratch, i, &r, &causes, ret_outcome));
	ret_outcome->verdict = verdict_of_causes(causes);
	g->tests[i].cause = verdict_cause_name(causes);
	if (ret_outcome->report == NULL)
		ret_outcome->report = ran_describe(g, ret_outcome->verdict, &r);
	fill(g, i, ret_outcome->verdict, &r);
	return NULL;
}
