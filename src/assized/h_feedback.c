/*
 * Feedback on a submission by itself, as its reader wants it: the text as it
 * was written, HTML that a page may show, or its parts as JSON.
 */
#include <string.h>

#include "assized/app.h"
#include "assized/h.h"
#include "core/view.h"
#include "markup/markup.h"

/* The HTML runs nothing, fetches nothing and submits nothing. */
#define POLICY "default-src 'none'; img-src https: data:; sandbox"

struct feedback {
	const char *type; /* "markdown", "rst", "html" */
	const char *text;
	const struct json *document; /* feedback itself, or NULL */
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
	feedback = json_member(result, "feedback");
	ret->document = feedback;
	ret->text = json_member_string(result, "text");
	if (ret->text == NULL)
		ret->text = json_member_string(feedback, "text");
	ret->type = json_member_string(feedback, "type");
	if (ret->type == NULL)
		ret->type = "markdown";
	if (ret->text == NULL && ret->document == NULL)
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

/* What is no Markdown is shown as it was written. */
static struct err *
to_html(struct arena *a, const struct feedback *f, const char **ret_html)
{
	const char *text = f->text != NULL ? f->text : "";
	struct buf b;

	if (strcmp(f->type, "markdown") == 0)
		return markup_html(a, text, strlen(text), ret_html);
	buf_init(&b, a, 6 * strlen(text) + 32);
	buf_puts(&b, "<pre>");
	put_escaped(&b, text);
	buf_puts(&b, "</pre>\n");
	*ret_html = b.p;
	return NULL;
}

static struct err *
answer_html(struct req *r, const struct feedback *f)
{
	const char *html = NULL;

	TRY(to_html(r->arena, f, &html));
	resp_header(&r->resp, "Content-Security-Policy", POLICY);
	resp_header(&r->resp, "Cache-Control", "private, no-cache");
	resp_body(&r->resp, 200, "text/html; charset=utf-8", html,
	    strlen(html));
	return NULL;
}

struct err *
h_feedback_get(struct req *r)
{
	const char *format = query_text(&r->query, "format");
	struct feedback f = { 0 };
	struct reply p;

	if (format == NULL)
		format = "text";
	if (strcmp(format, "text") != 0 && strcmp(format, "html") != 0 &&
	    strcmp(format, "json") != 0)
		return ERR(r->arena, ERR_REQUEST,
		    "format must be text, html or json");
	TRY(find_feedback(r, &f));
	if (strcmp(format, "html") == 0)
		return answer_html(r, &f);
	if (strcmp(format, "text") == 0) {
		resp_header(&r->resp, "Cache-Control", "private, no-cache");
		resp_body(&r->resp, 200,
		    strcmp(f.type, "markdown") == 0
			? "text/markdown; charset=utf-8"
			: "text/plain; charset=utf-8",
		    f.text != NULL ? f.text : "",
		    f.text != NULL ? strlen(f.text) : 0);
		return NULL;
	}
	reply_begin(&p, r, 200, "feedback");
	json_w_key_str(&p.w, "type", f.type);
	json_w_key_str(&p.w, "text", f.text);
	if (json_member(f.document, "report") != NULL) {
		json_w_key(&p.w, "report");
		json_w_value(&p.w, json_member(f.document, "report"));
	}
	if (json_member(f.document, "focus") != NULL) {
		json_w_key(&p.w, "focus");
		json_w_value(&p.w, json_member(f.document, "focus"));
	}
	reply_end(&p);
	return NULL;
}
