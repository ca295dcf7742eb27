/*
 * assize submission export: a submission and what it came to, as a case that
 * "problem check" replays.  Nothing in it says whose it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "cli/api.h"
#include "cli/case.h"
#include "cli/command.h"
#include "cli/print.h"
#include "package/meta.h"
#include "package/zip.h"

#define SOURCE_MAX ((size_t)16 << 20)
#define CASE_MAX (META_BYTES + 1)

/* clang-format off */
const struct cli_option case_option_table[] = {
	{ "output", OPTION_TEXT, offsetof(struct case_options, output), false,
	    "FILE|DIR", "a file, or a package: there it is test/SUBMISSION.test",
	    0, 0 },
	{ 0 }
};
/* clang-format on */

/* What the submitter is called, and when it was, is of no consequence. */
static const char *const personal[] = { "@username", "@email", "@time" };

/* Of the document; what is not there is not said. */
static const char *const members[] = { "result", "verdict", "text", "problems",
	"tags", "custom", "state" };

struct exported {
	struct arena *arena;
	const struct json *document;
	struct zip_file *files; /* of its source */
	size_t n;
	struct buf yaml;
};

static struct err *
read_source(struct cli *cli, const char *id, struct exported *x)
{
	_cleanup_(io_closep) int fd = memfd_create("source", MFD_CLOEXEC);
	struct arena *a = cli->arena;
	off_t n;
	char *p;

	if (fd < 0)
		return ERR_WHY(a, ERR_INTERNAL, "memfd: %s", strerror(errno));
	TRY(api_save(cli, api_path(a, "/submissions/%/source", id, NULL), fd));
	n = lseek(fd, 0, SEEK_END);
	if (n < 0 || (size_t)n > SOURCE_MAX || lseek(fd, 0, SEEK_SET) < 0)
		return ERR(a, ERR_TOO_LARGE, "the source is too large");
	p = arena_alloc(a, (size_t)n + 1);
	if (io_read_all(fd, p, (size_t)n) != n)
		return ERR_WHY(a, ERR_INTERNAL, "read: %s", strerror(errno));
	return zip_read(a, p, (size_t)n, &zip_limits_report, &x->files, &x->n);
}

static bool
is_personal(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(personal); i++)
		if (strcmp(personal[i], name) == 0)
			return true;
	return false;
}

static const struct zip_file *
find_file(const struct exported *x, const char *path)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->files[i].path, path) == 0)
			return &x->files[i];
	return NULL;
}

/* {filename} alone: its bytes are in the source. */
static void
put_answer(struct exported *x, const struct json_member *m)
{
	const char *name = json_member_string(&m->value, "filename");
	const struct zip_file *f = name == NULL
	    ? NULL
	    : find_file(x, arena_printf(x->arena, "%s/%s", m->name, name));
	struct json one = { .kind = JSON_OBJECT, .n = 1, .members = m };
	struct buf *b = &x->yaml;

	if (f == NULL) {
		struct buf line;

		buf_init(&line, x->arena, CASE_MAX);
		case_put(&line, "x", &one);
		buf_puts(b, line.p + strlen("x: \n"));
		return;
	}
	buf_puts(b, "  ");
	case_put_quoted(b, m->name);
	buf_puts(b, ":\n    filename: ");
	case_put_quoted(b, name);
	buf_puts(b, "\n    value: ");
	case_put_bytes(b, 4, f->p, f->n);
}

/* The state and the language that its grader was told. */
static void
put_told(struct exported *x, const struct json *input)
{
	static const char *const told[][2] = { { "@lang", "locale" },
		{ "@state", "state" } };
	const struct json *from = json_member(x->document, "provenance");

	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		const char *text = json_member_string(from, told[i][1]);

		if (text == NULL || json_member(input, told[i][0]) != NULL)
			continue;
		buf_printf(&x->yaml, "  \"%s\": ", told[i][0]);
		case_put_quoted(&x->yaml, text);
		buf_putc(&x->yaml, '\n');
	}
}

