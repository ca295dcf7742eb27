/*
 * How a job is taken and given back: the rules of dispatch on claims,
 * releases and counting.
 */
#include "tests/sql/fixture.h"

#include "base/rand.h"
#include "store/queue.h"
#include "tests/sql/many.h"

static void
test_claim_and_payload(void **state)
{
	const char *job = submit(W.alice);
	const char *other = submit(W.bob);
	const char *runner = new_runner("r1");
	const struct job_claim c[] = { { other, lease(2), runner },
		{ "jb_none", lease(3), runner }, { job, lease(1), runner } };
	struct job_payload *p;

	(void)state;
	assert_ok(store_job_claim(S, A, c, 3, &p));
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
}

/* One statement for the slots of many runners; each is judged alone. */
static void
test_claim_of_many_runners(void **state)
{
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");
	const struct job_claim c[] = { { submit(W.alice), lease(1), r1 },
		{ submit(W.bob), lease(2), "rn_none" },
		{ submit(W.bob), lease(3), r2 } };
	struct job_payload *p;

	(void)state;
	assert_ok(store_job_claim(S, A, c, 3, &p));
	assert_int_equal(p[0].outcome, CLAIM_OK);
	assert_int_equal(p[1].outcome, CLAIM_NO_RUNNER);
	assert_int_equal(p[2].outcome, CLAIM_OK);
	for (int i = 0; i < 3; i += 2)
		assert_string_equal(p[i].job_id, c[i].job_id);
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
	assert_int_equal(charged_of(job), 1);
	assert_int_equal(claim(job, r2, lease(4)), CLAIM_OLD_LEASE);
	assert_int_equal(charged_of(job), 1);
	assert_int_equal(claim(job, r2, lease(6)), CLAIM_OK);
	assert_int_equal(charged_of(job), 2);
	/* The statement of the first claim, delayed past its own expiry. */
	assert_int_equal(claim(job, r1, lease(5)), CLAIM_OLD_LEASE);
	assert_int_equal(release(job, r2, lease(6), false), RELEASE_READY);
	assert_int_equal(claim(job, r2, lease(6)), CLAIM_OLD_LEASE);
	assert_int_equal(charged_of(job), 2);
}

static void *
claim_thread(void *arg)
{
	struct many *m = arg;
	const struct job_claim c = { m->job, "ls_0001", m->runner };
	struct job_payload *p;

	m->error = store_job_claim(S, m->arena, &c, 1, &p);
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
	run_many_behind(m, claim_thread, "SELECT id FROM job FOR UPDATE");
	assert_int_equal(count_many(m, CLAIM_OK), MANY);
	assert_int_equal(charged_of(job), 1);
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
	const char *r2 = new_runner("r2");
	struct submission *s;

	(void)state;
	for (int i = 1; i <= 3; i++) {
		const char *r = i == 1 ? r2 : r1;

		assert_int_equal(claim(job, r, lease(i)), CLAIM_OK);
		assert_int_equal(release(job, r, lease(i), false),
		    i < 3 ? RELEASE_READY : RELEASE_JE);
	}
	assert_string_equal(state_of(job), "je");
	assert_ok(
	    store_submission_get(S, A, W.alice->id, submission_of(job), &s));
	assert_string_equal(s->status, "error");
	assert_string_equal(s->verdict, "JE");
	/* Rule 17, 22: a late result is refused, a repeated abort is not. */
	assert_int_equal(land(job, r1, lease(3), 100), LAND_NOT_HELD);
	assert_int_equal(release(job, r1, lease(3), false), RELEASE_AGAIN);

	/* Expired three times in Redis, no release ever came here. */
	for (int i = 1; i <= 3; i++)
		assert_int_equal(claim(lost, i == 2 ? r2 : r1, lease(i)),
		    CLAIM_OK);
	assert_int_equal(claim(lost, r1, lease(4)), CLAIM_JE);
	assert_int_equal(claim(lost, r1, lease(5)), CLAIM_ENDED);
	assert_int_equal(charged_of(lost), 3);
	assert_string_equal(standing("tried"), "0");
	assert_string_equal(standing("evaluated"), "");
	assert_string_equal(sql("SELECT count(*) FROM op_attention"
				" WHERE kind = 'suspect submission'"),
	    "2");
}

