/*
 * What operators have in psql: every function and view, as the role that
 * they log in as.
 */
#include "tests/sql/fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/rand.h"

/* The first column of the first row, as an operator; or "!SQLSTATE text". */
static const char *
op(const char *text)
{
	PGconn *c = PQconnectdb(pg_conninfo(&PG, "assize_operator",
	    sql("SELECT current_database()")));
	PGresult *r = PQexec(c, text);
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *value = "";

	if (state != NULL)
		value = arena_printf(A, "!%s %s; %s", state,
		    PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY),
		    PQresultErrorField(r, PG_DIAG_MESSAGE_HINT));
	else if (PQntuples(r) > 0)
		value = arena_strdup(A, PQgetvalue(r, 0, 0));
	PQclear(r);
	PQfinish(c);
	return value;
}

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" has no \"%s\"", text, part);
}

#define F(...) arena_printf(A, __VA_ARGS__)

static const char *
story(const char *sub)
{
	return op(
	    F("SELECT string_agg(says, E'\\n') FROM op_explain('%s')", sub));
}

/* The last line of a story: what to type. */
static const char *
next(const char *sub)
{
	return op(F("SELECT says FROM op_explain('%s') WHERE at IS NULL", sub));
}

static const char *
second_package(void)
{
	struct store_package_new in = { .zip = "zip two",
		.zip_n = 7,
		.grading = "{\"tests\": [1, 2]}",
		.meta = "{\"budget_s\": 77}",
		.problem_id = W.problem->id,
		.user_id = W.staff->id };
	struct store_package *p;

	assert_ok(store_package_insert(S, A, &in, &p));
	return p->id;
}

static void
test_hold(void **state)
{
	const char *r1 = new_runner("r1");
	const char *runs = submit(W.alice);
	const char *came_back = submit(W.alice);
	const char *waits = submit(W.bob);
	const char *fresh;
	const char *package;
	const char *was;

	(void)state;
	assert_int_equal(claim(runs, r1, lease(1)), CLAIM_OK);
	assert_int_equal(claim(came_back, r1, lease(2)), CLAIM_OK);
	assert_int_equal(release(came_back, r1, lease(2), true), RELEASE_READY);
	has(op("SELECT op_hold('c1/p1', 'wrong answers')"),
	    "held: 2 wait; 1 run");
	has(op("SELECT op_hold('c1/p1')"), "!55000");
	has(op("SELECT op_hold('c1/p9')"), "!P0002");
	has(op("SELECT op_hold('p1')"), "A problem is course/problem.");
	has(op("SELECT op_release('c1/p9')"), "!P0002");

	/* Accepted, and not judged. */
	fresh = submit(W.alice);
	assert_int_equal(claim(waits, r1, lease(3)), CLAIM_HELD);
	assert_int_equal(claim(fresh, r1, lease(4)), CLAIM_HELD);
	assert_string_equal(op("SELECT held FROM op_queue"), "3");
	assert_string_equal(op("SELECT kind FROM op_attention"),
	    "problem held");
	has(story(submission_of(fresh)), "wrong answers");
	assert_string_equal(next(submission_of(fresh)),
	    "SELECT op_release('c1/p1');");
	assert_int_equal(land(runs, r1, lease(1), 50), LAND_LANDED);

	package = second_package();
	was = submission_of(came_back);
	has(op("SELECT op_release('c1/p1')"), "released: 3 wait, 3 of them");
	has(op("SELECT op_release('c1/p1')"), "is not held");
	assert_string_equal(
	    sql(F("SELECT count(*) FROM job WHERE live AND package_id = '%s'"
		  " AND budget_s = 77",
		package)),
	    "3");
	assert_int_equal(claim(waits, r1, lease(5)), CLAIM_OK);
	/* The old lease might have landed with the old data. */
	assert_int_equal(land(came_back, r1, lease(2), 100), LAND_NOT_HELD);
	assert_string_equal(sql(F("SELECT state FROM job WHERE current"
				  " AND submission_id = '%s'",
				was)),
	    "ready");
	assert_string_equal(sql("SELECT count(*) FROM job_dirty"), "4");
}

