/*
 * Rejudging sets: what they take, what they leave alone, and what is true
 * when something else happens at the same time.
 */
#include "tests/sql/fixture.h"

#include <string.h>

#include "base/clock.h"
#include "base/rand.h"
#include "tests/sql/many.h"

#define SET_MANY 400

static const char *runner; /* of the test that runs */
static int leases;

/* Judged with this grade; its submission. */
static const char *
judged(const struct user *u, double grade)
{
	const char *job = submit(u);

	assert_int_equal(claim(job, runner, lease(++leases)), CLAIM_OK);
	assert_int_equal(land(job, runner, lease(leases), grade), LAND_LANDED);
	return submission_of(job);
}

static int
setup(void **state)
{
	int failed = test_setup(state);

	leases = 0;
	if (failed == 0)
		runner = new_runner("r1");
	return failed;
}

/* "made", or what stands in the way; *ret_id is the set's. */
static const char *
create(const char *filter, const char **ret_id)
{
	*ret_id = rand_id(A, "rj");
	return sql(arena_printf(A,
	    "SELECT outcome || coalesce(': ' || detail, '')"
	    " FROM rejudging_create('%s', 'staff', 'why', '%s')",
	    *ret_id, filter));
}

static const char *
create_ok(const char *filter)
{
	const char *id;

	assert_string_equal(create(filter, &id), "made");
	return id;
}

static const char *
job_in(const char *set, const char *sub)
{
	return sql(arena_printf(A,
	    "SELECT job_id FROM rejudging_member WHERE rejudging_id = '%s'"
	    " AND submission_id = '%s'",
	    set, sub));
}

static void
land_in(const char *set, const char *sub, double grade)
{
	const char *job = job_in(set, sub);

	assert_int_equal(claim(job, runner, lease(++leases)), CLAIM_OK);
	assert_int_equal(land(job, runner, lease(leases), grade), LAND_LANDED);
}

static const char *
apply(const char *set, bool partial)
{
	return sql(arena_printf(A,
	    "SELECT concat_ws(' ', outcome, detail)"
	    " FROM rejudging_apply('%s', 'staff', %s)",
	    set, partial ? "true" : "false"));
}

static const char *
count(const char *from)
{
	return sql(arena_printf(A, "SELECT count(*) FROM %s", from));
}

static const char *
outcome_in(const char *set, const char *sub)
{
	return sql(arena_printf(A,
	    "SELECT coalesce(outcome, 'open') FROM rejudging_member"
	    " WHERE rejudging_id = '%s' AND submission_id = '%s'",
	    set, sub));
}

static const char *
grade_of(const char *sub)
{
	return sql(arena_printf(A,
	    "SELECT concat_ws(' ', status, verdict, grade) FROM submission"
	    " WHERE id = '%s'",
	    sub));
}

/* Beside what counts until it is applied; then up and down, and once. */
static void
test_apply(void **state)
{
	const char *up = judged(W.alice, 10);
	const char *down = judged(W.alice, 60);
	const char *other = judged(W.bob, 70);
	const char *set = create_ok("{\"course\": \"c1\"}");

	(void)state;
	land_in(set, up, 30);
	assert_string_equal(grade_of(up), "done WA 10.00");
	assert_string_equal(standing("evaluated"), down);
	assert_string_equal(apply(set, false), "unfinished 2");
	land_in(set, down, 0);
	land_in(set, other, 70);
	assert_string_equal(standing("grade"), "60.00");
	assert_string_equal(standing("tried"), "2");

	assert_string_equal(apply(set, false), "applied");
	assert_string_equal(grade_of(up), "done WA 30.00");
	assert_string_equal(grade_of(down), "done WA 0.00");
	assert_string_equal(standing("evaluated"), up);
	assert_string_equal(standing("grade"), "30.00");
	assert_string_equal(standing("tried"), "2");
	assert_string_equal(apply(set, false), "applied");
	assert_string_equal(count("audit WHERE action = 'rejudging_apply'"),
	    "1");
	/* Each has it in its story. */
	assert_string_equal(
	    count("submission s, op_explain(s.id) e WHERE e.says LIKE"
		  " '%came to count: rejudging rj_% by staff.'"),
	    "3");
	/* It is the current one now: it can be judged again by itself. */
	assert_string_equal(
	    sql(arena_printf(A,
		"SELECT count(*) FROM job j JOIN submission s"
		" ON s.judged_job = j.id WHERE j.current"
		" AND j.rejudging_id IS NULL AND j.class = 'rejudge'")),
	    "3");
}

