/*
 * Theory: most feedback is a sentence, which is a paragraph of escaped text.
 * What may be markup is converted by docutils and cleaned by bleach
 * (src/inbox/lib/assize_rst.py) in a box of its own with limits of its own,
 * since a text can be made to take for ever.  Where that fails there is no
 * HTML, and pages show the text as it was written.
 */
#include "runner/rst.h"

#include <ctype.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "wire/json.h"

#define ASK_MAX ((size_t)8 << 20)
#define HTML_MAX ((size_t)1 << 20)
#define SAID_MAX ((size_t)4096)
#define SAID_SHOWN 200

/* Punctuation that means nothing within a line. */
static const char harmless[] = " ,;!?'\"()[]{}%/-=+#$";

/*
 * A line of words and harmless signs that begins with a word of two letters:
 * no bullet, no number, no field, no underline, no reference, no end in "::".
 */
static bool
is_plain_line(struct str line)
{
	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];
		bool is_word = isalnum(c) || c >= 0x80;

		if (i < 2 && !is_word)
			return false;
		if (is_word || (i > 2 && c == '.') ||
		    (c == ':' && i + 1 < line.n && line.p[i + 1] == ' '))
			continue;
		if (c == '\0' || strchr(harmless, c) == NULL)
			return false;
	}
	return line.n != 1;
}

bool
rst_is_plain(const char *text)
{
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line))
		if (!is_plain_line(line))
			return false;
	return true;
}

/* Paragraphs of plain lines: none of their signs means anything in HTML. */
const char *
rst_plain_html(struct arena *a, const char *text)
{
	struct str rest = str_of(text), line;
	bool is_open = false;
	struct buf b;

	buf_init(&b, a, 8 * strlen(text) + 16);
	while (str_cut(&rest, '\n', &line)) {
		if (line.n == 0) {
			buf_puts(&b, is_open ? "</p>\n" : "");
			is_open = false;
			continue;
		}
		buf_puts(&b, is_open ? "\n" : "<p>");
		buf_put(&b, line.p, line.n);
		is_open = true;
	}
	buf_puts(&b, is_open ? "</p>\n" : "");
	return b.p;
}

/* A list of texts. */
static struct err *
write_question(struct arena *a, const struct rst_text *texts, size_t n,
    int *ret_fd)
{
	_cleanup_(io_closep) int fd = memfd_create("rst", MFD_CLOEXEC);
	struct json_w w;
	struct buf b;

	buf_init(&b, a, ASK_MAX);
	json_w_init(&w, &b);
	json_w_array(&w);
	for (size_t i = 0; i < n; i++)
		json_w_str(&w, texts[i].text);
	json_w_array_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR_WHY(a, ERR_TOO_LARGE, "too much to convert");
	if (fd < 0 || io_write_all(fd, b.p, b.n) != 0 ||
	    lseek(fd, 0, SEEK_SET) < 0)
		return ERR_WHY(a, ERR_INTERNAL, "memfd");
	*ret_fd = io_take_fd(&fd);
	return NULL;
}

static struct err *
run(struct grading *g, int fd, struct box_record *ret_record)
{
	static const char *const argv[] = { "/usr/bin/python3", "-I", "-S",
		"-B", "/assize/lib/assize_rst.py", NULL };
	static const char *const env[] = { "LANG=C.UTF-8", "HOME=/tmp", NULL };
	const struct box_mount mount = { g->grader->config->inbox_dir,
		"/assize" };
	const struct box_spec spec = {
		.owner = g->job->owner,
		.mounts = &mount,
		.mounts_n = 1,
		.argv = argv,
		.env = env,
		.stdin_fd = fd,
		.out = { BOX_SINK_MEMORY, -1, HTML_MAX },
		.err = { BOX_SINK_MEMORY, -1, SAID_MAX },
		.limits = {
			.cpu_ms = 3000,
			.wall_ms = 8000,
			.memory_bytes = (int64_t)256 << 20,
			.processes = 4,
			.output_bytes = (int64_t)HTML_MAX,
		},
		.cancel_fd = g->job->cancel->fd,
	};

	return box_run(g->grader->boxes, g->arena, &spec, ret_record);
}

/* A list of HTML or null, as long as that of the texts. */
static bool
take_answer(struct arena *a, const struct box_record *r, struct rst_text *texts,
    size_t n)
{
	const struct json *list = NULL;

	if (box_record_cause(r) != BOX_CAUSE_NONE || r->exit_code != 0 ||
	    json_parse(a, r->out.p, r->out.n, &json_limits_document, &list) !=
		NULL ||
	    list->kind != JSON_ARRAY || list->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (list->items[i].kind == JSON_STRING)
			texts[i].html = list->items[i].string;
	return true;
}

struct err *
rst_convert(struct grading *g, struct rst_text *texts, size_t n,
    const char **ret_why)
{
	_cleanup_(io_closep) int fd = -1;
	struct arena *a = g->arena;
	struct box_record r;

	*ret_why = NULL;
	TRY(write_question(a, texts, n, &fd));
	TRY(run(g, fd, &r));
	if (take_answer(a, &r, texts, n))
		return NULL;
	*ret_why = arena_printf(a,
	    "The feedback is shown as it was written: %s%s%.*s",
	    box_cause_name(box_record_cause(&r)), r.err.n > 0 ? ": " : "",
	    SAID_SHOWN,
	    r.err.n > 0
		? str_utf8_repair(a, r.err.p, str_utf8_cut(r.err.p, r.err.n))
		: "");
	return NULL;
}

const char *
rst_document(struct arena *a, const struct rst_text *whole,
    const struct rst_text *problems, size_t n)
{
	struct json_w w;
	struct buf b;

	buf_init(&b, a, 2 * HTML_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key_str(&w, "type", "rst");
	if (whole != NULL)
		json_w_key_str(&w, "html", whole->html);
	json_w_key(&w, "problems");
	json_w_object(&w);
	for (size_t i = 0; i < n; i++)
		json_w_key_str(&w, problems[i].id, problems[i].html);
	json_w_object_end(&w);
	json_w_object_end(&w);
	json_w_finish(&w);
	return buf_overflowed(&b) ? "{\"type\":\"rst\"}" : b.p;
}
