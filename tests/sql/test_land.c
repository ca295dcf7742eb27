/*
 * How a result becomes the verdict: the rules of dispatch on landings, and
 * the standing that follows.
 */
#include "tests/sql/fixture.h"

#include "tests/sql/many.h"

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
	assert_int_equal(release(taken, NULL, lease(1), false), RELEASE_READY);
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
	assert_int_equal(charged_of(job), 1);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_int_equal(l.outcome, LAND_REPLAY);
}

static void *
land_thread(void *arg)
{
	struct many *m = arg;
	const struct job_result r = { .job_id = m->job,
		.runner_id = m->runner,
		.lease_id = "ls_0001",
		.verdict = "AC",
		.outcome = "success",
		.grade = 100,
		.time_ms = -1,
		.memory_kb = -1,
		.result = "{}" };
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
	run_many_behind(m, land_thread, "SELECT id FROM submission FOR UPDATE");
	assert_int_equal(count_many(m, LAND_LANDED), 1);
	assert_int_equal(count_many(m, LAND_REPLAY), MANY - 1);
	assert_string_equal(standing("tried"), "1");
	free_many(m);
}

static void *
land_graded_thread(void *arg)
{
	struct many *m = arg;
	const struct job_result r = { .job_id = m->job,
		.runner_id = m->runner,
		.lease_id = "ls_0001",
		.verdict = "WA",
		.outcome = "failed",
		.grade = (m->number * 7) % MANY,
		.result = "{}" };
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
		assert_int_equal(claim(m[i].job, runner, "ls_0001"), CLAIM_OK);
	}
	run_many_behind(m, land_graded_thread,
	    "SELECT user_id FROM standing FOR UPDATE");
	assert_int_equal(count_many(m, LAND_LANDED), MANY);
	assert_string_equal(standing("grade"), "19.00");
	assert_string_equal(standing("tried"), "20");
	free_many(m);
}

/* Best and last; of equals the newer one; CE by setting; state. */
static void
test_standing_rules(void **state)
{
	const struct problem_key key = { "c1", "p1" };
	const char *change =
	    "{\"evaluate\":\"last\",\"count_compile_errors\":false}";
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
		r.state = i == 2 ? "two" : i == 3 ? "three" : NULL;
		assert_ok(store_job_land(S, A, &r, &l));
		assert_int_equal(l.outcome, LAND_LANDED);
	}
	assert_string_equal(standing("evaluated"), submission_of(jobs[2]));
	assert_string_equal(standing("grade"), "80.00");
	assert_string_equal(standing("tried"), "4");
	assert_string_equal(standing("is_success"), "false");
	assert_string_equal(standing("state"), "two");

	assert_ok(store_problem_put(S, A, W.staff->id, &key, change, &p));
	r = result_of(jobs[4], r1, lease(1), "CE", 0);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_string_equal(standing("evaluated"), submission_of(jobs[4]));
	assert_string_equal(standing("tried"), "4");
	/* It says none, and began with none. */
	assert_string_equal(standing("state"), "");
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
	assert_ok(
	    store_submission_get(S, A, W.alice->id, submission_of(bad), &s));
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
	const char *r2 = new_runner("r2");
	const char *fresh;
	struct submission *s;
	struct job_page dirty;
	const char *sub = submission_of(job);

	(void)state;
	for (int i = 1; i <= 3; i++) {
		const char *r = i == 2 ? r2 : r1;

		assert_int_equal(claim(job, r, lease(i)), CLAIM_OK);
		(void)release(job, r, lease(i), false);
	}
	assert_string_equal(state_of(job), "je");
	assert_string_equal(sql_as("assize_operator",
				arena_printf(A, "SELECT op_requeue('%s')",
				    sub)),
	    "");
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
	dirty.n = 1;
	assert_ok(store_job_clean(S, A, &dirty));
	assert_ok(store_job_dirty(S, A, 10, &dirty));
	assert_int_equal(dirty.n, 2); /* the newer mark stays */

	assert_int_equal(claim(fresh, r1, lease(9)), CLAIM_OK);
	assert_string_equal(sql_as("assize_operator",
				arena_printf(A, "SELECT op_cancel('%s')", sub)),
	    "");
	assert_int_equal(land(fresh, r1, lease(9), 100), LAND_NOT_HELD);
	assert_int_equal(release(fresh, r1, lease(9), false), RELEASE_NOT_HELD);
	assert_ok(store_submission_get(S, A, W.alice->id, sub, &s));
	assert_string_equal(s->status, "cancelled");
	assert_string_equal(sql_as("assize_operator",
				arena_printf(A, "SELECT op_cancel('%s')", sub)),
	    "55000");
	assert_string_equal(sql_as("assize_operator",
				"SELECT op_requeue('sb_none')"),
	    "P0002");
	assert_string_equal(
	    sql(arena_printf(A,
		"SELECT count(*) FROM audit WHERE target = '%s'", sub)),
	    "2");
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
	(void)sql(arena_printf(A,
	    "BEGIN;"
	    "UPDATE job SET current = false WHERE id = '%s';"
	    "INSERT INTO job (id, submission_id, package_id, pool, language,"
	    " budget_s) SELECT 'jb_again', submission_id, package_id, pool,"
	    " language, budget_s FROM job WHERE id = '%s';"
	    "UPDATE submission SET status = 'pending' WHERE id = '%s';"
	    "COMMIT",
	    job, job, submission_of(job)));
	assert_int_equal(land(job, r1, lease(1), 60), LAND_REPLAY);
	assert_string_equal(standing("grade"), "60.00");
	assert_int_equal(claim("jb_again", r1, lease(2)), CLAIM_OK);
	assert_int_equal(land("jb_again", r1, lease(2), 40), LAND_LANDED);
	assert_string_equal(standing("grade"), "40.00");
	assert_string_equal(standing("tried"), "1");
}

#define T(f) cmocka_unit_test_setup_teardown(f, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