static void
test_discard(void **state)
{
	const char *sub = judged(W.alice, 50);
	const char *late = judged(W.alice, 40);
	const char *set = create_ok("{\"user\": \"alice\"}");
	const char *job = job_in(set, late);

	(void)state;
	land_in(set, sub, 100);
	assert_int_equal(claim(job, runner, lease(++leases)), CLAIM_OK);
	assert_string_equal(sql(arena_printf(A,
				"SELECT rejudging_discard('%s', 'staff')",
				set)),
	    "discarded");
	assert_int_equal(land(job, runner, lease(leases), 100), LAND_NOT_HELD);
	assert_string_equal(standing("grade"), "50.00");
	assert_string_equal(apply(set, true), "discarded");
	/* Both may be in another set now. */
	(void)create_ok("{\"user\": \"alice\"}");
}

/* What fits, by each member of a filter. */
static void
test_filters(void **state)
{
	const char *wrong = judged(W.alice, 50);
	const char *right = judged(W.bob, 100);
	const char *cancelled = submission_of(submit(W.alice));
	const char *r2 = new_runner("r2");
	const char *job = submit(W.bob);
	const struct {
		const char *filter;
		const char *n;
	} cases[] = {
		{ "{\"course\": \"c1\"}", "3" },
		{ "{\"course\": \"c1\", \"problem\": \"p1\"}", "3" },
		{ "{\"user\": \"bob\"}", "2" },
		{ "{\"language\": \"c\"}", "3" },
		{ "{\"language\": \"cpp\"}", "0" },
		{ "{\"verdict\": \"AC\"}", "1" },
		{ "{\"verdict\": \"WA\", \"user\": \"bob\"}", "1" },
		{ "{\"runner\": \"r2\"}", "1" },
		{ arena_printf(A, "{\"runner\": \"%s\"}", runner), "2" },
		{ arena_printf(A, "{\"package\": \"%s\"}", W.package->id),
		    "3" },
		{ arena_printf(A, "{\"package\": \"%s\"}", W.package->digest),
		    "3" },
		{ arena_printf(A, "{\"submission\": \"%s\"}", wrong), "1" },
		{ "{\"course\": \"c1\", \"outdated\": true}", "0" },
		{ "{\"course\": \"c1\", \"after\": \"2020-01-01T00:00:00Z\"}",
		    "3" },
		{ "{\"course\": \"c1\", \"before\": \"2020-01-01T00:00:00Z\"}",
		    "0" },
		{ "{\"judged_after\": \"2020-01-01T00:00:00Z\"}", "3" },
		{ "{\"judged_before\": \"2020-01-01T00:00:00Z\"}", "0" },
	};

	(void)state;
	(void)right;
	(void)sql(arena_printf(A, "SELECT op_cancel('%s')", cancelled));
	assert_int_equal(claim(job, r2, lease(++leases)), CLAIM_OK);
	assert_int_equal(land(job, r2, lease(leases), 50), LAND_LANDED);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *n = sql(arena_printf(A,
		    "SELECT count(*) FROM rejudging_chosen('%s', 99)",
		    cases[i].filter));

		if (strcmp(n, cases[i].n) != 0)
			fail_msg("%s: %s, not %s", cases[i].filter, n,
			    cases[i].n);
	}
}

