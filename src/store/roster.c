#include "store/roster.h"

#include "base/rand.h"
#include "store/db.h"

/* An array of which some are NULL: '' cannot stand for it. */
static const char *const *
or_star(struct arena *a, const char *const *texts, size_t n)
{
	const char **all = arena_array(a, n + 1, sizeof(*all));

	for (size_t i = 0; i < n; i++)
		all[i] = texts[i] != NULL ? texts[i] : "*";
	return all;
}

struct err *
store_roster_put(struct store *s, struct arena *a, const struct roster_new *in,
    struct roster *ret_roster)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct roster l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, in->course_id);
	db_text(&x, in->by);
	db_texts(&x, in->users, in->n);
	db_texts(&x, or_star(a, in->roles, in->n), in->n);
	db_texts(&x, or_star(a, in->teams, in->n), in->n);
	TRY(db_run(s, a, Q_ROSTER_PUT, &x, 0, &r));
	l.n = (size_t)PQntuples(r);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);
		struct roster_line *e = &l.items[i];

		e->user = row_text(&row);
		e->role = row_role(&row);
		e->team = row_text(&row);
		e->is_new = row_bool(&row);
		e->may_token = row_bool(&row);
	}
	*ret_roster = l;
	return NULL;
}

struct err *
store_enrolment_get(struct store *s, struct arena *a, int64_t course_id,
    struct enrolment *ret_enrolment)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct enrolment e = { false, NULL };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	TRY(db_run(s, a, Q_ENROLMENT_GET, &x, 0, &r));
	if (PQntuples(r) > 0) {
		struct db_row row = db_row(r, a, 0);

		e.is_open = row_bool(&row);
		e.key_sha256 = row_text(&row);
	}
	*ret_enrolment = e;
	return NULL;
}

struct err *
store_enrolment_key_put(struct store *s, struct arena *a, int64_t course_id,
    const char *sha256_hex)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	if (sha256_hex == NULL)
		return db_run(s, a, Q_ENROLMENT_KEY_DELETE, &x, 0, &r);
	db_text(&x, sha256_hex);
	return db_run(s, a, Q_ENROLMENT_KEY_PUT, &x, 0, &r);
}

struct err *
store_enrol(struct store *s, struct arena *a, int64_t course_id,
    int64_t user_id, bool *ret_new)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	db_i64(&x, user_id);
	TRY(db_run(s, a, Q_ENROL, &x, 0, &r));
	*ret_new = PQntuples(r) > 0;
	return NULL;
}

struct err *
store_team_put(struct store *s, struct arena *a, int64_t course_id,
    const char *by, const struct team *in)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct faults f;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	db_text(&x, by);
	db_text(&x, in->name);
	db_texts(&x, in->users, in->users_n);
	TRY(db_run(s, a, Q_TEAM_PUT, &x, 0, &r));
	faults_init(&f, a);
	for (int i = 0; i < PQntuples(r); i++) {
		struct db_row row = db_row(r, a, i);

		faults_add(&f, "/users", "%s is no member of the course",
		    row_text(&row));
	}
	return faults_err(&f, ERR_IMPOSSIBLE);
}

struct err *
store_team_move(struct store *s, struct arena *a, const struct team_move *in,
    bool *ret_done)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, in->course_id);
	db_text(&x, in->by);
	db_text(&x, in->team);
	db_text(&x, in->user);
	db_bool(&x, in->is_staff);
	TRY(db_run(s, a, in->is_leaving ? Q_TEAM_LEAVE : Q_TEAM_JOIN, &x, 0,
	    &r));
	row = db_row(r, a, 0);
	*ret_done = row_bool(&row);
	return NULL;
}

static struct err *
delete_named(struct store *s, struct arena *a, enum queries_id q, int64_t id,
    const char *name, bool *ret_was)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, id);
	db_text(&x, name);
	TRY(db_run(s, a, q, &x, 0, &r));
	*ret_was = PQntuples(r) > 0;
	return NULL;
}

struct err *
store_team_delete(struct store *s, struct arena *a, int64_t course_id,
    const char *name, bool *ret_was)
{
	return delete_named(s, a, Q_TEAM_DELETE, course_id, name, ret_was);
}

