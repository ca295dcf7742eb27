/*
 * Claims, landings and releases: the rules of dispatch, one by one and all at
 * once from many threads.
 */
#include "tests/sql/fixture.h"

#include <pthread.h>
#include <string.h>

#include "base/rand.h"

static int64_t
charged(const char *job)
{
	struct job_entry *e;

	assert_ok(store_job_entry(S, A, job, &e));
	return e->charged;
}

static const char *
state_of(const char *job)
{
	struct job_entry *e;

	assert_ok(store_job_entry(S, A, job, &e));
	return e->state;
}

static const char *
standing(const char *column)
{
	return sql(arena_printf(A, "SELECT coalesce((SELECT %s::text"
	    " FROM standing WHERE problem_id = %lld AND user_id = %lld), '')",
	    column, (long long)W.problem->id, (long long)W.alice->id));
}

/* The same thread function twenty times at once. */
#define MANY 20

struct many {
	pthread_t thread;
	struct arena *arena;
	struct err *error;
	int number;
	const char *job;
	const char *runner;
	int outcome;
	const char *id;
};

static void
run_many(struct many *m, void *(*fn)(void *))
{
	for (int i = 0; i < MANY; i++) {
		m[i].number = i;
		m[i].arena = arena_new("thread", (size_t)8 << 20);
		assert_int_equal(pthread_create(&m[i].thread, NULL, fn, &m[i]),
		    0);
	}
	for (int i = 0; i < MANY; i++)
		assert_int_equal(pthread_join(m[i].thread, NULL), 0);
	for (int i = 0; i < MANY; i++)
		assert_ok(m[i].error);
}

static int
count(const struct many *m, int outcome)
{
	int n = 0;

	for (int i = 0; i < MANY; i++)
		n += m[i].outcome == outcome;
	return n;
}

static void
free_many(struct many *m)
{
	for (int i = 0; i < MANY; i++)
		arena_free(m[i].arena);
}

static void
test_claim_and_payload(void **state)
{
	const char *job = submit(W.alice);
	const char *other = submit(W.bob);
	const char *runner = new_runner("r1");
	const struct job_claim c[] = { { other, lease(2) },
		{ "jb_none", lease(3) }, { job, lease(1) } };
	struct job_payload *p;

	(void)state;
	assert_ok(store_job_claim(S, A, runner, c, 3, &p));
	assert_int_equal(p[0].outcome, CLAIM_OK);
	assert_string_equal(p[0].job_id, other);
	assert_string_equal(p[0].user, "bob");
	assert_int_equal(p[1].outcome, CLAIM_UNKNOWN);
	assert_int_equal(p[2].outcome, CLAIM_OK);
	assert_int_equal(p[2].attempt, 1);
	assert_string_equal(p[2].grading, "{\"tests\": [1]}");
	assert_string_equal(p[2].problem, "p1");
	assert_string_equal(p[2].course, "c1");
	assert_string_equal(p[2].package_digest, W.package->digest);
	assert_int_equal(p[2].budget_s, 600);
	assert_true(p[2].hard_ms > 0);
	assert_int_equal(p[2].source_size, 9);

	assert_ok(store_job_payload(S, A, runner, &c[2], &p));
	assert_string_equal(p->job_id, job);
	assert_int_equal(p->attempt, 1);
	assert_ok(store_job_payload(S, A, "rn_other", &c[2], &p));
	assert_null(p);
}

/* Rule 4: a lease is counted once; an older one is refused. */
static void
test_claim_counts_once(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");

	(void)state;
	assert_int_equal(claim(job, r1, lease(5)), CLAIM_OK);
	assert_int_equal(claim(job, r1, lease(5)), CLAIM_OK);
	assert_int_equal(charged(job), 1);
	assert_int_equal(claim(job, r2, lease(4)), CLAIM_OLD_LEASE);
	assert_int_equal(charged(job), 1);
	assert_int_equal(claim(job, r2, lease(6)), CLAIM_OK);
	assert_int_equal(charged(job), 2);
	/* The statement of the first claim, delayed past its own expiry. */
	assert_int_equal(claim(job, r1, lease(5)), CLAIM_OLD_LEASE);
	assert_int_equal(release(job, r2, lease(6), false), RELEASE_READY);
	assert_int_equal(claim(job, r2, lease(6)), CLAIM_OLD_LEASE);
	assert_int_equal(charged(job), 2);
}