/* Nonsense is refused with a sentence. */
static void
test_filter_faults(void **state)
{
	static const struct {
		const char *filter;
		const char *says;
	} cases[] = {
		{ "[]", "a filter is an object" },
		{ "{}", "says nothing" },
		{ "{\"outdated\": true}", "says nothing" },
		{ "{\"curse\": \"c1\"}", "a filter has no \"curse\"" },
		{ "{\"course\": 7}", "\"course\" is a text" },
		{ "{\"course\": \"c9\"}", "no course \"c9\"" },
		{ "{\"problem\": \"p1\"}", "named with its course" },
		{ "{\"course\": \"c1\", \"problem\": \"p9\"}",
		    "no problem \"p9\"" },
		{ "{\"user\": \"nobody\"}", "no user" },
		{ "{\"language\": \"cobol\"}", "no language" },
		{ "{\"verdict\": \"OK\"}", "no verdict" },
		{ "{\"runner\": \"r9\"}", "never was a runner" },
		{ "{\"package\": \"pk_9\"}", "no package" },
		{ "{\"submission\": \"sb_9\"}", "no submission \"sb_9\"" },
		{ "{\"rejudging\": \"rj_9\"}", "no rejudging" },
		{ "{\"after\": \"yesterday noonish\"}", "is a time" },
		{ "{\"course\": \"c1\", \"outdated\": 1}", "true or false" },
		{ "{\"course\": \"c1\"}", "no submission fits" },
	};
	const char *id;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *got = create(cases[i].filter, &id);

		if (strncmp(got, "made", 4) == 0 ||
		    strstr(got, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].filter, got);
	}
	assert_string_equal(count("rejudging"), "0");
}

/* What could not be taken is said, with the set that has it. */
static void
test_skips(void **state)
{
	const char *first = judged(W.alice, 50);
	const char *set = create_ok("{\"course\": \"c1\"}");
	const char *waits = submission_of(submit(W.bob));
	const char *free = judged(W.bob, 50);
	const char *second = create_ok("{\"course\": \"c1\"}");
	const char *id;

	(void)state;
	assert_string_equal(outcome_in(second, free), "open");
	assert_string_equal(count("rejudging_skip"), "2");
	assert_string_equal(
	    sql(arena_printf(A,
		"SELECT why || ' ' || other_id FROM rejudging_skip"
		" WHERE rejudging_id = '%s' AND submission_id = '%s'",
		second, first)),
	    arena_printf(A, "in_other_set %s", set));
	assert_string_equal(
	    sql(arena_printf(A,
		"SELECT why FROM rejudging_skip WHERE submission_id = '%s'",
		waits)),
	    "pending");
	assert_non_null(strstr(create("{\"user\": \"alice\"}", &id),
	    arena_printf(A, "in another open set (%s)", set)));
	assert_string_equal(count("rejudging"), "2");
}

/* Its base changed meanwhile: it is left as it is, and that is said. */
static void
test_changed_meanwhile(void **state)
{
	const char *sub = judged(W.alice, 50);
	const char *set = create_ok("{\"course\": \"c1\"}");
	struct submission_rejudge in = { .id = sub,
		.job_id = rand_id(A, "jb"),
		.reason = "by hand" };
	struct submission_acted acted;

	(void)state;
	land_in(set, sub, 0);
	assert_ok(store_submission_rejudge(S, A, &in, &acted));
	assert_int_equal(acted.act, ACT_DONE);
	assert_string_equal(apply(set, false), "applied");
	assert_string_equal(outcome_in(set, sub), "changed");
	assert_int_equal(claim(in.job_id, runner, lease(++leases)), CLAIM_OK);
	assert_int_equal(land(in.job_id, runner, lease(leases), 80),
	    LAND_LANDED);
	assert_string_equal(standing("grade"), "80.00");
}

/* What failed is repeated in the set, or left as it was. */
static void
test_repeat(void **state)
{
	const char *sub = judged(W.alice, 50);
	const char *set = create_ok("{\"course\": \"c1\"}");
	const char *job = job_in(set, sub);
	struct job_result r;
	struct job_landed l;

	(void)state;
	assert_string_equal(sql(arena_printf(A,
				"SELECT outcome FROM rejudging_repeat('%s',"
				" 'staff')",
				set)),
	    "nothing");
	assert_int_equal(claim(job, runner, lease(++leases)), CLAIM_OK);
	r = result_of(job, runner, lease(leases), "JE", 0);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_string_equal(grade_of(sub), "done WA 50.00");
	assert_string_equal(sql(arena_printf(A,
				"SELECT concat_ws(' ', outcome, detail)"
				" FROM rejudging_repeat('%s', 'staff')",
				set)),
	    "repeated 1");
	assert_string_not_equal(job_in(set, sub), job);
	land_in(set, sub, 90);
	assert_string_equal(apply(set, false), "applied");
	assert_string_equal(grade_of(sub), "done WA 90.00");
}

