/* Windows, limits, extensions, teams, rosters and the configuration. */
#include "tests/sql/fixture.h"

#include <fcntl.h>
#include <string.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/rand.h"
#include "base/str.h"
#include "store/config.h"
#include "store/roster.h"
#include "wire/json.h"
#include "wire/settings.h"

#define HOUR_MS ((int64_t)3600 * 1000)
#define VECTORS_MAX ((size_t)1 << 20)

static const struct problem_key P1 = { "c1", "p1" };

static const char *
data_file(const char *name)
{
	const char *src = getenv("ASSIZE_SRCDIR");

	return arena_printf(A, "%s/tests/data/%s", src != NULL ? src : ".",
	    name);
}

static struct str
read_data(const char *name)
{
	char *p;
	size_t n;

	assert_ok(
	    io_read_file(A, AT_FDCWD, data_file(name), VECTORS_MAX, &p, &n));
	return (struct str) { p, n };
}

/* Is that case of that file one where we mean to differ? */
static bool
deviates(const char *file, const char *which)
{
	struct str list = read_data("vectors-deviations");
	const char *line = arena_printf(A, "\n%s\t%s\t", file, which);

	return strstr(list.p, line) != NULL;
}

/* What a PUT with this body does. */
static struct err *
put_settings(const char *body)
{
	struct wire_problem in = { 0 };
	struct problem *p;
	const char *settings;

	TRY(fields_parse(A, &wire_problem_fields, &json_limits_body,
	    str_of(body), &in));
	TRY(wire_problem_settings(A, &in, &settings));
	return store_problem_put(S, A, W.staff->id, &P1, settings, &p);
}

static struct problem_window
window_at(const int64_t *user, int64_t at_ms)
{
	struct problem *p;

	assert_ok(store_problem_get(S, A, *user, &P1, at_ms, &p));
	return p->window;
}

static enum window_phase
phase_at(const char *when)
{
	int64_t ms;

	assert_true(clock_parse(when, &ms));
	return window_at(&W.alice->id, ms).phase;
}

/*
 * -- windows
 */

static bool
is_true(const struct json *j, const char *member)
{
	return json_member(j, member)->boolean;
}

static void
check_vector(const struct json *j, size_t line)
{
	const char *value = json_text(A, json_member(j, "value"));
	const char *when = json_member_string(j, "when");
	struct err *e = put_settings(
	    arena_printf(A, "{\"windows\":%s,\"grace_sec\":0}", value));
	enum window_phase phase;

	if (json_member(j, "error") != NULL) {
		assert_err(e, ERR_FIELDS);
		return;
	}
	if (deviates("accessibility_windows.jsonl",
		json_member_string(j, "value") != NULL
		    ? json_member_string(j, "value")
		    : value)) {
		assert_err(e, ERR_IMPOSSIBLE);
		return;
	}
	assert_ok(e);
	phase = phase_at(arena_printf(A, "%.10sT%sZ", when, when + 11));
	if ((phase != WINDOW_BEFORE) != is_true(j, "after_start") ||
	    (phase == WINDOW_OPEN || phase == WINDOW_LATE) !=
		is_true(j, "is_open") ||
	    (phase == WINDOW_OPEN) != is_true(j, "is_open_soft"))
		fail_msg("line %zu: %s at %s is %s", line, value, when,
		    window_phase_name(phase));
}

static void
test_window_vectors(void **state)
{
	struct str rest = read_data("vectors/accessibility_windows.jsonl");
	struct str line;
	const struct json *j;
	size_t n = 0;

	(void)state;
	while (str_cut(&rest, '\n', &line)) {
		if (line.n == 0)
			continue;
		assert_ok(json_parse(A, line.p, line.n, &json_limits_body, &j));
		check_vector(j, ++n);
	}
	assert_true(n >= 80);
}