static void *
claim_thread(void *arg)
{
	struct many *m = arg;
	const struct job_claim c = { m->job, "ls_0001" };
	struct job_payload *p;

	m->error = store_job_claim(S, m->arena, m->runner, &c, 1, &p);
	m->outcome = m->error == NULL ? (int)p->outcome : -1;
	return NULL;
}

static void
test_claim_at_once(void **state)
{
	struct many m[MANY] = { 0 };
	const char *job = submit(W.alice);
	const char *runner = new_runner("r1");

	(void)state;
	for (int i = 0; i < MANY; i++) {
		m[i].job = job;
		m[i].runner = runner;
	}
	run_many(m, claim_thread);
	assert_int_equal(count(m, CLAIM_OK), MANY);
	assert_int_equal(charged(job), 1);
	free_many(m);
}

static void
test_claim_refusals(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");
	bool was;

	(void)state;
	assert_int_equal(claim(job, "rn_none", lease(1)), CLAIM_NO_RUNNER);
	assert_ok(store_runner_drain(S, A, r1, true, &was));
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_NO_RUNNER);
	assert_ok(store_runner_drain(S, A, r1, false, &was));
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	assert_int_equal(land(job, r1, lease(1), 100), LAND_LANDED);
	assert_int_equal(claim(job, r1, lease(2)), CLAIM_ENDED);
}

/* The third charge without a result: by release, and by claim. */
static void
test_judge_error(void **state)
{
	const char *job = submit(W.alice);
	const char *lost = submit(W.alice);
	const char *r1 = new_runner("r1");
	struct submission *s;

	(void)state;
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(claim(job, r1, lease(i)), CLAIM_OK);
		assert_int_equal(release(job, r1, lease(i), false),
		    i < 3 ? RELEASE_READY : RELEASE_JE);
	}
	assert_string_equal(state_of(job), "je");
	assert_ok(store_submission_get(S, A, W.alice->id, submission_of(job),
	    &s));
	assert_string_equal(s->status, "error");
	assert_string_equal(s->verdict, "JE");
	/* Rule 17, 22: a late result is refused, a repeated abort is not. */
	assert_int_equal(land(job, r1, lease(3), 100), LAND_NOT_HELD);
	assert_int_equal(release(job, r1, lease(3), false), RELEASE_AGAIN);

	/* Expired three times in Redis, no release ever came here. */
	for (int i = 1; i <= 3; i++)
		assert_int_equal(claim(lost, r1, lease(i)), CLAIM_OK);
	assert_int_equal(claim(lost, r1, lease(4)), CLAIM_JE);
	assert_int_equal(claim(lost, r1, lease(5)), CLAIM_ENDED);
	assert_int_equal(charged(lost), 3);
	assert_string_equal(standing("tried"), "0");
	assert_string_equal(standing("evaluated"), "");
	assert_string_equal(sql("SELECT count(*) FROM op_attention"
	    " WHERE kind = 'judge error'"), "2");
}

/* Rule 16: ten refunds, then it counts. */
static void
test_refund_cap(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");

	(void)state;
	for (int i = 1; i <= 12; i++) {
		assert_int_equal(claim(job, r1, lease(i)), CLAIM_OK);
		assert_int_equal(release(job, r1, lease(i), true),
		    RELEASE_READY);
		assert_int_equal(charged(job), i <= 10 ? 0 : i - 10);
	}
	assert_string_equal(sql("SELECT count(*) FROM op_attention"
	    " WHERE kind = 'refunds used up'"), "1");
	assert_int_equal(claim(job, r1, lease(13)), CLAIM_OK);
	assert_int_equal(release(job, r1, lease(13), true), RELEASE_JE);
}

static void
test_release_answers(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");

	(void)state;
	assert_int_equal(release("jb_none", r1, NULL, false),
	    RELEASE_UNKNOWN);
	assert_int_equal(release(job, r1, NULL, false), RELEASE_NOT_HELD);
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	assert_int_equal(release(job, r2, lease(1), false), RELEASE_NOT_HELD);
	assert_int_equal(release(job, r1, lease(9), false), RELEASE_NOT_HELD);
	assert_int_equal(release(job, r1, NULL, false), RELEASE_READY);
	assert_int_equal(release(job, r1, lease(1), false), RELEASE_AGAIN);
	assert_int_equal(charged(job), 1);
	assert_int_equal(claim(job, r2, lease(2)), CLAIM_OK);
	assert_int_equal(release(job, r1, lease(1), false), RELEASE_NOT_HELD);
	/* The sweep does not know who. */
	assert_int_equal(release(job, NULL, lease(2), false), RELEASE_READY);
	assert_int_equal(claim(job, r1, lease(3)), CLAIM_OK);
	assert_int_equal(land(job, r1, lease(3), 0), LAND_LANDED);
	assert_int_equal(release(job, r1, lease(3), false), RELEASE_NOT_HELD);
}