static void
test_partial(void **state)
{
	const char *sub = judged(W.alice, 50);
	const char *rest = judged(W.bob, 50);
	const char *set = create_ok("{\"course\": \"c1\"}");
	const char *again;

	(void)state;
	land_in(set, sub, 60);
	assert_string_equal(apply(set, true), "applied");
	assert_string_equal(outcome_in(set, sub), "applied");
	assert_string_equal(outcome_in(set, rest), "unfinished");
	assert_int_equal(claim(job_in(set, rest), runner, lease(++leases)),
	    CLAIM_ENDED);
	/* The rest of a set that has ended is a filter too. */
	again = create_ok(arena_printf(A, "{\"rejudging\": \"%s\"}", set));
	assert_string_equal(outcome_in(again, rest), "open");
	assert_string_equal(count("rejudging_member WHERE is_open"), "1");
}

static void *
create_thread(void *arg)
{
	struct many *m = arg;
	const char *got = sql_in(m->arena,
	    arena_printf(m->arena,
		"SELECT outcome FROM rejudging_create('rj_%d', 'staff',"
		" NULL, '{\"course\": \"c1\"}')",
		m->number));

	m->outcome = strcmp(got, "made") == 0;
	return NULL;
}

/* Many sets at once: each submission is in one of them. */
static void
test_sets_at_once(void **state)
{
	struct many m[MANY] = { 0 };

	(void)state;
	for (int i = 0; i < 5; i++)
		(void)judged(i % 2 == 0 ? W.alice : W.bob, i);
	run_many(m, create_thread);
	assert_true(count_many(m, 1) >= 1);
	assert_string_equal(count("rejudging_member WHERE is_open"), "5");
	assert_string_equal(count("(SELECT submission_id FROM rejudging_member"
				  " GROUP BY 1) t"),
	    "5");
	free_many(m);
}

static const char *race_set;
static const char *race_jobs[MANY];
static const char *race_subs[MANY];

/* Every third one lands in the set, rejudges alone, or applies. */
static void *
race_thread(void *arg)
{
	struct many *m = arg;
	int i = m->number;
	struct submission_rejudge in = { .id = race_subs[i],
		.job_id = arena_printf(m->arena, "jb_race%d", i),
		.reason = "race" };
	struct submission_acted acted;
	struct job_landed l;
	struct job_result r = { .job_id = race_jobs[i],
		.runner_id = runner,
		.lease_id = "ls_9999",
		.verdict = "WA",
		.outcome = "failed",
		.grade = 90,
		.result = "{}" };

	switch (i % 4) {
	case 0:
	case 1:
		m->error = store_job_land(S, m->arena, &r, &l);
		break;
	case 2:
		m->error = store_submission_rejudge(S, m->arena, &in, &acted);
		break;
	default:
		(void)sql_in(m->arena,
		    arena_printf(m->arena,
			"SELECT rejudging_apply('%s', 'staff', true)",
			race_set));
		break;
	}
	return NULL;
}

/*
 * Landings in the set, single rejudges and applies at once: whoever comes
 * first, each submission has one job and one result that counts.
 */
static void
test_apply_races(void **state)
{
	struct many m[MANY] = { 0 };

	(void)state;
	for (int i = 0; i < MANY; i++)
		race_subs[i] = judged(i % 2 == 0 ? W.alice : W.bob, 10 + i);
	race_set = create_ok("{\"course\": \"c1\"}");
	for (int i = 0; i < MANY; i++) {
		race_jobs[i] = job_in(race_set, race_subs[i]);
		assert_int_equal(claim(race_jobs[i], runner, "ls_9999"),
		    CLAIM_OK);
	}
	run_many_behind(m, race_thread, "SELECT id FROM job FOR UPDATE");
	assert_string_equal(apply(race_set, true), "applied");
	/* A member counts with the set if and only if it says so. */
	assert_string_equal(
	    count(
		"rejudging_member m JOIN submission s ON s.id ="
		" m.submission_id WHERE m.outcome IS NULL"
		" OR (m.outcome = 'applied' AND s.judged_job <> m.job_id)"
		" OR (m.outcome <> 'applied' AND s.judged_job <> m.base_job)"),
	    "0");
	assert_string_equal(
	    count("job WHERE current AND rejudging_id IS NOT NULL"), "0");
	free_many(m);
}

