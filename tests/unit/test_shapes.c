#include "unit.h"

#include <string.h>

#include "wire/course.h"
#include "wire/settings.h"
#include "wire/job.h"
#include "wire/names.h"
#include "wire/result.h"
#include "wire/runner.h"
#include "wire/shorten.h"
#include "wire/submission.h"

/* The pointer of the first fault, or "" if there is no list. */
static const char *
first_pointer(const struct err *e)
{
	return e != NULL && e->faults != NULL ? e->faults->pointer : "";
}

static const struct {
	const char *text;
	const char *pointer; /* of the fault; NULL: accepted */
} submissions[] = {
	{ "{\"course\":\"c\",\"problem\":\"p\",\"code\":\"x\"}", NULL },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"input\":{\"q\":1}}", NULL },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"files\":[{\"name\":\"a.c\","
	  "\"content\":\"\"}],\"language\":\"c\"}",
	    NULL },
	{ "{\"course\":\"c\",\"problem\":\"p\"}", "/files" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"files\":[]}", "/files" },
	{ "{\"course\":\"../c\",\"problem\":\"p\",\"code\":\"x\"}", "/course" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"code\":\"x\",\"files\":"
	  "[{\"name\":\"a\",\"content\":\"\"}]}",
	    "/code" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"files\":[{\"name\":"
	  "\"../a\",\"content\":\"\"}]}",
	    "/files/0/name" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"files\":[{\"name\":"
	  "\"/etc/passwd\",\"content\":\"\"}]}",
	    "/files/0/name" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"files\":[{\"name\":"
	  "\"a\"}]}",
	    "/files/0" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"files\":[{\"name\":\"a\","
	  "\"content\":\"\",\"content_base64\":\"\"}]}",
	    "/files/0" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"files\":[{\"name\":\"a\","
	  "\"content_base64\":\"a\"}]}",
	    "/files/0/content_base64" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"files\":[{\"name\":\"a\","
	  "\"content\":\"\"},{\"name\":\"a\",\"content\":\"\"}]}",
	    "/files/1/name" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"code\":\"x\","
	  "\"langauge\":\"c\"}",
	    "/langauge" },
	{ "{\"course\":\"c\",\"problem\":\"p\",\"code\":\"x\","
	  "\"input\":[]}",
	    "/input" },
};

static void
submission(void **state)
{
	struct wire_submission *s;

	for (size_t i = 0; i < ARRAY_LEN(submissions); i++) {
		UNIT_ARENA(a);
		struct err *e =
		    wire_submission_parse(a, str_of(submissions[i].text), &s);

		if (submissions[i].pointer == NULL) {
			assert_ok(e);
			continue;
		}
		assert_err(e, ERR_FIELDS);
		assert_string_equal(first_pointer(e), submissions[i].pointer);
	}
}

static void
submission_bytes(void **state)
{
	static const struct wire_file files[] = {
		{ "bin", "a\0\xff", 3, NULL },
		{ "src/text.c", "int x;\n", 7, NULL },
	};
	static const struct wire_submission in = { .course = "c",
		.problem = "p",
		.files = files,
		.n_files = 2 };
	UNIT_ARENA(a);
	struct wire_submission *out;

	assert_ok(wire_submission_parse(a, str_of(wire_submission_text(a, &in)),
	    &out));
	assert_int_equal(out->n_files, 2);
	assert_int_equal(out->files[0].n, 3);
	assert_memory_equal(out->files[0].content, "a\0\xff", 3);
	assert_int_equal(out->files[1].n, 7);
	assert_string_equal(out->files[1].content, "int x;\n");
}

