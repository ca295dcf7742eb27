#include "cli/cmd_roster.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/str.h"
#include "cli/print.h"
#include "cli/send.h"
#include "package/zip.h"
#include "wire/roster.h"

#define ROSTER_MAX ((size_t)1 << 20)
#define CONFIG_MAX 65536

/* clang-format off */
const struct cli_option roster_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct roster_options, course),
	    true, "COURSE", "of which course", 0, 0 },
	{ "tokens", OPTION_FLAG, offsetof(struct roster_options, tokens),
	    false, NULL, "print a token for each account of the course", 0, 0 },
	{ 0 }
};

const struct cli_option enrol_option_table[] = {
	{ "key-file", OPTION_TEXT, offsetof(struct enrol_options, key_file),
	    false, "FILE", "holds the course's enrolment key", 0, 0 },
	{ 0 }
};

const struct cli_option course_of_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct course_of_options, course),
	    true, "COURSE", "of which course", 0, 0 },
	{ 0 }
};

const struct cli_option extend_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct extend_options, course),
	    true, "COURSE", "of which course", 0, 0 },
	{ "problem", OPTION_TEXT, offsetof(struct extend_options, problem),
	    true, "PROBLEM", "which problem", 0, 0 },
	{ "end", OPTION_TEXT, offsetof(struct extend_options, end), false,
	    "TIME", "nothing is taken after", 0, 0 },
	{ "soft", OPTION_TEXT, offsetof(struct extend_options, soft), false,
	    "TIME", "what comes after is late (else the end)", 0, 0 },
	{ "attempts", OPTION_NUMBER,
	    offsetof(struct extend_options, attempts), false, "N",
	    "more than the others have", 1, 100000 },
	{ "reason", OPTION_TEXT, offsetof(struct extend_options, reason),
	    false, "TEXT", "for those who ask later", 0, 0 },
	{ "remove", OPTION_FLAG, offsetof(struct extend_options, remove),
	    false, NULL, "as all others again", 0, 0 },
	{ 0 }
};
/* clang-format on */

/* A token on a terminal is for whoever runs this, one a line. */
static void
print_roster(struct arena *a, const struct json *data, bool tokens)
{
	const struct json *members = json_member(data, "members");
	struct table t;

	table_init(&t, a, tokens ? 5 : 4);
	for (size_t i = 0; members != NULL && i < members->n; i++) {
		const struct json *m = &members->items[i];
		const char *added = print_member(a, m, "added");
		const char *cells[5] = {
			print_member(a, m, "user"),
			print_member(a, m, "role"),
			print_member(a, m, "team"),
			added != NULL && strcmp(added, "true") == 0 ? "new"
								    : NULL,
			print_member(a, m, "token"),
		};

		table_add(&t, cells);
	}
	table_print(&t);
}

struct err *
cmd_roster(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct roster_options *o = c->options;
	struct arena *a = cli->arena;
	struct api_call call = { .method = "POST", .type = "text/csv" };
	const struct json *data;
	char *text;

	TRY(io_read_file(a, AT_FDCWD, c->args[0], ROSTER_MAX, &text,
	    &call.body_n));
	call.body = text;
	call.path = api_path(a,
	    o->tokens ? "/courses/%/members?tokens=true" : "/courses/%/members",
	    o->course, NULL);
	TRY(api_do(cli, &call, &data));
	*ret_exit = CLI_OK;
	if (cli->json)
		print_json(a, data);
	else
		print_roster(a, data, o->tokens);
	return NULL;
}

struct err *
cmd_enrol(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct enrol_options *o = c->options;
	struct arena *a = cli->arena;
	struct wire_enrol in = { 0 };
	struct api_call call = { .method = "POST",
		.path = api_path(a, "/courses/%/enrol", c->args[0], NULL) };

	if (o->key_file != NULL)
		TRY(read_line_file(a, o->key_file, &in.key));
	*ret_exit = CLI_OK;
	return send_fields(cli, &call,
	    fields_text(a, &wire_enrol_fields, &in, SIZE_MAX / 4),
	    arena_printf(a, "a student of %s", c->args[0]));
}

/*
 * -- teams
 */

struct err *
cmd_team_put(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct course_of_options *o = c->options;
	struct arena *a = cli->arena;
	const char **users = arena_array(a, c->n_args, sizeof(*users));
	const struct wire_team in = { users, c->n_args - 1 };
	struct api_call call = { .method = "PUT",
		.path =
		    api_path(a, "/courses/%/teams/%", o->course, c->args[0]) };

	for (size_t i = 1; i < c->n_args; i++)
		users[i - 1] = c->args[i];
	*ret_exit = CLI_OK;
	return send_fields(cli, &call,
	    fields_text(a, &wire_team_fields, &in, SIZE_MAX / 4),
	    arena_printf(a, "team %s has %zu members", c->args[0], in.n_users));
}

static struct err *
move(struct cli *cli, const struct command_call *c, bool is_leaving)
{
	const struct course_of_options *o = c->options;
	struct arena *a = cli->arena;
	const struct api_call call = {
		.method = is_leaving ? "DELETE" : "PUT",
		.path = arena_printf(a, "%s%s",
		    api_path(a, "/courses/%/teams/%", o->course, c->args[0]),
		    api_path(a, "/members/%", c->args[1], NULL)),
	};
	const struct json *data;

	TRY(api_do(cli, &call, &data));
	if (!cli->json)
		print_safe(stdout,
		    arena_printf(a, "%s is %s team %s\n", c->args[1],
			is_leaving ? "not in" : "in", c->args[0]));
	return NULL;
}

