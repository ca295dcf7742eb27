/*
 * The method "script": the author's program decides, in the grading box.
 */
#include "runner/script.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "grade/verdict.h"
#include "runner/door.h"
#include "runner/environment.h"
#include "runner/template.h"

#define ARCHIVE_NAME "archive.tgz"

#define GRADING_PATH "/assize/bin:/usr/local/bin:/usr/bin:/bin"

static const char *const grading_env[] = {
	"PATH=" GRADING_PATH,
	"PYTHONPATH=/assize/lib",
	"PYTHONDONTWRITEBYTECODE=1",
	"HOME=/task",
	"LANG=C.UTF-8",
	NULL,
};

static struct err *
load(struct grading *g)
{
	const char *name = g->job->package->pool;

	if (environment_find(g->grader->environments, name) == NULL)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "this runner has no environment \"%s\"", name);
	return NULL;
}

static struct err *
build(struct grading *g)
{
	/* The script says what there is to say; there are no tests. */
	g->tests = arena_array(g->arena, 1, sizeof(*g->tests));
	return NULL;
}

static int64_t
least(int64_t value, int64_t most)
{
	return most > 0 && most < value ? most : value;
}

static void
set_limits(struct script *s)
{
	const struct package_limits *l = &s->g->job->limits;
	const struct environment *e = s->environment;

	s->limits = (struct box_limits) {
		.cpu_ms = l->time_ms,
		.wall_ms = l->wall_ms,
		.memory_bytes = least(l->memory_kb * 1024, e->memory_bytes),
		.processes = least(l->processes, e->processes),
		.output_bytes = l->output_kb * 1024,
		.file_bytes = l->file_kb * 1024,
		.tmp_bytes = (int64_t)64 << 20,
		.open_files = 1024,
	};
}

/* The package's own, until a script has set one. */
static void
begin_state(struct grading *g)
{
	if (g->job->state != NULL && *g->job->state != '\0')
		return;
	g->scaled = *g->job;
	g->scaled.state = package_state(g->arena, g->job->package);
	g->job = &g->scaled;
}

static struct err *
make_top(struct script *s)
{
	struct grading *g = s->g;
	struct workspace *w = &g->workspace;

	s->path = arena_printf(g->arena, "%s/%s/script",
	    g->grader->config->work_dir, w->name);
	if (mkdir(s->path, 0755) != 0 || chmod(s->path, 0755) != 0)
		return ERR_WHY(g->arena, ERR_INTERNAL, "%s: %s", s->path,
		    strerror(errno));
	s->top = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->top < 0)
		return ERR_WHY(g->arena, ERR_INTERNAL, "%s: %s", s->path,
		    strerror(errno));
	return NULL;
}

/* Who debugs has the time of a session, and not that of the exercise. */
static void
lengthen(struct script *s)
{
	int64_t ms = s->g->grader->config->ssh_sec * 1000;

	s->limits.cpu_ms = s->limits.wall_ms = ms;
}

/* The script, or a session in its place; a status: there was none. */
static struct err *
run(struct script *s, struct box_record *ret_record, int *ret_status)
{
	struct grading *g = s->g;
	size_t kept = (size_t)g->grader->config->output_kb * 1024;
	const struct box_mount mounts[] = {
		{ arena_printf(g->arena, "%s/task", s->path), "/task" },
		{ arena_printf(g->arena, "%s/archive", s->path), "/archive" },
		{ arena_printf(g->arena, "%s/control", s->path), "/control" },
		{ g->grader->config->inbox_dir, "/assize" },
		{ arena_printf(g->arena, "%s/door",
		      g->grader->config->inbox_dir),
		    DOOR_DIR },
		{ arena_printf(g->arena, "%s/common", s->path),
		    "/course/common" },
	};
	const struct door_words words = { s->environment, NULL, NULL,
		GRADING_PATH };
	struct box_spec spec = {
		.owner = g->job->owner,
		.mounts = mounts,
		.mounts_n = ARRAY_LEN(mounts) - !s->has_common,
		.writable = 1 | 2, /* task, archive */
		.argv = s->argv,
		.env = grading_env,
		.cwd = "/task",
		.stdin_fd = -1,
		.out = { BOX_SINK_MEMORY, -1, kept },
		.err = { BOX_SINK_MEMORY, -1, kept },
		.limits = s->limits,
		.cancel_fd = g->job->cancel->fd,
		.has_network = g->job->network,
		.is_sharing = true,
		.disk = &s->disk,
		.root = s->environment->root,
	};

	*ret_status = 0;
	script_files_etc(s, g->arena, &spec);
	if (g->job->is_debug)
		return script_door_run(s, g->arena, &spec, &words, ret_record,
		    ret_status);
	return box_run(g->grader->boxes, g->arena, &spec, ret_record);
}