/* The story of one submission, from the start to the next command. */
static void
test_explain(void **state)
{
	const char *r1;
	const char *r2;
	const char *job = submit(W.alice);
	const char *sub = submission_of(job);

	(void)state;
	has(op("SELECT op_explain('sb_none')"), "!P0002");
	has(story(sub), "alice submitted it to c1/p1 in c; it was accepted.");
	has(story(sub), "no live runner serves pool default and language c");
	assert_string_equal(next(sub), "\\! systemctl restart assize-runner");
	r1 = new_runner("r1");
	r2 = new_runner("r2");
	has(story(sub), "8 places free, and 0 jobs were made before it");
	assert_string_equal(next(sub), "SELECT * FROM op_queue;");
	(void)op("SELECT op_drain('r1'), op_drain('r2')");
	has(story(sub), "get no jobs (drained or set aside)");
	has(next(sub), "SELECT op_release('rn_");
	(void)op("SELECT op_release('r1'), op_release('r2')");
	(void)sql("UPDATE runner SET capacity = 1; UPDATE job_dirty SET due_at"
		  " = now()");
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	has(story(sub), F("Runner r1 (%s) took job %s", r1, job));
	has(story(sub), "It has run on r1 for");
	assert_int_equal(release(job, r1, lease(1), false), RELEASE_READY);
	has(story(sub), "prep_failed; the attempt counts");
	assert_int_equal(claim(job, r2, lease(2)), CLAIM_OK);
	assert_int_equal(release(job, r2, lease(2), false), RELEASE_READY);
	assert_int_equal(claim(job, r2, lease(3)), CLAIM_OK);
	assert_int_equal(release(job, r2, lease(3), false), RELEASE_JE);
	has(story(sub), "was given up as a judge error");
	assert_string_equal(next(sub), F("SELECT op_requeue('%s');", sub));
	/* The command does what it says. */
	assert_string_equal(op(next(sub)), "requeued");
	has(story(sub), "assize_operator did: requeue.");
	job = sql("SELECT id FROM job WHERE current");
	assert_int_equal(claim(job, r1, lease(4)), CLAIM_OK);
	assert_int_equal(land(job, r1, lease(4), 100), LAND_LANDED);
	has(story(sub), "handed in AC, grade 100");
	has(story(sub), "It is done: AC, grade 100.00.");
	has(op(next(sub)), ": 1 submissions, 0 left out");
	has(story(sub), "its new result does not count yet");
	job = submit(W.bob);
	(void)op(F("SELECT op_cancel('%s')", submission_of(job)));
	assert_string_equal(next(submission_of(job)), "-- nothing to do");
	job = submit(W.bob);
	(void)sql(F("UPDATE submission SET removed_at = now(), source = NULL"
		    " WHERE id = '%s'",
	    submission_of(job)));
	has(op(F("SELECT op_requeue('%s')", submission_of(job))),
	    "no longer kept");
	/* One that a person grades. */
	sub = rand_id(A, "sb");
	(void)sql(F("INSERT INTO submission (id, course_id, problem_id,"
		    " user_id, submitted_at, source, is_manual) SELECT '%s',"
		    " course_id, problem_id, user_id, now(), source, true"
		    " FROM submission WHERE source IS NOT NULL LIMIT 1;"
		    "INSERT INTO submission_author SELECT id, user_id, 1,"
		    " problem_id, submitted_at, seq FROM submission"
		    " WHERE id = '%s'",
	    sub, sub));
	has(story(sub), "waits for a person to grade it");
	assert_string_equal(op(F("SELECT op_cancel('%s')", sub)), "cancelled");
}

