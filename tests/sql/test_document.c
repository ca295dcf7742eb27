/*
 * What becomes of a submission beside its verdict: the state, standings of
 * every kind, people's grades, what is no longer stored and its bytes, files
 * of gradings.
 */
#include "tests/sql/fixture.h"

#include <math.h>
#include <string.h>

#include "base/rand.h"
#include "store/grades.h"
#include "store/grading.h"
#include "store/queue.h"
#include "tests/sql/many.h"

static int next_lease;

/* Submits and lands at once; the submission's id. */
static const char *
judged_of(const struct user *who, const char *verdict, double grade,
    const char *state)
{
	const char *runner = new_runner("r1");
	const char *job = submit(who);
	const char *with = lease(++next_lease);
	struct job_result r = result_of(job, runner, with, verdict, grade);
	struct job_landed l;

	r.state = state;
	r.outcome = strcmp(verdict, "AC") == 0 ? "success" : "failed";
	assert_int_equal(claim(job, runner, with), CLAIM_OK);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_int_equal(l.outcome, LAND_LANDED);
	return submission_of(job);
}

static const char *
judged(const char *verdict, double grade, const char *state)
{
	return judged_of(W.alice, verdict, grade, state);
}

static struct submission *
see(const char *id)
{
	struct submission *s;

	assert_ok(store_submission_get(S, A, W.alice->id, id, &s));
	assert_non_null(s);
	return s;
}

static void
evaluate(const char *how)
{
	sql(arena_printf(A, "UPDATE problem SET evaluate = '%s'", how));
}

/* What goes in with a submission. */
static const char *
state_in(const char *id)
{
	return sql(arena_printf(A,
	    "SELECT coalesce(state_in, '') FROM submission WHERE id = '%s'",
	    id));
}

/* The reference's sequence: 50, 10, 55 begin with "", S1, S1; S3 stays. */
static void
test_state_best(void **state)
{
	const char *ids[3];

	(void)state;
	ids[0] = judged("WA", 50, "S1");
	ids[1] = judged("WA", 10, "S2");
	ids[2] = judged("WA", 55, "S3");
	assert_string_equal(state_in(ids[0]), "");
	assert_string_equal(state_in(ids[1]), "S1");
	assert_string_equal(state_in(ids[2]), "S1");
	assert_string_equal(standing("state"), "S3");
	/* Of equals the newer one; a grade below leaves it. */
	(void)judged("WA", 55, "S4");
	assert_string_equal(standing("state"), "S4");
	(void)judged("TLE", 0, NULL);
	assert_string_equal(standing("state"), "S4");
	assert_string_equal(standing("tried"), "5");
	/* An explicit empty one of the evaluated submission clears it. */
	(void)judged("AC", 100, "");
	assert_string_equal(standing("state"), "");
}

/* Neither a judge error nor a lost lease touches the register. */
static void
test_state_and_failures(void **state)
{
	const char *r1 = new_runner("x1");
	const char *r2 = new_runner("x2");
	const char *job;

	(void)state;
	evaluate("last");
	(void)judged("WA", 50, "kept");
	(void)judged("JE", 0, "of the author's fault");
	assert_string_equal(standing("state"), "kept");
	job = submit(W.alice);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(claim(job, i == 2 ? r2 : r1, lease(800 + i)),
		    CLAIM_OK);
		(void)release(job, i == 2 ? r2 : r1, lease(800 + i), false);
	}
	assert_string_equal(state_of(job), "je");
	assert_string_equal(standing("state"), "kept");
	assert_string_equal(standing("tried"), "1");
	/* What says nothing keeps what it began with. */
	(void)judged("TLE", 0, NULL);
	assert_string_equal(standing("state"), "kept");
	assert_string_equal(standing("grade"), "0.00");
}

