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
#include "wire/course.h"

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
	    false, "TIME", "accepts nothing before (RFC 3339)", 0, 0 },
	{ "closes", OPTION_TEXT, offsetof(struct problem_options, closes),
	    false, "TIME", "accepts nothing after (RFC 3339)", 0, 0 },
	{ "languages", OPTION_TEXT,
	    offsetof(struct problem_options, languages), false,
	    "A,B,...", "only these languages", 0, 0 },
	{ "evaluate", OPTION_TEXT,
	    offsetof(struct problem_options, evaluate), false,
	    "WHICH", "best or last submission counts", 0, 0 },
	{ "limit", OPTION_NUMBER, offsetof(struct problem_options, limit),
	    false, "N", "submissions a user may make", 1, 100000 },
	{ 0 }
};
/* clang-format on */

/* A directory, or a zip that was made already. */
struct loaded {
	char *zip;
	size_t n;
	struct package *package;
};

static struct err *
read_zip_file(struct arena *a, const char *path, struct loaded *ret)
{
	struct package_source source = { .dir = -1 };

	TRY(io_read_file(a, AT_FDCWD, path, zip_limits_package.max_total_bytes,
	    &ret->zip, &ret->n));
	source.zip = ret->zip;
	source.zip_n = ret->n;
	return package_read(a, &source, &ret->package);
}

static struct err *
load(struct arena *a, const char *path, bool zipped, struct loaded *ret)
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

static void
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

static void
write_faults(struct json_w *w, const char *key, const struct field_fault *f)
{
	json_w_key(w, key);
	json_w_array(w);
	for (; f != NULL; f = f->next) {
		json_w_object(w);
		json_w_key_str(w, "pointer", f->pointer);
		json_w_key_str(w, "detail", f->detail);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

/* What was found, as JSON: p is NULL if the package has faults. */
static void
print_check(struct arena *a, const struct package *p, const struct err *e)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, SIZE_MAX / 4);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_bool(&w, "ok", e == NULL);
	if (p != NULL) {
		json_w_key_str(&w, "name", p->name);
		json_w_key_str(&w, "format", p->format);
		json_w_key_i64(&w, "tests", (int64_t)p->plan.test_n);
		json_w_key_i64(&w, "submissions", (int64_t)p->submission_n);
		json_w_key_str(&w, "fingerprint", p->fingerprint);
		write_faults(&w, "warnings", p->warnings);
	}
	if (e != NULL)
		write_faults(&w, "errors", e->faults);
	json_w_object_end(&w);
	json_w_finish(&w);
	puts(b.p);
}

struct err *
cmd_problem_check(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	struct loaded l;
	struct err *e = load(cli->arena, c->args[0], false, &l);

	if (cli->json && (e == NULL || e->faults != NULL))
		print_check(cli->arena, l.package, e);
	if (e != NULL)
		return e;
	*ret_exit = CLI_OK;
	if (cli->json)
		return NULL;
	print_warnings(l.package->warnings);
	print_safe(stdout, l.package->name);
	printf(": %zu tests, %zu submissions of its own, format %s\n",
	    l.package->plan.test_n, l.package->submission_n, l.package->format);
	return NULL;
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

	TRY(load(a, c->args[0], true, &l));
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
		.submission_limit = o->limit,
		.has_submission_limit = o->limit > 0,
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