/* Rule 2, in the order of its cases. */
static void
test_landing_answers(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");
	struct job_look look;

	(void)state;
	assert_int_equal(land("jb_none", r1, lease(1), 1), LAND_UNKNOWN);
	assert_int_equal(land(job, r1, lease(1), 1), LAND_NOT_RECORDED);
	assert_int_equal(claim(job, r1, lease(2)), CLAIM_OK);
	assert_int_equal(land(job, r2, NULL, 1), LAND_NOT_RECORDED);
	assert_int_equal(land(job, r2, lease(2), 1), LAND_NOT_HELD);
	assert_int_equal(land(job, r1, lease(1), 1), LAND_NOT_HELD);
	assert_int_equal(land(job, r2, lease(3), 1), LAND_NOT_RECORDED);
	assert_ok(store_job_look(S, A, job, r1, NULL, &look));
	assert_int_equal(look.outcome, LAND_LANDED);
	assert_string_equal(look.lease_id, lease(2));
	assert_string_equal(look.grading, "{\"tests\": [1]}");
	assert_int_equal(land(job, r1, NULL, 50), LAND_LANDED);
	assert_int_equal(land(job, r1, lease(2), 50), LAND_REPLAY);
	assert_int_equal(land(job, r1, NULL, 50), LAND_REPLAY);
	assert_int_equal(land(job, r2, lease(3), 50), LAND_OTHER);
	assert_int_equal(land(job, r1, lease(1), 50), LAND_OTHER);
	assert_ok(store_job_look(S, A, job, r1, lease(2), &look));
	assert_int_equal(look.outcome, LAND_REPLAY);
	assert_ok(store_job_look(S, A, "jb_none", r1, lease(2), &look));
	assert_int_equal(look.outcome, LAND_UNKNOWN);
}

/* Rule 3: expiry only makes a job claimable. */
static void
test_landing_after_expiry(void **state)
{
	const char *job = submit(W.alice);
	const char *taken = submit(W.alice);
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");

	(void)state;
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	assert_int_equal(release(job, NULL, lease(1), false), RELEASE_READY);
	assert_int_equal(land(job, r1, lease(1), 100), LAND_LANDED);

	assert_int_equal(claim(taken, r1, lease(1)), CLAIM_OK);
	assert_int_equal(release(taken, NULL, lease(1), false),
	    RELEASE_READY);
	assert_int_equal(claim(taken, r2, lease(2)), CLAIM_OK);
	assert_int_equal(land(taken, r1, lease(1), 100), LAND_NOT_HELD);
	assert_int_equal(land(taken, r2, lease(2), 100), LAND_LANDED);
}

/* Rule 2: Postgres forgot the claim, Redis holds exactly this lease. */
static void
test_landing_of_forgotten_claim(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");
	struct job_result r = result_of(job, r1, lease(7), "AC", 100);
	struct job_landed l;

	(void)state;
	assert_ok(store_job_land(S, A, &r, &l));
	assert_int_equal(l.outcome, LAND_NOT_RECORDED);
	r.record_claim = true;
	assert_ok(store_job_land(S, A, &r, &l));
	assert_int_equal(l.outcome, LAND_LANDED);
	assert_true(l.is_evaluated);
	assert_int_equal(charged(job), 1);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_int_equal(l.outcome, LAND_REPLAY);
}

static void *
land_thread(void *arg)
{
	struct many *m = arg;
	const struct job_result r = { .job_id = m->job,
		.runner_id = m->runner, .lease_id = "ls_0001",
		.verdict = "AC", .outcome = "success", .grade = 100,
		.time_ms = -1, .memory_kb = -1, .result = "{}" };
	struct job_landed l;

	m->error = store_job_land(S, m->arena, &r, &l);
	m->outcome = m->error == NULL ? (int)l.outcome : -1;
	return NULL;
}