/* Success is the result's, the grade alone says which one counts. */
static void
test_best_and_last(void **state)
{
	const char *success;
	const char *job = NULL;

	(void)state;
	success = judged("AC", 60, NULL);
	assert_string_equal(standing("is_success"), "true");
	job = judged("WA", 80, NULL);
	assert_string_equal(standing("evaluated"), job);
	assert_string_equal(standing("is_success"), "false");
	(void)judged("WA", 10, NULL);
	/* A setting takes effect at once, and back. */
	evaluate("last");
	assert_string_equal(standing("grade"), "10.00");
	evaluate("best");
	assert_string_equal(standing("evaluated"), job);
	evaluate("last");
	job = judged("CE", 0, NULL);
	assert_string_equal(standing("evaluated"), job);
	assert_string_equal(standing("tried"), "4");
	sql("UPDATE problem SET counts_ce = false");
	assert_string_equal(standing("tried"), "3");
	assert_true(see(job)->is_evaluated);
	assert_false(see(success)->is_evaluated);
}

/* From the pass mark up it is a success; a script has its own word. */
static void
test_pass_mark(void **state)
{
	(void)state;
	sql("UPDATE problem SET pass_mark = 60");
	assert_string_equal(see(judged("WA", 59.99, NULL))->outcome, "failed");
	assert_string_equal(standing("is_success"), "false");
	assert_string_equal(see(judged("WA", 60, NULL))->outcome, "success");
	assert_string_equal(standing("is_success"), "true");
	assert_string_equal(see(judged("RE", 70, NULL))->outcome, "failed");
	assert_string_equal(standing("is_success"), "false");
	sql("UPDATE package SET grading = '{\"template\": \"script\"}'");
	assert_string_equal(see(judged("WA", 80, NULL))->outcome, "failed");
	assert_string_equal(standing("is_success"), "false");
}

/* A rejudge changes the standing, down too, and counts nothing twice. */
static void
test_rejudge_counts_once(void **state)
{
	const char *runner = new_runner("r9");
	const char *low = judged("WA", 30, NULL);
	const char *id = judged("AC", 100, NULL);
	struct submission_rejudge in = { .id = id, .reason = "again" };
	struct submission_acted acted;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct job_result r;
		struct job_landed l;

		in.job_id = rand_id(A, "jb");
		assert_ok(store_submission_rejudge(S, A, &in, &acted));
		assert_int_equal(acted.act, ACT_DONE);
		assert_string_equal(standing("grade"),
		    i == 0 ? "100.00" : "30.00");
		assert_int_equal(claim(in.job_id, runner, lease(900 + i)),
		    CLAIM_OK);
		r = result_of(in.job_id, runner, lease(900 + i), "WA", 5);
		for (int k = 0; k < 3; k++)
			assert_ok(store_job_land(S, A, &r, &l));
		assert_string_equal(standing("tried"), "2");
		assert_string_equal(standing("evaluated"), low);
	}
}

static enum grading_put
grade(const char *id, const double *n, const char *comment)
{
	const struct grading_by by = { W.staff->id, n, comment };
	enum grading_put outcome;

	assert_ok(store_grading_put(S, A, id, &by, &outcome));
	return outcome;
}

static void
test_manual_grade(void **state)
{
	const char *id = judged("WA", 40, NULL);
	const char *other = judged("WA", 50, NULL);
	struct grading_history h;
	struct submission *s;

	(void)state;
	assert_int_equal(grade("sb_none", &(double) { 1 }, NULL),
	    GRADING_UNKNOWN);
	sql("UPDATE problem SET pass_mark = 60");
	assert_int_equal(grade(id, &(double) { 90 }, "why"), GRADING_DONE);
	assert_int_equal(grade(id, &(double) { 90 }, "why"), GRADING_DONE);
	s = see(id);
	assert_true(s->grade > 89 && s->machine_grade < 41);
	assert_string_equal(s->comment, "why");
	assert_string_equal(s->graded_by, "staff");
	assert_string_equal(s->verdict, "WA");
	assert_string_equal(standing("evaluated"), id);
	assert_string_equal(standing("is_success"), "true");
	assert_int_equal(grade(id, &(double) { 20 }, NULL), GRADING_DONE);
	assert_string_equal(standing("evaluated"), other);
	assert_int_equal(grade(id, NULL, NULL), GRADING_DONE);
	assert_true(isnan(see(id)->manual_grade));
	assert_true(see(id)->grade > 39);
	/* Each of them once, the newest first, with what was before. */
	assert_ok(store_grading_history(S, A, id, &h));
	assert_int_equal(h.people_n, 3);
	assert_true(isnan(h.people[0].new_grade));
	assert_true(h.people[0].old_grade > 19);
	assert_string_equal(h.people[2].user, "staff");
	assert_string_equal(h.people[2].comment, "why");
	assert_int_equal(h.n, 1);
	assert_int_equal(h.items[0].events_n, 3);
	assert_true(h.items[0].is_counted);
}

