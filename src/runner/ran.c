#include "runner/ran.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "runner/compile.h"

unsigned int
ran_causes(const struct grading *g, const struct box_record *r)
{
	unsigned int causes = 0;

	if (r->over_output)
		causes |= CAUSE_OUTPUT;
	if (r->over_file)
		causes |= CAUSE_FILE_SIZE;
	if (r->over_wall)
		causes |= CAUSE_WALL;
	if (r->over_cpu || r->cpu_ms > g->job->limits.time_ms)
		causes |= CAUSE_CPU;
	if (r->over_memory || language_cmd_is_oom(g->cmd, r, g->memory_kb))
		causes |= CAUSE_MEMORY;
	if (r->signal != 0)
		causes |= CAUSE_SIGNAL;
	if (r->exit_code > 0)
		causes |= CAUSE_EXIT;
	if (r->forks_refused > 0 && (r->signal != 0 || r->exit_code > 0))
		causes |= CAUSE_PROCESSES;
	return causes;
}

struct err *
ran_check_started(struct grading *g, const struct box_record *r,
    unsigned int *causes)
{
	TRY(compile_check_run(g->arena, g->workspace.built, g->cmd,
	    &g->command_files, r));
	if (!r->is_started)
		*causes |= r->start_errno == ENOMEM || r->start_errno == E2BIG
		    ? CAUSE_MEMORY
		    : CAUSE_START;
	return NULL;
}

const char *
ran_describe(struct grading *g, enum verdict verdict,
    const struct box_record *r)
{
	const struct package_limits *l = &g->job->limits;
	struct arena *a = g->arena;
	const char *name;

	switch (verdict) {
	case VERDICT_OLE:
		if (r->over_file && !r->over_output)
			return "the program wrote too large a file";
		return arena_printf(a, "the program printed more than %lld KiB",
		    (long long)l->output_kb);
	case VERDICT_TLE:
		if (r->over_wall && !r->over_cpu)
			return arena_printf(a,
			    "the program did not end within %lld ms",
			    (long long)l->wall_ms);
		return arena_printf(a, "the program took more than %lld ms",
		    (long long)l->time_ms);
	case VERDICT_MLE:
		return arena_printf(a, "the program took more than %lld KiB",
		    (long long)g->memory_kb);
	case VERDICT_RE:
		if (!r->is_started)
			return arena_printf(a,
			    "the program could not be started: %s",
			    strerror(r->start_errno));
		if (r->forks_refused > 0)
			return arena_printf(a,
			    "the program ended after it was refused more than "
			    "%lld processes and threads",
			    (long long)l->processes);
		if (r->signal == 0)
			return arena_printf(a,
			    "the program ended with status %d", r->exit_code);
		name = sigdescr_np(r->signal);
		return arena_printf(a, "the program died of signal %d (%s)",
		    r->signal, name != NULL ? name : "unknown");
	case VERDICT_JE:
		return BLAMED_FOR_ALL;
	default:
		return NULL;
	}
}

void
ran_measure(struct wire_test *t, const struct box_record *r)
{
	/* Who slept until the wall limit did not use that much CPU. */
	t->time_ms = r->over_wall && !r->over_cpu ? r->wall_ms : r->cpu_ms;
	t->memory_kb = r->memory_peak_bytes / 1024;
	t->has_time = t->has_memory = true;
	t->exit_code = r->exit_code;
	t->has_exit_code = r->is_started && r->signal == 0;
	t->signal = r->signal;
	t->has_signal = r->signal != 0;
}

const char *
ran_keep(struct grading *g, const struct box_bytes *b, bool *cut)
{
	size_t max = (size_t)g->grader->config->output_kb * 1024, n = b->n;
	const char *text;

	if (g->kept_bytes >= RAN_KEPT_MAX || n == 0)
		return NULL;
	if (max > RAN_KEPT_MAX - g->kept_bytes)
		max = RAN_KEPT_MAX - g->kept_bytes;
	if (n > max)
		n = str_utf8_cut(b->p, max);
	*cut |= n < b->n || b->is_cut;
	text = str_utf8_repair(g->arena, b->p, n);
	g->kept_bytes += strlen(text);
	return text;
}
