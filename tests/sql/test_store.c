/*
 * Nouns other than the job: each function, good and bad, on a real Postgres.
 */
#include "tests/sql/fixture.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/rand.h"

static void
test_ready_and_statements(void **state)
{
	(void)state;
	/* All statements were prepared, or the store would not be open. */
	assert_ok(store_ready(S, A));
}

static void
test_users(void **state)
{
	const char *names = NULL;
	struct user *u;
	int64_t two[2];

	(void)state;
	assert_ok(store_user_ensure(S, A, "carol", &u));
	assert_false(u->is_admin);
	two[0] = u->id;
	two[1] = W.alice->id;
	assert_ok(store_user_names(S, A, two, 2, &names));
	assert_string_equal(names, "carol,alice");
	sql("UPDATE app_user SET is_admin = true WHERE name = 'carol'");
	assert_ok(store_user_ensure(S, A, "carol", &u));
	assert_true(u->is_admin);
	assert_err(store_user_ensure(S, A, "", &u), ERR_REQUEST);
	assert_err(store_user_ensure(S, A, "\xff\xfe", &u), ERR_REQUEST);
}

static void
test_courses(void **state)
{
	const struct course_change change = { .title = "Another",
		.is_visible = &(const bool) { true } };
	struct course_page page = { .user_id = W.alice->id, .limit = 10 };
	struct course_list l;
	struct course *c;

	(void)state;
	assert_err(store_course_create(S, A, W.staff->id, "c1", &change, &c),
	    ERR_CONFLICT);
	assert_err(store_course_create(S, A, W.staff->id, "a/b", &change, &c),
	    ERR_IMPOSSIBLE);
	assert_int_equal(W.course->role, ROLE_STAFF);
	assert_ok(store_course_list(S, A, &page, &l));
	assert_int_equal(l.n, 0);
	assert_ok(store_course_update(S, A, W.alice->id, "c1", &change, &c));
	assert_string_equal(c->title, "Another");
	assert_ok(store_course_list(S, A, &page, &l));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].role, ROLE_NONE);
	assert_ok(store_course_get(S, A, W.alice->id, "none", &c));
	assert_null(c);
}

static void
test_members(void **state)
{
	enum member_role role;
	struct member_list l;
	bool was;

	(void)state;
	assert_ok(store_member_put(S, A, W.course->id, W.staff->id, "alice",
	    ROLE_STUDENT));
	assert_ok(store_member_put(S, A, W.course->id, W.staff->id, "alice",
	    ROLE_TUTOR));
	assert_ok(store_member_put(S, A, W.course->id, W.staff->id, "new",
	    ROLE_STUDENT));
	assert_err(store_member_put(S, A, 99999, W.staff->id, "alice",
		       ROLE_TUTOR),
	    ERR_NOT_FOUND);
	assert_ok(store_member_get(S, A, W.course->id, "alice", &role));
	assert_int_equal(role, ROLE_TUTOR);
	assert_ok(store_member_list(S, A, W.course->id, NULL, 2, &l));
	assert_int_equal(l.n, 2);
	assert_true(l.is_more);
	assert_string_equal(l.items[0].user, "alice");
	assert_ok(store_member_list(S, A, W.course->id, "new", 2, &l));
	assert_int_equal(l.n, 1);
	assert_ok(store_member_delete(S, A, W.course->id, W.staff->id, "alice",
	    &was));
	assert_true(was);
	assert_ok(store_member_delete(S, A, W.course->id, W.staff->id, "alice",
	    &was));
	assert_false(was);
	assert_ok(store_member_get(S, A, W.course->id, "alice", &role));
	assert_int_equal(role, ROLE_NONE);
}