/* A person's grade rescues what the judge could not grade. */
static void
test_manual_grade_of_judge_error(void **state)
{
	const char *id = judged("JE", 0, NULL);

	(void)state;
	assert_string_equal(standing("evaluated"), "");
	assert_int_equal(grade(id, &(double) { 75 }, NULL), GRADING_DONE);
	assert_string_equal(standing("grade"), "75.00");
	assert_string_equal(see(id)->status, "error");
	assert_int_equal(grade(id, NULL, NULL), GRADING_DONE);
	assert_string_equal(standing("evaluated"), "");
}

/* The penalty takes its part of the machine's grade, not of a person's. */
static void
test_penalty(void **state)
{
	const char *id;

	(void)state;
	assert_string_equal(sql("SELECT submission_grade(80, NULL, 25)"),
	    "60.00");
	assert_string_equal(sql("SELECT submission_grade(80, 70, 25)"), "70");
	assert_string_equal(sql("SELECT submission_grade(33.33, NULL, 10)"),
	    "30.00");
	assert_string_equal(sql("SELECT submission_grade(80, NULL, 100)"),
	    "0.00");
	assert_string_equal(
	    sql("SELECT coalesce(submission_grade(NULL, NULL, 5)::text, '')"),
	    "");
	id = judged("AC", 100, NULL);
	sql("UPDATE submission SET penalty = 30, late = true,"
	    " grade = submission_grade(machine_grade, manual_grade, 30)");
	sql("SELECT standing_recompute(problem_id, ARRAY[user_id])"
	    " FROM submission");
	assert_string_equal(standing("grade"), "70.00");
	assert_true(see(id)->is_late && see(id)->penalty > 29);
	assert_int_equal(grade(id, &(double) { 90 }, NULL), GRADING_DONE);
	assert_string_equal(standing("grade"), "90.00");
	assert_int_equal(grade(id, NULL, NULL), GRADING_DONE);
	assert_string_equal(standing("grade"), "70.00");
}

/* All members of a team have what their submission has. */
static void
test_team(void **state)
{
	const char *runner = new_runner("t1");
	const int64_t authors[] = { W.bob->id, W.alice->id };
	struct submission_new n = new_submission(W.bob);
	struct submission_inserted in;
	struct job_result r;
	struct job_landed l;

	(void)state;
	(void)judged("WA", 70, "mine");
	n.authors = (struct authors) { authors, 2 };
	assert_ok(store_submission_insert(S, A, &n, &in));
	assert_int_equal(claim(n.job_id, runner, lease(950)), CLAIM_OK);
	r = result_of(n.job_id, runner, lease(950), "WA", 60);
	r.state = "ours";
	assert_ok(store_job_land(S, A, &r, &l));
	/* Each by their own best. */
	assert_string_equal(standing("grade"), "70.00");
	assert_string_equal(standing("state"), "mine");
	assert_string_equal(standing("tried"), "2");
	assert_string_equal(sql(arena_printf(A,
				"SELECT grade || ' ' || state || ' ' || tried"
				" FROM standing WHERE user_id = %lld",
				(long long)W.bob->id)),
	    "60.00 ours 1");
}

/* Weights; what has not opened does not count, what is missing counts 0. */
static void
test_course_grade(void **state)
{
	static const struct {
		const char *change;
		const char *grade;
	} cases[] = {
		{ "weight = 3 WHERE slug = 'p1'", "45.00" },
		{ "opens_at = now() - interval '1 day'", "45.00" },
		{ "opens_at = now() + interval '1 day' WHERE slug = 'p2'",
		    "60.00" },
		{ "is_visible = false WHERE slug = 'p1'", "" },
		{ "is_visible = true, opens_at = NULL", "45.00" },
		{ "weight = 0", "" },
	};

	(void)state;
	sql(arena_printf(A,
	    "INSERT INTO problem (course_id, slug, title)"
	    " VALUES (%lld, 'p2', 'Two')",
	    (long long)W.course->id));
	(void)judged("WA", 60, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		sql(arena_printf(A, "UPDATE problem SET %s", cases[i].change));
		assert_string_equal(
		    sql(arena_printf(A,
			"SELECT coalesce(grade::text, '') FROM"
			" course_grades(%lld, ARRAY[%lld]::bigint[])",
			(long long)W.course->id, (long long)W.alice->id)),
		    cases[i].grade);
	}
}

