#include "runner/selftest.h"

#include "base/log.h"

/* Long for what it does: the machine may be busy. */
#define CPU_MS 10000

static struct err *
run_true(struct arena *a, struct box_host *boxes)
{
	static const char *const argv[] = { "/usr/bin/true", NULL };
	const struct box_spec spec = {
		.owner = "selftest",
		.argv = argv,
		.stdin_fd = -1,
		.limits = { .cpu_ms = CPU_MS },
		.cancel_fd = -1,
	};
	struct box_record record;

	TRY(box_run(boxes, a, &spec, &record));
	if (box_record_cause(&record) != BOX_CAUSE_NONE)
		return ERR_WHY(a, ERR_UNAVAILABLE,
		    "/usr/bin/true in a box ended by %s",
		    box_cause_name(box_record_cause(&record)));
	return NULL;
}

void
selftest_doubt(struct agent *g)
{
	atomic_store(&g->is_doubted, true);
}

bool
selftest_passes(struct agent *g, struct arena *a)
{
	struct err *e = NULL;

	if (!atomic_load(&g->is_doubted))
		return true;
	pthread_mutex_lock(&g->selftest);
	if (atomic_load(&g->is_doubted)) {
		e = run_true(a, g->grader->boxes);
		atomic_store(&g->is_doubted, e != NULL);
		if (e != NULL)
			log_err(LOG_ERROR, "self_test_failed", e);
		else
			log_event(LOG_INFO, "self_test_passed",
			    LS("name", g->config->name));
	}
	pthread_mutex_unlock(&g->selftest);
	return e == NULL;
}