static void
test_rejudging_by_hand(void **state)
{
	const char *r1 = new_runner("r1");
	const char *job = submit(W.alice);
	const char *id;

	(void)state;
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	assert_int_equal(land(job, r1, lease(1), 100), LAND_LANDED);
	has(op("SELECT op_rejudge('{}')"), "!22023");
	has(op("SELECT op_rejudge('{\"runner\": \"nobody\"}')"),
	    "there never was a runner");
	has(op("SELECT op_rejudging_apply('rj_none')"), "!P0002");
	has(op("SELECT op_rejudge('{\"runner\": \"r1\"}', 'it lied')"),
	    ": 1 submissions");
	id = op("SELECT id FROM op_rejudgings");
	assert_string_equal(op("SELECT waiting FROM op_rejudgings"), "1");
	has(op(F("SELECT op_rejudging_apply('%s')", id)), "not judged yet");
	has(op(F("SELECT op_rejudging_repeat('%s')", id)), "none of it");
	job = sql("SELECT job_id FROM rejudging_member");
	assert_int_equal(claim(job, r1, lease(2)), CLAIM_OK);
	assert_int_equal(land(job, r1, lease(2), 0), LAND_LANDED);
	assert_string_equal(op("SELECT changes FROM op_rejudgings"), "1");
	assert_string_equal(op("SELECT next FROM op_rejudgings"),
	    F("SELECT op_rejudging_apply('%s');", id));
	assert_string_equal(op(op("SELECT next FROM op_rejudgings")),
	    "applied 1 applied");
	assert_string_equal(standing("grade"), "0.00");
	has(op(F("SELECT op_rejudging_discard('%s')", id)), "was applied");
	assert_string_equal(sql("SELECT actor FROM audit WHERE action ="
				" 'rejudging_apply'"),
	    "assize_operator");
}

static void
test_grant(void **state)
{
	(void)state;
	assert_string_equal(op("SELECT op_grant('alice', 'staff', 'c1')"),
	    "alice is staff of c1");
	assert_string_equal(sql("SELECT role FROM member m JOIN app_user u"
				" ON u.id = m.user_id WHERE u.name = 'alice'"),
	    "staff");
	(void)op("SELECT op_grant('alice', 'none', 'c1')");
	assert_string_equal(sql("SELECT count(*) FROM member m JOIN app_user u"
				" ON u.id = m.user_id WHERE u.name = 'alice'"),
	    "0");
	has(op("SELECT op_grant('first', 'admin')"), "never here before");
	assert_string_equal(
	    sql("SELECT is_admin FROM app_user WHERE name = 'first'"), "t");
	(void)op("SELECT op_grant('first', 'user')");
	assert_string_equal(
	    sql("SELECT is_admin FROM app_user WHERE name = 'first'"), "f");
	has(op("SELECT op_grant('alice', 'boss')"), "!22023");
	has(op("SELECT op_grant('alice', 'admin', 'c1')"), "!22023");
	has(op("SELECT op_grant('alice', NULL)"), "!22023");
	has(op("SELECT op_grant('a b', 'admin')"), "!22023");
	has(op("SELECT op_grant('alice', 'staff', 'c9')"), "!P0002");
	has(op("SELECT op_grant('nobody', 'none', 'c1')"), "!P0002");
	assert_string_equal(
	    sql("SELECT count(*) FROM audit WHERE action = 'grant'"), "4");
}