static void
test_problems(void **state)
{
	const struct problem_key key = { "c1", "p2" };
	const struct problem_key nowhere = { "none", "p2" };
	const char *x = "{\"opens_at\":\"2026-01-01T00:00:00Z\","
			"\"closes_at\":\"2026-01-02T00:00:00.5+01:00\","
			"\"languages\":[\"c\",\"python3\"],"
			"\"limits\":{\"time\":2},\"weight\":2.5,"
			"\"submission_limit\":7}";
	struct problem_page page = { .user_id = W.alice->id,
		.course_id = W.course->id,
		.limit = 10 };
	struct problem_list l;
	struct problem *p;

	(void)state;
	assert_ok(store_problem_put(S, A, W.staff->id, &key, x, &p));
	assert_string_equal(p->title, "p2");
	assert_string_equal(p->window.opens_at, "2026-01-01T00:00:00.000Z");
	assert_string_equal(p->window.end_at, "2026-01-01T23:00:00.500Z");
	assert_int_equal(p->languages_n, 2);
	assert_string_equal(p->languages[1], "python3");
	assert_true(p->weight == 2.5 && p->max_submissions == 7);
	assert_null(p->package_id);

	x = "{\"opens_at\":\"\",\"limits\":{}}";
	assert_ok(store_problem_put(S, A, W.staff->id, &key, x, &p));
	assert_null(p->window.opens_at);
	assert_non_null(p->window.end_at);
	assert_null(p->limits);
	assert_int_equal(p->languages_n, 2);

	x = "{\"opens_at\":\"2027-01-01T00:00:00Z\"}";
	assert_err(store_problem_put(S, A, W.staff->id, &key, x, &p),
	    ERR_IMPOSSIBLE);
	x = "{\"opens_at\":\"yesterday or so\"}";
	assert_err(store_problem_put(S, A, W.staff->id, &key, x, &p),
	    ERR_REQUEST);
	x = "{\"limits\":[]}";
	assert_err(store_problem_put(S, A, W.staff->id, &key, x, &p),
	    ERR_IMPOSSIBLE);
	x = "{\"title\":\"T\"}";
	assert_err(store_problem_put(S, A, W.staff->id, &nowhere, x, &p),
	    ERR_NOT_FOUND);

	x = "{\"visible\":false}";
	assert_ok(store_problem_put(S, A, W.staff->id, &key, x, &p));
	assert_ok(store_problem_list(S, A, &page, &l));
	assert_int_equal(l.n, 1);
	page.all = true;
	assert_ok(store_problem_list(S, A, &page, &l));
	assert_int_equal(l.n, 2);
	assert_ok(store_problem_get(S, A, W.staff->id,
	    &(struct problem_key) { "c1", "p1" }, 0, &p));
	assert_string_equal(p->grading, "{\"tests\": [1]}");
	assert_string_equal(p->package_id, W.package->id);
	assert_int_equal(p->role, ROLE_STAFF);
}

static void
test_packages(void **state)
{
	struct store_package_new x = { .problem_id = W.problem->id,
		.user_id = W.staff->id,
		.zip = "zip\0two",
		.zip_n = 7,
		.grading = "{\"tests\": [2]}",
		.meta = "{}" };
	struct store_package *p;
	struct store_blob *b;

	(void)state;
	assert_true(W.package->is_new);
	assert_ok(store_package_insert(S, A, &x, &p));
	assert_string_equal(sql("SELECT package_id FROM problem"), p->id);
	assert_string_equal(p->digest, enc_sha256_hex(A, "zip\0two", 7));
	assert_ok(store_package_bytes(S, A, W.problem->id, p->digest, &b));
	assert_int_equal(b->n, 7);
	assert_memory_equal(b->p, "zip\0two", 7);
	assert_string_equal(b->digest, p->digest);

	/* The first bytes again: that version is current again. */
	x.zip = "zip one";
	assert_ok(store_package_insert(S, A, &x, &p));
	assert_false(p->is_new);
	assert_string_equal(p->id, W.package->id);
	assert_string_equal(sql("SELECT package_id FROM problem"),
	    W.package->id);
	x.problem_id = 99999;
	assert_err(store_package_insert(S, A, &x, &p), ERR_NOT_FOUND);
}

static void
test_package_only_while_leased(void **state)
{
	const char *job = submit(W.alice);
	const char *runner = new_runner("r1");
	const char *other = new_runner("r2");
	const char *digest = W.package->digest;
	struct store_blob *b;

	(void)state;
	assert_ok(store_package_bytes_for_runner(S, A, runner, digest, &b));
	assert_null(b);
	assert_int_equal(claim(job, runner, lease(1)), CLAIM_OK);
	assert_ok(store_package_bytes_for_runner(S, A, runner, digest, &b));
	assert_int_equal(b->n, 7);
	assert_ok(store_package_bytes_for_runner(S, A, other, digest, &b));
	assert_null(b);
	assert_int_equal(land(job, runner, lease(1), 100), LAND_LANDED);
	assert_ok(store_package_bytes_for_runner(S, A, runner, digest, &b));
	assert_null(b);
	assert_err(store_package_bytes_for_runner(S, A, runner, "zz", &b),
	    ERR_REQUEST);
}