static void
put_input(struct exported *x, const struct json *input)
{
	buf_puts(&x->yaml, "input:\n");
	put_told(x, input);
	for (size_t i = 0; i < input->n; i++)
		if (!is_personal(input->members[i].name))
			put_answer(x, &input->members[i]);
}

static void
put_files(struct exported *x)
{
	struct buf *b = &x->yaml;

	buf_puts(b, "files:\n");
	for (size_t i = 0; i < x->n; i++) {
		buf_puts(b, "  - name: ");
		case_put_quoted(b, x->files[i].path);
		buf_puts(b, "\n    content: ");
		case_put_bytes(b, 4, x->files[i].p, x->files[i].n);
	}
}

static void
put_case(struct exported *x)
{
	const struct json *d = x->document;
	const struct json *input =
	    json_member(json_member(d, "input"), "input");
	const struct json *language = json_member(d, "language");
	const struct json *grade = json_member(d, "machine_grade");

	if (grade == NULL)
		grade = json_member(d, "grade");
	buf_printf(&x->yaml,
	    "# What \"assize problem check\" replays, and what "
	    "came of it.\n");
	case_put(&x->yaml, "submission", json_member(d, "id"));
	if (language != NULL && language->kind == JSON_STRING)
		case_put(&x->yaml, "language", language);
	if (input != NULL && input->kind == JSON_OBJECT)
		put_input(x, input);
	else
		put_files(x);
	if (grade != NULL && grade->kind != JSON_NULL)
		case_put(&x->yaml, "grade", grade);
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const struct json *j = json_member(d, members[i]);

		if (j != NULL && j->kind != JSON_NULL)
			case_put(&x->yaml, members[i], j);
	}
}

/* In a directory, which is a package's, it goes where cases are. */
static struct err *
write_case(struct arena *a, const char *output, const char *id,
    const struct buf *b)
{
	struct stat st;

	if (stat(output, &st) == 0 && S_ISDIR(st.st_mode)) {
		TRY(io_mkdir_all(a, AT_FDCWD,
		    arena_printf(a, "%s/test", output), 0777));
		output = arena_printf(a, "%s/test/%s.test", output, id);
	}
	TRY(io_write_file(a, AT_FDCWD, output, b->p, b->n, 0666));
	print_safe(stdout, output);
	putchar('\n');
	return NULL;
}

static struct err *
print_case(struct cli *cli, const struct exported *x)
{
	struct faults faults;
	size_t nodes = 0;
	const struct meta_file file = { "case", &faults, &nodes, NULL };
	const struct meta *m;

	if (!cli->json) {
		fwrite(x->yaml.p, 1, x->yaml.n, stdout);
		return NULL;
	}
	faults_init(&faults, cli->arena);
	m = meta_parse(&file, x->yaml.p, x->yaml.n);
	TRY(faults_err(&faults, ERR_IMPOSSIBLE));
	print_json(cli->arena, meta_json(cli->arena, m));
	return NULL;
}

struct err *
cmd_submission_export(struct cli *cli, const struct command_call *c,
    enum cli_exit *ret_exit)
{
	const struct case_options *o = c->options;
	struct arena *a = cli->arena;
	struct exported x = { .arena = a };
	const char *id = c->args[0];
	const struct api_call call = { .method = "GET",
		.path = api_path(a, "/submissions/%", id, NULL) };

	TRY(api_do(cli, &call, &x.document));
	if (json_member_string(x.document, "result") == NULL)
		return ERR(a, ERR_IMPOSSIBLE, "%s: is not graded yet", id);
	TRY(read_source(cli, id, &x));
	buf_init(&x.yaml, a, CASE_MAX);
	put_case(&x);
	if (buf_overflowed(&x.yaml))
		return ERR(a, ERR_TOO_LARGE, "a case has at most %zu bytes",
		    META_BYTES);
	*ret_exit = CLI_OK;
	return o->output != NULL && strcmp(o->output, "-") != 0
	    ? write_case(a, o->output, id, &x.yaml)
	    : print_case(cli, &x);
}