/* Nothing of the person is left anywhere, and all the numbers are. */
static void
test_anonymise(void **state)
{
	const char *r1 = new_runner("r1");
	const char *job = submit(W.alice);
	const char *sub = submission_of(job);
	struct submission_rejudge in = { .id = sub,
		.job_id = rand_id(A, "jb"),
		.reason = "rejudged by alice" };
	struct submission_acted acted;
	const char *left;

	(void)state;
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	has(op("SELECT op_anonymise('alice', true)"), "wait or run");
	assert_int_equal(land(job, r1, lease(1), 80), LAND_LANDED);
	assert_ok(store_submission_rejudge(S, A, &in, &acted));
	assert_int_equal(claim(in.job_id, r1, lease(2)), CLAIM_OK);
	assert_int_equal(land(in.job_id, r1, lease(2), 90), LAND_LANDED);
	(void)sql("INSERT INTO audit (actor, action, target, detail) VALUES"
		  " ('alice', 'x', 'alice', '{\"by\": \"alice\"}')");
	(void)sql(F("INSERT INTO extension (problem_id, user_id, reason, by_id)"
		    " VALUES (%lld, %lld, 'alice was ill', %lld);"
		    "UPDATE submission SET key = 'alice1', team = 'alice+bob',"
		    " manual_grade = 90, manual_at = now(), manual_by = %lld,"
		    " manual_comment = 'well done, alice', grade = 90,"
		    " state_in = 'of alice' WHERE id = '%s';"
		    "UPDATE result SET state = 'of alice', document ="
		    " '{\"stdout\": \"I am alice\"}';"
		    "UPDATE standing SET state = 'of alice';"
		    "UPDATE problem SET held_at = now(), held_by = 'alice';"
		    "INSERT INTO config (key, value, changed_by) VALUES"
		    " ('rate_limit', '1', 'alice')",
	    (long long)W.problem->id, (long long)W.alice->id,
	    (long long)W.staff->id, (long long)W.staff->id, sub));
	(void)op("SELECT op_rejudge('{\"user\": \"alice\"}')");
	(void)op("SELECT op_rejudging_discard(id) FROM op_rejudgings");
	has(op("SELECT op_anonymise('alice')"), "for ever");
	has(op("SELECT op_anonymise('nobody')"), "!P0002");
	has(op("SELECT op_anonymise('alice', true)"),
	    "forgotten: what remains is anonymous-");
	has(op("SELECT op_anonymise('alice')"), "!P0002");
	left = sql(
	    "SELECT string_agg(t.name, ' ') FROM (SELECT c.relname AS name,"
	    " query_to_xml('SELECT * FROM ' || c.oid::regclass, false, false,"
	    " '')::text AS x FROM pg_class c WHERE c.relkind = 'r'"
	    " AND c.relnamespace = 'public'::regnamespace) t"
	    " WHERE t.x LIKE '%alice%'");
	assert_string_equal(left, "");
	assert_string_equal(sql(F("SELECT (source IS NULL) || ' ' || grade"
				  " FROM submission WHERE id = '%s'",
				sub)),
	    "true 90.00");
	assert_string_equal(standing("grade"), "90.00");
	assert_string_equal(sql("SELECT blob_collect(10)"), "1");
}

static void
test_archive(void **state)
{
	const struct problem_key key = { "c1", "p1" };
	const char *change = "{\"title\":\"Another\"}";
	const struct course_change title = { .title = "Other" };
	struct submission_new late = new_submission(W.alice);
	struct submission_inserted in;
	const char *job = submit(W.alice);
	const char *sub = submission_of(job);
	const char *r1 = new_runner("r1");
	struct submission_rejudge again = { .id = sub,
		.job_id = rand_id(A, "jb"),
		.reason = "again" };
	struct submission_acted acted;
	struct problem *p;
	struct course *c;

	(void)state;
	has(op("SELECT op_archive('c1')"), "1 submissions of \"c1\" wait");
	has(op("SELECT op_archive('c9')"), "!P0002");
	has(op("SELECT op_unarchive('c1')"), "is not archived");
	assert_int_equal(claim(job, r1, lease(1)), CLAIM_OK);
	assert_int_equal(land(job, r1, lease(1), 80), LAND_LANDED);
	assert_string_equal(op("SELECT op_archive('c1')"),
	    "archived; to bring it back: SELECT op_unarchive('c1');");
	assert_err(store_submission_insert(S, A, &late, &in), ERR_CONFLICT);
	assert_err(store_problem_put(S, A, W.staff->id, &key, change, &p),
	    ERR_CONFLICT);
	assert_err(store_course_update(S, A, W.staff->id, "c1", &title, &c),
	    ERR_CONFLICT);
	assert_ok(store_submission_rejudge(S, A, &again, &acted));
	assert_int_equal(acted.act, ACT_ARCHIVED);
	has(op("SELECT op_rejudge('{\"course\": \"c1\"}')"),
	    "in archived courses");
	assert_ok(store_problem_get(S, A, W.staff->id,
	    &(struct problem_key) { "c1", "p1" }, 0, &p));
	assert_non_null(p);
	assert_string_equal(op("SELECT op_unarchive('c1')"),
	    "it can be changed again");
	assert_ok(store_submission_insert(S, A, &late, &in));
}

