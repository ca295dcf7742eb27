#include "store/runner.h"

#include "store/db.h"

static struct runner
take_runner(const PGresult *r, struct arena *a, int i)
{
	struct db_row row = db_row(r, a, i);
	struct runner n;

	n.id = row_text(&row);
	n.name = row_text(&row);
	n.pools = row_texts(&row, &n.pools_n);
	n.languages = row_texts(&row, &n.languages_n);
	n.capacity = row_i64(&row, 1);
	n.heartbeat_s = row_i64(&row, 0);
	n.version = row_text(&row);
	n.labels = row_text(&row);
	n.state = row_text(&row);
	n.registered_at = row_text(&row);
	n.registration_ip = row_text(&row);
	n.seen_at = row_text(&row);
	n.seen_ago_ms = row_i64(&row, 0);
	n.leased = row_i64(&row, 0);
	return n;
}

static struct runner *
take_one(const PGresult *r, struct arena *a)
{
	struct runner *n;

	if (PQntuples(r) == 0)
		return NULL;
	n = arena_new_of(a, struct runner);
	*n = take_runner(r, a, 0);
	return n;
}

/* Rows of NULLs (a runner that holds nothing) are left out. */
static struct runner_leases
take_leases(const PGresult *r, struct arena *a)
{
	struct runner_leases l = { 0 };

	l.items = arena_array(a, (size_t)PQntuples(r), sizeof(*l.items));
	for (int i = 0; i < PQntuples(r); i++) {
		struct db_row row = db_row(r, a, i);
		struct runner_lease *to = &l.items[l.n];

		to->job_id = row_text(&row);
		to->lease_id = row_text(&row);
		to->runner_id = row_text(&row);
		if (to->job_id != NULL)
			l.n++;
	}
	return l;
}

struct err *
store_runner_register(struct store *s, struct arena *a,
    const struct runner_new *in, struct runner_leases *ret_old)
{
	static const char *const default_pool[] = { "default" };
	static const char *const none[] = { NULL };
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, in->id);
	db_bytes(&x, in->token_sha256, ENC_SHA256);
	db_text(&x, in->name);
	if (in->pools_n > 0)
		db_texts(&x, in->pools, in->pools_n);
	else
		db_texts(&x, default_pool, 1);
	db_texts(&x, in->languages_n > 0 ? in->languages : none,
	    in->languages_n);
	db_i64(&x, in->capacity);
	db_i64(&x, in->heartbeat_s);
	db_text(&x, in->version);
	db_text(&x, in->labels);
	db_text(&x, in->ip);
	TRY(db_run(s, a, Q_RUNNER_REGISTER, &x, 0, &r));
	*ret_old = take_leases(r, a);
	return NULL;
}

struct err *
store_runner_by_token(struct store *s, struct arena *a,
    const unsigned char token_sha256[ENC_SHA256], struct runner **ret_runner)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_bytes(&x, token_sha256, ENC_SHA256);
	TRY(db_run(s, a, Q_RUNNER_BY_TOKEN, &x, 0, &r));
	*ret_runner = take_one(r, a);
	return NULL;
}

struct err *
store_runner_get(struct store *s, struct arena *a, const char *id,
    struct runner **ret_runner)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	TRY(db_run(s, a, Q_RUNNER_GET, &x, 0, &r));
	*ret_runner = take_one(r, a);
	return NULL;
}

struct err *
store_runner_seen(struct store *s, struct arena *a, struct runner_seen *seen,
    size_t n)
{
	const char **ids = arena_array(a, n + 1, sizeof(*ids));
	int64_t *ago_ms = arena_array(a, n + 1, sizeof(*ago_ms));
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	for (size_t i = 0; i < n; i++) {
		ids[i] = seen[i].id;
		ago_ms[i] = seen[i].ago_ms;
	}
	db_args_init(&x, a);
	db_texts(&x, ids, n);
	db_i64s(&x, ago_ms, n);
	TRY(db_run(s, a, Q_RUNNER_SEEN, &x, 0, &r));
	for (int i = 0; i < PQntuples(r); i++) {
		struct db_row row = db_row(r, a, i);
		/* Columns are taken in order: not both in one expression. */
		int64_t place = row_i64(&row, 1);

		seen[place - 1].is_active = row_bool(&row);
	}
	return NULL;
}

struct err *
store_runner_end(struct store *s, struct arena *a, const char *id,
    enum runner_end how, bool *ret_was, struct runner_leases *ret_leases)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	db_text(&x, how == RUNNER_REVOKED ? "revoked" : "removed");
	TRY(db_run(s, a, Q_RUNNER_END, &x, 0, &r));
	*ret_was = PQntuples(r) > 0;
	*ret_leases = take_leases(r, a);
	return NULL;
}

struct err *
store_runner_drain(struct store *s, struct arena *a, const char *id,
    bool is_draining, bool *ret_was)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	db_bool(&x, is_draining);
	TRY(db_run(s, a, Q_RUNNER_DRAIN, &x, 0, &r));
	*ret_was = PQntuples(r) > 0;
	return NULL;
}

struct err *
store_runner_fault(struct store *s, struct arena *a, const char *id,
    const char *fault)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, id);
	db_text(&x, fault);
	return db_run(s, a, Q_RUNNER_FAULT, &x, 0, &r);
}

struct err *
store_runner_list(struct store *s, struct arena *a, const char *after,
    size_t limit, struct runner_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct runner_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_text(&x, after);
	db_i64(&x, (int64_t)limit + 1);
	TRY(db_run(s, a, Q_RUNNER_LIST, &x, 0, &r));
	l.n = db_page(r, limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++)
		l.items[i] = take_runner(r, a, (int)i);
	*ret_list = l;
	return NULL;
}

struct err *
store_runner_blame(struct store *s, struct arena *a, int64_t submissions,
    int64_t *ret_n)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, submissions);
	TRY(db_run(s, a, Q_RUNNER_BLAME, &x, 0, &r));
	row = db_row(r, a, 0);
	*ret_n = row_i64(&row, 0);
	return NULL;
}