/* By the clock of the course, on the days when it is changed too. */
static void
test_windows_of_a_zone(void **state)
{
	const struct course_change auckland = { .time_zone =
						    "Pacific/Auckland" };
	const struct course_change nowhere = { .time_zone = "Nowhere/At4" };
	struct course *c;

	(void)state;
	assert_ok(store_course_update(S, A, W.staff->id, "c1", &auckland, &c));
	assert_string_equal(c->time_zone, "Pacific/Auckland");
	assert_err(store_course_update(S, A, W.staff->id, "c1", &nowhere, &c),
	    ERR_IMPOSSIBLE);
	/* From 27 September 2026, 02:00 on it is UTC+13, before UTC+12. */
	assert_ok(put_settings(
	    "{\"windows\":{\"start\":\"2026-09-26\",\"soft\":\"2026-09-26 "
	    "12:00\",\"end\":\"2026-10-01 12:00\"},\"grace_sec\":10,"
	    "\"late_penalty\":10}"));
	assert_int_equal(phase_at("2026-09-25T11:59:59Z"), WINDOW_BEFORE);
	assert_int_equal(phase_at("2026-09-25T12:00:00Z"), WINDOW_OPEN);
	assert_int_equal(phase_at("2026-09-26T00:00:10Z"), WINDOW_OPEN);
	assert_int_equal(phase_at("2026-09-26T00:00:10.001Z"), WINDOW_LATE);
	/* That day has 23 hours. */
	assert_string_equal(sql("SELECT penalty::int FROM problem_window("
				"(SELECT id FROM problem), ARRAY[1],"
				" '2026-09-26T23:00:00Z')"),
	    "10");
	assert_string_equal(sql("SELECT penalty::int FROM problem_window("
				"(SELECT id FROM problem), ARRAY[1],"
				" '2026-09-26T23:00:01Z')"),
	    "20");
	assert_int_equal(phase_at("2026-09-30T23:00:10Z"), WINDOW_LATE);
	assert_int_equal(phase_at("2026-09-30T23:00:11Z"), WINDOW_CLOSED);
	assert_ok(put_settings("{\"late_unit\":\"hour\"}"));
	assert_string_equal(sql("SELECT penalty::int FROM problem_window("
				"(SELECT id FROM problem), ARRAY[1],"
				" '2026-09-26T02:00:01Z')"),
	    "30");
	assert_string_equal(sql("SELECT penalty::int FROM problem_window("
				"(SELECT id FROM problem), ARRAY[1],"
				" '2026-09-28T02:00:01Z')"),
	    "100");
}