/* What each alert shows; together they are all that docs/operations.md has. */
/* Another compiler than last time may say another verdict. */
static void
land_by_tool(const char *job, const char *runner, const char *tool)
{
	struct job_result r = result_of(job, runner, lease(1), "WA", 50);
	struct job_landed l;

	r.provenance = F("{\"tool\": \"%s\", \"runner\": \"r1\"}", tool);
	assert_int_equal(claim(job, runner, lease(1)), CLAIM_OK);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_int_equal(l.outcome, LAND_LANDED);
}

/* Shown as long as verdicts of two versions count in one course. */
static void
test_versions(void **state)
{
	const char *runner = new_runner("r1");
	const char *jobs[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
		jobs[i] = submit(W.alice);
	land_by_tool(jobs[0], runner, "gcc 1");
	land_by_tool(jobs[1], runner, "gcc 1");
	assert_int_equal(claim(jobs[2], runner, lease(1)), CLAIM_OK);
	assert_int_equal(land(jobs[2], runner, lease(1), 50), LAND_LANDED);
	assert_string_equal(op("SELECT count(*) FROM op_versions"), "0");
	land_by_tool(jobs[3], runner, "gcc 2");
	assert_string_equal(op("SELECT string_agg(course || ' ' || language ||"
			       " ' ' || tool || ' ' || verdicts, ', '"
			       " ORDER BY tool) FROM op_versions"),
	    "c1 c gcc 1 2, c1 c gcc 2 1");
	assert_string_equal(op("SELECT detail FROM op_attention"
			       " WHERE kind = 'versions differ'"),
	    "gcc 2: 1 verdicts, gcc 1: 2 verdicts");
	/* All is judged again by the new one. */
	(void)sql("UPDATE result SET provenance = '{\"tool\": \"gcc 2\"}'"
		  " WHERE provenance ? 'tool'");
	assert_string_equal(op("SELECT count(*) FROM op_attention"
			       " WHERE kind = 'versions differ'"),
	    "0");
}

static void
test_unhealthy(void **state)
{
	const char *r1 = new_runner("r1");
	const char *shown = "SELECT what || ' ' || detail FROM op_attention";

	(void)state;
	assert_ok(store_runner_fault(S, A, r1, "language c: is not here"));
	assert_string_equal(op(shown), F("%s r1: language c: is not here", r1));
	/* Said again, it is as old as it was. */
	(void)sql("UPDATE runner SET fault_at = '2020-01-01'");
	assert_ok(store_runner_fault(S, A, r1, "language c: is not here"));
	assert_string_equal(sql("SELECT fault_at::date FROM runner"),
	    "2020-01-01");
	assert_ok(store_runner_fault(S, A, r1, ""));
	assert_string_equal(op(shown), "");
}

/*
 * A judge error that a runner handed in, until it is judged again; not one
 * that the package is to blame for.
 */
static void
test_reported_judge_errors(void **state)
{
	static const char *const why[] = { "{\"runner\": \"r1\"}",
		"{\"package_fault\": \"the output validator: x\"}", NULL };
	const char *r1 = new_runner("r1");
	const char *jobs[ARRAY_LEN(why)];
	struct job_landed l;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(why); i++) {
		struct job_result r;

		jobs[i] = submit(W.alice);
		assert_int_equal(claim(jobs[i], r1, lease(1)), CLAIM_OK);
		r = result_of(jobs[i], r1, lease(1), "JE", 0);
		r.provenance = why[i];
		assert_ok(store_job_land(S, A, &r, &l));
	}
	assert_string_equal(op("SELECT string_agg(concat_ws(' ', kind, what,"
			       " detail, next), ', ' ORDER BY what)"
			       " FROM op_attention"),
	    sql(F("SELECT string_agg(format('judge error %%s reported by"
		  " runner r1 SELECT * FROM op_explain(%%L);', id, id), ', '"
		  " ORDER BY id) FROM submission WHERE id IN ('%s', '%s')",
		submission_of(jobs[0]), submission_of(jobs[2]))));
	(void)op(F("SELECT op_requeue('%s')", submission_of(jobs[0])));
	assert_string_equal(op("SELECT what FROM op_attention"),
	    submission_of(jobs[2]));
}

