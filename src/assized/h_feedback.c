/*
 * Feedback on a submission by itself, as its reader wants it: the text as it
 * was written, HTML that a page may show, or its parts as JSON.
 */
#include <string.h>

#include "assized/app.h"
#include "assized/h.h"
#include "assized/shown.h"
#include "core/view.h"
#include "markup/markup.h"

/* The HTML runs nothing, fetches nothing and submits nothing. */
#define POLICY "default-src 'none'; img-src https: data:; sandbox"

#define HTML_MAX ((size_t)32 << 20)

struct feedback {
	const char *type; /* "markdown", "rst", "html" */
	const char *text;
	const struct json *document; /* feedback itself, or NULL */
	const struct json *problems; /* {ID: [result, text]}, or NULL */
};

static struct err *
find_feedback(struct req *r, struct feedback *ret)
{
	const struct json *result = NULL, *feedback;
	struct submission_view view;
	struct err *e = NULL;

	TRY(core_submission_get(r->app->core, r->arena, r->caller, r->param[0],
	    &view));
	if (view.row->result != NULL)
		e = json_parse(r->arena, view.row->result,
		    strlen(view.row->result), &json_limits_document, &result);
	TRY(e);
	if (result != NULL && !view.sees_all)
		result = shown_by_now(r->arena, view.row->result, result);
	feedback = json_member(result, "feedback");
	ret->document = feedback;
	ret->text = json_member_string(result, "text");
	if (ret->text == NULL)
		ret->text = json_member_string(feedback, "text");
	ret->type = json_member_string(feedback, "type");
	if (ret->type == NULL)
		ret->type = "markdown";
	ret->problems = json_member(result, "problems");
	if (ret->problems != NULL && ret->problems->kind != JSON_OBJECT)
		ret->problems = NULL;
	if (ret->text == NULL && ret->document == NULL && ret->problems == NULL)
		return ERR(r->arena, ERR_NOT_FOUND,
		    "there is no feedback on it yet");
	return NULL;
}

static void
put_escaped(struct buf *b, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const names[] = { "&amp;", "&lt;", "&gt;", "&quot;",
		"&#39;" };

	for (; *text != '\0'; text++) {
		const char *found = strchr(special, *text);

		if (found != NULL)
			buf_puts(b, names[found - special]);
		else
			buf_putc(b, *text);
	}
}

/* Markdown by us, what a runner made HTML of if it is safe, else as it is. */
static struct err *
to_html(struct arena *a, const struct feedback *f, const char *id,
    const char *text, const char **ret_html)
{
	struct buf b;

	if (strcmp(f->type, "markdown") == 0)
		return markup_html(a, text, strlen(text), ret_html);
	*ret_html = shown_html(f->document, id);
	if (*ret_html != NULL)
		return NULL;
	if (*text == '\0') {
		*ret_html = "";
		return NULL;
	}
	buf_init(&b, a, 6 * strlen(text) + 32);
	buf_puts(&b, "<pre>");
	put_escaped(&b, text);
	buf_puts(&b, "</pre>\n");
	*ret_html = b.p;
	return NULL;
}

/* Item i of [result, text]; "" where nothing was said. */
static const char *
problem_item(const struct json *problem, size_t i)
{
	return problem->kind == JSON_ARRAY && problem->n == 2 &&
		problem->items[i].kind == JSON_STRING
	    ? problem->items[i].string
	    : "";
}

/* The whole, and a section for each question. */
static struct err *
put_html(struct arena *a, const struct feedback *f, struct buf *b)
{
	const char *html = NULL;

	TRY(to_html(a, f, NULL, f->text != NULL ? f->text : "", &html));
	buf_puts(b, html);
	for (size_t i = 0; f->problems != NULL && i < f->problems->n; i++) {
		const struct json_member *m = &f->problems->members[i];

		TRY(to_html(a, f, m->name, problem_item(&m->value, 1), &html));
		buf_puts(b, "<section class=\"problem ");
		put_escaped(b, problem_item(&m->value, 0));
		buf_puts(b, "\">\n<h2>");
		put_escaped(b, m->name);
		buf_printf(b, "</h2>\n%s</section>\n", html);
	}
	return NULL;
}

static struct err *
answer_html(struct req *r, const struct feedback *f)
{
	struct buf b;

	buf_init(&b, r->arena, HTML_MAX);
	TRY(put_html(r->arena, f, &b));
	if (buf_overflowed(&b))
		return ERR(r->arena, ERR_TOO_LARGE, "the feedback is too long");
	resp_header(&r->resp, "Content-Security-Policy", POLICY);
	resp_header(&r->resp, "Cache-Control", "private, no-cache");
	resp_body(&r->resp, 200, "text/html; charset=utf-8", b.p, b.n);
	return NULL;
}

static void
answer_text(struct req *r, const struct feedback *f)
{
	const char *text = f->text != NULL ? f->text : "";

	resp_header(&r->resp, "Cache-Control", "private, no-cache");
	resp_body(&r->resp, 200,
	    strcmp(f->type, "markdown") == 0 ? "text/markdown; charset=utf-8"
					     : "text/plain; charset=utf-8",
	    text, strlen(text));
}

/* As JSON: {ID: {result, text, html}}. */
static struct err *
write_problems(struct json_w *w, struct arena *a, const struct feedback *f)
{
	const char *html = NULL;

	json_w_object(w);
	for (size_t i = 0; i < f->problems->n; i++) {
		const struct json_member *m = &f->problems->members[i];

		TRY(to_html(a, f, m->name, problem_item(&m->value, 1), &html));
		json_w_key(w, m->name);
		json_w_object(w);
		json_w_key_str(w, "result", problem_item(&m->value, 0));
		json_w_key_str(w, "text", problem_item(&m->value, 1));
		json_w_key_str(w, "html", html);
		json_w_object_end(w);
	}
	json_w_object_end(w);
	return NULL;
}

static struct err *
answer_json(struct req *r, const struct feedback *f)
{
	static const char *const parts[] = { "report", "focus" };
	const char *html = NULL;
	struct reply p;

	TRY(to_html(r->arena, f, NULL, f->text != NULL ? f->text : "", &html));
	reply_begin(&p, r, 200, "feedback");
	json_w_key_str(&p.w, "type", f->type);
	json_w_key_str(&p.w, "text", f->text);
	/* Of Markdown whoever wants HTML asks for it. */
	if (strcmp(f->type, "markdown") != 0)
		json_w_key_str(&p.w, "html", html);
	if (f->problems != NULL) {
		json_w_key(&p.w, "problems");
		TRY(write_problems(&p.w, r->arena, f));
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (json_member(f->document, parts[i]) != NULL) {
			json_w_key(&p.w, parts[i]);
			json_w_value(&p.w, json_member(f->document, parts[i]));
		}
	reply_end(&p);
	return NULL;
}

struct err *
h_feedback_get(struct req *r)
{
	const char *format = query_text(&r->query, "format");
	struct feedback f = { 0 };

	if (format == NULL)
		format = "text";
	if (strcmp(format, "text") != 0 && strcmp(format, "html") != 0 &&
	    strcmp(format, "json") != 0)
		return ERR(r->arena, ERR_REQUEST,
		    "format must be text, html or json");
	TRY(find_feedback(r, &f));
	if (strcmp(format, "html") == 0)
		return answer_html(r, &f);
	if (strcmp(format, "json") == 0)
		return answer_json(r, &f);
	answer_text(r, &f);
	return NULL;
}