static void
test_runners(void **state)
{
	static const char *const pools[] = { "default", "gpu \"x\\" };
	unsigned char token[ENC_SHA256] = { 1, 0, 2 };
	struct runner_new n = { .id = rand_id(A, "rn"),
		.token_sha256 = token,
		.name = "host1",
		.pools = pools,
		.pools_n = 2,
		.capacity = 8,
		.heartbeat_s = 5,
		.version = "1.0",
		.labels = "{\"a\": 1}",
		.ip = "192.0.2.7" };
	struct runner_leases old;
	struct runner_list l;
	struct runner *r;
	struct runner_seen seen = { .ago_ms = 5000 };
	const char *first;
	const char *job = submit(W.alice);
	bool was;

	(void)state;
	assert_ok(store_runner_register(S, A, &n, &old));
	assert_int_equal(old.n, 0);
	assert_ok(store_runner_by_token(S, A, token, &r));
	assert_string_equal(r->id, n.id);
	assert_int_equal(r->pools_n, 2);
	assert_string_equal(r->pools[1], "gpu \"x\\");
	assert_int_equal(r->languages_n, 0);
	assert_string_equal(r->registration_ip, "192.0.2.7");
	seen.id = n.id;
	sql("UPDATE runner_seen SET seen_at = now() - interval '1 hour'");
	assert_ok(store_runner_seen(S, A, &seen, 1));
	assert_true(seen.is_active);
	assert_string_equal(sql("SELECT now() - seen_at BETWEEN '5 s' AND"
				" '20 s' FROM runner_seen"),
	    "t");
	/* What is older changes nothing. */
	seen.ago_ms = 60000;
	assert_ok(store_runner_seen(S, A, &seen, 1));
	assert_string_equal(sql("SELECT now() - seen_at < '20 s'"
				" FROM runner_seen"),
	    "t");
	assert_int_equal(claim(job, n.id, lease(1)), CLAIM_OK);

	/* The same name again: the old token is nobody's, its lease told. */
	first = n.id;
	n.id = rand_id(A, "rn");
	token[0] = 2;
	assert_ok(store_runner_register(S, A, &n, &old));
	assert_int_equal(old.n, 1);
	assert_string_equal(old.items[0].job_id, job);
	assert_string_equal(old.items[0].runner_id, first);
	token[0] = 1;
	assert_ok(store_runner_by_token(S, A, token, &r));
	assert_null(r);
	assert_string_equal(sql("SELECT kind FROM op_attention"
				" WHERE kind LIKE 'two%'"),
	    "two hosts, one name");
	assert_int_equal(release(job, first, lease(1), false), RELEASE_READY);

	/* Nameless ones replace nobody. */
	n.name = NULL;
	n.id = rand_id(A, "rn");
	token[0] = 3;
	assert_ok(store_runner_register(S, A, &n, &old));
	n.id = rand_id(A, "rn");
	token[0] = 4;
	assert_ok(store_runner_register(S, A, &n, &old));
	assert_ok(store_runner_list(S, A, NULL, 2, &l));
	assert_int_equal(l.n, 2);
	assert_true(l.is_more);

	assert_int_equal(claim(job, n.id, lease(2)), CLAIM_OK);
	assert_ok(store_runner_drain(S, A, n.id, true, &was));
	assert_ok(store_runner_get(S, A, n.id, &r));
	assert_string_equal(r->state, "draining");
	assert_int_equal(r->leased, 1);
	assert_ok(store_runner_end(S, A, n.id, RUNNER_REMOVED, &was, &old));
	assert_true(was);
	assert_int_equal(old.n, 1);
	assert_ok(store_runner_by_token(S, A, token, &r));
	assert_null(r);
	assert_ok(
	    store_runner_end(S, A, "rn_none", RUNNER_REMOVED, &was, &old));
	assert_false(was);
}

