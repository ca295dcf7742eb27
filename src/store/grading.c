#include "store/grading.h"

#include <string.h>

#include "store/db.h"

static struct grading
take_grading(const PGresult *r, struct arena *a, int i)
{
	struct db_row row = db_row(r, a, i);
	struct grading g = { 0 };

	g.job_id = row_text(&row);
	g.class = row_text(&row);
	g.state = row_text(&row);
	g.is_current = row_bool(&row);
	g.is_counted = row_bool(&row);
	g.rejudging_id = row_text(&row);
	g.package_digest = row_text(&row);
	g.created_at = row_text(&row);
	g.claimed_at = row_text(&row);
	g.ended_at = row_text(&row);
	g.claims = row_i64(&row, 0);
	g.verdict = row_text(&row);
	g.outcome = row_text(&row);
	g.grade = row_double(&row);
	g.time_ms = row_i64(&row, -1);
	g.memory_kb = row_i64(&row, -1);
	g.runner = row_text(&row);
	g.provenance = row_text(&row);
	return g;
}

static struct grading *
find(struct grading_history *h, const char *job_id)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->items[i].job_id, job_id) == 0)
			return &h->items[i];
	return NULL;
}

static void
take_events(const PGresult *r, struct arena *a, struct grading_history *h)
{
	size_t n = (size_t)PQntuples(r);

	for (size_t i = 0; i < n; i++) {
		struct db_row row = db_row(r, a, (int)i);
		struct grading *g = find(h, row_text(&row));
		struct grading_event *e;

		if (g == NULL)
			continue;
		if (g->events == NULL)
			g->events = arena_array(a, n, sizeof(*g->events));
		e = &g->events[g->events_n++];
		e->at = row_text(&row);
		e->event = row_text(&row);
		e->runner = row_text(&row);
		e->reason = row_text(&row);
	}
}

static struct err *
read_gradings(struct store *s, struct arena *a, const char *id,
    struct grading_history *h)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	db_i64(&x, GRADINGS_MAX);
	TRY(db_run(s, a, Q_GRADING_LIST, &x, 0, &r));
	h->n = (size_t)PQntuples(r);
	h->items = arena_array(a, h->n, sizeof(*h->items));
	for (size_t i = 0; i < h->n; i++)
		h->items[i] = take_grading(r, a, (int)i);
	return NULL;
}

static struct err *
read_events(struct store *s, struct arena *a, struct grading_history *h)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	const char **ids = arena_array(a, h->n + 1, sizeof(*ids));
	struct db_args x;

	for (size_t i = 0; i < h->n; i++)
		ids[i] = h->items[i].job_id;
	db_args_init(&x, a);
	db_texts(&x, ids, h->n);
	db_i64(&x, GRADING_EVENTS_MAX);
	TRY(db_run(s, a, Q_GRADING_EVENTS, &x, 0, &r));
	take_events(r, a, h);
	return NULL;
}

static struct err *
read_people(struct store *s, struct arena *a, const char *id,
    struct grading_history *h)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	db_i64(&x, GRADINGS_MAX);
	TRY(db_run(s, a, Q_GRADING_PEOPLE, &x, 0, &r));
	h->people_n = (size_t)PQntuples(r);
	h->people = arena_array(a, h->people_n, sizeof(*h->people));
	for (size_t i = 0; i < h->people_n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		h->people[i].at = row_text(&row);
		h->people[i].user = row_text(&row);
		h->people[i].old_grade = row_double(&row);
		h->people[i].new_grade = row_double(&row);
		h->people[i].comment = row_text(&row);
	}
	return NULL;
}

struct err *
store_grading_history(struct store *s, struct arena *a,
    const char *submission_id, struct grading_history *ret_history)
{
	struct grading_history h = { 0 };

	TRY(read_gradings(s, a, submission_id, &h));
	TRY(read_events(s, a, &h));
	TRY(read_people(s, a, submission_id, &h));
	*ret_history = h;
	return NULL;
}

struct err *
store_grading_put(struct store *s, struct arena *a, const char *submission_id,
    const struct grading_by *by, enum grading_put *ret_outcome)
{
	static const char *const outcomes[] = { [GRADING_DONE] = "done",
		[GRADING_CANCELLED] = "cancelled",
		[GRADING_UNKNOWN] = "unknown",
		NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_text(&x, submission_id);
	db_i64(&x, by->user_id);
	if (by->grade != NULL)
		db_double(&x, *by->grade);
	else
		db_text(&x, NULL);
	db_text(&x, by->comment);
	TRY(db_run(s, a, Q_GRADING_PUT, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_outcome = (enum grading_put)row_choice(&row, outcomes);
	return NULL;
}

/* Those of a landing, and one more refusal. */
static const char *const outcomes[] = { [LAND_LANDED] = "landed",
	[LAND_REPLAY] = "replay",
	[LAND_NOT_RECORDED] = "not_recorded",
	[LAND_NOT_HELD] = "not_held",
	[LAND_OTHER] = "other",
	[LAND_UNKNOWN] = "unknown",
	[LAND_UNKNOWN + 1] = "too_many",
	[LAND_UNKNOWN + 2] = "twice",
	NULL };

struct err *
store_job_file_put(struct store *s, struct arena *a, const struct job_file *in,
    enum job_landing *ret_outcome)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;
	int outcome;

	db_args_init(&x, a);
	db_text(&x, in->job_id);
	db_text(&x, in->runner_id);
	db_text(&x, in->lease_id);
	db_bool(&x, in->record_claim);
	db_text(&x, in->name);
	db_bytes(&x, in->p, in->n);
	db_i64(&x, JOB_FILES_MAX);
	db_i64(&x, JOB_FILES_BYTES);
	TRY(db_run(s, a, Q_JOB_FILE_PUT, &x, 0, &r));
	row = db_row(r, a, 0);
	outcome = row_choice(&row, outcomes);
	if (outcome > LAND_UNKNOWN)
		return ERR(a, ERR_TOO_LARGE,
		    "a grading may leave %d files of %lld bytes together",
		    JOB_FILES_MAX, (long long)JOB_FILES_BYTES);
	*ret_outcome = (enum job_landing)outcome;
	return NULL;
}

struct err *
store_job_ssh_put(struct store *s, struct arena *a, const struct job_door *in,
    enum job_landing *ret_outcome, const char **ret_submission)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;
	int outcome;

	db_args_init(&x, a);
	db_text(&x, in->job_id);
	db_text(&x, in->runner_id);
	db_text(&x, in->lease_id);
	db_text(&x, in->door);
	db_text(&x, in->until);
	TRY(db_run(s, a, Q_JOB_SSH_PUT, &x, 0, &r));
	row = db_row(r, a, 0);
	outcome = row_choice(&row, outcomes);
	if (outcome > LAND_UNKNOWN)
		return ERR(a, ERR_CONFLICT,
		    "this grading has another door already");
	*ret_submission = row_text(&row);
	*ret_outcome = (enum job_landing)outcome;
	return NULL;
}

struct err *
store_job_file_get(struct store *s, struct arena *a, const char *submission_id,
    const char *name, struct store_blob **ret_blob)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, submission_id);
	db_text(&x, name);
	TRY(db_run(s, a, Q_JOB_FILE_GET, &x, DB_BYTES, &r));
	*ret_blob = db_blob(r, a);
	return NULL;
}

struct err *
store_blob_collect(struct store *s, struct arena *a, int64_t max,
    int64_t *ret_n)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, max);
	TRY(db_run(s, a, Q_BLOB_COLLECT, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_n = row_i64(&row, 0);
	return NULL;
}
