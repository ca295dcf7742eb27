#include "runner/selftest.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/log.h"
#include "base/str.h"
#include "runner/exam.h"

/* Long for what it does: the machine may be busy. */
#define CPU_MS 10000
/* Less than this and jobs fail half-way. */
#define FREE_BYTES ((uint64_t)64 << 20)
#define FREE_FILES 1000

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

static struct err *
check_room(struct arena *a, const char *dir)
{
	struct statvfs s;

	if (statvfs(dir, &s) != 0)
		return ERR_WHY(a, ERR_UNAVAILABLE, "%s: %s", dir,
		    strerror(errno));
	/* File systems without a table of files have no number of them. */
	if ((uint64_t)s.f_bavail * s.f_frsize < FREE_BYTES ||
	    (s.f_files > 0 && s.f_favail < FREE_FILES))
		return ERR_WHY(a, ERR_UNAVAILABLE, "no room in %s", dir);
	return NULL;
}

static struct err *
check_machine(struct agent *g, struct arena *a)
{
	TRY(check_room(a, g->config->work_dir));
	TRY(check_room(a, g->config->cache_dir));
	return run_true(a, g->grader->boxes);
}

static struct err *
check_language(struct agent *g, struct arena *a, const struct language *l)
{
	struct exam exam;

	TRY(exam_run(a, g->grader, l, EXAM_HELLO, &exam));
	if (exam.fault != NULL)
		return ERR_WHY(a, ERR_UNAVAILABLE, "language %s: %s", l->name,
		    exam.fault);
	return NULL;
}

static struct err *
check_languages(struct agent *g, struct arena *a)
{
	for (size_t i = 0; i < LANGUAGE__MAX; i++)
		if (g->grader->tools->is_served[i])
			TRY(check_language(g, a, &languages[i]));
	return NULL;
}

/* What is not here is left out, unless somebody asked for it. */
static struct err *
choose_languages(struct agent *g, struct arena *a)
{
	struct tools *tools = g->grader->tools;
	size_t n = 0;

	for (size_t i = 0; i < LANGUAGE__MAX; i++) {
		struct err *e;

		if (!tools->is_served[i])
			continue;
		e = check_language(g, a, &languages[i]);
		if (e == NULL) {
			n++;
			continue;
		}
		if (g->config->languages[0] != '\0')
			return e;
		if (tools_version(tools, a, &languages[i]) != NULL)
			log_err(LOG_WARNING, "language_not_served", e);
		tools->is_served[i] = false;
	}
	if (n == 0)
		return ERR(a, ERR_UNAVAILABLE,
		    "no compiler and no interpreter is here");
	return NULL;
}

/* NULL: for reasons that nobody gave. */
static void
set_fault(struct agent *g, const char *text)
{
	size_t n;

	if (text == NULL)
		text = "the self-test failed";
	n = strlen(text);
	if (n >= sizeof(g->fault))
		n = str_utf8_cut(text, sizeof(g->fault) - 1);
	pthread_mutex_lock(&g->lock);
	memcpy(g->fault, text, n);
	g->fault[n] = '\0';
	g->is_told = false;
	pthread_mutex_unlock(&g->lock);
}

static void
note(struct agent *g, const struct err *e)
{
	if (e == NULL)
		set_fault(g, "");
	else
		set_fault(g, e->internal != NULL ? e->internal : e->detail);
	atomic_store(&g->is_doubted, e != NULL);
	if (e != NULL)
		log_err(LOG_ERROR, "self_test_failed", e);
	else
		log_event(LOG_INFO, "self_test_passed",
		    LS("name", g->config->name));
}

struct err *
selftest_begin(struct agent *g, struct arena *a)
{
	struct err *e = check_machine(g, a);

	if (e == NULL)
		TRY(choose_languages(g, a));
	note(g, e);
	return NULL;
}

void
selftest_doubt(struct agent *g, const struct err *why)
{
	if (why != NULL)
		set_fault(g,
		    why->internal != NULL ? why->internal : why->detail);
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
		e = check_machine(g, a);
		if (e == NULL)
			e = check_languages(g, a);
		note(g, e);
	}
	pthread_mutex_unlock(&g->selftest);
	return e == NULL;
}

bool
selftest_fault(struct agent *g, struct arena *a, const char **ret_fault)
{
	bool is_new;

	pthread_mutex_lock(&g->lock);
	is_new = !g->is_told;
	*ret_fault = is_new ? arena_strdup(a, g->fault) : NULL;
	pthread_mutex_unlock(&g->lock);
	return is_new;
}

void
selftest_told(struct agent *g, const char *fault)
{
	pthread_mutex_lock(&g->lock);
	g->is_told = strcmp(g->fault, fault) == 0;
	pthread_mutex_unlock(&g->lock);
}