static void
test_landing_at_once(void **state)
{
	struct many m[MANY] = { 0 };
	const char *job = submit(W.alice);
	const char *runner = new_runner("r1");

	(void)state;
	assert_int_equal(claim(job, runner, "ls_0001"), CLAIM_OK);
	for (int i = 0; i < MANY; i++) {
		m[i].job = job;
		m[i].runner = runner;
	}
	run_many(m, land_thread);
	assert_int_equal(count(m, LAND_LANDED), 1);
	assert_int_equal(count(m, LAND_REPLAY), MANY - 1);
	assert_string_equal(standing("tried"), "1");
	free_many(m);
}

static void *
land_graded_thread(void *arg)
{
	struct many *m = arg;
	const struct job_result r = { .job_id = m->job,
		.runner_id = m->runner, .lease_id = "ls_0001",
		.verdict = "WA", .outcome = "failed",
		.grade = (m->number * 7) % MANY, .result = "{}" };
	struct job_landed l;

	m->error = store_job_land(S, m->arena, &r, &l);
	m->outcome = m->error == NULL ? (int)l.outcome : -1;
	return NULL;
}

/* Rule 1: landings of one user at once leave the best one standing. */
static void
test_standing_at_once(void **state)
{
	struct many m[MANY] = { 0 };
	const char *runner = new_runner("r1");

	(void)state;
	for (int i = 0; i < MANY; i++) {
		m[i].job = submit(W.alice);
		m[i].runner = runner;
		assert_int_equal(claim(m[i].job, runner, "ls_0001"),
		    CLAIM_OK);
	}
	run_many(m, land_graded_thread);
	assert_int_equal(count(m, LAND_LANDED), MANY);
	assert_string_equal(standing("grade"), "19.00");
	assert_string_equal(standing("tried"), "20");
	free_many(m);
}

/* Best and last; of equals the newer one; CE by setting; state. */
static void
test_standing_rules(void **state)
{
	const struct problem_key key = { "c1", "p1" };
	struct problem_change change = { .evaluate = "last",
		.counts_ce = &(const bool) { false } };
	static const double grades[] = { 50, 80, 80, 10 };
	const char *r1 = new_runner("r1");
	const char *jobs[5];
	struct job_result r;
	struct job_landed l;
	struct problem *p;

	(void)state;
	for (int i = 0; i < 5; i++) {
		jobs[i] = submit(W.alice);
		assert_int_equal(claim(jobs[i], r1, lease(1)), CLAIM_OK);
	}
	/* The newest lands first. */
	for (int i = 3; i >= 0; i--) {
		r = result_of(jobs[i], r1, lease(1), "WA", grades[i]);
		r.state = i == 1 ? "one" : i == 3 ? "three" : NULL;
		assert_ok(store_job_land(S, A, &r, &l));
		assert_int_equal(l.outcome, LAND_LANDED);
	}
	assert_string_equal(standing("evaluated"), submission_of(jobs[2]));
	assert_string_equal(standing("grade"), "80.00");
	assert_string_equal(standing("tried"), "4");
	assert_string_equal(standing("is_success"), "false");
	assert_string_equal(standing("state"), "three");

	assert_ok(store_problem_put(S, A, W.staff->id, &key, &change, &p));
	r = result_of(jobs[4], r1, lease(1), "CE", 0);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_string_equal(standing("evaluated"), submission_of(jobs[4]));
	assert_string_equal(standing("tried"), "4");
	assert_string_equal(standing("state"), "three");
}

/* A judge error of the script's author: not evaluated, not tried. */
static void
test_landed_judge_error(void **state)
{
	const char *good = submit(W.alice);
	const char *bad = submit(W.alice);
	const char *r1 = new_runner("r1");
	struct job_result r = result_of(bad, r1, lease(1), "JE", 0);
	struct job_landed l;
	struct submission *s;

	(void)state;
	assert_int_equal(claim(good, r1, lease(1)), CLAIM_OK);
	assert_int_equal(claim(bad, r1, lease(1)), CLAIM_OK);
	assert_int_equal(land(good, r1, lease(1), 30), LAND_LANDED);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_int_equal(l.outcome, LAND_LANDED);
	assert_false(l.is_evaluated);
	assert_ok(store_submission_get(S, A, W.alice->id, submission_of(bad),
	    &s));
	assert_string_equal(s->status, "error");
	assert_non_null(s->result);
	assert_string_equal(standing("grade"), "30.00");
	assert_string_equal(standing("tried"), "1");
}

