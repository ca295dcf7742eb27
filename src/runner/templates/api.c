/*
 * api: the submission is a server, and is asked.
 */
#include <string.h>

#include "base/str.h"
#include "runner/criteria.h"
#include "runner/templates/probe_main.h"
#include "runner/templates/program.h"
#include "runner/templates/words.h"
#include "wire/json.h"

#define START_MS "10000"
#define ANSWER_MS "5000"
/* Beside what the server may compute: waiting for it to start and answer. */
#define WALL_MS 25000
#define ARGS_MAX 1024
#define SHOWN_MAX 1000
/* What of an answer is looked at. */
#define SCRATCH_JSON_MAX ((size_t)1 << 20)

struct answer {
	int status;
	struct str body;
};

/* assize-probe PORT PATH ... and the server, which a shell finds. */
static const char *const *
probe_argv(struct probe *p, const struct app_command *server)
{
	const char *const *words = server->argv != NULL
	    ? server->argv
	    : app_words(p->arena, server->command);
	const char **argv = arena_array(p->arena, ARGS_MAX + 1, sizeof(*argv));
	const char *head[] = { API_PROBE,
		arena_printf(p->arena, "%lld",
		    (long long)criteria_count(p->test, "port")),
		criteria_text(p->arena, p->test, "endpoint"), START_MS,
		ANSWER_MS, "/bin/sh", "-c", "exec \"$0\" \"$@\"" };
	size_t n = ARRAY_LEN(head);

	memcpy(argv, head, sizeof(head));
	while (*words != NULL && n < ARGS_MAX)
		argv[n++] = *words++;
	return argv;
}

static bool
take_answer(const struct box_bytes *out, struct answer *a)
{
	const char *end = memmem(out->p, out->n, "\r\n\r\n", 4);
	const char *space;
	int64_t status;
	char digits[4] = { 0 };

	if (out->n < 12 || memcmp(out->p, "HTTP/1.", 7) != 0 || end == NULL)
		return false;
	space = out->p + 9;
	memcpy(digits, space, 3);
	if (!str_to_i64(digits, 100, 999, &status))
		return false;
	a->status = (int)status;
	a->body = (struct str) { end + 4, (size_t)(out->p + out->n - end) - 4 };
	return true;
}

static const char *
what_failed(const struct box_record *r)
{
	switch (r->exit_code) {
	case PROBE_SERVER_ENDED:
		return "The server ended before it answered.";
	case PROBE_NOBODY_LISTENS:
		return "Nobody listens on the port.";
	case PROBE_NO_ANSWER:
		return "The server did not answer in time.";
	default:
		return NULL;
	}
}

/* false, and said, if there is no answer. */
static struct err *
get(struct probe *p, struct arena *scratch, struct answer *a, bool *ret_ok)
{
	struct app_command command;
	struct box_record r;
	const char *why;

	*ret_ok = false;
	if (!program_command(p, &command))
		return NULL;
	command.argv = probe_argv(p, &command);
	command.limits.wall_ms =
	    p->grading->job->limits.wall_ms + (int64_t)WALL_MS;
	TRY(program_run(p, scratch, &command, &r));
	why = what_failed(&r);
	if (box_record_cause(&r) == BOX_CAUSE_EXIT && why != NULL) {
		size_t n = str_utf8_cut(r.err.p,
		    r.err.n < SHOWN_MAX ? r.err.n : SHOWN_MAX);

		p->verdict = VERDICT_RE;
		return probe_say(p, 0, "FAILURE: %s\n%s",
		    words_say(p->locale, why),
		    str_utf8_repair(p->arena, r.err.p, n));
	}
	if (!program_ended_well(p, &r))
		return NULL;
	if (!take_answer(&r.out, a))
		return probe_say(p, 0, "FAILURE: The answer is no HTTP.");
	*ret_ok = true;
	return NULL;
}

static struct err *
health_check(struct probe *p)
{
	_cleanup_(arena_freep) struct arena *scratch = program_arena(p);
	const char *path = criteria_text(p->arena, p->test, "endpoint");
	struct answer a;
	bool ok;

	TRY(get(p, scratch, &a, &ok));
	if (!ok)
		return NULL;
	if (a.status == 200)
		return probe_say(p, 100,
		    "The endpoint `%s` answered with status 200.", path);
	return probe_say(p, 0,
	    "The endpoint `%s` answered with status %d, not 200.", path,
	    a.status);
}

static bool
is_equal(const struct json *a, const struct json *b)
{
	if (a->kind == JSON_STRING)
		return b->kind == JSON_STRING && a->n == b->n &&
		    memcmp(a->string, b->string, a->n) == 0;
	if (a->kind == JSON_BOOL)
		return b->kind == JSON_BOOL && a->boolean == b->boolean;
	if (a->kind == JSON_INT && b->kind == JSON_INT)
		return a->integer == b->integer;
	if (a->kind != JSON_INT && a->kind != JSON_DOUBLE)
		return a->kind == b->kind && a->kind == JSON_NULL;
	return (b->kind == JSON_INT || b->kind == JSON_DOUBLE) &&
	    (a->kind == JSON_INT ? (double)a->integer : a->number) ==
	    (b->kind == JSON_INT ? (double)b->integer : b->number);
}

static struct err *
check_response_json(struct probe *p)
{
	_cleanup_(arena_freep) struct arena *scratch = program_arena(p);
	const char *path = criteria_text(p->arena, p->test, "endpoint");
	const char *key = criteria_text(p->arena, p->test, "expected_key");
	const struct json *want = criteria_value(p->test, "expected_value");
	const struct json *doc, *value;
	struct answer a;
	bool ok;

	TRY(get(p, scratch, &a, &ok));
	if (!ok)
		return NULL;
	if (a.status != 200)
		return probe_say(p, 0,
		    "The endpoint `%s` answered with status %d, not 200.", path,
		    a.status);
	if (a.body.n > SCRATCH_JSON_MAX ||
	    json_parse(scratch, a.body.p, a.body.n, &json_limits_document,
		&doc) != NULL)
		return probe_say(p, 0, "The answer of `%s` is not JSON.", path);
	value = json_member(doc, key);
	if (value == NULL)
		return probe_say(p, 0, "The answer of `%s` has no member `%s`.",
		    path, key);
	if (is_equal(want, value))
		return probe_say(p, 100,
		    "The answer of `%s` has the expected `%s`.", path, key);
	return probe_say(p, 0,
	    "The answer of `%s` has another `%s`.\nExpected: %s", path, key,
	    json_text(p->arena, want));
}

const struct probe_function api_functions[] = {
	{ "health_check", PROBE_FILES, health_check },
	{ "check_response_json", PROBE_FILES, check_response_json },
	{ NULL, PROBE_FILES, NULL },
};
