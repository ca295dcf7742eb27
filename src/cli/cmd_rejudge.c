/* Judging once more: one submission, or a set of what fits a filter. */
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/submission.h"
#include "wire/rejudging.h"

#define O(m) offsetof(struct rejudge_options, m)
#define L(m) offsetof(struct rejudging_options, m)

/* clang-format off */
const struct cli_option rejudge_option_table[] = {
	{ "wait", OPTION_FLAG, O(wait), false, NULL,
	    "one submission: wait for the verdict, and end with it", 0, 0 },
	{ "timeout", OPTION_NUMBER, O(timeout_s), false, "SECONDS",
	    "wait no longer", 1, 7 * 86400 },
	{ "all", OPTION_FLAG, O(all), false, NULL,
	    "one submission: also the tests that would be skipped", 0, 0 },
	{ "course", OPTION_TEXT, O(course), false, "COURSE",
	    "a set: of this course", 0, 0 },
	{ "problem", OPTION_TEXT, O(problem), false, "PROBLEM",
	    "of this problem", 0, 0 },
	{ "user", OPTION_TEXT, O(user), false, "USER", "of this user", 0, 0 },
	{ "language", OPTION_TEXT, O(language), false, "NAME",
	    "in this language", 0, 0 },
	{ "verdict", OPTION_TEXT, O(verdict), false, "VERDICT",
	    "AC, WA, ...", 0, 0 },
	{ "runner", OPTION_TEXT, O(runner), false, "RUNNER",
	    "judged by this runner, by name or id", 0, 0 },
	{ "package", OPTION_FLAG, O(package), false, NULL,
	    "judged with another package than the problem has now", 0, 0 },
	{ "judged-with", OPTION_TEXT, O(judged_with), false, "PACKAGE",
	    "judged with this package, by id or digest", 0, 0 },
	{ "after", OPTION_TEXT, O(after), false, "TIME",
	    "submitted after (RFC 3339)", 0, 0 },
	{ "before", OPTION_TEXT, O(before), false, "TIME",
	    "submitted before (RFC 3339)", 0, 0 },
	{ "reason", OPTION_TEXT, O(reason), false, "TEXT",
	    "for those who look at the set", 0, 0 },
	{ 0 }
};

const struct cli_option rejudging_option_table[] = {
	{ "course", OPTION_TEXT, L(course), false, "COURSE",
	    "of this course", 0, 0 },
	{ "state", OPTION_TEXT, L(state), false, "STATE",
	    "open, applied, discarded", 0, 0 },
	{ 0 }
};

const struct cli_option rejudging_apply_option_table[] = {
	{ "partial", OPTION_FLAG,
	    offsetof(struct rejudging_apply_options, partial), false, NULL,
	    "leave what is not judged yet as it is", 0, 0 },
	{ 0 }
};
/* clang-format on */

static void
print_counts(struct arena *a, const struct json *set, const char *name)
{
	const struct json *counts = json_member(set, name);
	struct buf b;

	if (counts == NULL || counts->kind != JSON_OBJECT)
		return;
	buf_init(&b, a, 4096);
	for (size_t i = 0; i < counts->n; i++) {
		const struct json_member *m = &counts->members[i];

		if (m->value.kind == JSON_INT && m->value.integer == 0)
			continue;
		buf_printf(&b, "%s%s %s", b.n > 0 ? ", " : "",
		    json_text(a, &m->value), m->name);
	}
	if (b.n > 0)
		print_pair(name, b.p);
}

/* How the verdicts would change: one line each. */
static void
print_matrix(struct arena *a, const struct json *set)
{
	static const char *const head[] = { "BEFORE", "NOW", "COUNT" };
	const struct json *matrix = json_member(set, "matrix");
	struct table t;

	if (matrix == NULL || matrix->kind != JSON_ARRAY || matrix->n == 0)
		return;
	table_init(&t, a, ARRAY_LEN(head));
	table_add(&t, head);
	for (size_t i = 0; i < matrix->n; i++) {
		const struct json *m = &matrix->items[i];
		const char *const cells[] = { print_member(a, m, "from"),
			print_member(a, m, "to"), print_member(a, m, "count") };

		table_add(&t, cells);
	}
	table_print(&t);
}

static void
print_set(struct cli *cli, const struct json *set)
{
	static const char *const names[] = { "state", "course", "filter",
		"reason", "created_by", "members", "skipped" };
	struct arena *a = cli->arena;

	if (cli->json) {
		print_json(a, set);
		return;
	}
	print_pair("rejudging", print_member(a, set, "id"));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		print_pair(names[i], print_member(a, set, names[i]));
	print_counts(a, set, "progress");
	print_counts(a, set, "outcomes");
	print_counts(a, set, "grades");
	print_matrix(a, set);
}