/* Its jobs come after all live ones, and as many as fit are taken at once. */
static void
test_many(void **state)
{
	const char *set;
	int64_t start;
	int64_t made_ms;
	int64_t applied_ms;
	int64_t n = rows_wanted("ASSIZE_SET_MEMBERS", SET_MANY, 9999);

	(void)state;
	(void)judged(W.alice, 10);
	(void)sql(arena_printf(A,
	    "WITH base AS (SELECT * FROM submission LIMIT 1), n AS ("
	    "  SELECT g, 'sb_many' || g AS sub, 'jb_many' || g AS job"
	    "    FROM generate_series(1, %lld) g), u AS ("
	    "  INSERT INTO app_user (name) SELECT 'u' || g"
	    "    FROM generate_series(1, %lld) g RETURNING id), un AS ("
	    "  SELECT id, row_number() OVER () AS g FROM u), s AS ("
	    "  INSERT INTO submission (id, course_id, problem_id, user_id,"
	    "    submitted_at, language, source, status, verdict, outcome,"
	    "    grade, machine_grade, judged_at, judged_job)"
	    "  SELECT n.sub, b.course_id, b.problem_id, un.id, now(), 'c',"
	    "    b.source, 'done', 'WA', 'failed', 10, 10, now(), n.job"
	    "    FROM n, base b, un WHERE un.g = 1 + n.g %% %lld"
	    "  RETURNING *), a AS ("
	    "  INSERT INTO submission_author SELECT s.id, s.user_id, 1,"
	    "    s.problem_id, s.submitted_at, s.seq FROM s), j AS ("
	    "  INSERT INTO job (id, submission_id, package_id, pool, language,"
	    "    budget_s, state, live, lease_id, runner_id, hard_at, ended_at)"
	    "  SELECT n.job, n.sub, o.package_id, 'default', 'c', 600, 'done',"
	    "    false, 'ls', o.runner_id, now(), now() FROM n,"
	    "    (SELECT * FROM job LIMIT 1) o) "
	    "INSERT INTO result (job_id, submission_id, lease_id, runner_id,"
	    "  verdict, outcome, grade, document) SELECT n.job, n.sub, 'ls',"
	    "  o.runner_id, 'WA', 'failed', 10, '{}' FROM n,"
	    "  (SELECT * FROM job LIMIT 1) o",
	    (long long)n, (long long)n / 4, (long long)n / 4));
	(void)sql("SELECT standing_lock(p, u), standing_recompute(p, u) FROM ("
		  "SELECT problem_id AS p, array_agg(DISTINCT user_id) AS u"
		  " FROM submission_author GROUP BY 1) t; ANALYZE");
	start = clock_mono_ms();
	set = create_ok("{\"course\": \"c1\"}");
	made_ms = clock_mono_ms() - start;
	(void)sql(
	    "WITH j AS (UPDATE job SET state = 'done', live = false,"
	    " ended_at = now(), lease_id = 'ls', hard_at = now(), runner_id ="
	    " (SELECT runner_id FROM job WHERE runner_id IS NOT NULL LIMIT 1)"
	    " WHERE rejudging_id IS NOT NULL RETURNING *) "
	    "INSERT INTO result (job_id, submission_id, lease_id, runner_id,"
	    " verdict, outcome, grade, document) SELECT id, submission_id,"
	    " 'ls', runner_id, 'AC', 'success', 100, '{}' FROM j");
	start = clock_mono_ms();
	assert_string_equal(apply(set, false), "applied");
	applied_ms = clock_mono_ms() - start;
	assert_string_equal(count("submission WHERE grade = 100"),
	    arena_printf(A, "%lld", (long long)n + 1));
	assert_string_equal(count("standing WHERE grade = 100"),
	    arena_printf(A, "%lld", (long long)n / 4 + 1));
	print_message("%lld members: made in %lld ms, applied in %lld ms\n",
	    (long long)n + 1, (long long)made_ms, (long long)applied_ms);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_apply),
		T(test_discard),
		T(test_filters),
		T(test_filter_faults),
		T(test_skips),
		T(test_changed_meanwhile),
		T(test_repeat),
		T(test_partial),
		T(test_sets_at_once),
		T(test_apply_races),
		T(test_many),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
