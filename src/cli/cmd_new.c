/*
 * A working example of each template, as the beginning of a problem of one's
 * own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/rand.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/print.h"

#define NAME "@NAME@"
#define UUID "@UUID@"
#define FILE_MAX ((size_t)1 << 20)

/* clang-format off */
const struct cli_option new_option_table[] = {
	{ "template", OPTION_TEXT, offsetof(struct new_options, template),
	    true, "TEMPLATE", "judged, input_output, static_analysis, webdev, "
	    "api, custom, quiz, script or manual", 0, 0 },
	{ "name", OPTION_TEXT, offsetof(struct new_options, name), false,
	    "TEXT", "what the problem is called", 0, 0 },
	{ 0 }
};

static const struct example {
	const char *path; /* "judged/problem.yaml" */
	const char *text;
} examples[] = {
#include "cli/examples_gen.h"
};
/* clang-format on */

/* The path below the template's directory, or NULL: it is another one's. */
static const char *
path_in(const struct example *e, const char *template)
{
	size_t n = strlen(template);

	return strncmp(e->path, template, n) == 0 && e->path[n] == '/'
	    ? e->path + n + 1
	    : NULL;
}

static const char *
fill(struct arena *a, const char *text, const char *mark, const char *value)
{
	const char *at;
	struct buf b;

	buf_init(&b, a, FILE_MAX);
	while ((at = strstr(text, mark)) != NULL) {
		buf_put(&b, text, (size_t)(at - text));
		buf_puts(&b, value);
		text = at + strlen(mark);
	}
	buf_puts(&b, text);
	return b.p;
}

static struct err *
write_file(struct arena *a, int dir, const char *path, const char *text)
{
	const char *slash = strrchr(path, '/');

	if (slash != NULL)
		TRY(io_mkdir_all(a, dir,
		    arena_memdup(a, path, (size_t)(slash - path)), 0777));
	/* What is to be run says so. */
	return io_write_file(a, dir, path, text, strlen(text),
	    str_has_prefix(text, "#!") ? 0777 : 0666);
}

/* It must stand in YAML and JSON as it is. */
static bool
is_plain(const char *name)
{
	return name[0] != '\0' && strlen(name) <= 200 &&
	    strpbrk(name, "\"'\\\t\r\n") == NULL;
}

static struct err *
make_dir(struct arena *a, const char *path, int *ret_dir)
{
	if (mkdir(path, 0777) < 0)
		return ERR(a, ERR_IMPOSSIBLE, "%s: %s", path, strerror(errno));
	*ret_dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_dir < 0)
		return ERR(a, ERR_IMPOSSIBLE, "%s: %s", path, strerror(errno));
	return NULL;
}

struct err *
cmd_problem_new(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	_cleanup_(io_closep) int dir = -1;
	const struct new_options *o = c->options;
	const char *name = o->name != NULL ? o->name : c->args[0];
	struct arena *a = cli->arena;
	const char *uuid = rand_uuid(a);
	size_t n = 0;

	if (o->name == NULL && strrchr(name, '/') != NULL)
		name = strrchr(name, '/') + 1;
	if (!is_plain(name))
		return ERR(a, ERR_REQUEST,
		    "--name must have 1 to 200 characters, no quotes and "
		    "backslashes");
	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		n += path_in(&examples[i], o->template) != NULL;
	if (n == 0)
		return ERR(a, ERR_REQUEST,
		    "there is no template %s (assize problem new --help)",
		    o->template);
	TRY(make_dir(a, c->args[0], &dir));
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		const char *path = path_in(&examples[i], o->template);

		if (path != NULL)
			TRY(write_file(a, dir, path,
			    fill(a, fill(a, examples[i].text, NAME, name), UUID,
				uuid)));
	}
	*ret_exit = CLI_OK;
	if (!cli->json)
		printf("%zu files\n", n);
	else
		printf("{\"files\":%zu}\n", n);
	fputs("next: assize problem check ", stderr);
	print_safe(stderr, c->args[0]);
	putc('\n', stderr);
	return NULL;
}
