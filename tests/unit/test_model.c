/*
 * The runner asks a real server that speaks chat completions: well, slowly,
 * wrongly, and with what a student would like it to say.
 */
#include "http_server.h"

#include <fcntl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/str.h"
#include "runner/model.h"

#define KEY "sk-secret-0123456789"

/* A completion whose content is this text, as HTTP. */
static const char *
completion(struct arena *a, const char *content)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, 1 << 20);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "choices");
	json_w_array(&w);
	json_w_object(&w);
	json_w_key(&w, "message");
	json_w_object(&w);
	json_w_key_str(&w, "role", "assistant");
	json_w_key_str(&w, "content", content);
	json_w_object_end(&w);
	json_w_object_end(&w);
	json_w_array_end(&w);
	json_w_key_raw(&w, "usage",
	    "{\"prompt_tokens\":1000,\"completion_tokens\":200}");
	json_w_object_end(&w);
	json_w_finish(&w);
	return arena_printf(a,
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    b.n, b.p);
}

static const char *
status(struct arena *a, int code, const char *more)
{
	return arena_printf(a,
	    "HTTP/1.1 %d X\r\n%sContent-Length: 0\r\nConnection: close"
	    "\r\n\r\n",
	    code, more);
}

/* What the server answers, one after the other; the last one stays. */
struct script {
	struct arena *arena;
	const char *const *answers;
	size_t n;
	size_t next;
	char last[65536]; /* request */
};

static const char *
by_script(void *arg, const char *request)
{
	struct script *s = arg;
	size_t i = s->next < s->n ? s->next++ : s->n - 1;

	snprintf(s->last, sizeof(s->last), "%s", request);
	return s->answers[i];
}

static const struct model_file files[] = {
	{ "main.py", "print(sorted([2, 1]))\n", 22 },
};
static const struct model_question questions[] = {
	{ "base/sort", "Is it a merge sort?" },
	{ "base/search", "Is it a binary search?" },
};

struct case_of {
	struct model_config config;
	struct model_batch batch;
	struct server server;
	struct script script;
	struct model *model;
	struct model_reply reply;
};

static void
start(struct case_of *c, struct arena *a, const char *const *answers, size_t n)
{
	const char *srcdir = getenv("ASSIZE_SRCDIR");

	c->script = (struct script) { .arena = a, .answers = answers, .n = n };
	c->server.reply = by_script;
	c->server.arg = &c->script;
	start_server(&c->server, NULL);
	c->config = (struct model_config) {
		.url =
		    arena_printf(a, "http://127.0.0.1:%d/v1", c->server.port),
		.name = "judge-1",
		.key = KEY,
		.prompts_dir = arena_printf(a, "%s/src/runner/prompts",
		    srcdir != NULL ? srcdir : "."),
		.timeout_ms = 20000,
		.max_tokens = 2000,
		.input_kb = 64,
		.input_price = 2000,
		.output_price = 8000,
	};
	c->batch = (struct model_batch) {
		.files = files,
		.n_files = ARRAY_LEN(files),
		.questions = questions,
		.n_questions = ARRAY_LEN(questions),
		.locale = "fr",
	};
	assert_ok(model_open(a, &c->config, &c->model));
}

static void
end(struct case_of *c)
{
	stop_server(&c->server);
}

static const char good[] =
    "{\"results\":[{\"id\":\"base/sort\",\"score\":40,\"text\":\"sorted()\","
    "\"manipulation\":false},{\"id\":\"base/search\",\"score\":0,"
    "\"text\":\"none\",\"manipulation\":true}],\"feedback\":null}";

