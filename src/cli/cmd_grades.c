#include "cli/cmd_grades.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/io.h"
#include "base/str.h"
#include "cli/api.h"
#include "cli/print.h"
#include "cli/submission.h"

/* clang-format off */
const struct cli_option status_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct status_options, course),
	    true, "COURSE", "of this course", 0, 0 },
	{ "problem", OPTION_TEXT, offsetof(struct status_options, problem),
	    true, "PROBLEM", "of this problem", 0, 0 },
	{ "user", OPTION_TEXT, offsetof(struct status_options, user),
	    false, "USER", "whose (those who teach: else everyone's)", 0, 0 },
	{ 0 }
};

const struct cli_option grades_option_table[] = {
	{ "csv", OPTION_FLAG, offsetof(struct grades_options, csv), false,
	    NULL, "all of it as CSV, with a column for each problem", 0, 0 },
	{ "output", OPTION_TEXT, offsetof(struct grades_options, output),
	    false, "FILE", "write the CSV here", 0, 0 },
	{ 0 }
};

const struct cli_option export_option_table[] = {
	{ "output", OPTION_TEXT, offsetof(struct export_options, output),
	    true, "FILE", "the zip to write; - is standard output", 0, 0 },
	{ "problem", OPTION_TEXT, offsetof(struct export_options, problem),
	    false, "PROBLEM", "of this problem only", 0, 0 },
	{ "evaluated", OPTION_FLAG,
	    offsetof(struct export_options, evaluated), false,
	    NULL, "only those that count", 0, 0 },
	{ 0 }
};

const struct cli_option grade_option_table[] = {
	{ "comment", OPTION_TEXT, offsetof(struct grade_options, comment),
	    false, "TEXT", "that the students see with it", 0, 0 },
	{ "withdraw", OPTION_FLAG, offsetof(struct grade_options, withdraw),
	    false, NULL, "take back the grade that was given", 0, 0 },
	{ 0 }
};
/* clang-format on */

static struct err *
get(struct cli *cli, const char *path, const struct json **ret_data)
{
	const struct api_call call = { .method = "GET", .path = path };

	return api_do(cli, &call, ret_data);
}