struct err *
cmd_team_join(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	*ret_exit = CLI_OK;
	return move(cli, c, false);
}

struct err *
cmd_team_leave(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	*ret_exit = CLI_OK;
	return move(cli, c, true);
}

struct err *
cmd_team_list(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct course_of_options *o = c->options;
	struct arena *a = cli->arena;
	const struct api_call call = { .method = "GET",
		.path = api_path(a, "/courses/%/teams?limit=200", o->course,
		    NULL) };
	const struct json *data;
	const struct json *teams;
	struct table t;

	TRY(api_do(cli, &call, &data));
	*ret_exit = CLI_OK;
	if (cli->json) {
		print_json(a, data);
		return NULL;
	}
	teams = json_member(data, "teams");
	table_init(&t, a, 2);
	for (size_t i = 0; teams != NULL && i < teams->n; i++) {
		const char *cells[2] = {
			print_member(a, &teams->items[i], "team"),
			print_member(a, &teams->items[i], "users"),
		};

		table_add(&t, cells);
	}
	table_print(&t);
	return NULL;
}

/*
 * -- extensions
 */

struct err *
cmd_extend(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct extend_options *o = c->options;
	struct arena *a = cli->arena;
	const struct wire_extension in = {
		.end = o->end,
		.soft = o->soft,
		.attempts = o->attempts,
		.has_attempts = o->attempts > 0,
		.reason = o->reason,
	};
	struct api_call call = { .method = o->remove ? "DELETE" : "PUT" };
	const struct json *data;

	call.path = arena_printf(a, "%s%s",
	    api_path(a, "/courses/%/problems/%", o->course, o->problem),
	    api_path(a, "/extensions/%", c->args[0], NULL));
	*ret_exit = CLI_OK;
	if (!o->remove)
		return send_fields(cli, &call,
		    fields_text(a, &wire_extension_fields, &in, SIZE_MAX / 4),
		    arena_printf(a, "extended for %s", c->args[0]));
	TRY(api_do(cli, &call, &data));
	return NULL;
}

/*
 * -- common files
 */

struct err *
cmd_common_push(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct course_of_options *o = c->options;
	struct arena *a = cli->arena;
	struct api_call call = { .method = "PUT", .type = "application/zip" };
	_cleanup_(io_closep) int dir =
	    open(c->args[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct json *data;
	char *zip;

	if (dir < 0)
		return ERR(a, ERR_IMPOSSIBLE, "%s: %s", c->args[0],
		    strerrordesc_np(errno));
	TRY(zip_write_dir(a, dir, &zip_limits_package, &zip, &call.body_n));
	call.body = zip;
	call.path = api_path(a, "/courses/%/common", o->course, NULL);
	TRY(api_do(cli, &call, &data));
	*ret_exit = CLI_OK;
	if (cli->json)
		print_json(a, data);
	else
		print_pair("digest", print_member(a, data, "digest"));
	return NULL;
}

/*
 * -- the configuration
 */

/* KEY=VALUE; VALUE is JSON, or "default". */
static struct err *
config_body(struct arena *a, const struct command_call *c, const char **ret)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, CONFIG_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	for (size_t i = 0; i < c->n_args; i++) {
		char *value = strchr(c->args[i], '=');
		const struct json *j;

		if (value == NULL)
			return ERR(a, ERR_REQUEST, "%s is no KEY=VALUE",
			    c->args[i]);
		*value++ = '\0';
		if (strcmp(value, "default") == 0)
			value = arena_strdup(a, "null");
		if (json_parse(a, value, strlen(value), &json_limits_body,
			&j) != NULL)
			return ERR(a, ERR_REQUEST,
			    "%s is a number, true, false or default",
			    c->args[i]);
		json_w_key(&w, c->args[i]);
		json_w_value(&w, j);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	*ret = b.p;
	return buf_overflowed(&b) ? ERR(a, ERR_REQUEST, "too many keys") : NULL;
}

struct err *
cmd_config(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	struct arena *a = cli->arena;
	struct api_call call = { .method = "GET", .path = "/config" };
	const struct json *data;
	const struct json *keys;
	struct table t;

	if (c->n_args > 0) {
		const char *body = NULL;

		TRY(config_body(a, c, &body));
		call.method = "PUT";
		call.type = "application/json";
		call.body = body;
		call.body_n = strlen(body);
	}
	TRY(api_do(cli, &call, &data));
	*ret_exit = CLI_OK;
	if (cli->json) {
		print_json(a, data);
		return NULL;
	}
	keys = json_member(data, "keys");
	table_init(&t, a, 3);
	for (size_t i = 0; keys != NULL && i < keys->n; i++) {
		const char *cells[3] = {
			print_member(a, &keys->items[i], "key"),
			print_member(a, &keys->items[i], "value"),
			print_member(a, &keys->items[i], "help"),
		};

		table_add(&t, cells);
	}
	table_print(&t);
	return NULL;
}
