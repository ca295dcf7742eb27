/*
 * assize: the command for students, staff, course repositories and CI.  It
 * speaks only the HTTPS API.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/print.h"

#include <config.h>

/* A limit, not a cost: packages of 512 MiB are zipped in memory. */
#define ARENA_LIMIT ((size_t)3 << 30)

struct global_options {
	const char *url;
	const char *ca;
	const char *token_file;
	bool json;
	bool help;
};

/* clang-format off */
static const struct cli_option global_option_table[] = {
	{ "url", OPTION_TEXT, offsetof(struct global_options, url), false,
	    "URL", "the server's API, https://host/api ($ASSIZE_URL)", 0, 0 },
	{ "token-file", OPTION_TEXT,
	    offsetof(struct global_options, token_file), false,
	    "FILE", "who you are ($ASSIZE_TOKEN, $ASSIZE_TOKEN_FILE)", 0, 0 },
	{ "ca", OPTION_TEXT, offsetof(struct global_options, ca), false,
	    "FILE", "certificates to trust, PEM ($ASSIZE_CA)", 0, 0 },
	{ "json", OPTION_FLAG, offsetof(struct global_options, json), false,
	    NULL, "print JSON instead of text", 0, 0 },
	{ "help", OPTION_FLAG, offsetof(struct global_options, help), false,
	    NULL, "explain, and do nothing", 0, 0 },
	{ 0 }
};
/* clang-format on */

enum cli_exit
cli_exit_of(const struct err *e)
{
	return err_info(e->code)->status >= 500 ? CLI_UNREACHED : CLI_REFUSED;
}

static int
help_all(FILE *f)
{
	fputs("usage: assize COMMAND [options] [arguments]\n\n", f);
	for (const struct command *c = commands; c->name != NULL; c++)
		fprintf(f, "  %-18s %s\n", c->name, c->help);
	fputs("\nassize COMMAND --help explains one; assize --version.\n", f);
	return f == stdout ? CLI_OK : CLI_USAGE;
}

static void
print_usage(FILE *f, const struct command *c)
{
	fprintf(f, "usage: assize %s [options]%s%s\n", c->name,
	    c->args[0] != '\0' ? " " : "", c->args);
}

static int
help_one(const struct command *c)
{
	print_usage(stdout, c);
	printf("\n%s\n\n", c->help);
	options_print(c->options);
	options_print(global_option_table);
	return CLI_OK;
}

static int
fail_usage(const struct command *c, const char *why)
{
	fprintf(stderr, "assize: %s\n", why);
	print_usage(stderr, c);
	return CLI_USAGE;
}

/* Number of words of name that args begin with, or 0. */
static size_t
match(const char *name, char **args, size_t n)
{
	struct str rest = str_of(name);
	struct str word;
	size_t i = 0;

	while (str_cut(&rest, ' ', &word)) {
		if (i >= n || !str_is(word, args[i]))
			return 0;
		i++;
	}
	return i;
}

static const struct command *
find_command(char **args, size_t n, size_t *ret_words)
{
	for (const struct command *c = commands; c->name != NULL; c++) {
		*ret_words = match(c->name, args, n);
		if (*ret_words > 0)
			return c;
	}
	return NULL;
}

/* Of an option, then the environment; empty counts as absent. */
static const char *
setting(const char *option, const char *variable)
{
	const char *value = option != NULL ? option : getenv(variable);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static void
configure(struct cli *cli, const struct global_options *g)
{
	struct arena *a = cli->arena;
	struct str url;

	cli->url = setting(g->url, "ASSIZE_URL");
	cli->ca_file = setting(g->ca, "ASSIZE_CA");
	cli->json = g->json;
	/* What is given on the line stands before the environment. */
	if (g->token_file == NULL)
		cli->token = setting(NULL, "ASSIZE_TOKEN");
	cli->token_file = setting(g->token_file, "ASSIZE_TOKEN_FILE");
	if (cli->url == NULL)
		return;
	url = str_of(cli->url);
	while (url.n > 0 && url.p[url.n - 1] == '/')
		url.n--;
	cli->url = str_dup(a, url);
}

static int
run(struct cli *cli, const struct command *c, const struct command_call *call)
{
	enum cli_exit status = CLI_OK;
	struct err *e = c->run(cli, call, &status);

	http_close(cli->http);
	if (e == NULL)
		return (int)status;
	if (cli->json && cli->problem != NULL)
		puts(cli->problem);
	print_err(e);
	/* Without an answer of the server it is about the command line. */
	if (e->code == ERR_REQUEST && cli->problem == NULL)
		return CLI_USAGE;
	return (int)cli_exit_of(e);
}

static int
run_command(struct arena *a, const struct command *c, char **args, size_t n)
{
	struct global_options g = { 0 };
	struct cli cli = { .arena = a };
	void *values = arena_alloc(a, c->options_size);
	const struct option_set own = { c->options, values };
	const struct option_set global = { global_option_table, &g };
	struct command_call call = { values, args, n };
	struct err *e;

	for (size_t i = 0; i < n; i++)
		if (strcmp(args[i], "--help") == 0)
			return help_one(c);
	e = options_take(a, &own, &global, args, &call.n_args);
	if (e != NULL)
		return fail_usage(c, e->detail);
	if (call.n_args < c->min_args)
		return fail_usage(c, arena_printf(a, "%s is missing", c->args));
	if (call.n_args > c->max_args)
		return fail_usage(c, "too many arguments");
	configure(&cli, &g);
	return run(&cli, c, &call);
}

int
main(int argc, char **argv)
{
	_cleanup_(arena_freep) struct arena *a =
	    arena_new("assize", ARENA_LIMIT);
	char **args = argv + 1;
	size_t n = argc > 0 ? (size_t)argc - 1 : 0;
	const struct command *c;
	size_t words = 0;

	if (n == 0)
		return help_all(stderr);
	if (strcmp(args[0], "--help") == 0)
		return help_all(stdout);
	if (strcmp(args[0], "--version") == 0) {
		puts("assize " PACKAGE_VERSION);
		return CLI_OK;
	}
	c = find_command(args, n, &words);
	if (c == NULL) {
		fprintf(stderr, "assize: unknown command %s%s%s\n", args[0],
		    n > 1 ? " " : "", n > 1 ? args[1] : "");
		return help_all(stderr);
	}
	return run_command(a, c, args + words, n - words);
}
