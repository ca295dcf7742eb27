#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/str.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/print.h"
#include "package/package.h"
#include "wire/settings.h"

/* clang-format off */
const struct cli_option push_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct push_options, course), true,
	    "COURSE", "of which course", 0, 0 },
	{ "problem", OPTION_TEXT, offsetof(struct push_options, problem),
	    true, "PROBLEM", "which problem", 0, 0 },
	{ 0 }
};

const struct cli_option problem_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct problem_options, course),
	    true, "COURSE", "of which course", 0, 0 },
	{ "problem", OPTION_TEXT, offsetof(struct problem_options, problem),
	    true, "PROBLEM", "which problem", 0, 0 },
	{ "title", OPTION_TEXT, offsetof(struct problem_options, title),
	    false, "TEXT", "for display", 0, 0 },
	{ "opens", OPTION_TEXT, offsetof(struct problem_options, opens),
	    false, "TIME", "accepts nothing before", 0, 0 },
	{ "soft", OPTION_TEXT, offsetof(struct problem_options, soft),
	    false, "TIME", "what comes after is late", 0, 0 },
	{ "closes", OPTION_TEXT, offsetof(struct problem_options, closes),
	    false, "TIME", "accepts nothing after", 0, 0 },
	{ "languages", OPTION_TEXT,
	    offsetof(struct problem_options, languages), false,
	    "A,B,...", "only these languages", 0, 0 },
	{ "evaluate", OPTION_TEXT,
	    offsetof(struct problem_options, evaluate), false,
	    "WHICH", "best or last submission counts", 0, 0 },
	{ "limit", OPTION_NUMBER, offsetof(struct problem_options, limit),
	    false, "N", "submissions a user may make", 1, 100000 },
	{ "per-day", OPTION_NUMBER, offsetof(struct problem_options, per_day),
	    false, "N", "the same in a day", 1, 100000 },
	{ "interval", OPTION_NUMBER,
	    offsetof(struct problem_options, interval_s), false, "SECONDS",
	    "between two of them", 1, 31622400 },
	{ "late-penalty", OPTION_NUMBER,
	    offsetof(struct problem_options, late_penalty), false, "POINTS",
	    "of a hundred for each day that has begun", 1, 100 },
	{ "groups", OPTION_FLAG, offsetof(struct problem_options, groups),
	    false, NULL, "teams submit together", 0, 0 },
	{ 0 }
};
/* clang-format on */

static struct err *
read_zip_file(struct arena *a, const char *path, struct loaded *ret)
{
	struct package_source source = { .dir = -1 };
	struct str plain;

	TRY(io_read_file(a, AT_FDCWD, path, zip_limits_package.max_total_bytes,
	    &ret->zip, &ret->n));
	TRY(package_unlink(a, (struct str) { ret->zip, ret->n }, &plain));
	source.zip = plain.p;
	source.zip_n = plain.n;
	return package_read(a, &source, &ret->package);
}

struct err *
load_package(struct arena *a, const char *path, bool zipped, struct loaded *ret)
{
	_cleanup_(io_closep) int dir = -1;
	struct package_source source = { 0 };

	*ret = (struct loaded) { 0 };
	if (str_has_suffix(path, ".zip"))
		return read_zip_file(a, path, ret);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return ERR(a, ERR_IMPOSSIBLE, "%s: %s", path, strerror(errno));
	source.dir = dir;
	TRY(package_read(a, &source, &ret->package));
	if (!zipped)
		return NULL;
	return zip_write_dir(a, dir, &zip_limits_package, &ret->zip, &ret->n);
}

void
print_warnings(const struct field_fault *f)
{
	for (; f != NULL; f = f->next) {
		fputs("warning: ", stderr);
		print_safe(stderr, f->pointer);
		fputs(": ", stderr);
		print_safe(stderr, f->detail);
		putc('\n', stderr);
	}
}

struct err *
cmd_problem_push(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct push_options *o = c->options;
	struct arena *a = cli->arena;
	const struct json *data;
	struct loaded l;
	struct api_call call;

	TRY(load_package(a, c->args[0], true, &l));
	if (!cli->json)
		print_warnings(l.package->warnings);
	call = (struct api_call) {
		.method = "PUT",
		.path = api_path(a, "/courses/%/problems/%/package", o->course,
		    o->problem),
		.type = "application/zip",
		.body = l.zip,
		.body_n = l.n,
	};
	TRY(api_do(cli, &call, &data));
	*ret_exit = CLI_OK;
	if (cli->json) {
		print_json(a, data);
		return NULL;
	}
	print_pair("package", print_member(a, data, "package_id"));
	print_pair("name", print_member(a, data, "name"));
	print_pair("digest", print_member(a, data, "digest"));
	print_pair("tests", print_member(a, data, "tests"));
	if (json_member(data, "rejudging") != NULL)
		print_pair("outdated",
		    arena_printf(a,
			"%s submissions; to judge them again: assize rejudge "
			"--course %s --problem %s --package",
			print_member(a, json_member(data, "rejudging"),
			    "submissions"),
			o->course, o->problem));
	return NULL;
}

static struct err *
read_evaluate(struct arena *a, const char *text, struct wire_problem *in)
{
	if (text == NULL)
		return NULL;
	in->has_evaluate = true;
	if (strcmp(text, "best") == 0)
		in->evaluate = WIRE_EVALUATE_BEST;
	else if (strcmp(text, "last") == 0)
		in->evaluate = WIRE_EVALUATE_LAST;
	else
		return ERR(a, ERR_REQUEST, "--evaluate is best or last");
	return NULL;
}

static void
read_languages(struct arena *a, const char *text, struct wire_problem *in)
{
	struct str rest;
	struct str word;
	const char **names = NULL;
	size_t cap = 0;

	if (text == NULL)
		return;
	rest = str_of(text);
	while (str_cut(&rest, ',', &word)) {
		names =
		    arena_grow(a, names, in->n_languages, &cap, sizeof(*names));
		names[in->n_languages++] = str_dup(a, word);
	}
	in->languages = names;
	in->has_languages = true;
}

struct err *
cmd_problem_create(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct problem_options *o = c->options;
	struct arena *a = cli->arena;
	const struct json *data;
	struct wire_problem in = {
		.title = o->title,
		.opens_at = o->opens,
		.closes_at = o->closes,
		.soft_at = o->soft,
		.submission_limit = o->limit == 0
		    ? NULL
		    : arena_printf(a, "%lld", (long long)o->limit),
		.submissions_per_day = o->per_day,
		.has_submissions_per_day = o->per_day > 0,
		.submission_interval_sec = o->interval_s,
		.has_submission_interval_sec = o->interval_s > 0,
		.late_penalty = (double)o->late_penalty,
		.has_late_penalty = o->late_penalty > 0,
		.groups = o->groups,
		.has_groups = o->groups,
	};
	char *body;
	struct api_call call;

	TRY(read_evaluate(a, o->evaluate, &in));
	read_languages(a, o->languages, &in);
	body = fields_text(a, &wire_problem_fields, &in, SIZE_MAX / 4);
	call = (struct api_call) {
		.method = "PUT",
		.path =
		    api_path(a, "/courses/%/problems/%", o->course, o->problem),
		.type = "application/json",
		.body = body,
		.body_n = strlen(body),
	};
	TRY(api_do(cli, &call, &data));
	*ret_exit = CLI_OK;
	if (cli->json) {
		print_json(a, data);
		return NULL;
	}
	printf("problem %s/%s\n", o->course, o->problem);
	return NULL;
}