static void
test_attention(void **state)
{
	static const char *const kinds[] = { "failing again", "hung",
		"judge error", "no runner", "not offered", "problem held",
		"refunds used up", "rejudging waits", "runner set aside",
		"runner silent", "runner unhealthy", "runners differ",
		"suspect submission", "two hosts, one name", "versions differ",
		"waits long" };
	const char *r1 = new_runner("r1");
	const char *r2 = new_runner("r2");
	const char *jobs[8];
	const char *found;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
		jobs[i] = submit(W.alice);
	assert_string_equal(op("SELECT count(*) FROM op_attention"), "0");
	(void)sql(F("UPDATE job SET not_before = now() + interval '1 minute'"
		    " WHERE id = '%s'",
	    jobs[0]));
	assert_int_equal(claim(jobs[1], r1, lease(1)), CLAIM_OK);
	(void)sql(F("UPDATE job SET hard_at = now() - interval '1 minute'"
		    " WHERE id = '%s'",
	    jobs[1]));
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(claim(jobs[2], r1, lease(i)), CLAIM_OK);
		(void)release(jobs[2], r1, lease(i), false);
	}
	(void)sql(F("UPDATE job SET state = 'leased', charged = 3, refunds = 0,"
		    " lease_id = 'ls_9', hard_at = now() WHERE id = '%s';"
		    " SELECT job_je('%s', 'test')",
	    jobs[2], jobs[2]));
	assert_int_equal(claim(jobs[3], r1, lease(1)), CLAIM_OK);
	assert_int_equal(release(jobs[3], r1, lease(1), false), RELEASE_READY);
	assert_int_equal(claim(jobs[3], r2, lease(2)), CLAIM_OK);
	assert_int_equal(release(jobs[3], r2, lease(2), false), RELEASE_READY);
	assert_int_equal(claim(jobs[3], r2, lease(3)), CLAIM_OK);
	assert_int_equal(release(jobs[3], r2, lease(3), false), RELEASE_JE);
	for (int i = 1; i <= 10; i++) {
		assert_int_equal(claim(jobs[4], r1, lease(i)), CLAIM_OK);
		assert_int_equal(release(jobs[4], r1, lease(i), true),
		    RELEASE_READY);
	}
	(void)sql(F("INSERT INTO job_dirty (job_id, due_at) VALUES ('%s',"
		    " now() - interval '1 minute'); UPDATE job SET created_at ="
		    " now() - interval '1 hour' WHERE id = '%s'",
	    jobs[5], jobs[5]));
	land_by_tool(jobs[6], r1, "gcc 1");
	(void)op(F("SELECT op_rejudge('{\"submission\": \"%s\"}')",
	    submission_of(jobs[6])));
	(void)sql("UPDATE job SET state = 'je', live = false, ended_at = now()"
		  " WHERE rejudging_id IS NOT NULL;"
		  "UPDATE rejudging SET made_at = now() - interval '2 hours';"
		  "UPDATE runner SET state = 'set_aside' WHERE name = 'r2'");
	(void)new_runner("r3");
	(void)new_runner("r3");
	(void)new_runner("r4");
	(void)sql("UPDATE runner_seen SET seen_at = now() - interval '1 hour'"
		  " WHERE runner_id = (SELECT id FROM runner"
		  " WHERE name = 'r4')");
	assert_ok(store_runner_fault(S, A, new_runner("r5"), "no room"));
	(void)sql("UPDATE runner SET labels = '{\"tools\": {\"c\": \"gcc 1\"}}'"
		  " WHERE name = 'r1'; UPDATE runner SET labels = '{\"tools\":"
		  " {\"c\": \"gcc 2\", \"ada\": \"x\"}}' WHERE name = 'r5'");
	land_by_tool(jobs[7], r1, "gcc 2");
	(void)sql("UPDATE job SET pool = 'elsewhere' WHERE id = (SELECT id"
		  " FROM job WHERE live AND state = 'ready' ORDER BY seq"
		  " LIMIT 1)");
	(void)sql("INSERT INTO problem (course_id, slug, title) VALUES"
		  " ((SELECT id FROM course), 'p2', 'P')");
	(void)op("SELECT op_hold('c1/p2')");
	found = op("SELECT string_agg(DISTINCT kind, '|' ORDER BY kind)"
		   " FROM op_attention");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		has(F("|%s|", found), F("|%s|", kinds[i]));
	assert_string_equal(op("SELECT count(DISTINCT kind) FROM op_attention"),
	    F("%zu", ARRAY_LEN(kinds)));
	assert_string_equal(op("SELECT count(*) FROM op_attention"
			       " WHERE next IS NULL"),
	    "0");
	/* What was made up for this is undone: the invariants are looked at. */
	(void)sql("UPDATE job SET charged = claims - refunds; DELETE FROM"
		  " rejudging_member; UPDATE job SET current = false WHERE"
		  " rejudging_id IS NOT NULL");
}

