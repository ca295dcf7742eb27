/* FEEDBACK of scripts: what was said in reStructuredText, as HTML. */
#include <string.h>

#include "runner/rst.h"
#include "runner/script.h"
#include "wire/json.h"

static const char *
problem_text(const struct json_member *m)
{
	return m->value.kind == JSON_ARRAY && m->value.n == 2 &&
		m->value.items[1].kind == JSON_STRING
	    ? m->value.items[1].string
	    : "";
}

/* All of it in one box, or none of it in any. */
static struct err *
convert(struct grading *g, struct rst_text *texts, size_t n)
{
	const char *why = NULL;
	bool is_plain = true;

	for (size_t i = 0; i < n; i++)
		is_plain = is_plain && rst_is_plain(texts[i].text);
	for (size_t i = 0; is_plain && i < n; i++)
		texts[i].html = rst_plain_html(g->arena, texts[i].text);
	if (!is_plain)
		TRY(rst_convert(g, texts, n, &why));
	if (why != NULL)
		g->message = why;
	return NULL;
}

struct err *
script_rst(struct grading *g)
{
	const struct json *problems = NULL;
	struct rst_text *texts;
	size_t n;

	if (g->more.problems != NULL)
		TRY(json_parse(g->arena, g->more.problems,
		    strlen(g->more.problems), &json_limits_document,
		    &problems));
	n = problems != NULL ? problems->n : 0;
	texts = arena_array(g->arena, n + 1, sizeof(*texts));
	texts[0].text = g->more.text != NULL ? g->more.text : "";
	for (size_t i = 0; i < n; i++) {
		texts[i + 1].id = problems->members[i].name;
		texts[i + 1].text = problem_text(&problems->members[i]);
	}
	TRY(convert(g, texts, n + 1));
	g->more.feedback = rst_document(g->arena,
	    g->more.text != NULL ? texts : NULL, texts + 1, n);
	return NULL;
}