static void
test_landing_refuses_rubbish(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");
	struct job_result good = result_of(job, r1, lease(1), "WA", 10);
	struct job_result r = good;
	struct job_landed l;

	(void)state;
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	r.result = "{\"a\": \"\\u0000\"}";
	assert_err(store_job_land(S, A, &r, &l), ERR_REQUEST);
	r = good;
	r.result = "[]";
	assert_err(store_job_land(S, A, &r, &l), ERR_REQUEST);
	r = good;
	r.grade = 100.5;
	assert_err(store_job_land(S, A, &r, &l), ERR_REQUEST);
	r = good;
	r.verdict = "OK";
	assert_err(store_job_land(S, A, &r, &l), ERR_REQUEST);
	/* None of it ended the job. */
	assert_ok(store_job_land(S, A, &good, &l));
	assert_int_equal(l.outcome, LAND_LANDED);
}

/* A result of a job that is no longer current changes nothing. */
static void
test_requeue_and_cancel(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");
	const char *fresh;
	struct submission *s;
	struct job_page dirty;
	const char *sub = submission_of(job);

	(void)state;
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(claim(job, r1, lease(i)), CLAIM_OK);
		(void)release(job, r1, lease(i), false);
	}
	assert_string_equal(state_of(job), "je");
	assert_string_equal(sql_as("assize_operator",
	    arena_printf(A, "SELECT op_requeue('%s')", sub)), "");
	assert_ok(store_submission_get(S, A, W.alice->id, sub, &s));
	assert_string_equal(s->status, "waiting");
	assert_string_not_equal(s->job_id, job);
	fresh = s->job_id;
	assert_int_equal(land(job, r1, lease(3), 100), LAND_NOT_HELD);
	assert_int_equal(claim(job, r1, lease(8)), CLAIM_ENDED);

	assert_ok(store_job_dirty(S, A, 10, &dirty));
	assert_int_equal(dirty.n, 2);
	assert_string_equal(dirty.items[0].id, fresh);
	assert_ok(store_job_mark_dirty(S, A, fresh));
	assert_ok(store_job_clean(S, A, fresh, dirty.items[0].seq));
	assert_ok(store_job_dirty(S, A, 10, &dirty));
	assert_int_equal(dirty.n, 2);	/* the newer mark stays */

	assert_int_equal(claim(fresh, r1, lease(9)), CLAIM_OK);
	assert_string_equal(sql_as("assize_operator",
	    arena_printf(A, "SELECT op_cancel('%s')", sub)), "");
	assert_int_equal(land(fresh, r1, lease(9), 100), LAND_NOT_HELD);
	assert_int_equal(release(fresh, r1, lease(9), false),
	    RELEASE_NOT_HELD);
	assert_ok(store_submission_get(S, A, W.alice->id, sub, &s));
	assert_string_equal(s->status, "cancelled");
	assert_string_equal(sql_as("assize_operator",
	    arena_printf(A, "SELECT op_cancel('%s')", sub)), "55000");
	assert_string_equal(sql_as("assize_operator",
	    "SELECT op_requeue('sb_none')"), "P0002");
	assert_string_equal(sql(arena_printf(A,
	    "SELECT count(*) FROM audit WHERE target = '%s'", sub)), "2");
}

/* A job that was superseded after it landed replays its first answer. */
static void
test_landed_then_not_current(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");

	(void)state;
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	assert_int_equal(land(job, r1, lease(1), 60), LAND_LANDED);
	(void)sql(arena_printf(A, "BEGIN;"
	    "UPDATE job SET current = false WHERE id = '%s';"
	    "INSERT INTO job (id, submission_id, package_id, pool, language,"
	    " budget_s) SELECT 'jb_again', submission_id, package_id, pool,"
	    " language, budget_s FROM job WHERE id = '%s';"
	    "UPDATE submission SET status = 'pending' WHERE id = '%s';"
	    "COMMIT", job, job, submission_of(job)));
	assert_int_equal(land(job, r1, lease(1), 60), LAND_REPLAY);
	assert_string_equal(standing("grade"), "60.00");
	assert_int_equal(claim("jb_again", r1, lease(2)), CLAIM_OK);
	assert_int_equal(land("jb_again", r1, lease(2), 40), LAND_LANDED);
	assert_string_equal(standing("grade"), "40.00");
	assert_string_equal(standing("tried"), "1");
}