/* Every table and every function, and what each role may do with it. */
static void
test_walk_rights(void **state)
{
	(void)state;
	assert_string_equal(
	    sql("SELECT coalesce(string_agg(c.relname, ' '), '')"
		" FROM pg_class c WHERE c.relkind IN ('r', 'v', 'm', 'S', 'p')"
		" AND c.relnamespace = 'public'::regnamespace"
		" AND NOT (c.relkind = 'v' AND c.relname ~ '^(op|inv)_')"
		" AND (c.relkind <> 'S' AND has_any_column_privilege("
		"'assize_operator', c.oid, 'SELECT, INSERT, UPDATE')"
		" OR (c.relkind <> 'S' AND has_table_privilege("
		"'assize_operator', c.oid, 'DELETE, TRUNCATE'))"
		" OR (c.relkind = 'S' AND has_sequence_privilege("
		"'assize_operator', c.oid, 'USAGE, UPDATE')))"),
	    "");
	assert_string_equal(
	    sql("SELECT coalesce(string_agg(c.relname, ' '), '')"
		" FROM pg_class c WHERE c.relkind = 'v'"
		" AND c.relnamespace = 'public'::regnamespace"
		" AND c.relname ~ '^(op|inv)_' AND NOT has_table_privilege("
		"'assize_operator', c.oid, 'SELECT')"),
	    "");
	assert_string_equal(
	    sql("SELECT coalesce(string_agg(p.proname, ' '), '')"
		" FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
		" AND has_function_privilege('assize_operator', p.oid,"
		" 'EXECUTE') <> (p.prosecdef AND p.proname ~ '^op_'"
		" AND p.proname <> 'op_note' OR p.proname ="
		" 'submission_grade')"),
	    "");
	/* Whatever runs with the owner's rights looks nowhere else. */
	assert_string_equal(
	    sql("SELECT coalesce(string_agg(p.proname, ' '), '')"
		" FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
		" AND p.prosecdef AND NOT coalesce(p.proconfig @> ARRAY["
		"'search_path=pg_catalog, public, pg_temp'], false)"),
	    "");
	/* The service owns nothing, makes nothing, empties nothing. */
	assert_string_equal(
	    sql("SELECT coalesce(string_agg(c.relname, ' '), '')"
		" FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
		" AND c.relkind IN ('r', 'v') AND"
		" (pg_get_userbyid(c.relowner) = 'assized'"
		" OR has_table_privilege('assized', c.oid,"
		" 'TRUNCATE, REFERENCES, TRIGGER')"
		" OR has_table_privilege('assize_reader', c.oid,"
		" 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'))"),
	    "");
	assert_string_equal(sql("SELECT has_schema_privilege('assized',"
				" 'public', 'CREATE')::text"
				" || has_schema_privilege('assize_operator',"
				" 'public', 'CREATE')"),
	    "falsefalse");
	assert_string_equal(
	    sql("SELECT coalesce(string_agg(p.proname, ' '), '')"
		" FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
		" AND p.proname ~ '^op_' AND p.prosecdef AND p.proname <>"
		" 'op_note' AND p.provolatile = 'v'"
		" AND has_function_privilege('assized', p.oid, 'EXECUTE')"),
	    "");
}

#define T(f) cmocka_unit_test_setup_teardown(f, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_hold),
		T(test_explain),
		T(test_rejudging_by_hand),
		T(test_grant),
		T(test_anonymise),
		T(test_archive),
		T(test_versions),
		T(test_unhealthy),
		T(test_reported_judge_errors),
		T(test_attention),
		T(test_walk_rights),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