/* A slow language's programs may run longer, and so may their jobs. */
static void
test_a_language_has_its_time(void **state)
{
	static const struct {
		const char *factor;
		int64_t budget_s;
		const char *rejudged; /* with the package's own 600 s */
	} cases[] = { { "1", 100, "600" }, { "2.5", 250, "1500" },
		{ "0.5", 100, "600" }, { "1000", 100000, "600000" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct submission_new n = new_submission(W.alice);
		struct submission_rejudge again = { .id = n.id,
			.job_id = rand_id(A, "jb"),
			.reason = "slow" };
		struct submission_inserted in;
		struct submission_acted acted;

		sql(arena_printf(A,
		    "UPDATE language SET time_factor = %s WHERE name = 'c'",
		    cases[i].factor));
		n.budget_s = 100;
		assert_ok(store_submission_insert(S, A, &n, &in));
		assert_int_equal(in.budget_s, cases[i].budget_s);
		/* Its answer was lost: the same is said again. */
		assert_ok(store_submission_insert(S, A, &n, &in));
		assert_int_equal(in.budget_s, cases[i].budget_s);
		assert_ok(store_submission_rejudge(S, A, &again, &acted));
		assert_string_equal(
		    sql(arena_printf(A,
			"SELECT budget_s FROM job WHERE id = '%s'",
			again.job_id)),
		    cases[i].rejudged);
	}
	sql("UPDATE language SET time_factor = 1");
}

static void
test_submission_and_document(void **state)
{
	struct submission_new n = new_submission(W.alice);
	struct submission_inserted in;
	struct submission *s;
	struct store_blob *b;
	const char *runner = new_runner("r1");

	(void)state;
	n.submitted_ms = INT64_C(1767225599999);
	assert_ok(store_submission_insert(S, A, &n, &in));
	/* The very same call again, as after a lost answer. */
	assert_ok(store_submission_insert(S, A, &n, &in));
	assert_int_equal(in.outcome, SUBMISSION_MADE);
	assert_string_equal(in.job_id, n.job_id);
	assert_ok(store_submission_get(S, A, W.alice->id, n.id, &s));
	assert_string_equal(s->status, "waiting");
	assert_string_equal(s->submitted_at, "2025-12-31T23:59:59.999Z");
	assert_string_equal(s->users[0], "alice");
	assert_true(s->is_author);
	assert_true(isnan(s->grade));
	assert_null(s->verdict);
	assert_ok(store_job_source(S, A, n.job_id, &b));
	assert_memory_equal(b->p, "PK\0source", 9);

	assert_int_equal(claim(n.job_id, runner, lease(1)), CLAIM_OK);
	assert_ok(store_submission_get(S, A, W.bob->id, n.id, &s));
	assert_string_equal(s->status, "running");
	assert_false(s->is_author);
	assert_int_equal(land(n.job_id, runner, lease(1), 87.5), LAND_LANDED);
	assert_ok(store_submission_get(S, A, W.alice->id, n.id, &s));
	assert_string_equal(s->status, "done");
	assert_string_equal(s->verdict, "WA");
	assert_true(s->grade == 87.5 && s->machine_grade == 87.5);
	assert_true(s->is_evaluated);
	assert_string_equal(s->judged_by, "r1");
	assert_string_equal(s->result, "{\"tests\": []}");
	assert_null(s->previous);
	assert_int_equal(s->attempt, 1);
	assert_ok(store_job_source(S, A, n.job_id, &b));
	assert_null(b);
	assert_ok(store_submission_source(S, A, n.id, &b));
	assert_int_equal(b->n, 9);
	assert_ok(store_submission_get(S, A, W.alice->id, "sb_none", &s));
	assert_null(s);
}

/* What those who wait for a change compare, in the order of the ids. */
static void
test_submission_states(void **state)
{
	const char *runner = new_runner("r1");
	const char *job = submit(W.alice);
	const char *other = submit(W.bob);
	const char *const ids[] = { submission_of(other), "sb_none",
		submission_of(job) };
	struct submission_state *states;
	const char *before;

	(void)state;
	assert_int_equal(claim(job, runner, lease(1)), CLAIM_OK);
	assert_ok(store_submission_states(S, A, ids, 3, &states));
	assert_string_equal(states[0].status, "waiting");
	assert_null(states[1].status);
	assert_null(states[1].version);
	assert_string_equal(states[2].status, "running");
	assert_string_equal(states[2].job_id, job);
	assert_string_equal(states[2].lease_id, lease(1));
	before = states[2].version;
	assert_int_equal(land(job, runner, lease(1), 100), LAND_LANDED);
	assert_ok(store_submission_states(S, A, ids, 3, &states));
	assert_string_equal(states[0].status, "waiting");
	assert_string_equal(states[2].status, "done");
	assert_string_not_equal(states[2].version, before);
}

static void
test_submission_gates(void **state)
{
	struct submission_new n = new_submission(W.alice);
	struct submission_inserted in;
	struct submission_use use;
	const char *id;
	const char *digest;
	const char *first;

	(void)state;
	n.key = "key-1";
	n.request_digest = "d1";
	(void)sql("UPDATE problem SET allows_pending = false,"
		  " max_submissions = 1");
	assert_ok(store_submission_insert(S, A, &n, &in));
	first = n.id;
	/* The key is looked up before the gates. */
	n.id = rand_id(A, "sb");
	n.job_id = rand_id(A, "jb");
	n.request_digest = "d2";
	assert_ok(store_submission_insert(S, A, &n, &in));
	assert_int_equal(in.outcome, SUBMISSION_WAS_THERE);
	assert_string_equal(in.id, first);
	assert_string_equal(in.request_digest, "d1");
	assert_ok(
	    store_submission_by_key(S, A, W.alice->id, "key-1", &id, &digest));
	assert_string_equal(id, first);
	assert_ok(
	    store_submission_by_key(S, A, W.bob->id, "key-1", &id, &digest));
	assert_null(id);
	n.key = "key-2";
	assert_ok(store_submission_insert(S, A, &n, &in));
	assert_int_equal(in.outcome, SUBMISSION_REFUSED);
	assert_string_equal(in.refusal.reason, "pending");
	assert_string_equal(in.refusal.pending, first);
	(void)sql("UPDATE problem SET allows_pending = true");
	assert_ok(store_submission_insert(S, A, &n, &in));
	assert_int_equal(in.outcome, SUBMISSION_REFUSED);
	assert_string_equal(in.refusal.reason, "quota");
	assert_ok(store_submission_use(S, A, W.alice->id, W.problem->id, &use));
	assert_string_equal(use.refusal.reason, "quota");
	assert_int_equal(use.used, 1);
	assert_int_equal(use.most, 1);

	(void)sql("UPDATE problem SET max_submissions = 0");
	n.problem_id = 99999;
	assert_err(store_submission_insert(S, A, &n, &in), ERR_NOT_FOUND);
	n.problem_id = W.problem->id;
	n.package_id = "pk_none";
	assert_err(store_submission_insert(S, A, &n, &in), ERR_NOT_FOUND);
	n.package_id = W.package->id;
	n.language = "cobol";
	assert_err(store_submission_insert(S, A, &n, &in), ERR_LANGUAGE);
	n.language = "c";
	n.input = "{\"a\": \"\\u0000\"}";
	assert_err(store_submission_insert(S, A, &n, &in), ERR_REQUEST);
	n.input = "{not json";
	assert_err(store_submission_insert(S, A, &n, &in), ERR_REQUEST);
	n.input = NULL;
	n.locale = "\xc3\x28";
	assert_err(store_submission_insert(S, A, &n, &in), ERR_REQUEST);
	assert_string_equal(sql("SELECT count(*) FROM submission"), "1");
}

static void
test_submission_lists(void **state)
{
	struct submission_filter f = { .viewer_id = W.alice->id, .limit = 2 };
	struct submission_list l;
	const char *runner = new_runner("r1");
	const char *jobs[5];

	(void)state;
	for (int i = 0; i < 5; i++)
		jobs[i] = submit(i < 4 ? W.alice : W.bob);
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].id, submission_of(jobs[3]));
	f.cursor = l.next_cursor;
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[1].id, submission_of(jobs[0]));
	assert_null(l.next_cursor);

	f = (struct submission_filter) { .viewer_id = W.staff->id,
		.course = "c1",
		.problem = "p1",
		.limit = 100 };
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 5);
	assert_string_equal(l.items[0].users[0], "bob");
	f.problem = NULL;
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 5);
	/* A student sees only their own, whatever is asked. */
	f.viewer_id = W.bob->id;
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 1);
	f.user = "alice";
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 0);
	f = (struct submission_filter) { .viewer_id = W.bob->id,
		.sees_all = true,
		.user = "alice",
		.limit = 100 };
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 4);

	assert_int_equal(claim(jobs[0], runner, lease(1)), CLAIM_OK);
	assert_int_equal(claim(jobs[1], runner, lease(2)), CLAIM_OK);
	assert_int_equal(land(jobs[1], runner, lease(2), 100), LAND_LANDED);
	f.user = NULL;
	f.status = "running";
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 1);
	f.status = NULL;
	f.verdict = "AC";
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 1);
	assert_null(l.items[0].result);
	f.verdict = NULL;
	f.before = "2020-01-01T00:00:00Z";
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 0);
	f.before = "soon";
	assert_err(store_submission_list(S, A, &f, &l), ERR_REQUEST);
	f.before = NULL;
	f.cursor = "1; DROP TABLE job";
	assert_err(store_submission_list(S, A, &f, &l), ERR_REQUEST);
	f.cursor = NULL;
	f.course = "none";
	assert_ok(store_submission_list(S, A, &f, &l));
	assert_int_equal(l.n, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_ready_and_statements),
		T(test_users),
		T(test_courses),
		T(test_members),
		T(test_problems),
		T(test_packages),
		T(test_package_only_while_leased),
		T(test_runners),
		T(test_a_language_has_its_time),
		T(test_submission_and_document),
		T(test_submission_states),
		T(test_submission_gates),
		T(test_submission_lists),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