/* The waiting, the evaluated, then the newest. */
static void
test_stored(void **state)
{
	const char *best, *old, *newer, *waiting;

	(void)state;
	sql("UPDATE problem SET stored_n = 3");
	best = judged("WA", 90, NULL);
	old = judged("WA", 10, NULL);
	newer = judged("WA", 20, NULL);
	waiting = submission_of(submit(W.alice));
	assert_int_equal(see(waiting)->removed_n, 1);
	assert_string_equal(see(waiting)->removed[0], old);
	assert_true(see(old)->is_removed);
	assert_null(see(old)->input);
	assert_false(see(best)->is_removed);
	assert_false(see(newer)->is_removed);
	/* Of others nothing goes; attempts stay counted. */
	(void)judged_of(W.bob, "WA", 1, NULL);
	assert_string_equal(standing("tried"), "3");
	assert_string_equal(standing("evaluated"), best);
	/* Two of the same grade: the newer counts and stays. */
	newer = judged("WA", 90, NULL);
	(void)submit(W.alice);
	assert_string_equal(standing("evaluated"), newer);
	assert_false(see(newer)->is_removed);
	assert_true(see(best)->is_removed);
	assert_int_equal(grade(best, &(double) { 1 }, NULL), GRADING_UNKNOWN);
}

static void
put(const char *job, const char *runner, const char *with, const char *name,
    const char *text, enum job_landing expected)
{
	const struct job_file f = { .job_id = job,
		.runner_id = runner,
		.lease_id = with,
		.name = name,
		.p = text,
		.n = strlen(text) };
	enum job_landing outcome;

	assert_ok(store_job_file_put(S, A, &f, &outcome));
	assert_int_equal(outcome, expected);
}

/* Files belong to a lease; the landing adopts its own. */
static void
test_files(void **state)
{
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");
	const char *job = submit(W.alice);
	struct store_blob *blob;
	int64_t n;

	(void)state;
	put("jb_none", r1, lease(1), "a", "x", LAND_UNKNOWN);
	put(job, r1, lease(1), "a", "x", LAND_NOT_RECORDED);
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	put(job, r1, lease(1), "a", "of the first", LAND_LANDED);
	put(job, r2, lease(1), "a", "x", LAND_NOT_HELD);
	(void)release(job, r1, lease(1), true);
	assert_int_equal(claim(job, r2, lease(2)), CLAIM_OK);
	put(job, r1, lease(1), "a", "x", LAND_NOT_HELD);
	put(job, r2, lease(2), "a", "old", LAND_LANDED);
	put(job, r2, lease(2), "a", "of the second", LAND_LANDED);
	assert_int_equal(land(job, r2, lease(2), 100), LAND_LANDED);
	put(job, r2, lease(2), "a", "of the second", LAND_LANDED);
	put(job, r2, lease(2), "b", "too late", LAND_NOT_HELD);
	assert_ok(store_job_file_get(S, A, submission_of(job), "a", &blob));
	assert_int_equal(blob->n, strlen("of the second"));
	assert_memory_equal(blob->p, "of the second", blob->n);
	assert_ok(store_blob_collect(S, A, 100, &n));
	assert_int_equal(n, 2); /* what was replaced, what did not land */
	assert_string_equal(sql("SELECT count(*) FROM blob WHERE"
				" bytes IN ('of the first', 'old')"),
	    "0");
	assert_string_equal(
	    sql("SELECT count(*) FROM blob WHERE bytes = 'of the second'"),
	    "1");
}