static void
test_windows_that_contradict(void **state)
{
	static const struct {
		const char *body;
		enum err_code code;
	} cases[] = {
		{ "{\"windows\":\"2026-01-02/2026-01-01\"}", ERR_IMPOSSIBLE },
		{ "{\"windows\":\"2026-01-02/2026-01-01/2026-02-01\"}",
		    ERR_IMPOSSIBLE },
		{ "{\"windows\":\"a/b/c/d\"}", ERR_FIELDS },
		{ "{\"windows\":[]}", ERR_FIELDS },
		{ "{\"windows\":7}", ERR_FIELDS },
		{ "{\"windows\":{\"begin\":\"2026-01-01\"}}", ERR_FIELDS },
		{ "{\"windows\":true,\"opens_at\":\"2026-01-01\"}",
		    ERR_FIELDS },
		{ "{\"opens_at\":\"2026-02-31\"}", ERR_FIELDS },
		{ "{\"opens_at\":\"infinity\"}", ERR_FIELDS },
		{ "{\"limits\":{\"time_ms\":1}}", ERR_FIELDS },
		{ "{\"limits\":{\"colour\":1}}", ERR_FIELDS },
		{ "{\"sliding_limit\":{\"amount\":3}}", ERR_FIELDS },
		{ "{\"submission_limit\":\"3\"}", ERR_FIELDS },
		{ "{\"submission_limit\":-1}", ERR_FIELDS },
		{ "{\"submission_limit\":{\"period\":3}}", ERR_FIELDS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err *e = put_settings(cases[i].body);

		if (e == NULL || e->code != cases[i].code)
			fail_msg("%s: %s", cases[i].body,
			    e == NULL ? "accepted" : err_info(e->code)->slug);
	}
}

/*
 * -- limits
 */

/* A submission of the past, made beside the gates. */
static const char *
past(const struct authors *authors, int64_t age_ms)
{
	struct submission_new n = new_submission(W.alice);
	struct submission_inserted in;

	n.authors = *authors;
	n.submitted_ms = clock_wall_ms() - age_ms;
	n.teaches = true;
	assert_ok(store_submission_insert(S, A, &n, &in));
	assert_int_equal(in.outcome, SUBMISSION_MADE);
	return in.id;
}

static struct refusal
refusal_of(const struct authors *authors)
{
	struct refusal_look look;

	assert_ok(store_submission_refusal(S, A, W.problem->id, authors,
	    clock_wall_ms(), &look));
	return look.refusal;
}

static void
check_refused(const struct authors *authors, const char *reason, int64_t min_s,
    int64_t max_s)
{
	struct refusal r = refusal_of(authors);

	if (r.reason == NULL || strcmp(r.reason, reason) != 0 ||
	    r.wait_s < min_s || r.wait_s > max_s)
		fail_msg("%s after %lld s, not %s",
		    r.reason != NULL ? r.reason : "accepted",
		    (long long)r.wait_s, reason);
}

static const struct limit_case {
	const char *name;
	const char *limit;
	int used;
	int64_t age_h;
	bool by_partner;
	bool teaches;
} limit_cases[] = {
	{ "no limit", "{\"amount\":-1,\"period\":-1}", 9, 1, false, false },
	{ "hard 3, used 2", "{\"amount\":3,\"period\":-1}", 2, 1, false,
	    false },
	{ "hard 3, used 3", "{\"amount\":3,\"period\":-1}", 3, 90, false,
	    false },
	{ "hard 3, never submitted", "{\"amount\":3,\"period\":-1}", 0, 0,
	    false, false },
	{ "soft 3/24h used 3, window started 1h ago",
	    "{\"amount\":3,\"period\":24}", 3, 1, false, false },
	{ "soft 3/24h used 3, window started 25h ago",
	    "{\"amount\":3,\"period\":24}", 3, 25, false, false },
	{ "amount -1 but period 24 (soft without amount), window 1h ago",
	    "{\"amount\":-1,\"period\":24}", 3, 1, false, false },
	{ "amount 0 hard", "{\"amount\":0,\"period\":-1}", 0, 0, false, false },
	{ "group: partner exhausted", "{\"amount\":3,\"period\":-1}", 3, 1,
	    true, false },
	{ "staff exhausted", "{\"amount\":3,\"period\":-1}", 3, 1, false,
	    true },
};

/* Who has not submitted yet. */
static int64_t
somebody(void)
{
	static int n;
	struct user *u;

	assert_ok(store_user_ensure(S, A, arena_printf(A, "user%d", ++n), &u));
	return u->id;
}

static bool
is_allowed(const struct limit_case *c)
{
	const int64_t pair[] = { somebody(), somebody() };
	const struct authors partner = { &pair[1], 1 };
	const struct authors both = { pair, c->by_partner ? 2 : 1 };
	struct submission_new n = new_submission(W.alice);
	struct submission_inserted in;

	if (put_settings(
		arena_printf(A, "{\"submission_limit\":%s}", c->limit)) != NULL)
		return true;
	for (int i = 0; i < c->used; i++)
		(void)past(c->by_partner ? &partner : &both,
		    c->age_h * HOUR_MS);
	n.authors = both;
	n.teaches = c->teaches;
	assert_ok(store_submission_insert(S, A, &n, &in));
	return in.outcome == SUBMISSION_MADE;
}

/* As one that reads the list of what differs would expect it. */
static void
check_limit(const char *name, bool allowed)
{
	bool wanted =
	    deviates("submission_limit_cases.json", name) ? !allowed : allowed;

	for (size_t i = 0; i < ARRAY_LEN(limit_cases); i++) {
		const struct limit_case *c = &limit_cases[i];

		if (strcmp(c->name, name) != 0)
			continue;
		if (is_allowed(c) != wanted)
			fail_msg("%s: allowed is not %d", name, wanted);
		return;
	}
	if (!deviates("submission_limit_cases.json", name))
		fail_msg("%s is not tried", name);
}

static void
test_limit_vectors(void **state)
{
	struct str text = read_data("vectors/submission_limit_cases.json");
	const struct json *j;

	(void)state;
	assert_ok(json_parse(A, text.p, text.n, &json_limits_body, &j));
	assert_true(j->n >= ARRAY_LEN(limit_cases));
	for (size_t i = 0; i < j->n; i++)
		check_limit(json_member_string(&j->items[i], "case"),
		    is_true(&j->items[i], "allowed"));
}

/* The window slides: the oldest of the last so many has to leave it. */
static void
test_sliding(void **state)
{
	const struct authors alice = { &W.alice->id, 1 };

	(void)state;
	assert_ok(put_settings(
	    "{\"sliding_limit\":{\"amount\":2,\"period_sec\":7200}}"));
	(void)past(&alice, 3 * HOUR_MS);
	(void)past(&alice, HOUR_MS);
	assert_null(refusal_of(&alice).reason);
	(void)past(&alice, HOUR_MS / 2);
	check_refused(&alice, "sliding", 3590, 3600);
	assert_ok(put_settings(
	    "{\"sliding_limit\":{\"amount\":0,\"period_sec\":1}}"));
	assert_null(refusal_of(&alice).reason);
}

static void
test_daily(void **state)
{
	const struct authors alice = { &W.alice->id, 1 };
	const struct authors bob = { &W.bob->id, 1 };

	(void)state;
	assert_ok(put_settings("{\"submissions_per_day\":2}"));
	(void)past(&alice, 25 * HOUR_MS);
	(void)past(&alice, 26 * HOUR_MS);
	assert_null(refusal_of(&alice).reason);
	(void)past(&alice, 0);
	(void)past(&alice, 0);
	check_refused(&alice, "daily", 1, 86400);
	assert_null(refusal_of(&bob).reason);
	/* The same over all problems. */
	assert_ok(put_settings("{\"submissions_per_day\":0}"));
	assert_null(refusal_of(&alice).reason);
	assert_ok(store_config_put(S, A, "root", "{\"daily_quota\":2}"));
	check_refused(&alice, "daily", 1, 86400);
	assert_null(refusal_of(&bob).reason);
}

static void
test_rates(void **state)
{
	const struct authors alice = { &W.alice->id, 1 };
	const char *id;

	(void)state;
	assert_ok(put_settings("{\"submission_interval_sec\":600}"));
	(void)past(&alice, HOUR_MS);
	assert_null(refusal_of(&alice).reason);
	id = past(&alice, 60 * 1000);
	check_refused(&alice, "interval", 530, 540);
	/* What was taken back was sent nevertheless. */
	(void)sql(arena_printf(A,
	    "SELECT submission_cancel('%s', true, 'test')", id));
	check_refused(&alice, "interval", 530, 540);
	assert_ok(put_settings("{\"submission_interval_sec\":0}"));
	assert_null(refusal_of(&alice).reason);
	assert_ok(store_config_put(S, A, "root", "{\"rate_limit\":300}"));
	check_refused(&alice, "rate", 230, 240);
	assert_ok(store_config_put(S, A, "root", "{\"rate_limit\":null}"));
	assert_null(refusal_of(&alice).reason);
}

/* What the system failed at gives the attempt back; a rejudge takes it. */
static void
test_judge_error_gives_back(void **state)
{
	const struct authors alice = { &W.alice->id, 1 };
	const char *r1 = new_runner("r1");
	struct submission_inserted in;
	struct job_result r;
	struct job_landed l;
	struct submission_new n = new_submission(W.alice);

	(void)state;
	assert_ok(put_settings(
	    "{\"submission_limit\":1,\"submission_interval_sec\":600}"));
	assert_ok(store_submission_insert(S, A, &n, &in));
	check_refused(&alice, "quota", 0, 0);
	assert_int_equal(claim(in.job_id, r1, lease(1)), CLAIM_OK);
	r = result_of(in.job_id, r1, lease(1), "JE", 0);
	assert_ok(store_job_land(S, A, &r, &l));
	assert_null(refusal_of(&alice).reason);
}

/*
 * -- extensions
 */

static void
test_extensions(void **state)
{
	const struct authors both = {
		(const int64_t[]) { W.alice->id, W.bob->id }, 2
	};
	const struct authors bob = { &W.bob->id, 1 };
	struct problem_window w;
	bool was;

	(void)state;
	assert_ok(store_member_put(S, A, W.course->id, W.staff->id, "alice",
	    ROLE_STUDENT));
	assert_ok(put_settings("{\"windows\":\"2026-01-01/2026-01-10/"
			       "2026-01-20\",\"submission_limit\":1}"));
	assert_err(store_extension_put(S, A, W.problem->id, W.staff->id,
		       "nobody", "{\"end\":\"2026-02-01\"}"),
	    ERR_NOT_FOUND);
	assert_ok(store_extension_put(S, A, W.problem->id, W.staff->id, "alice",
	    "{\"end\":\"2026-02-01\",\"attempts\":1}"));
	/* Another end moves the soft end; bob has what all have. */
	assert_int_equal(phase_at("2026-01-31T00:00:00Z"), WINDOW_OPEN);
	assert_int_equal(phase_at("2026-02-02T00:00:00Z"), WINDOW_CLOSED);
	w = window_at(&W.bob->id, 1768521600000); /* 16 January 2026 */
	assert_int_equal(w.phase, WINDOW_LATE);
	assert_string_equal(w.end_at, "2026-01-20T00:00:00.000Z");
	/* One member's end serves the team, attempts do not. */
	assert_string_equal(
	    sql("SELECT concat(phase, extended) FROM problem_window("
		"(SELECT id FROM problem WHERE slug = 'p1'), (SELECT"
		" array_agg(id) FROM app_user WHERE name IN ('alice',"
		" 'bob')), '2026-01-31')"),
	    "opent");
	(void)past(&both, HOUR_MS);
	check_refused(&both, "quota", 0, 0);
	check_refused(&bob, "quota", 0, 0);
	assert_null(refusal_of(&(struct authors) { &W.alice->id, 1 }).reason);

	assert_ok(store_extension_put(S, A, W.problem->id, W.staff->id, "alice",
	    "{\"soft\":\"2026-01-25\"}"));
	assert_int_equal(phase_at("2026-01-31T00:00:00Z"), WINDOW_LATE);
	assert_err(store_extension_put(S, A, W.problem->id, W.staff->id,
		       "alice", "{\"soft\":\"2026-03-25\"}"),
	    ERR_IMPOSSIBLE);
	assert_ok(store_extension_delete(S, A, W.problem->id, "alice", &was));
	assert_true(was);
	assert_int_equal(phase_at("2026-01-31T00:00:00Z"), WINDOW_CLOSED);
	/* Who changed what can be told. */
	assert_string_equal(sql("SELECT string_agg(DISTINCT action || ' '"
				" || target || ' ' || actor, ',' ORDER BY"
				" action || ' ' || target || ' ' || actor)"
				" FROM audit"),
	    "extension c1/p1 staff,member c1 staff,problem c1/p1 staff");
}

/* The row keeps what held when it was made. */
static void
test_late_row(void **state)
{
	struct submission_new n = new_submission(W.alice);
	struct submission_inserted in;

	(void)state;
	assert_ok(put_settings("{\"late_penalty\":15}"));
	(void)sql("UPDATE problem SET soft_at = now() - interval '25 hours'");
	assert_ok(store_submission_insert(S, A, &n, &in));
	assert_string_equal(sql("SELECT late || ' ' || penalty || ' '"
				" || (soft_at IS NOT NULL) FROM submission"),
	    "true 30.00 true");
	(void)sql("UPDATE problem SET soft_at = NULL");
	assert_string_equal(sql("SELECT late FROM submission"), "t");
}

/*
 * -- rosters and teams
 */

static struct roster
put_roster(const char *const *users, const char *const *roles,
    const char *const *teams, size_t n)
{
	const struct roster_new in = { W.course->id, "staff", users, roles,
		teams, n };
	struct roster r;

	assert_ok(store_roster_put(S, A, &in, &r));
	assert_int_equal(r.n, n);
	return r;
}

static void
test_roster(void **state)
{
	static const char *const users[] = { "zoe", "alice", "adam" };
	static const char *const roles[] = { NULL, "student", "tutor" };
	static const char *const teams[] = { "red", "red", NULL };
	static const char *const none[] = { NULL, NULL, NULL };
	struct roster r = put_roster(users, roles, teams, 3);

	(void)state;
	assert_string_equal(r.items[0].user, "zoe");
	assert_int_equal(r.items[0].role, ROLE_STUDENT);
	assert_string_equal(r.items[0].team, "red");
	assert_true(r.items[0].is_new && r.items[0].may_token);
	/* She was there before this course. */
	assert_true(r.items[1].is_new && !r.items[1].may_token);
	assert_int_equal(r.items[2].role, ROLE_TUTOR);
	assert_null(r.items[2].team);
	/* Again: what is not said stays. */
	r = put_roster(users, none, none, 3);
	assert_false(r.items[0].is_new);
	assert_true(r.items[0].may_token);
	assert_int_equal(r.items[2].role, ROLE_TUTOR);
	assert_string_equal(r.items[0].team, "red");
	/* Who became more than that is not spoken for. */
	(void)sql("UPDATE app_user SET is_admin = true WHERE name = 'zoe'");
	(void)sql("INSERT INTO course (slug, title) VALUES ('c2', '')");
	(void)sql("INSERT INTO member (course_id, user_id, role) SELECT"
		  " (SELECT id FROM course WHERE slug = 'c2'), id, 'staff'"
		  " FROM app_user WHERE name = 'adam'");
	r = put_roster(users, none, none, 3);
	assert_false(r.items[0].may_token);
	assert_false(r.items[2].may_token);
}

static void
test_teams(void **state)
{
	static const char *const users[] = { "alice", "bob", "adam" };
	static const char *const none[] = { NULL, NULL, NULL };
	const char *const strangers[] = { "alice", "nobody" };
	struct team red = { "red", users, 2 };
	struct authors authors;
	struct team_list l;
	const char *name;
	const char *r1 = new_runner("r1");
	struct submission_new n = new_submission(W.bob);
	struct submission_inserted in;
	bool was;

	(void)state;
	(void)put_roster(users, none, none, 3);
	assert_ok(store_team_put(S, A, W.course->id, "staff", &red));
	assert_err(store_team_put(S, A, W.course->id, "staff",
		       &(struct team) { "blue", strangers, 2 }),
	    ERR_IMPOSSIBLE);
	assert_ok(
	    store_team_of(S, A, W.course->id, W.bob->id, &name, &authors));
	assert_string_equal(name, "red");
	assert_int_equal(authors.n, 2);
	assert_int_equal(authors.ids[0], W.bob->id);

	/* Every member's standing follows, also of who has left since. */
	n.authors = authors;
	n.team = name;
	assert_ok(store_submission_insert(S, A, &n, &in));
	red.users_n = 1;
	assert_ok(store_team_put(S, A, W.course->id, "staff", &red));
	assert_int_equal(claim(in.job_id, r1, lease(1)), CLAIM_OK);
	assert_int_equal(land(in.job_id, r1, lease(1), 60), LAND_LANDED);
	assert_string_equal(sql("SELECT string_agg(u.name || t.grade, ' '"
				" ORDER BY u.name) FROM standing t"
				" JOIN app_user u ON u.id = t.user_id"),
	    "alice60.00 bob60.00");
	assert_string_equal(sql("SELECT team FROM submission"), "red");

	assert_ok(store_team_list(S, A,
	    &(struct team_page) { W.course->id, W.bob->id, NULL, 10 }, &l));
	assert_int_equal(l.n, 0);
	assert_ok(store_team_delete(S, A, W.course->id, "red", &was));
	assert_true(was);
	/* Who leaves the course leaves the team. */
	red.users_n = 2;
	assert_ok(store_team_put(S, A, W.course->id, "staff", &red));
	assert_ok(store_member_delete(S, A, W.course->id, W.staff->id, "alice",
	    &was));
	assert_string_equal(sql("SELECT count(*) FROM team_member"), "1");
}

static void
test_enrolment(void **state)
{
	struct enrolment e;
	bool is_new;

	(void)state;
	assert_ok(store_enrolment_get(S, A, W.course->id, &e));
	assert_false(e.is_open);
	assert_null(e.key_sha256);
	assert_ok(store_enrolment_key_put(S, A, W.course->id,
	    "000102030405060708090a0b0c0d0e0f"
	    "101112131415161718191a1b1c1d1e1f"));
	assert_ok(store_enrolment_get(S, A, W.course->id, &e));
	assert_string_equal(e.key_sha256,
	    "000102030405060708090a0b0c0d0e0f"
	    "101112131415161718191a1b1c1d1e1f");
	assert_ok(store_enrolment_key_put(S, A, W.course->id, NULL));
	assert_ok(store_enrol(S, A, W.course->id, W.bob->id, &is_new));
	assert_true(is_new);
	/* It is no way to become less, or more. */
	assert_ok(store_enrol(S, A, W.course->id, W.staff->id, &is_new));
	assert_false(is_new);
	assert_string_equal(
	    sql("SELECT role FROM member JOIN app_user ON id = user_id"
		" WHERE name = 'staff'"),
	    "staff");
}

static void
test_common(void **state)
{
	struct common one, two, again;
	struct store_blob *blob;

	(void)state;
	assert_ok(store_common_bytes(S, A, W.course->id, &blob));
	assert_null(blob);
	assert_ok(store_common_put(S, A, W.course->id, W.staff->id, STR("one"),
	    &one));
	assert_true(one.is_new);
	(void)submit(W.alice);
	assert_ok(store_common_put(S, A, W.course->id, W.staff->id, STR("two"),
	    &two));
	assert_string_equal(sql("SELECT encode(m.digest, 'hex') FROM job j"
				" JOIN course_common m ON m.id = j.common_id"),
	    one.digest);
	assert_ok(store_common_put(S, A, W.course->id, W.staff->id, STR("one"),
	    &again));
	assert_false(again.is_new);
	assert_string_equal(again.id, one.id);
	assert_ok(store_common_bytes(S, A, W.course->id, &blob));
	assert_int_equal(blob->n, 3);
	assert_memory_equal(blob->p, "one", 3);
}

/*
 * -- the configuration
 */

static void
test_config(void **state)
{
	static const char *const nonsense[] = { "op_set('rate_limit', '-1')",
		"op_set('rate_limit', '86401')", "op_set('rate_limit', 'soon')",
		"op_set('rate_limit', '1.5')", "op_set('rate_limit', '')",
		"op_set('rate_limit', 'true')",
		"op_set('submissions_open', '1')", "op_set('colour', '1')",
		"op_set(NULL, '1')", "op_set('rate_limit', '1e3')",
		"op_set('rate_limit', '99999999999999999999')" };
	int64_t n;
	bool yes;

	(void)state;
	assert_ok(store_config_int(S, A, "rate_limit", 7, &n));
	assert_int_equal(n, 0);
	assert_ok(store_config_int(S, A, "submit_rate", 7, &n));
	assert_int_equal(n, 7);
	assert_string_equal(sql_as("assize_operator",
				"SELECT op_set('rate_limit', '010')"),
	    "");
	assert_ok(store_config_int(S, A, "rate_limit", 7, &n));
	assert_int_equal(n, 10);
	assert_string_equal(sql("SELECT value || changed_by FROM op_config"
				" WHERE NOT is_default"),
	    "10assize_operator");
	assert_string_equal(sql("SELECT target FROM audit"
				" WHERE action = 'set'"),
	    "rate_limit");
	for (size_t i = 0; i < ARRAY_LEN(nonsense); i++)
		assert_string_equal(sql_as("assize_operator",
					arena_printf(A, "SELECT %s",
					    nonsense[i])),
		    "22023");
	assert_string_equal(sql_as("assize_operator",
				"SELECT op_set('rate_limit', 'default')"),
	    "");
	assert_ok(store_config_int(S, A, "rate_limit", 7, &n));
	assert_int_equal(n, 0);
	assert_err(store_config_put(S, A, "root",
		       "{\"rate_limit\":5,\"daily_quota\":-1,\"x\":1}"),
	    ERR_FIELDS);
	assert_string_equal(sql("SELECT count(*) FROM config"), "0");
	assert_ok(
	    store_config_put(S, A, "root", "{\"submissions_open\":false}"));
	assert_ok(store_config_bool(S, A, "submissions_open", &yes));
	assert_false(yes);
	assert_int_equal(phase_at("2026-01-31T00:00:00Z"), WINDOW_SHUT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, test_setup, test_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_window_vectors),
		T(test_windows_of_a_zone),
		T(test_windows_that_contradict),
		T(test_limit_vectors),
		T(test_sliding),
		T(test_daily),
		T(test_rates),
		T(test_judge_error_gives_back),
		T(test_extensions),
		T(test_late_row),
		T(test_roster),
		T(test_teams),
		T(test_enrolment),
		T(test_common),
		T(test_config),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown) != 0;
}
