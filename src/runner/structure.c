/*
 * STRUCTURAL_ANALYSIS: assize-syntax parses what was submitted, in a box.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "runner/criteria.h"
#include "runner/helper.h"
#include "runner/templates/structure.h"

#define REQUEST_MAX ((size_t)4 << 20)
#define ANSWER_MAX ((size_t)64 << 20)
#define SCRATCH_MAX (4 * ANSWER_MAX)
#define PROGRAM "/assize-syntax"

static struct err *
run_program(struct grading *g, struct arena *scratch, const char *program,
    int request, struct box_record *r)
{
	const struct box_mount mount = { program, PROGRAM };
	const struct box_spec spec = {
		.owner = "pool/syntax",
		.mounts = &mount,
		.mounts_n = 1,
		.argv = (const char *const[]) { PROGRAM, NULL },
		.stdin_fd = request,
		.out = { BOX_SINK_MEMORY, -1, ANSWER_MAX },
		.err = { BOX_SINK_NULL, -1, 0 },
		.limits = {
			.cpu_ms = 10000,
			.wall_ms = 30000,
			.memory_bytes = (int64_t)1 << 30,
			.output_bytes = (int64_t)ANSWER_MAX,
			.processes = 4,
		},
		.is_pooled = true,
		.cancel_fd = g->job->cancel->fd,
		.core = g->job->core,
	};

	TRY(box_run(g->grader->boxes, scratch, &spec, r));
	box_pool(g->grader->boxes, &spec, 1);
	if (r->is_cancelled)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE, "cancelled");
	if (!r->is_started)
		return ERR_WHY(g->arena, ERR_INTERNAL,
		    "assize-syntax did not start: %s",
		    strerror(r->start_errno));
	return NULL;
}

struct err *
criteria_parse(struct grading *g)
{
	_cleanup_(arena_freep) struct arena *scratch =
	    arena_new("structure", SCRATCH_MAX);
	_cleanup_(io_closep) int request = -1;
	struct criteria_run *run = g->run;
	const char *program;
	struct box_record r;
	struct buf b;

	TRY(helper_find(g->arena, "assize-syntax", &program));
	buf_init(&b, scratch, REQUEST_MAX);
	structure_ask(run->parsed, run->criteria,
	    g->job->language != NULL ? g->job->language->name : NULL, &b);
	if (b.n == 0)
		return NULL;
	request = memfd_create("request", MFD_CLOEXEC);
	if (request < 0 || io_write_all(request, b.p, b.n) != 0 ||
	    lseek(request, 0, SEEK_SET) != 0)
		return ERR_WHY(g->arena, ERR_INTERNAL, "request: %s",
		    strerror(errno));
	TRY(run_program(g, scratch, program, request, &r));
	/* Whatever became of it: what it said before is good. */
	structure_take(run->parsed, (struct str) { r.out.p, r.out.n });
	return NULL;
}