static void
one_call_for_all(void **state)
{
	UNIT_ARENA(a);
	const char *const answers[] = { completion(a, good) };
	struct case_of c = { 0 };

	(void)state;
	start(&c, a, answers, 1);
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_int_equal(c.reply.calls, 1);
	assert_null(c.reply.failure);
	assert_true(c.reply.answers[0].is_answered);
	assert_true(c.reply.answers[0].score == 40);
	assert_string_equal(c.reply.answers[0].text, "sorted()");
	assert_false(c.reply.answers[0].manipulation);
	assert_true(c.reply.answers[1].manipulation);
	assert_int_equal(c.reply.input_tokens, 1000);
	assert_int_equal(c.reply.output_tokens, 200);
	/* 1000 at 2 and 200 at 8 for a million. */
	assert_true(c.reply.cost > 0.0035 && c.reply.cost < 0.0037);
	assert_non_null(
	    strstr(c.script.last, "POST /v1/chat/completions HTTP/1.1\r\n"));
	assert_non_null(strstr(c.script.last, "Authorization: Bearer " KEY));
	assert_non_null(strstr(c.script.last, "\"model\":\"judge-1\""));
	assert_non_null(strstr(c.script.last, "\"max_tokens\":2000"));
	assert_non_null(strstr(c.script.last, "\"json_schema\""));
	assert_non_null(strstr(c.script.last, "in fr, two or three"));
	assert_non_null(strstr(c.script.last, "Is it a merge sort?"));
	assert_non_null(strstr(c.script.last, "print(sorted([2, 1]))"));
	end(&c);
}

/* The text of a student ends no delimiter: nobody knows the next one. */
static void
delimiters_cannot_be_guessed(void **state)
{
	UNIT_ARENA(a);
	const char *const answers[] = { completion(a, good) };
	struct case_of c = { 0 };
	char first[64] = "", second[64] = "";
	const char *p;

	(void)state;
	start(&c, a, answers, 1);
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	p = strstr(c.script.last, "<<<FILE-");
	assert_non_null(p);
	memcpy(first, p, 32);
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	p = strstr(c.script.last, "<<<FILE-");
	assert_non_null(p);
	memcpy(second, p, 32);
	assert_string_not_equal(first, second);
	end(&c);
}

/* Scores beyond the range, foreign ids, answers twice: not used. */
static void
what_is_not_used(void **state)
{
	UNIT_ARENA(a);
	static const char odd[] =
	    "{\"results\":[{\"id\":\"base/sort\",\"score\":1000,"
	    "\"text\":\"x\"},{\"id\":\"bonus/all\",\"score\":100,"
	    "\"text\":\"x\"},{\"id\":\"base/search\",\"score\":7,"
	    "\"text\":\"first\"},{\"id\":\"base/search\",\"score\":100,"
	    "\"text\":\"second\"},{\"id\":\"base/sort\",\"score\":\"100\","
	    "\"text\":\"x\"}]}";
	const char *const answers[] = { completion(a, odd) };
	struct case_of c = { 0 };

	(void)state;
	start(&c, a, answers, 1);
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	/* What was missing was asked for once more, alone. */
	assert_int_equal(c.reply.calls, 2);
	assert_null(strstr(c.script.last, "Is it a binary search?"));
	assert_false(c.reply.answers[0].is_answered);
	assert_string_equal(c.reply.answers[0].text, c.reply.failure);
	assert_true(c.reply.answers[1].score == 7);
	assert_string_equal(c.reply.answers[1].text, "first");
	end(&c);
}

static void
nonsense(void **state)
{
	UNIT_ARENA(a);
	const char *const table[] = {
		completion(a, "Ignore that. The score is 100!"),
		completion(a, "{\"results\":\"all 100\"}"),
		completion(a, "[]"),
		"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
		"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"choices\":[]}",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n<h",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct case_of c = { 0 };

		start(&c, a, &table[i], 1);
		assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
		assert_false(c.reply.answers[0].is_answered);
		assert_string_equal(c.reply.failure,
		    "the language model's answer could not be used");
		assert_int_equal(c.reply.calls, 2);
		end(&c);
	}
}

static void
busy_then_well(void **state)
{
	UNIT_ARENA(a);
	const char *const answers[] = {
		status(a, 429, "Retry-After: 1\r\n"),
		completion(a, good),
	};
	struct case_of c = { 0 };

	(void)state;
	start(&c, a, answers, 2);
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_null(c.reply.failure);
	assert_int_equal(c.reply.calls, 2);
	end(&c);
}

static void
refused(void **state)
{
	UNIT_ARENA(a);
	const char *const answers[] = { status(a, 401, "") };
	struct case_of c = { 0 };

	(void)state;
	start(&c, a, answers, 1);
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_string_equal(c.reply.failure,
	    "the language model answered with status 401");
	assert_null(strstr(c.reply.failure, KEY));
	assert_int_equal(c.reply.calls, 1);
	end(&c);
}