/* Every thread submits the same bytes again and again, another collects. */
static void *
submit_or_collect(void *arg)
{
	struct many *m = arg;

	for (int i = 0; i < 10 && m->error == NULL; i++) {
		struct submission_new n = new_submission(W.alice);
		struct submission_inserted in;
		int64_t seen;

		if (m->number % 4 == 0) {
			m->error = store_blob_collect(S, m->arena, 100, &seen);
			continue;
		}
		n.id = rand_id(m->arena, "sb");
		n.job_id = rand_id(m->arena, "jb");
		m->error = store_submission_insert(S, m->arena, &n, &in);
		m->outcome = (int)in.outcome;
	}
	return NULL;
}

/*
 * With one stored submission each insert removes those before it that have
 * ended: the same blob is let go, used and looked at by the collector at
 * once.  No insert may fail, and none may be left without its bytes.
 */
static void
test_collect_races(void **state)
{
	struct many m[MANY] = { 0 };
	int64_t n;

	(void)state;
	sql("CREATE FUNCTION end_at_once() RETURNS trigger LANGUAGE plpgsql AS"
	    " $$ BEGIN UPDATE job SET state = 'cancelled', live = false,"
	    " ended_at = now() WHERE id = NEW.id;"
	    " UPDATE submission SET status = 'cancelled', outcome = 'killed'"
	    " WHERE id = NEW.submission_id; RETURN NULL; END $$");
	sql("CREATE TRIGGER end_at_once AFTER INSERT ON job FOR EACH ROW"
	    " EXECUTE FUNCTION end_at_once()");
	sql("UPDATE problem SET stored_n = 1");
	run_many(m, submit_or_collect);
	free_many(m);
	assert_string_equal(sql("SELECT count(*) FROM submission"), "150");
	assert_string_equal(
	    sql("SELECT count(*) FROM submission WHERE removed_at IS NULL"),
	    "1");
	assert_string_equal(
	    sql("SELECT count(*) FROM submission s WHERE removed_at IS NULL"
		" AND NOT EXISTS (SELECT FROM blob b"
		" WHERE b.sha256 = s.source)"),
	    "0");
	/* The last one goes too: then so do the bytes. */
	sql("SELECT submission_forget(array_agg(id)) FROM submission");
	do
		assert_ok(store_blob_collect(S, A, 100, &n));
	while (n > 0);
	assert_string_equal(
	    sql("SELECT count(*) FROM blob WHERE bytes = '\\x504b00736f75726365'"),
	    "0");
	assert_string_equal(sql("SELECT count(*) FROM blob_loose"), "0");
}

static void
test_service_times(void **state)
{
	const char *job = submit(W.alice);
	const char *runner = new_runner("t1");
	const struct queue_sample sample = { &job, 1, &runner, 1 };
	enum queue_absence absence;
	struct queue_outlook o;

	(void)state;
	assert_ok(store_queue_outlook(S, A, &sample, &o));
	assert_true(isnan(o.service_ms));
	assert_true(o.capacity >= 1);
	(void)judged("AC", 100, NULL);
	sql("UPDATE job SET leased_at = ended_at - interval '4 s'"
	    " WHERE state = 'done'");
	assert_ok(store_queue_measure(S, A));
	assert_ok(store_queue_measure(S, A));
	assert_ok(store_queue_outlook(S, A, &sample, &o));
	assert_true(fabs(o.service_ms - 4000) < 1);
	assert_string_equal(sql("SELECT n FROM problem_service"), "1");
	assert_ok(store_queue_absence(S, A, "default", "c", &absence));
	assert_int_equal(absence, ABSENT_SILENT);
	assert_ok(store_queue_absence(S, A, "gpu", "c", &absence));
	assert_int_equal(absence, ABSENT_NONE);
	sql("UPDATE runner SET state = 'set_aside' WHERE state = 'active'");
	assert_ok(store_queue_absence(S, A, "default", "c", &absence));
	assert_int_equal(absence, ABSENT_SET_ASIDE);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_state_best),
		T(test_state_and_failures),
		T(test_best_and_last),
		T(test_pass_mark),
		T(test_rejudge_counts_once),
		T(test_manual_grade),
		T(test_manual_grade_of_judge_error),
		T(test_penalty),
		T(test_team),
		T(test_course_grade),
		T(test_stored),
		T(test_files),
		T(test_collect_races),
		T(test_service_times),
	};

	return cmocka_run_group_tests_name("document", tests, group_setup,
	    group_teardown);
}
