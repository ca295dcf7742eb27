#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/rand.h"
#include "base/str.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/submission.h"
#include "grade/language.h"
#include "wire/submission.h"

#define FILE_MAX ((size_t)8 << 20)
#define TIMEOUT_MAX_S (7 * 86400)

/* clang-format off */
const struct cli_option submit_option_table[] = {
	{ "course", OPTION_TEXT, offsetof(struct submit_options, course),
	    true, "COURSE", "of which course", 0, 0 },
	{ "problem", OPTION_TEXT, offsetof(struct submit_options, problem),
	    true, "PROBLEM", "which problem", 0, 0 },
	{ "language", OPTION_TEXT, offsetof(struct submit_options, language),
	    false, "NAME", "c, cpp, python3 (else by the file's name)", 0, 0 },
	{ "key", OPTION_TEXT, offsetof(struct submit_options, key), false,
	    "KEY", "the same key again: the same submission", 0, 0 },
	{ "all", OPTION_FLAG, offsetof(struct submit_options, all), false,
	    NULL, "staff: also the tests that would be skipped", 0, 0 },
	{ "debug", OPTION_FLAG, offsetof(struct submit_options, debug), false,
	    NULL, "staff: an SSH session in place of the script", 0, 0 },
	{ "wait", OPTION_FLAG, offsetof(struct submit_options, wait), false,
	    NULL, "wait for the verdict, and end with it", 0, 0 },
	{ "timeout", OPTION_NUMBER,
	    offsetof(struct submit_options, timeout_s), false,
	    "SECONDS", "wait no longer", 1, TIMEOUT_MAX_S },
	{ 0 }
};
/* clang-format on */

/* Length of the directories, with their '/', that all paths begin with. */
static size_t
common_directory(char *const *paths, size_t n)
{
	size_t common = strlen(paths[0]);
	size_t k;

	for (size_t i = 1; i < n; i++) {
		k = 0;
		while (k < common && paths[i][k] == paths[0][k])
			k++;
		common = k;
	}
	while (common > 0 && paths[0][common - 1] != '/')
		common--;
	return common;
}

static struct err *
read_files(struct arena *a, char *const *paths, size_t n,
    struct wire_file *files)
{
	size_t skip = common_directory(paths, n);
	struct err *e;
	char *p;

	for (size_t i = 0; i < n; i++) {
		e = io_read_file(a, AT_FDCWD, paths[i], FILE_MAX, &p,
		    &files[i].n);
		if (e != NULL)
			return ERR(a, ERR_IMPOSSIBLE, "%s: %s", paths[i],
			    e->code == ERR_TOO_LARGE ? "is too large"
						     : "cannot be read");
		files[i].name = paths[i] + skip;
		files[i].content = p;
		if (!io_is_safe_path(files[i].name))
			return ERR(a, ERR_IMPOSSIBLE,
			    "%s: cannot be submitted under this name",
			    paths[i]);
	}
	return NULL;
}

/* The language of the first file that has one. */
static const char *
guess_language(const struct wire_file *files, size_t n)
{
	const struct language *l;

	for (size_t i = 0; i < n; i++) {
		l = language_of_file(files[i].name);
		if (l != NULL)
			return l->name;
	}
	return NULL;
}

static struct err *
send(struct cli *cli, const struct command_call *c,
    const struct json **ret_document)
{
	const struct submit_options *o = c->options;
	struct arena *a = cli->arena;
	struct wire_file *files = arena_array(a, c->n_args, sizeof(*files));
	struct wire_submission in = {
		.course = o->course,
		.problem = o->problem,
		.language = o->language,
		.files = files,
		.n_files = c->n_args,
		.debug = o->debug ? "ssh" : NULL,
	};
	struct api_call call = { .method = "POST",
		.path = o->all ? "/submissions?tests=all" : "/submissions",
		.type = "application/json",
		.key = o->key };

	if (c->n_args > WIRE_FILES_MAX)
		return ERR(a, ERR_FILES, "at most %d files", WIRE_FILES_MAX);
	TRY(read_files(a, c->args, c->n_args, files));
	if (in.language == NULL)
		in.language = guess_language(files, c->n_args);
	/* A key of our own makes it safe to send it again. */
	if (call.key == NULL)
		call.key = rand_id(a, "ky");
	call.body = wire_submission_text(a, &in);
	call.body_n = strlen(call.body);
	return api_do(cli, &call, ret_document);
}

struct err *
cmd_submit(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct submit_options *o = c->options;
	struct arena *a = cli->arena;
	const struct json *d;
	struct waiting w = { .timeout_s = o->timeout_s };

	TRY(send(cli, c, &d));
	w.id = json_member_string(d, "id");
	if (w.id == NULL)
		return ERR(a, ERR_UNAVAILABLE,
		    "the answer names no submission");
	*ret_exit = CLI_OK;
	if (o->wait) {
		fprintf(stderr, "%s\n", w.id);
		TRY(submission_wait(cli, &w, &d));
		*ret_exit = submission_exit(d);
	}
	if (cli->json)
		print_json(a, d);
	else if (o->wait)
		submission_print(a, d);
	else
		puts(w.id);
	return NULL;
}