struct err *
store_team_list(struct store *s, struct arena *a, const struct team_page *in,
    struct team_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct team_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, in->course_id);
	db_text(&x, in->after);
	db_i64(&x, in->user_id);
	db_i64(&x, (int64_t)in->limit + 1);
	TRY(db_run(s, a, Q_TEAM_LIST, &x, 0, &r));
	l.n = db_page(r, in->limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		l.items[i].name = row_text(&row);
		l.items[i].users = row_texts(&row, &l.items[i].users_n);
	}
	*ret_list = l;
	return NULL;
}

struct err *
store_team_of(struct store *s, struct arena *a, int64_t course_id,
    int64_t user_id, const char **ret_name, struct authors *ret_authors)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	int64_t *ids;
	size_t n;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	db_i64(&x, user_id);
	TRY(db_run(s, a, Q_TEAM_OF, &x, 0, &r));
	n = (size_t)PQntuples(r);
	ids = arena_array(a, n, sizeof(*ids));
	*ret_name = NULL;
	for (size_t i = 0; i < n; i++) {
		struct db_row row = db_row(r, a, (int)i);

		*ret_name = row_text(&row);
		ids[i] = row_i64(&row, 0);
	}
	*ret_authors = (struct authors) { ids, n };
	return NULL;
}

struct err *
store_extension_put(struct store *s, struct arena *a, int64_t problem_id,
    int64_t by_id, const char *user, const char *set)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_i64(&x, problem_id);
	db_i64(&x, by_id);
	db_text(&x, user);
	db_text(&x, set);
	TRY(db_run(s, a, Q_EXTENSION_PUT, &x, 0, &r));
	row = db_row(r, a, 0);
	if (!row_bool(&row))
		return ERR(a, ERR_NOT_FOUND,
		    "there is no such member of the course");
	return NULL;
}

struct err *
store_extension_delete(struct store *s, struct arena *a, int64_t problem_id,
    const char *user, bool *ret_was)
{
	return delete_named(s, a, Q_EXTENSION_DELETE, problem_id, user,
	    ret_was);
}

struct err *
store_extension_list(struct store *s, struct arena *a,
    const struct extension_page *in, struct extension_list *ret_list)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct extension_list l = { 0 };
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, in->problem_id);
	db_text(&x, in->user);
	db_text(&x, in->after);
	db_i64(&x, (int64_t)in->limit + 1);
	TRY(db_run(s, a, Q_EXTENSION_LIST, &x, 0, &r));
	l.n = db_page(r, in->limit, &l.is_more);
	l.items = arena_array(a, l.n, sizeof(*l.items));
	for (size_t i = 0; i < l.n; i++) {
		struct db_row row = db_row(r, a, (int)i);
		struct extension *e = &l.items[i];

		e->user = row_text(&row);
		e->soft_at = row_text(&row);
		e->end_at = row_text(&row);
		e->attempts = row_i64(&row, 0);
		e->reason = row_text(&row);
		e->by = row_text(&row);
		e->changed_at = row_text(&row);
	}
	*ret_list = l;
	return NULL;
}

struct err *
store_common_put(struct store *s, struct arena *a, int64_t course_id,
    int64_t user_id, struct str zip, struct common *ret_common)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;
	struct db_row row;

	db_args_init(&x, a);
	db_text(&x, rand_id(a, "cm"));
	db_i64(&x, course_id);
	db_i64(&x, user_id);
	db_bytes(&x, zip.p, zip.n);
	TRY(db_run(s, a, Q_COMMON_PUT, &x, 0, &r));
	row = db_row(r, a, 0);
	ret_common->id = row_text(&row);
	ret_common->digest = row_text(&row);
	ret_common->size = row_i64(&row, 0);
	ret_common->created_at = row_text(&row);
	ret_common->is_new = row_bool(&row);
	return NULL;
}

struct err *
store_common_bytes(struct store *s, struct arena *a, int64_t course_id,
    struct store_blob **ret_blob)
{
	_cleanup_(db_clear) PGresult *r = NULL;
	struct db_args x;

	db_args_init(&x, a);
	db_i64(&x, course_id);
	TRY(db_run(s, a, Q_COMMON_BYTES, &x, DB_BYTES, &r));
	*ret_blob = db_blob(r, a);
	return NULL;
}