/* A server that says nothing costs the time that it was given, no more. */
static void
silence(void **state)
{
	UNIT_ARENA(a);
	const char *const answers[] = { "HTTP/1.1 200 OK\r\n" };
	struct case_of c = { 0 };
	int64_t started;

	(void)state;
	start(&c, a, answers, 1);
	c.server.hangs = true;
	c.config.timeout_ms = 700;
	started = clock_mono_ms();
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_true(clock_mono_ms() - started >= 600);
	assert_string_equal(c.reply.failure,
	    "the language model could not be reached");
	end(&c);
}

static void
none_is_configured(void **state)
{
	UNIT_ARENA(a);
	const struct model_config config = { .url = "" };
	const struct model_batch batch = { .questions = questions,
		.n_questions = 2 };
	struct model_reply reply;
	struct model *m;

	(void)state;
	assert_ok(model_open(a, &config, &m));
	assert_false(model_is_there(m));
	assert_ok(model_ask(m, a, &batch, &reply));
	assert_string_equal(reply.failure, "no language model is configured");
	assert_string_equal(reply.answers[1].text, reply.failure);
	assert_int_equal(reply.calls, 0);
}

static void
answers_are_kept(void **state)
{
	UNIT_ARENA(a);
	const char *const answers[] = { completion(a, good) };
	char dir[] = "/tmp/assize-model-XXXXXX";
	struct model_file other = files[0];
	struct case_of c = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	start(&c, a, answers, 1);
	c.config.cache_dir = arena_printf(a, "%s/model", dir);
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_false(c.reply.is_cached);
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_true(c.reply.is_cached);
	assert_int_equal(c.reply.calls, 0);
	assert_true(c.reply.cost == 0);
	assert_true(c.reply.answers[0].score == 40);
	assert_true(c.reply.answers[1].manipulation);
	/* Another file is another question. */
	other.n--;
	c.batch.files = &other;
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_false(c.reply.is_cached);
	end(&c);
	assert_int_equal(io_remove_all(AT_FDCWD, dir), 0);
}

static void
a_report(void **state)
{
	UNIT_ARENA(a);
	static const char content[] =
	    "{\"results\":[],\"feedback\":\"# Bien\\n\\nContinue.\"}";
	const char *const answers[] = { completion(a, content) };
	const struct model_report report = {
		.persona = "Code Buddy",
		.tone = "direct",
		.solutions = "hint",
		.graded = "[{\"name\":\"sort\",\"score\":0}]",
	};
	struct case_of c = { 0 };

	(void)state;
	start(&c, a, answers, 1);
	c.batch.n_questions = 0;
	c.batch.report = &report;
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_string_equal(c.reply.feedback, "# Bien\n\nContinue.");
	assert_non_null(strstr(c.script.last, "You are: Code Buddy."));
	assert_non_null(strstr(c.script.last, "\\\"name\\\":\\\"sort\\\""));
	end(&c);
}

static void
long_files_are_cut(void **state)
{
	UNIT_ARENA(a);
	const char *const answers[] = { completion(a, good) };
	struct model_file file = { .name = "big.py", .n = 30000 };
	char *text = arena_alloc(a, 30001);
	struct case_of c = { 0 };

	(void)state;
	memset(text, 'x', 30000);
	file.text = text;
	start(&c, a, answers, 1);
	c.config.input_kb = 1;
	c.batch.files = &file;
	assert_ok(model_ask(c.model, a, &c.batch, &c.reply));
	assert_true(c.reply.is_cut);
	assert_non_null(strstr(c.script.last, "(the rest was left out)"));
	assert_true(strlen(c.script.last) < 8192);
	end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_call_for_all),
		cmocka_unit_test(delimiters_cannot_be_guessed),
		cmocka_unit_test(what_is_not_used),
		cmocka_unit_test(nonsense),
		cmocka_unit_test(busy_then_well),
		cmocka_unit_test(refused),
		cmocka_unit_test(silence),
		cmocka_unit_test(none_is_configured),
		cmocka_unit_test(answers_are_kept),
		cmocka_unit_test(a_report),
		cmocka_unit_test(long_files_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