static const char job_text[] =
    "{\"job_id\":\"jb_1\",\"submission_id\":\"sb_1\",\"attempt\":1,"
    "\"lease_id\":\"ls_1\",\"problem_id\":7,\"problem\":\"p\","
    "\"course\":\"c\",\"language\":2,\"language_name\":\"python3\","
    "\"code_url\":\"https://h/api/jobs/jb_1/source?token=1\","
    "\"source\":{\"files\":[\"main.py\"],\"sha256\":"
    "\"0123456789012345678901234567890123456789012345678901234567890123\","
    "\"size\":12},\"package\":{\"digest\":"
    "\"0123456789012345678901234567890123456789012345678901234567890123\","
    "\"url\":\"https://h/api/packages/0\",\"size\":99},\"network\":false,"
    "\"grading\":{\"tests\":[]},\"limits\":{\"time_ms\":1000},"
    "\"deadline_sec\":300,\"tasks\":[{\"task_id\":0,\"case_count\":2,"
    "\"memory_limit\":65536,\"time_limit\":1000,\"taskScore\":100,"
    "\"caseCount\":2,\"memoryLimit\":65536,\"timeLimit\":1000}]}";

static void
job(void **state)
{
	UNIT_ARENA(a);
	struct wire_job *j;

	assert_ok(wire_job_parse(a, str_of(job_text), &j));
	assert_string_equal(j->source->files[0], "main.py");
	assert_int_equal(j->tasks[0].task_score, 100);
	assert_string_equal(fields_text(a, &wire_job_fields, j, 1 << 16),
	    job_text);
	assert_ok(wire_job_parse(a,
	    str_of(
		arena_printf(a, "{\"status\":\"ok\",\"data\":%s}", job_text)),
	    &j));
	assert_string_equal(j->lease_id, "ls_1");
	assert_err(wire_job_parse(a, STR("{\"data\":{}}"), &j), ERR_FIELDS);
}

static void
result(void **state)
{
	static const char text[] =
	    "{\"verdict\":\"WA\",\"grade\":87.5,\"compile\":{\"status\":\"ok\","
	    "\"output\":\"warning\"},\"tests\":[{\"path\":\"secret/01\","
	    "\"status\":\"AC\",\"score\":100,\"time_ms\":3,\"exit_code\":0,"
	    "\"stdout\":\"1\\n\",\"cut\":false,\"hidden\":true},"
	    "{\"path\":\"secret/02\",\"status\":\"skipped\",\"cut\":false,"
	    "\"hidden\":false}],\"result\":\"failed\",\"text\":\"no\","
	    "\"stdout\":\"log\",\"tree\":{\"name\":\"base\"},"
	    "\"problems\":{\"q\":[\"failed\",\"\"]},\"tags\":{\"t\":true},"
	    "\"pipeline\":[{\"name\":\"GRADE\"}]}";
	UNIT_ARENA(a);
	struct wire_result *r;

	assert_ok(wire_result_parse(a, str_of(text), &r));
	assert_false(r->is_noj);
	assert_int_equal(r->verdict, WIRE_WA);
	assert_int_equal(r->tests[1].status, WIRE_SKIPPED);
	assert_false(r->tests[1].has_score);
	assert_string_equal(r->tests[0].out, "1\n");
	assert_true(r->has_outcome);
	assert_int_equal(r->outcome, WIRE_FAILED);
	assert_string_equal(wire_result_text(a, r, 4096), text);
	assert_null(wire_result_text(a, r, 40));
}

/* What a program printed may hold a NUL; a backslash may stand before it. */
static void
nul_in_a_result(void **state)
{
	static const char text[] =
	    "{\"verdict\":\"WA\",\"grade\":0,\"tests\":[{\"path\":\"1\","
	    "\"status\":\"WA\",\"stdout\":\"\\u0000a\\\\u0000\\\\\\u0000\","
	    "\"stderr\":\"\\n\\u0000\"}]}";
	UNIT_ARENA(a);
	struct wire_result *r;

	assert_ok(wire_result_parse(a, str_of(text), &r));
	assert_string_equal(r->tests[0].out,
	    "\xef\xbf\xbd"
	    "a\\u0000\\\xef\xbf\xbd");
	assert_string_equal(r->tests[0].err, "\n\xef\xbf\xbd");
	assert_err(wire_result_parse(a, STR("{\"a\":\"\\u000"), &r),
	    ERR_NOT_JSON);
}

