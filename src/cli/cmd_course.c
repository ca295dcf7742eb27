#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/send.h"
#include "wire/course.h"

#define LINE_MAX_BYTES 4096

/* clang-format off */
const struct cli_option course_option_table[] = {
	{ "title", OPTION_TEXT, offsetof(struct course_options, title),
	    false, "TEXT", "for display", 0, 0 },
	{ "time-zone", OPTION_TEXT, offsetof(struct course_options, time_zone),
	    false, "ZONE", "by whose clock times are (Europe/Berlin)", 0, 0 },
	{ "self-enrol", OPTION_FLAG,
	    offsetof(struct course_options, self_enrol), false, NULL,
	    "users may enrol themselves", 0, 0 },
	{ "no-self-enrol", OPTION_FLAG,
	    offsetof(struct course_options, no_self_enrol), false, NULL,
	    "they may not", 0, 0 },
	{ "enrolment-key-file", OPTION_TEXT,
	    offsetof(struct course_options, enrolment_key_file), false,
	    "FILE", "what they must know; an empty file: nothing", 0, 0 },
	{ "team-size", OPTION_NUMBER,
	    offsetof(struct course_options, team_size), false, "N",
	    "students form teams of so many", 1, 1000 },
	{ "no-team-size", OPTION_FLAG,
	    offsetof(struct course_options, no_team_size), false, NULL,
	    "staff make them", 0, 0 },
	{ 0 }
};

const struct cli_option member_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct member_options, course),
	    true, "COURSE", "of which course", 0, 0 },
	{ "role", OPTION_TEXT, offsetof(struct member_options, role), false,
	    "ROLE", "student (default), tutor or staff", 0, 0 },
	{ 0 }
};
/* clang-format on */

struct err *
read_line_file(struct arena *a, const char *path, const char **ret_line)
{
	char *text;
	size_t n;

	TRY(io_read_file(a, AT_FDCWD, path, LINE_MAX_BYTES, &text, &n));
	text[strcspn(text, "\r\n")] = '\0';
	*ret_line = text;
	return NULL;
}

struct err *
send_fields(struct cli *cli, struct api_call *call, const char *body,
    const char *line)
{
	const struct json *data;

	call->type = "application/json";
	call->body = body;
	call->body_n = strlen(body);
	TRY(api_do(cli, call, &data));
	if (cli->json) {
		print_json(cli->arena, data);
		return NULL;
	}
	print_safe(stdout, line);
	putchar('\n');
	return NULL;
}

static struct err *
course_of(struct cli *cli, const struct course_options *o,
    struct wire_course *ret)
{
	*ret = (struct wire_course) {
		.title = o->title,
		.time_zone = o->time_zone,
		.self_enrol = o->self_enrol,
		.has_self_enrol = o->self_enrol || o->no_self_enrol,
		.team_size = o->team_size,
		.has_team_size = o->team_size > 0 || o->no_team_size,
	};
	if (o->enrolment_key_file == NULL)
		return NULL;
	return read_line_file(cli->arena, o->enrolment_key_file,
	    &ret->enrolment_key);
}

struct err *
cmd_course_create(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	struct api_call call = { .method = "POST", .path = "/courses" };
	struct wire_course in;

	TRY(course_of(cli, c->options, &in));
	in.course = c->args[0];
	*ret_exit = CLI_OK;
	return send_fields(cli, &call,
	    fields_text(cli->arena, &wire_course_create_fields, &in,
		SIZE_MAX / 4),
	    arena_printf(cli->arena, "course %s", c->args[0]));
}

struct err *
cmd_course_set(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	struct api_call call = { .method = "PUT",
		.path = api_path(cli->arena, "/courses/%", c->args[0], NULL) };
	struct wire_course in;

	TRY(course_of(cli, c->options, &in));
	*ret_exit = CLI_OK;
	return send_fields(cli, &call,
	    fields_text(cli->arena, &wire_course_fields, &in, SIZE_MAX / 4),
	    arena_printf(cli->arena, "course %s", c->args[0]));
}

static struct err *
role_of(struct arena *a, const char *name, int *ret_role)
{
	if (name == NULL)
		name = wire_roles[WIRE_STUDENT];
	for (int i = 0; wire_roles[i] != NULL; i++) {
		if (strcmp(wire_roles[i], name) == 0) {
			*ret_role = i;
			return NULL;
		}
	}
	return ERR(a, ERR_REQUEST, "no role \"%s\": student, tutor or staff",
	    name);
}

struct err *
cmd_member_put(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct member_options *o = c->options;
	struct arena *a = cli->arena;
	struct wire_member in;
	struct api_call call = { .method = "PUT",
		.path = api_path(a, "/courses/%/members/%", o->course,
		    c->args[0]) };

	TRY(role_of(a, o->role, &in.role));
	*ret_exit = CLI_OK;
	return send_fields(cli, &call,
	    fields_text(a, &wire_member_fields, &in, SIZE_MAX / 4),
	    arena_printf(a, "%s is %s of %s", c->args[0], wire_roles[in.role],
		o->course));
}
