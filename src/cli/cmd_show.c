#include <stdio.h>

#include "base/enc.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/submission.h"

/* clang-format off */
const struct cli_option show_option_table[] = {
	{ "wait", OPTION_FLAG, offsetof(struct show_options, wait), false,
	    NULL, "wait for the verdict, and end with it", 0, 0 },
	{ "timeout", OPTION_NUMBER, offsetof(struct show_options, timeout_s),
	    false, "SECONDS", "wait no longer", 1, 7 * 86400 },
	{ 0 }
};

const struct cli_option list_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct list_options, course),
	    false, "COURSE", "of this course", 0, 0 },
	{ "problem", OPTION_TEXT, offsetof(struct list_options, problem),
	    false, "PROBLEM", "of this problem", 0, 0 },
	{ "user", OPTION_TEXT, offsetof(struct list_options, user), false,
	    "USER", "of this user", 0, 0 },
	{ "status", OPTION_TEXT, offsetof(struct list_options, status),
	    false, "STATUS", "waiting, running, done, error, cancelled",
	    0, 0 },
	{ "verdict", OPTION_TEXT, offsetof(struct list_options, verdict),
	    false, "VERDICT", "AC, WA, ...", 0, 0 },
	{ "language", OPTION_TEXT, offsetof(struct list_options, language),
	    false, "NAME", "in this language", 0, 0 },
	{ "after", OPTION_TEXT, offsetof(struct list_options, after), false,
	    "TIME", "submitted after (RFC 3339)", 0, 0 },
	{ "before", OPTION_TEXT, offsetof(struct list_options, before),
	    false, "TIME", "submitted before (RFC 3339)", 0, 0 },
	{ "cursor", OPTION_TEXT, offsetof(struct list_options, cursor),
	    false, "TEXT", "go on where the last list ended", 0, 0 },
	{ "limit", OPTION_NUMBER, offsetof(struct list_options, limit),
	    false, "N", "at most so many", 1, 200 },
	{ 0 }
};
/* clang-format on */

struct err *
cmd_show(struct cli *cli, const struct command_call *c, enum cli_exit *ret_exit)
{
	const struct show_options *o = c->options;
	struct arena *a = cli->arena;
	const struct waiting w = { c->args[0], o->timeout_s };
	const struct api_call call = { .method = "GET",
		.path = api_path(a, "/submissions/%", w.id, NULL) };
	const struct json *d;

	*ret_exit = CLI_OK;
	if (o->wait) {
		TRY(submission_wait(cli, &w, &d));
		*ret_exit = submission_exit(d);
	} else {
		TRY(api_do(cli, &call, &d));
	}
	if (cli->json)
		print_json(a, d);
	else
		submission_print(a, d);
	return NULL;
}

/* Every option of the table is a parameter of the same name. */
static char *
list_path(struct arena *a, const struct list_options *o)
{
	const char *value;
	struct buf b;

	buf_init(&b, a, 16 << 10);
	buf_puts(&b, "/submissions");
	for (const struct cli_option *f = list_option_table;
	     f->type == OPTION_TEXT; f++) {
		value = *(const char *const *)(const void *)((const char *)o +
		    f->offset);
		if (value != NULL)
			buf_printf(&b, "%c%s=%s",
			    strchr(b.p, '?') == NULL ? '?' : '&', f->name,
			    enc_url_encode(a, value));
	}
	if (o->limit > 0)
		buf_printf(&b, "%climit=%lld",
		    strchr(b.p, '?') == NULL ? '?' : '&', (long long)o->limit);
	return b.p;
}

static const char *
first_user(const struct json *d)
{
	const struct json *users = json_member(d, "users");

	if (users == NULL || users->kind != JSON_ARRAY || users->n == 0 ||
	    users->items[0].kind != JSON_STRING)
		return NULL;
	return users->items[0].string;
}

static void
print_list(struct arena *a, const struct json *items)
{
	static const char *const head[] = { "SUBMISSION", "PROBLEM", "USER",
		"LANGUAGE", "VERDICT", "GRADE", "SUBMITTED" };
	const struct json *d;
	const char *verdict;
	struct table t;

	table_init(&t, a, ARRAY_LEN(head));
	table_add(&t, head);
	for (size_t i = 0; i < items->n; i++) {
		d = &items->items[i];
		verdict = print_member(a, d, "verdict");
		if (verdict == NULL)
			verdict = print_member(a, d, "status");
		const char *const cells[] = {
			print_member(a, d, "id"),
			arena_printf(a, "%s/%s", print_member(a, d, "course"),
			    print_member(a, d, "problem")),
			first_user(d),
			print_member(a, d, "language"),
			verdict,
			print_member(a, d, "grade"),
			print_member(a, d, "submitted_at"),
		};

		table_add(&t, cells);
	}
	table_print(&t);
}

struct err *
cmd_list(struct cli *cli, const struct command_call *c, enum cli_exit *ret_exit)
{
	struct arena *a = cli->arena;
	const struct api_call call = { .method = "GET",
		.path = list_path(a, c->options) };
	const struct json *data;
	const struct json *items;
	const char *next;

	TRY(api_do(cli, &call, &data));
	*ret_exit = CLI_OK;
	if (cli->json) {
		print_json(a, data);
		return NULL;
	}
	items = json_member(data, "submissions");
	if (items == NULL || items->kind != JSON_ARRAY)
		return ERR(a, ERR_UNAVAILABLE, "the answer holds no list");
	print_list(a, items);
	next = json_member_string(data, "next_cursor");
	if (next != NULL)
		fprintf(stderr, "more: --cursor %s\n", next);
	return NULL;
}