static const struct {
	const char *text;
	const char *want; /* NULL: as it is */
} longs[] = {
	{ "{\"stdout\":\"abcd\",\"x\":\"abcdefg\"}", NULL },
	{ "{\"stdout\":\"abcdef\"}", "{\"stdout\":\"abcd\"}" },
	{ "{\"stderr\" : \"abcdef\",\"stdout\":[\"abcdef\"]}",
	    "{\"stderr\" : \"abcd\",\"stdout\":[\"abcdef\"]}" },
	/* Characters and escapes stay whole. */
	{ "{\"stdout\":\"abc\xc3\xa9"
	  "d\"}",
	    "{\"stdout\":\"abc\xc3\xa9\"}" },
	{ "{\"stdout\":\"a\\u0001\\\\\\\"e\\\\\"}",
	    "{\"stdout\":\"a\\u0001\\\\\\\"\"}" },
	{ "{\"stdout\":\"abc\\ud83d\\ude00x\\ud83d\\ude00\"}",
	    "{\"stdout\":\"abc\\ud83d\\ude00\"}" },
	{ "{\"stdout\":\"a\\u20acb\\\"\",\"s\":{}}",
	    "{\"stdout\":\"a\\u20ac\",\"s\":{}}" },
	/* No names of outputs. */
	{ "[\"stdout\",\"abcdef\"]", NULL },
	{ "{\"stdoutx\":\"abcdef\",\"std\":\"stdout\",\"y\":\"abcdef\"}",
	    NULL },
	{ "{\"stdout\":7,\"abcdef\":\"abcdef\"}", NULL },
};

/* However it is cut into pieces. */
static void
long_outputs(void **state)
{
	char out[200];
	struct shorten s;

	for (size_t i = 0; i < ARRAY_LEN(longs); i++) {
		const char *text = longs[i].text;
		const char *want = longs[i].want != NULL ? longs[i].want : text;
		size_t n = strlen(text);

		for (size_t part = 1; part <= n; part++) {
			shorten_init(&s, out, sizeof(out), 4);
			for (size_t at = 0; at < n; at += part)
				assert_true(shorten_add(&s, text + at,
				    part < n - at ? part : n - at));
			assert_int_equal(s.n, strlen(want));
			assert_memory_equal(out, want, s.n);
		}
		shorten_init(&s, out, strlen(want) - 1, 4);
		assert_false(shorten_add(&s, text, n));
	}
}

#define CASE                                                                \
	"{\"stdout\":\"\",\"stderr\":\"\",\"exitCode\":-1,\"execTime\":-1," \
	"\"memoryUsage\":-1,\"status\":\"JE\"}"

static const struct {
	const char *text;
	const char *pointer;
} noj[] = {
	{ "{\"tasks\":[[" CASE "," CASE "],[" CASE "]]}", NULL },
	{ "{\"tasks\":[[" CASE "]],\"token\":\"x\"}", NULL },
	{ "{\"tasks\":[]}", "/tasks" },
	{ "{\"tasks\":[[]]}", "/tasks/0" },
	{ "{\"tasks\":{}}", "/tasks" },
	{ "{\"tasks\":[1]}", "/tasks/0" },
	{ "{\"tasks\":[[1]]}", "/tasks/0/0" },
	{ "{\"tasks\":[[{}]]}", "/tasks/0/0/stdout" },
	{ "{\"tasks\":[[{\"stdout\":\"\",\"stderr\":\"\",\"execTime\":1,"
	  "\"memoryUsage\":1,\"status\":\"AC\"}]]}",
	    "/tasks/0/0/exitCode" },
	{ "{\"tasks\":[[{\"stdout\":\"\",\"stderr\":\"\",\"exitCode\":0,"
	  "\"execTime\":1,\"memoryUsage\":1,\"status\":\"skipped\"}]]}",
	    "/tasks/0/0/status" },
	{ "{\"grade\":1,\"tests\":[]}", "/verdict" },
	{ "{\"verdict\":\"AC\",\"grade\":101,\"tests\":[]}", "/grade" },
	{ "{\"verdict\":\"XX\",\"grade\":1,\"tests\":[]}", "/verdict" },
	{ "{\"verdict\":\"AC\",\"grade\":1,\"tests\":[],"
	  "\"archive\":\"a/b\"}",
	    "/archive" },
};

