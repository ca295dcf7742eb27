#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/command.h"
#include "cli/print.h"
#include "package/import.h"

/* clang-format off */
const struct cli_option import_option_table[] = {
	{ "from", OPTION_TEXT, offsetof(struct import_call, from), true,
	    "SYSTEM", "whose exercise it is: autograder, inginious, noj", 0, 0 },
	{ "meta", OPTION_TEXT, offsetof(struct import_call, more.meta), false,
	    "FILE", "noj: JSON with the list of tasks", 0, 0 },
	{ "name", OPTION_TEXT, offsetof(struct import_call, more.name), false,
	    "TEXT", "what the problem is called", 0, 0 },
	{ 0 }
};
/* clang-format on */

static void
print_list(const char *title, const struct field_fault *f)
{
	for (; f != NULL; f = f->next) {
		fputs(title, stderr);
		print_safe(stderr, f->pointer);
		fputs(": ", stderr);
		print_safe(stderr, f->detail);
		putc('\n', stderr);
	}
}

static void
print_import_json(struct arena *a, const struct import *im,
    const struct field_fault *faults)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, SIZE_MAX / 4);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "files");
	json_w_array(&w);
	for (const struct import_file *f = im->files; f != NULL; f = f->next)
		json_w_str(&w, f->path);
	json_w_array_end(&w);
	json_w_key_faults(&w, "notes", im->notes.first);
	json_w_key_faults(&w, "errors", faults);
	json_w_object_end(&w);
	json_w_finish(&w);
	puts(b.p);
}

/* What the package still needs by hand: what check would say of it. */
static struct err *
check(struct arena *a, const char *path, const struct field_fault **ret_faults)
{
	const char *problem = arena_printf(a, "%s/problem.yaml", path);
	struct loaded l;
	struct err *e;

	*ret_faults = NULL;
	/* Several exercises: each has a directory of its own. */
	if (access(problem, F_OK) < 0)
		return NULL;
	e = load_package(a, path, false, &l);
	if (e != NULL && e->faults == NULL)
		return e;
	*ret_faults = e != NULL ? e->faults : NULL;
	return NULL;
}

struct err *
cmd_problem_import(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct import_call *o = c->options;
	struct arena *a = cli->arena;
	const struct field_fault *faults;
	const struct import *im;

	TRY(package_import(a, o->from, c->args[0], c->args[1], &o->more, &im));
	TRY(check(a, c->args[1], &faults));
	*ret_exit = faults == NULL ? CLI_OK : CLI_REFUSED;
	if (cli->json) {
		print_import_json(a, im, faults);
		return NULL;
	}
	print_list("note: ", im->notes.first);
	print_list("to be mended: ", faults);
	printf("%zu files in ", im->n);
	print_safe(stdout, c->args[1]);
	putchar('\n');
	return NULL;
}