/* A table of some members of each object of an array. */
static void
print_items(struct arena *a, const struct json *items,
    const char *const *members, size_t n)
{
	const char *cells[TABLE_COLUMNS];
	struct table t;

	table_init(&t, a, n);
	for (size_t i = 0; i < n; i++) {
		char *head = arena_strdup(a, members[i]);

		for (char *p = head; *p != '\0'; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
		cells[i] = head;
	}
	table_add(&t, cells);
	for (size_t i = 0;
	     items != NULL && items->kind == JSON_ARRAY && i < items->n; i++) {
		for (size_t k = 0; k < n; k++)
			cells[k] =
			    print_member(a, &items->items[i], members[k]);
		table_add(&t, cells);
	}
	table_print(&t);
}

static void
say_more(const struct json *data)
{
	if (json_member_string(data, "next_cursor") != NULL)
		fputs("there are more\n", stderr);
}

struct err *
cmd_status(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	static const char *const members[] = { "user", "grade", "tried",
		"succeeded", "evaluated" };
	const struct status_options *o = c->options;
	struct arena *a = cli->arena;
	const char *path = api_path(a, "/courses/%/problems/%/standing",
	    o->course, o->problem);
	const struct json *data;

	if (o->user != NULL)
		path = arena_printf(a, "%s?user=%s", path,
		    enc_url_encode(a, o->user));
	TRY(get(cli, path, &data));
	*ret_exit = CLI_OK;
	if (cli->json) {
		print_json(a, data);
	} else if (json_member(data, "standings") != NULL) {
		print_items(a, json_member(data, "standings"), members,
		    ARRAY_LEN(members));
		say_more(data);
	} else {
		for (size_t i = 0; i < ARRAY_LEN(members); i++)
			print_pair(members[i],
			    print_member(a, data, members[i]));
	}
	return NULL;
}

struct err *
cmd_history(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	static const char *const gradings[] = { "job_id", "created_at", "state",
		"verdict", "grade", "counted", "judged_by" };
	static const char *const people[] = { "at", "user", "grade",
		"comment" };
	struct arena *a = cli->arena;
	const struct json *data;
	const struct json *manual;

	TRY(get(cli, api_path(a, "/submissions/%/history", c->args[0], NULL),
	    &data));
	*ret_exit = CLI_OK;
	if (cli->json) {
		print_json(a, data);
		return NULL;
	}
	print_items(a, json_member(data, "gradings"), gradings,
	    ARRAY_LEN(gradings));
	manual = json_member(data, "manual");
	if (manual != NULL && manual->kind == JSON_ARRAY && manual->n > 0) {
		putchar('\n');
		print_items(a, manual, people, ARRAY_LEN(people));
	}
	return NULL;
}

struct err *
cmd_queue(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	static const char *const members[] = { "id", "course", "problem",
		"status", "position", "expected_wait", "waiting_reason" };
	const struct json *data;

	TRY(get(cli, "/queue", &data));
	*ret_exit = CLI_OK;
	if (cli->json)
		print_json(cli->arena, data);
	else
		print_items(cli->arena, json_member(data, "submissions"),
		    members, ARRAY_LEN(members));
	return NULL;
}

/* The answer goes to the file, which appears when all of it is there. */
static struct err *
save(struct cli *cli, const char *path, const char *file)
{
	struct arena *a = cli->arena;
	bool to_stdout = file == NULL || strcmp(file, "-") == 0;
	const char *part = to_stdout ? NULL : arena_printf(a, "%s.part", file);
	_cleanup_(io_closep) int fd = to_stdout
	    ? dup(STDOUT_FILENO)
	    : open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	struct err *e;

	if (fd < 0)
		return ERR(a, ERR_IMPOSSIBLE, "%s cannot be written",
		    to_stdout ? "standard output" : part);
	e = api_save(cli, path, fd);
	if (to_stdout)
		return e;
	if (e == NULL && rename(part, file) != 0)
		e = ERR(a, ERR_IMPOSSIBLE, "%s cannot be written", file);
	if (e != NULL)
		unlink(part);
	return e;
}

struct err *
cmd_grades(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	static const char *const members[] = { "user", "grade" };
	const struct grades_options *o = c->options;
	struct arena *a = cli->arena;
	const char *path = api_path(a, "/courses/%/grades", c->args[0], NULL);
	const struct json *data;

	*ret_exit = CLI_OK;
	if (o->csv || o->output != NULL)
		return save(cli, arena_printf(a, "%s?format=csv", path),
		    o->output);
	TRY(get(cli, arena_printf(a, "%s?limit=200", path), &data));
	if (cli->json) {
		print_json(a, data);
		return NULL;
	}
	print_items(a, json_member(data, "grades"), members,
	    ARRAY_LEN(members));
	if (json_member_string(data, "next_cursor") != NULL)
		fputs("there are more: --csv has all\n", stderr);
	return NULL;
}

struct err *
cmd_export(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct export_options *o = c->options;
	struct arena *a = cli->arena;
	const char *path =
	    api_path(a, "/courses/%/submissions.zip", c->args[0], NULL);

	path = arena_printf(a, "%s?evaluated=%d", path, o->evaluated);
	if (o->problem != NULL)
		path = arena_printf(a, "%s&problem=%s", path,
		    enc_url_encode(a, o->problem));
	*ret_exit = CLI_OK;
	return save(cli, path, o->output);
}

static struct err *
grade_body(struct arena *a, const struct command_call *c, struct buf *b)
{
	const struct grade_options *o = c->options;
	struct json_w w;
	double grade;

	if (c->n_args != 2 || o->withdraw)
		return ERR(a, ERR_REQUEST, "give either a grade or --withdraw");
	if (!str_to_double(c->args[1], &grade))
		return ERR(a, ERR_REQUEST, "%s is no grade", c->args[1]);
	buf_init(b, a, 256 << 10);
	json_w_init(&w, b);
	json_w_object(&w);
	json_w_key_f64(&w, "grade", grade);
	json_w_key_str(&w, "comment", o->comment);
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(b))
		return ERR(a, ERR_REQUEST, "the comment is too long");
	return NULL;
}

struct err *
cmd_grade(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct grade_options *o = c->options;
	struct arena *a = cli->arena;
	struct api_call call = {
		.method = "DELETE",
		.path = api_path(a, "/submissions/%/grade", c->args[0], NULL),
	};
	const struct json *d;
	struct buf body;

	if (!o->withdraw || c->n_args > 1) {
		TRY(grade_body(a, c, &body));
		call.method = "PUT";
		call.type = "application/json";
		call.body = body.p;
		call.body_n = body.n;
	}
	TRY(api_do(cli, &call, &d));
	*ret_exit = CLI_OK;
	if (cli->json)
		print_json(a, d);
	else
		submission_print(a, d);
	return NULL;
}
