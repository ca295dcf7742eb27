#include "cli/submission.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/api.h"
#include "cli/print.h"

/*
 * The server may hold the question so long; where nothing changes we ask no
 * faster than this.
 */
#define WAIT_S "25"
#define PACE_MS 400
#define PACE_MAX_MS 3000

static void
print_tests(struct arena *a, const struct json *tests)
{
	static const char *const head[] = { "TEST", "STATUS", "SCORE", "MS",
		"KIB", "REPORT" };
	const struct json *test;
	struct table t;

	if (tests == NULL || tests->kind != JSON_ARRAY || tests->n == 0)
		return;
	putchar('\n');
	table_init(&t, a, ARRAY_LEN(head));
	table_add(&t, head);
	for (size_t i = 0; i < tests->n; i++) {
		test = &tests->items[i];
		const char *const cells[] = {
			print_member(a, test, "path"),
			print_member(a, test, "status"),
			print_member(a, test, "score"),
			print_member(a, test, "time_ms"),
			print_member(a, test, "memory_kb"),
			print_member(a, test, "report"),
		};

		table_add(&t, cells);
	}
	table_print(&t);
}

static const char *
users_of(struct arena *a, const struct json *document)
{
	const struct json *users = json_member(document, "users");
	struct buf b;

	buf_init(&b, a, 4096);
	if (users == NULL || users->kind != JSON_ARRAY)
		return NULL;
	for (size_t i = 0; i < users->n; i++)
		if (users->items[i].kind == JSON_STRING)
			buf_printf(&b, "%s%s", i > 0 ? ", " : "",
			    users->items[i].string);
	return b.p;
}

/* How to get in, while one may; NULL: there is no session. */
static const char *
session_of(struct arena *a, const struct json *d)
{
	const struct json *door = json_member(d, "ssh");

	if (door == NULL || door->kind != JSON_OBJECT)
		return NULL;
	return arena_printf(a, "ssh -p %s %s@%s, password %s",
	    print_member(a, door, "port"), print_member(a, door, "user"),
	    print_member(a, door, "host"), print_member(a, door, "password"));
}

/* What ssh asks about at the first time; NULL: nobody said it. */
static const char *
fingerprint_of(const struct json *d)
{
	const struct json *door = json_member(d, "ssh");

	return door != NULL ? json_member_string(door, "fingerprint") : NULL;
}

void
submission_print(struct arena *a, const struct json *d)
{
	static const char *const members[] = { "status", "verdict", "grade",
		"machine_grade", "penalty", "comment", "graded_by", "time_ms",
		"memory_kb", "attempt", "position", "expected_wait",
		"waiting_reason", "removed" };
	const char *output;

	print_pair("submission", print_member(a, d, "id"));
	print_pair("problem",
	    arena_printf(a, "%s/%s", print_member(a, d, "course"),
		print_member(a, d, "problem")));
	print_pair("user", users_of(a, d));
	print_pair("language", print_member(a, d, "language"));
	print_pair("submitted", print_member(a, d, "submitted_at"));
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		print_pair(members[i], print_member(a, d, members[i]));
	print_pair("session", session_of(a, d));
	print_pair("host_key", fingerprint_of(d));
	print_tests(a, json_member(d, "tests"));
	output = print_member(a, json_member(d, "compile"), "output");
	if (output == NULL || output[0] == '\0')
		return;
	puts("\nThe compiler says:");
	print_safe(stdout, output);
	if (output[strlen(output) - 1] != '\n')
		putchar('\n');
}

enum cli_exit
submission_exit(const struct json *d)
{
	const char *verdict = json_member_string(d, "verdict");

	if (verdict == NULL)
		return CLI_REFUSED;
	if (strcmp(verdict, "JE") == 0)
		return CLI_UNREACHED;
	return strcmp(verdict, "AC") == 0 ? CLI_OK : CLI_REFUSED;
}

/* How far it is, if that is news; in place on a terminal. */
static void
show_progress(struct arena *a, const struct json *d, const char **last)
{
	const struct json *tests = json_member(d, "tests");
	const char *verdict = json_member_string(d, "verdict");
	const char *status = json_member_string(d, "status");
	size_t n = tests != NULL && tests->kind == JSON_ARRAY ? tests->n : 0;
	const char *line =
	    arena_printf(a, "%s%s%s", status != NULL ? status : "?",
		verdict != NULL ? ": " : "", verdict != NULL ? verdict : "");
	const char *session = session_of(a, d);
	bool terminal = isatty(STDERR_FILENO) == 1;

	if (session != NULL)
		line = arena_printf(a, "%s: %s", line, session);
	if (n > 0)
		line = arena_printf(a, "%s, %zu tests done", line, n);
	if (*last != NULL && strcmp(*last, line) == 0)
		return;
	*last = line;
	fputs(terminal ? "\r\033[K" : "", stderr);
	print_safe(stderr, line);
	fputs(terminal ? "" : "\n", stderr);
	fflush(stderr);
}

static bool
is_pending(const struct json *d)
{
	const char *status = json_member_string(d, "status");

	return status != NULL &&
	    (strcmp(status, "waiting") == 0 || strcmp(status, "running") == 0);
}

struct err *
submission_wait(struct cli *cli, const struct waiting *w,
    const struct json **ret_document)
{
	struct arena *a = cli->arena;
	const struct api_call call = {
		.method = "GET",
		.path = api_path(a, "/submissions/%?wait=" WAIT_S, w->id, NULL),
	};
	int64_t end_ms = clock_mono_ms() + w->timeout_s * 1000;
	int64_t pace_ms = PACE_MS;
	const char *last = NULL;
	const char *before;
	const struct json *d;
	int64_t asked_ms;

	for (;;) {
		asked_ms = clock_mono_ms();
		before = last;
		TRY(api_do(cli, &call, &d));
		show_progress(a, d, &last);
		if (!is_pending(d))
			break;
		if (w->timeout_s > 0 && clock_mono_ms() >= end_ms)
			return ERR(a, ERR_UNAVAILABLE,
			    "%s is not graded after %lld s", w->id,
			    (long long)w->timeout_s);
		if (last != before || clock_mono_ms() - asked_ms >= pace_ms) {
			pace_ms = PACE_MS;
			continue;
		}
		/* It does not hold us: asked ever less often. */
		clock_sleep_ms(pace_ms);
		if (pace_ms < PACE_MAX_MS)
			pace_ms *= 2;
	}
	if (isatty(STDERR_FILENO) == 1)
		putc('\n', stderr);
	*ret_document = d;
	return NULL;
}