/*
 * One runner alone cannot tell whose fault it is: the last charge is given
 * back, and the job waits, ever longer, until the refunds are used up.
 */
static void
test_one_runner_alone(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");
	const char *again = "SELECT string_agg(detail->>'delay_s', ' '"
			    " ORDER BY seq) FROM job_history"
			    " WHERE event = 'released'";

	(void)state;
	for (int i = 1; i <= 13; i++) {
		assert_int_equal(claim(job, r1, lease(i)), CLAIM_OK);
		assert_int_equal(release(job, r1, lease(i), false),
		    i < 13 ? RELEASE_READY : RELEASE_JE);
		assert_int_equal(charged_of(job), i == 1 ? 1 : i == 13 ? 3 : 2);
		/* The same runner under its name is the same runner. */
		r1 = new_runner("r1");
	}
	assert_string_equal(sql(again),
	    "0 5 10 20 40 80 160 300 300 300 300 300 0");
	assert_string_equal(sql("SELECT kind FROM op_attention"),
	    "judge error");
}

/* What hung used up its own time: three times are enough anywhere. */
static void
test_hung_counts(void **state)
{
	const char *job = submit(W.alice);
	const char *r1 = new_runner("r1");

	(void)state;
	for (int i = 1; i <= 3; i++) {
		const struct job_release_args args = { .job_id = job,
			.lease_id = lease(i),
			.reason = i == 1 ? "expired" : "hung" };
		struct job_released released;

		assert_int_equal(claim(job, r1, lease(i)), CLAIM_OK);
		(void)sql("UPDATE job SET hard_at = now() WHERE state ="
			  " 'leased'");
		assert_ok(store_job_release(S, A, &args, &released));
		assert_int_equal(released.outcome,
		    i < 3 ? RELEASE_READY : RELEASE_JE);
		assert_false(released.is_delayed);
	}
	assert_string_equal(sql("SELECT count(*) FROM job_history WHERE event ="
				" 'released' AND reason = 'hung'"),
	    "3");
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
		assert_int_equal(charged_of(job), i <= 10 ? 0 : i - 10);
	}
	assert_string_equal(sql("SELECT count(*) FROM op_attention"
				" WHERE kind = 'refunds used up'"),
	    "1");
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
	assert_int_equal(release("jb_none", r1, NULL, false), RELEASE_UNKNOWN);
	assert_int_equal(release(job, r1, NULL, false), RELEASE_NOT_HELD);
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	assert_int_equal(release(job, r2, lease(1), false), RELEASE_NOT_HELD);
	assert_int_equal(release(job, r1, lease(9), false), RELEASE_NOT_HELD);
	assert_int_equal(release(job, r1, NULL, false), RELEASE_READY);
	assert_int_equal(release(job, r1, lease(1), false), RELEASE_AGAIN);
	assert_int_equal(charged_of(job), 1);
	assert_int_equal(claim(job, r2, lease(2)), CLAIM_OK);
	assert_int_equal(release(job, r1, lease(1), false), RELEASE_NOT_HELD);
	/* The sweep does not know who. */
	assert_int_equal(release(job, NULL, lease(2), false), RELEASE_READY);
	assert_int_equal(claim(job, r1, lease(3)), CLAIM_OK);
	assert_int_equal(land(job, r1, lease(3), 0), LAND_LANDED);
	assert_int_equal(release(job, r1, lease(3), false), RELEASE_NOT_HELD);
}