static void
test_listed_and_pages(void **state)
{
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");
	const char *ids[5];
	struct job_mine *mine;
	struct job_page page;

	(void)state;
	for (int i = 0; i < 4; i++)
		ids[i] = submit(W.alice);
	ids[4] = "jb_none";
	assert_int_equal(claim(ids[0], r1, lease(1)), CLAIM_OK);
	assert_int_equal(claim(ids[1], r2, lease(1)), CLAIM_OK);
	assert_int_equal(claim(ids[3], r1, lease(1)), CLAIM_OK);
	assert_int_equal(land(ids[3], r1, lease(1), 1), LAND_LANDED);
	assert_ok(store_job_listed(S, A, r1, ids, 5, &mine));
	assert_int_equal(mine[0].listed, LISTED_MINE);
	assert_string_equal(mine[0].entry->lease_id, lease(1));
	assert_int_equal(mine[1].listed, LISTED_GONE);
	assert_int_equal(mine[2].listed, LISTED_READY);
	assert_int_equal(mine[3].listed, LISTED_GONE);
	assert_int_equal(mine[4].listed, LISTED_GONE);
	assert_ok(store_job_listed(S, A, r1, NULL, 0, &mine));

	assert_ok(store_job_live(S, A, 0, 2, &page));
	assert_int_equal(page.n, 2);
	assert_true(page.is_more);
	assert_string_equal(page.items[0].id, ids[0]);
	assert_ok(store_job_live(S, A, page.items[1].seq, 2, &page));
	assert_int_equal(page.n, 1);
	assert_false(page.is_more);
	assert_ok(store_job_entries(S, A, ids, 5, &page));
	assert_int_equal(page.n, 4);
	assert_ok(store_job_hung(S, A, 10, &page));
	assert_int_equal(page.n, 0);
	(void)sql("UPDATE job SET hard_at = now() - interval '1 second'"
	    " WHERE state = 'leased'");
	assert_ok(store_job_hung(S, A, 10, &page));
	assert_int_equal(page.n, 2);
}

static void *
submit_thread(void *arg)
{
	struct many *m = arg;
	const int64_t author = W.alice->id;
	struct submission_new n = { .id = rand_id(m->arena, "sb"),
		.job_id = rand_id(m->arena, "jb"),
		.problem_id = W.problem->id, .package_id = W.package->id,
		.authors = &author, .authors_n = 1, .language = "c",
		.pool = "default", .budget_s = 10, .source = "x",
		.source_n = 1, .key = m->job, .request_digest = "d",
		.max_submissions = m->job == NULL ? 3 : 0,
		.allows_pending = true };
	struct submission_inserted in;

	m->error = store_submission_insert(S, m->arena, &n, &in);
	m->outcome = m->error == NULL ? (int)in.outcome : -1;
	m->id = m->error == NULL ? in.id : NULL;
	return NULL;
}

/* Rule 21: one key at once; and the last place of a quota at once. */
static void
test_submit_at_once(void **state)
{
	struct many m[MANY] = { 0 };

	(void)state;
	for (int i = 0; i < MANY; i++)
		m[i].job = "the-key";
	run_many(m, submit_thread);
	assert_int_equal(count(m, SUBMISSION_MADE), 1);
	assert_int_equal(count(m, SUBMISSION_WAS_THERE), MANY - 1);
	for (int i = 1; i < MANY; i++)
		assert_string_equal(m[i].id, m[0].id);
	free_many(m);

	memset(m, 0, sizeof(m));
	run_many(m, submit_thread);
	assert_int_equal(count(m, SUBMISSION_MADE), 2);
	assert_int_equal(count(m, SUBMISSION_NONE_LEFT), MANY - 2);
	assert_string_equal(sql("SELECT count(*) FROM submission"), "3");
	free_many(m);
}

#define T(f) cmocka_unit_test_setup_teardown(f, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_claim_and_payload),
		T(test_claim_counts_once),
		T(test_claim_at_once),
		T(test_claim_refusals),
		T(test_judge_error),
		T(test_refund_cap),
		T(test_release_answers),
		T(test_landing_answers),
		T(test_landing_after_expiry),
		T(test_landing_of_forgotten_claim),
		T(test_landing_at_once),
		T(test_standing_at_once),
		T(test_standing_rules),
		T(test_landed_judge_error),
		T(test_landing_refuses_rubbish),
		T(test_requeue_and_cancel),
		T(test_landed_then_not_current),
		T(test_listed_and_pages),
		T(test_submit_at_once),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) > 0;
}