static void
noj_result(void **state)
{
	struct wire_result *r;

	for (size_t i = 0; i < ARRAY_LEN(noj); i++) {
		UNIT_ARENA(a);
		struct err *e = wire_result_parse(a, str_of(noj[i].text), &r);

		if (noj[i].pointer == NULL) {
			assert_ok(e);
			assert_true(r->is_noj);
			assert_int_equal(r->tasks[0].cases[0].status, WIRE_JE);
			continue;
		}
		assert_err(e, ERR_FIELDS);
		assert_string_equal(first_pointer(e), noj[i].pointer);
	}
}

static void
runner(void **state)
{
	UNIT_ARENA(a);
	struct wire_register reg = { 0 };
	struct wire_heartbeat beat = { 0 };
	struct err *e;

	assert_ok(fields_parse(a, &wire_register_fields, &json_limits_body,
	    STR("{\"registrationToken\":\"t\",\"name\":\"n\","
		"\"heartbeatIntervalSec\":15,\"extra\":{}}"),
	    &reg));
	assert_string_equal(reg.registration_token, "t");
	assert_true(reg.has_heartbeat_interval);
	assert_int_equal(reg.heartbeat_interval_sec, 15);
	assert_false(reg.has_capacity);

	e = fields_parse(a, &wire_register_fields, &json_limits_body,
	    STR("{\"registration_token\":[1]}"), &reg);
	assert_err(e, ERR_FIELDS);
	assert_string_equal(first_pointer(e), "/registration_token");

	assert_ok(fields_parse(a, &wire_heartbeat_fields, &json_limits_body,
	    STR(""), &beat));
	assert_false(beat.has_active);
	assert_ok(fields_parse(a, &wire_heartbeat_fields, &json_limits_body,
	    STR("{\"active_job_ids\":[]}"), &beat));
	assert_true(beat.has_active);
	assert_int_equal(beat.n_active, 0);
}

static void
course(void **state)
{
	UNIT_ARENA(a);
	struct wire_problem p = { 0 };
	struct err *e;

	assert_ok(fields_parse(a, &wire_problem_fields, &json_limits_body,
	    STR("{\"closes_at\":\"2026-11-21T23:59:59Z\","
		"\"evaluate\":\"last\",\"languages\":[\"c\",\"c++\"]}"),
	    &p));
	assert_int_equal(p.evaluate, WIRE_EVALUATE_LAST);
	e = fields_parse(a, &wire_problem_fields, &json_limits_body,
	    STR("{\"closes_at\":\"tomorrow\"}"), &p);
	assert_err(e, ERR_FIELDS);
	assert_string_equal(first_pointer(e), "/closes_at");
}

static void
names(void **state)
{
	char longest[66];

	memset(longest, 'a', sizeof(longest) - 1);
	longest[65] = '\0';
	assert_false(wire_is_slug(longest));
	longest[64] = '\0';
	assert_true(wire_is_slug(longest));
	assert_true(wire_is_slug("LINFO1101_2-b"));
	assert_false(wire_is_slug(""));
	assert_false(wire_is_slug("-a"));
	assert_false(wire_is_slug("a.b"));
	assert_true(wire_is_user("a.b@c-d_e+f"));
	assert_false(wire_is_user("a b"));
	assert_false(wire_is_user("\xc3\xa9"));
	assert_true(wire_is_label("c++"));
	assert_false(wire_is_label("C"));
	assert_true(wire_is_nonce("-_aZ9"));
	assert_false(wire_is_nonce("a/b"));
	assert_true(wire_is_key("a/b:{}"));
	assert_false(wire_is_key("a b"));
	assert_false(wire_is_key(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(submission),
		cmocka_unit_test(submission_bytes),
		cmocka_unit_test(job),
		cmocka_unit_test(result),
		cmocka_unit_test(nul_in_a_result),
		cmocka_unit_test(long_outputs),
		cmocka_unit_test(noj_result),
		cmocka_unit_test(runner),
		cmocka_unit_test(course),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