/* What the students are told of a script that did not end by itself. */
static struct script_end
end_of(struct script *s, const struct box_record *r)
{
	switch (box_record_cause(r)) {
	case BOX_CAUSE_NONE:
	case BOX_CAUSE_EXIT:
		if (r->exit_code != 0)
			script_feedback_note(s->feedback,
			    "the script exited with status %d", r->exit_code);
		return (struct script_end) { NULL, NULL };
	case BOX_CAUSE_WALL:
	case BOX_CAUSE_CPU:
		return (struct script_end) { "timeout",
			"The grading took too long and was stopped." };
	case BOX_CAUSE_MEMORY:
		return (struct script_end) { "overflow",
			"The grading needed too much memory and was stopped." };
	case BOX_CAUSE_OUTPUT:
		return (struct script_end) { "overflow",
			"The grading wrote too much and was stopped." };
	case BOX_CAUSE_SIGNAL:
		script_feedback_note(s->feedback,
		    "the script died of signal %d", r->signal);
		break;
	default:
		script_feedback_note(s->feedback, "%s could not be started: %s",
		    s->program, script_files_why_not(s, r->start_errno));
		break;
	}
	return (struct script_end) { "crash",
		"The grading script failed. This is not your fault." };
}

static const char *
keep(struct grading *g, const struct box_bytes *b, const char *notes)
{
	const char *text = b->p == NULL
	    ? ""
	    : str_utf8_repair(g->arena, b->p, str_utf8_cut(b->p, b->n));

	if (notes == NULL && *text == '\0')
		return NULL;
	return arena_printf(g->arena, "%s%s%s", text,
	    notes != NULL && *text != '\0' ? "\n" : "",
	    notes != NULL ? notes : "");
}

static struct err *
conclude(struct script *s, const struct script_end *end,
    const struct box_record *r)
{
	struct grading *g = s->g;

	TRY(script_files_archive(s, &g->archive, &g->archive_n));
	TRY(script_feedback_result(s->feedback, g->arena, end, g->job->state,
	    &g->more));
	g->more.archive = g->archive != NULL ? ARCHIVE_NAME : NULL;
	g->more.out = keep(g, &r->out, NULL);
	g->more.err = keep(g, &r->err, script_feedback_notes(s->feedback));
	g->judged.verdict = verdict_of_script(wire_outcomes[g->more.outcome]);
	g->judged.grade = g->judged.verdict == VERDICT_JE ? 0 : g->more.grade;
	g->is_judged = true;
	if (g->judged.verdict == VERDICT_JE) {
		const char *notes = script_feedback_notes(s->feedback);

		g->blamed = notes != NULL ? notes : "the script says so";
	}
	return NULL;
}

static struct err *
grade_in(struct script *s)
{
	struct grading *g = s->g;
	struct box_record r = { 0 };
	struct script_end end;
	struct err *e;
	int status;

	TRY(make_top(s));
	TRY(script_files_make(s));
	if (s->program == NULL && !g->job->is_debug) {
		end = (struct script_end) { "crash",
			"'/task/run' could not be found" };
		script_feedback_note(s->feedback, "%s", end.text);
		return conclude(s, &end, &r);
	}
	if (g->job->package->wants_network && !g->job->network)
		script_feedback_note(s->feedback,
		    "network_grading: the problem's settings do not allow it");
	TRY(script_server_start(s));
	e = run(s, &r, &status);
	script_server_stop(s->server);
	if (e != NULL)
		return e;
	if (status != 0) {
		end = (struct script_end) { "crash",
			status == SCRIPT_FAILED
			    ? SCRIPT_NO_PORTS
			    : "This runner offers no SSH sessions." };
		return conclude(s, &end, &r);
	}
	if (r.is_cancelled)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE, "cancelled");
	end = end_of(s, &r);
	return conclude(s, &end, &r);
}

static struct err *
grade(struct grading *g)
{
	_cleanup_(arena_freep) struct arena *held = NULL;
	struct script s = {
		.g = g,
		.environment = environment_find(g->grader->environments,
		    g->job->package->pool),
		.top = -1,
	};
	struct err *e;

	begin_state(g);
	held = arena_new("feedback", FEEDBACK_MEMORY);
	s.feedback = script_feedback_new(held);
	set_limits(&s);
	if (g->job->is_debug)
		lengthen(&s);
	TRY(event_init(&s.stop, g->arena));
	pthread_mutex_init(&s.lock, NULL);
	e = grade_in(&s);
	pthread_mutex_destroy(&s.lock);
	event_done(&s.stop);
	io_closep(&s.top);
	/* What was noted lives in memory that ends here. */
	if (g->blamed != NULL)
		g->blamed = arena_strdup(g->arena, g->blamed);
	return e;
}

const struct method method_script = {
	.load = load,
	.build = build,
	.grade = grade,
	.feedback = script_rst,
};
