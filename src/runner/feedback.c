/*
 * FOCUS and FEEDBACK: what to work on next, and a report in Markdown.  Of
 * hidden tests it says whether and how they failed, never with what data.
 */
#include <fcntl.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "runner/steps.h"
#include "runner/template.h"
#include "wire/json.h"

#define FOCUS_MAX ((size_t)2 << 20)
#define FEEDBACK_MAX ((size_t)128 << 10)
/* Of one file of a sample test. */
#define EXCERPT_MAX 600
#define FAILED_SHOWN 20

struct err *
step_focus(struct grading *g)
{
	struct tree *tree = g->judged.tree;
	struct tree_loss *losses;
	struct buf buf;
	struct json_w w;
	size_t n;

	buf_init(&buf, g->arena, FOCUS_MAX);
	json_w_init(&w, &buf);
	json_w_object(&w);
	for (int c = 0; c < TREE__MAX; c++) {
		if (tree->category[c] == NULL)
			continue;
		tree_focus(tree, g->arena, c, &losses, &n);
		json_w_key(&w, tree_category_name(c));
		json_w_array(&w);
		for (size_t i = 0; i < n && losses[i].points_lost > 0; i++) {
			json_w_object(&w);
			json_w_key_str(&w, "path",
			    g->tests[losses[i].test->index].path);
			json_w_key_f64(&w, "points_lost",
			    tree_round(losses[i].points_lost));
			json_w_object_end(&w);
		}
		json_w_array_end(&w);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&buf))
		return ERR_WHY(g->arena, ERR_INTERNAL, "focus too long");
	g->focus = buf.p;
	return NULL;
}

/* A fence longer than any run of backquotes in the text. */
static const char *
fence_for(struct arena *a, const char *text)
{
	size_t longest = 2, run = 0;
	char *fence;

	for (; *text != '\0'; text++) {
		run = *text == '`' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	fence = arena_alloc(a, longest + 2);
	memset(fence, '`', longest + 1);
	return fence;
}

void
feedback_block(struct buf *b, const char *title, const char *p, size_t n,
    size_t max)
{
	size_t shown = n <= max ? n : str_utf8_cut(p, max);
	const char *text = str_utf8_repair(b->arena, p, shown);
	const char *fence = fence_for(b->arena, text);
	size_t len = strlen(text);

	buf_printf(b, "\n%s%s:\n\n%s\n%s%s%s\n", title,
	    shown < n ? " (beginning)" : "", fence, text,
	    len > 0 && text[len - 1] != '\n' ? "\n" : "", fence);
}

static void
put_file(struct grading *g, struct buf *b, const char *title, const char *path)
{
	_cleanup_(io_closep) int fd = -1;
	char text[EXCERPT_MAX + 1];
	ssize_t n;

	fd = openat(g->job->package_dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = io_read_all(fd, text, sizeof(text));
	if (n >= 0)
		feedback_block(b, title, text, (size_t)n, EXCERPT_MAX);
}

static void
put_test(struct grading *g, struct buf *b, size_t i)
{
	const struct wire_test *t = &g->tests[i];
	const struct package_test *test = &g->job->package->tests[i];

	buf_printf(b, "\n### %s: %s\n\n", t->path,
	    verdict_info((enum verdict)t->status)->title);
	if (t->report != NULL)
		buf_printf(b, "- %s\n", t->report);
	if (t->team_message != NULL)
		feedback_block(b, "Message", t->team_message,
		    strlen(t->team_message), EXCERPT_MAX);
	if (test->hint != NULL)
		buf_printf(b, "- %s\n", test->hint);
	if (t->hidden)
		return;
	if (test->interaction != NULL)
		put_file(g, b, "Interaction", test->interaction);
	else if (test->shown_input != NULL) {
		put_file(g, b, "Input", test->shown_input);
		put_file(g, b, "Expected output", test->shown_answer);
	}
	if (t->out != NULL)
		feedback_block(b, "Your output", t->out, strlen(t->out),
		    EXCERPT_MAX);
	if (t->err != NULL)
		feedback_block(b, "Standard error", t->err, strlen(t->err),
		    EXCERPT_MAX);
}

/* As the package counts them: a grade stops at 100. */
static void
put_points(const struct grading *g, struct buf *b)
{
	const struct tree_node *n = g->judged.tree->category[TREE_BASE];

	if (!g->job->package->plan.has_points)
		return;
	for (n = n->subjects; n != NULL; n = n->next)
		if (strcmp(n->name, "secret") == 0)
			buf_printf(b, "- Points: %.12g\n",
			    tree_round(n->points));
}

static void
put_summary(struct grading *g, struct buf *b)
{
	size_t passed = 0, failed = 0;

	for (size_t i = 0; i < g->tests_n; i++) {
		if (g->tests[i].status == WIRE_AC)
			passed++;
		else if (g->tests[i].status != WIRE_SKIPPED)
			failed++;
	}
	buf_printf(b, "- Tests passed: %zu\n- Tests failed: %zu\n", passed,
	    failed);
	if (passed + failed < g->tests_n)
		buf_printf(b, "- Tests not run: %zu\n",
		    g->tests_n - passed - failed);
	put_points(g, b);
	buf_printf(b, "\n> **%.2f / 100**\n", tree_round(g->judged.grade));
}

static bool
has_failed(const struct wire_test *t)
{
	return t->status != WIRE_AC && t->status != WIRE_SKIPPED;
}

struct err *
judged_feedback(struct grading *g)
{
	const struct verdict_info *v = verdict_info(g->judged.verdict);
	struct buf b;
	size_t shown = 0;

	buf_init(&b, g->arena, FEEDBACK_MAX);
	buf_printf(&b, "# %s: %s\n\n", v->slug, v->title);
	if (g->judged.verdict == VERDICT_CE) {
		buf_puts(&b, "The program could not be built.\n");
		feedback_block(&b, "Compiler", g->compile->output,
		    strlen(g->compile->output), EXCERPT_MAX * 8);
	} else if (g->blamed != NULL) {
		buf_puts(&b,
		    "It could not be judged: " BLAMED_FOR_ALL
		    ". This is no fault of your program, and is not "
		    "counted.\n");
	} else {
		put_summary(g, &b);
		for (size_t i = 0; i < g->tests_n && shown < FAILED_SHOWN; i++)
			if (has_failed(&g->tests[i])) {
				put_test(g, &b, i);
				shown++;
			}
	}
	if (buf_overflowed(&b))
		return ERR_WHY(g->arena, ERR_INTERNAL, "feedback too long");
	g->feedback = b.p;
	return NULL;
}