static void
test_listed_and_pages(void **state)
{
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");
	const char *ids[5];
	struct job_mine *mine;
	struct job_page page;
	struct queue_ages ages;
	int64_t after = 0;

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
	assert_ok(store_job_hung(S, A, &after, 10, &page));
	assert_int_equal(page.n, 0);
	assert_int_equal(after, 0);
	(void)sql("UPDATE job SET hard_at = now() - interval '1 second'"
		  " WHERE state = 'leased'");
	/* What waits: one job, of one pool and class. */
	(void)sql("UPDATE job SET created_at = now() - interval '1 minute'");
	assert_ok(store_queue_ages(S, A, &ages));
	assert_int_equal(ages.n, 1);
	assert_string_equal(ages.items[0].job_class, "live");
	assert_in_range(ages.items[0].oldest_ms, 60000, 90000);

	/* A page at a time. */
	assert_ok(store_job_hung(S, A, &after, 1, &page));
	assert_int_equal(page.n, 1);
	assert_string_equal(page.items[0].id, ids[0]);
	assert_string_equal(page.items[0].lease_id, lease(1));
	assert_true(after > 0);
	assert_ok(store_job_hung(S, A, &after, 3, &page));
	assert_int_equal(page.n, 1);
	assert_string_equal(page.items[0].id, ids[1]);
	assert_int_equal(after, 0);
}

/* A second problem with its package, for every other thread. */
static struct problem *second;
static struct store_package *second_package;

static void
make_second(void)
{
	const struct problem_key key = { "c1", "p2" };
	struct store_package_new package = { .user_id = W.staff->id,
		.zip = "zip",
		.zip_n = 3,
		.grading = "{}" };

	assert_ok(store_problem_put(S, A, W.staff->id, &key,
	    "{\"title\":\"Second\"}", &second));
	package.problem_id = second->id;
	assert_ok(store_package_insert(S, A, &package, &second_package));
}

static void
submit_in_thread(struct many *m, const char *key, bool is_second)
{
	const int64_t author = W.alice->id;
	struct submission_new n = { .id = rand_id(m->arena, "sb"),
		.job_id = rand_id(m->arena, "jb"),
		.problem_id = is_second ? second->id : W.problem->id,
		.package_id = is_second ? second_package->id : W.package->id,
		.authors = { &author, 1 },
		.language = "c",
		.pool = "default",
		.budget_s = 10,
		.source = "x",
		.source_n = 1,
		.key = key,
		.request_digest = "d" };
	struct submission_inserted in;

	m->error = store_submission_insert(S, m->arena, &n, &in);
	m->outcome = m->error == NULL ? (int)in.outcome : -1;
	m->id = m->error == NULL ? in.id : NULL;
}

static void *
key_thread(void *arg)
{
	struct many *m = arg;

	submit_in_thread(m, "the-key", m->number % 2 == 1);
	return NULL;
}

static void *
quota_thread(void *arg)
{
	submit_in_thread(arg, NULL, false);
	return NULL;
}

/* Rule 21: one key at once, also for two problems, whose locks differ. */
static void
test_one_key_at_once(void **state)
{
	struct many m[MANY] = { 0 };

	(void)state;
	make_second();
	run_many_behind(m, key_thread, "SELECT id FROM package FOR UPDATE");
	assert_int_equal(count_many(m, SUBMISSION_MADE), 1);
	assert_int_equal(count_many(m, SUBMISSION_WAS_THERE), MANY - 1);
	for (int i = 1; i < MANY; i++)
		assert_string_equal(m[i].id, m[0].id);
	assert_string_equal(sql("SELECT count(*) FROM submission"), "1");
	free_many(m);
}

/* Rule 1: nobody passes a gate beside another one. */
static void
test_quota_at_once(void **state)
{
	struct many m[MANY] = { 0 };

	(void)state;
	(void)submit(W.alice);
	(void)sql("UPDATE problem SET max_submissions = 3");
	run_many_behind(m, quota_thread,
	    "SELECT user_id FROM standing FOR UPDATE");
	assert_int_equal(count_many(m, SUBMISSION_MADE), 2);
	assert_int_equal(count_many(m, SUBMISSION_REFUSED), MANY - 2);
	assert_string_equal(sql("SELECT count(*) FROM submission"), "3");
	free_many(m);
}

#define T(f) cmocka_unit_test_setup_teardown(f, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_claim_and_payload),
		T(test_claim_of_many_runners),
		T(test_claim_counts_once),
		T(test_claim_at_once),
		T(test_claim_refusals),
		T(test_judge_error),
		T(test_one_runner_alone),
		T(test_hung_counts),
		T(test_refund_cap),
		T(test_release_answers),
		T(test_listed_and_pages),
		T(test_one_key_at_once),
		T(test_quota_at_once),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
