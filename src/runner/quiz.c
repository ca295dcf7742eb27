/*
 * The method "quiz": answers are compared here, without a box; the rules are
 * grade/quiz.h's.
 */
#include "grade/quiz.h"

#include <string.h>

#include "base/buf.h"
#include "runner/quiz_html.h"
#include "runner/template.h"
#include "wire/json.h"

#define PROBLEMS_MAX ((size_t)4 << 20)

static struct err *
build(struct grading *g)
{
	const struct quiz *quiz = g->job->package->quiz;

	g->tests_n = quiz->n;
	g->tests = arena_array(g->arena, quiz->n, sizeof(*g->tests));
	for (size_t i = 0; i < quiz->n; i++) {
		const struct quiz_question *q = &quiz->questions[i];

		g->tests[i] = (struct wire_test) {
			.path = q->id,
			.name = q->name != NULL ? q->name : q->id,
			.status = WIRE_SKIPPED,
			.weight = q->weight,
			.has_weight = true,
		};
	}
	return NULL;
}

static struct err *
read_answers(struct grading *g, const struct json **ret_answers)
{
	const char *text = g->job->input;
	struct err *e;

	if (text == NULL)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "a submission to a quiz without answers");
	e = json_parse(g->arena, text, strlen(text), &json_limits_document,
	    ret_answers);
	if (e != NULL)
		return ERR_WHY(g->arena, ERR_UNAVAILABLE,
		    "the answers are not JSON: %s", e->detail);
	return NULL;
}

/* {ID: [result, text]} of the questions of which something is said. */
static struct err *
write_problems(struct grading *g, const struct quiz_result *r)
{
	const struct quiz *quiz = g->job->package->quiz;
	struct json_w w;
	struct buf b;

	buf_init(&b, g->arena, PROBLEMS_MAX);
	json_w_init(&w, &b);
	json_w_object(&w);
	for (size_t i = 0; i < quiz->n; i++) {
		const struct quiz_mark *mark = &r->marks[i];

		if (mark->text == NULL)
			continue;
		json_w_key(&w, quiz->questions[i].id);
		json_w_array(&w);
		json_w_str(&w, mark->is_right ? "success" : "failed");
		json_w_str(&w, mark->text);
		json_w_array_end(&w);
	}
	json_w_object_end(&w);
	json_w_finish(&w);
	if (buf_overflowed(&b))
		return ERR_WHY(g->arena, ERR_INTERNAL,
		    "the messages of the quiz are too long");
	g->more.problems = b.p;
	return NULL;
}

/* Each question is a leaf of it. */
static struct tree *
make_tree(struct grading *g, const struct quiz_result *r)
{
	const struct quiz *quiz = g->job->package->quiz;
	struct tree *tree = tree_new(g->arena);
	struct tree_node *base = tree_category(tree, TREE_BASE, 100);

	for (size_t i = 0; i < quiz->n; i++) {
		struct wire_test *t = &g->tests[i];
		struct tree_test *leaf =
		    tree_test_add(tree, base, t->name, t->weight);

		/* Far fewer questions than a tree may have nodes. */
		leaf->score = r->marks[i].score;
		leaf->report = r->marks[i].text;
		leaf->status = r->marks[i].is_right ? "AC" : "WA";
		leaf->index = i;
		t->status = r->marks[i].is_right ? WIRE_AC : WIRE_WA;
		t->score = tree_round(r->marks[i].score);
		t->has_score = true;
	}
	tree_score(tree);
	return tree;
}

static struct err *
grade(struct grading *g)
{
	const struct quiz *quiz = g->job->package->quiz;
	struct quiz_result *r = arena_new_of(g->arena, struct quiz_result);
	const struct json *answers = NULL;

	TRY(read_answers(g, &answers));
	quiz_grade(g->arena, quiz, answers, g->job->locale, r);
	g->run = r;
	g->judged.grade = r->grade;
	g->judged.verdict = r->wrong == 0 ? VERDICT_AC : VERDICT_WA;
	g->judged.tree = make_tree(g, r);
	g->is_judged = true;
	g->more.text = r->text;
	g->more.state = r->state;
	return write_problems(g, r);
}

/* Of Markdown the server makes HTML. */
static struct err *
feedback(struct grading *g)
{
	if (g->job->package->quiz->format == QUIZ_RST)
		return quiz_html(g, g->run);
	g->more.feedback = "{\"type\":\"markdown\"}";
	return NULL;
}

const struct method method_quiz = {
	.build = build,
	.grade = grade,
	.feedback = feedback,
};