static struct err *
make_set(struct cli *cli, const struct rejudge_options *o)
{
	const struct wire_rejudging in = {
		.course = o->course,
		.problem = o->problem,
		.user = o->user,
		.language = o->language,
		.verdict = o->verdict,
		.runner = o->runner,
		.package = o->judged_with,
		.outdated = o->package,
		.has_outdated = o->package,
		.after = o->after,
		.before = o->before,
		.reason = o->reason,
	};
	const char *body =
	    fields_text(cli->arena, &wire_rejudging_fields, &in, 1 << 16);
	const struct api_call call = {
		.method = "POST",
		.path = "/rejudgings",
		.type = "application/json",
		.body = body,
		.body_n = strlen(body),
	};
	const struct json *set;

	TRY(api_do(cli, &call, &set));
	print_set(cli, set);
	return NULL;
}

struct err *
cmd_rejudge(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct rejudge_options *o = c->options;
	const struct json *d;
	struct waiting w = { .timeout_s = o->timeout_s };
	struct api_call call = { .method = "POST" };

	*ret_exit = CLI_OK;
	if (c->n_args == 0)
		return make_set(cli, o);
	w.id = c->args[0];
	call.path = api_path(cli->arena,
	    o->all ? "/submissions/%/rejudge?tests=all"
		   : "/submissions/%/rejudge",
	    w.id, NULL);
	TRY(api_do(cli, &call, &d));
	if (o->wait) {
		TRY(submission_wait(cli, &w, &d));
		*ret_exit = submission_exit(d);
	}
	if (cli->json)
		print_json(cli->arena, d);
	else
		submission_print(cli->arena, d);
	return NULL;
}

struct err *
cmd_rejudging_list(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	static const char *const head[] = { "REJUDGING", "STATE", "COURSE",
		"MEMBERS", "BY", "CREATED", "REASON" };
	const struct rejudging_options *o = c->options;
	struct arena *a = cli->arena;
	const char *state = o->state != NULL ? enc_url_encode(a, o->state) : "";
	const char *course =
	    o->course != NULL ? enc_url_encode(a, o->course) : "";
	const struct api_call call = { .method = "GET",
		.path = arena_printf(a, "/rejudgings?limit=100%s%s%s%s",
		    o->state != NULL ? "&state=" : "", state,
		    o->course != NULL ? "&course=" : "", course) };
	const struct json *d;
	const struct json *sets;
	struct table t;

	TRY(api_do(cli, &call, &d));
	*ret_exit = CLI_OK;
	sets = json_member(d, "rejudgings");
	if (cli->json || sets == NULL) {
		print_json(a, d);
		return NULL;
	}
	table_init(&t, a, ARRAY_LEN(head));
	table_add(&t, head);
	for (size_t i = 0; i < sets->n; i++) {
		const struct json *s = &sets->items[i];
		const char *const cells[] = { print_member(a, s, "id"),
			print_member(a, s, "state"),
			print_member(a, s, "course"),
			print_member(a, s, "members"),
			print_member(a, s, "created_by"),
			print_member(a, s, "created_at"),
			print_member(a, s, "reason") };

		table_add(&t, cells);
	}
	table_print(&t);
	return NULL;
}

static struct err *
act(struct cli *cli, const struct api_call *call, enum cli_exit *ret_exit)
{
	const struct json *set;

	TRY(api_do(cli, call, &set));
	print_set(cli, set);
	*ret_exit = CLI_OK;
	return NULL;
}

struct err *
cmd_rejudging_show(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct api_call call = { .method = "GET",
		.path =
		    api_path(cli->arena, "/rejudgings/%", c->args[0], NULL) };

	return act(cli, &call, ret_exit);
}

struct err *
cmd_rejudging_apply(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct rejudging_apply_options *o = c->options;
	const char *body = o->partial ? "{\"partial\":true}" : "{}";
	const struct api_call call = {
		.method = "POST",
		.path = api_path(cli->arena, "/rejudgings/%/apply", c->args[0],
		    NULL),
		.type = "application/json",
		.body = body,
		.body_n = strlen(body),
	};

	return act(cli, &call, ret_exit);
}

struct err *
cmd_rejudging_discard(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct api_call call = { .method = "POST",
		.path = api_path(cli->arena, "/rejudgings/%/discard",
		    c->args[0], NULL) };

	return act(cli, &call, ret_exit);
}

struct err *
cmd_rejudging_repeat(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct api_call call = { .method = "POST",
		.path = api_path(cli->arena, "/rejudgings/%/repeat", c->args[0],
		    NULL) };

	return act(cli, &call, ret_exit);
}
