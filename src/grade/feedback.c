#include "grade/feedback.h"

#include <string.h>

#include "base/buf.h"

/* As they stand in the report. */
static const enum tree_category order[] = { TREE_BASE, TREE_PENALTY,
	TREE_BONUS };

static bool
has_passed(const struct feedback_test *t)
{
	return t->score >= 100;
}

static bool
shows_score(const struct feedback_general *g)
{
	return !g->has_show_score || g->show_score;
}

static bool
shows_summary(const struct feedback_general *g)
{
	return !g->has_add_report_summary || g->add_report_summary;
}

static bool
is_shown(const struct feedback_general *g, const struct feedback_test *t)
{
	return g->show_passed_tests || !has_passed(t);
}

static bool
is_any_shown(const struct feedback_general *g, const struct feedback_input *in,
    enum tree_category c)
{
	for (size_t i = 0; i < in->n[c]; i++)
		if (is_shown(g, &in->tests[c][i]))
			return true;
	return false;
}

static const char *
title_of(const struct feedback_config *config, const struct feedback_input *in)
{
	const char *title = config->general->report_title;

	return title != NULL ? title : feedback_word(in->locale, WORD_TITLE);
}

static const char *
header_of(const struct feedback_config *config, const struct feedback_input *in,
    enum tree_category c)
{
	static const enum feedback_word usual[] = { [TREE_BASE] = WORD_BASE,
		[TREE_BONUS] = WORD_BONUS,
		[TREE_PENALTY] = WORD_PENALTY };
	const struct feedback_headers none = { 0 };
	const struct feedback_headers *h = &none;

	if (config->plain != NULL && config->plain->category_headers != NULL)
		h = config->plain->category_headers;
	const char *const own[] = { [TREE_BASE] = h->base,
		[TREE_BONUS] = h->bonus,
		[TREE_PENALTY] = h->penalty };
	return own[c] != NULL ? own[c] : feedback_word(in->locale, usual[c]);
}

struct count {
	size_t total;
	size_t passed;
};

static struct count
count_tests(const struct feedback_input *in)
{
	struct count count = { 0 };

	for (int c = 0; c < TREE__MAX; c++)
		for (size_t i = 0; i < in->n[c]; i++) {
			count.total++;
			count.passed += has_passed(&in->tests[c][i]);
		}
	return count;
}

static bool
has_failed(const struct feedback_input *in, const char *name)
{
	for (int c = 0; c < TREE__MAX; c++)
		for (size_t i = 0; i < in->n[c]; i++)
			if (!has_passed(&in->tests[c][i]) &&
			    strcmp(in->tests[c][i].name, name) == 0)
				return true;
	return false;
}

static bool
is_visible(const struct feedback_resource *r, const struct feedback_input *in)
{
	if (r->n_linked_tests == 0)
		return true;
	for (size_t i = 0; i < r->n_linked_tests; i++)
		if (has_failed(in, r->linked_tests[i]))
			return true;
	return false;
}

static void
put_summary(struct buf *b, const struct feedback_input *in)
{
	struct count count = count_tests(in);

	buf_printf(b, "---\n## %s\n", feedback_word(in->locale, WORD_SUMMARY));
	if (in->template != NULL)
		buf_printf(b, "- 📋 **%s:** `%s`\n",
		    feedback_word(in->locale, WORD_TEMPLATE), in->template);
	/* Two blanks at the end: a line break. */
	buf_printf(b, "- 📊 **%s:** %zu %s  \n",
	    feedback_word(in->locale, WORD_TESTS), count.total,
	    feedback_word(in->locale, WORD_TOTAL));
	buf_printf(b, "  - ✅ %zu %s  \n", count.passed,
	    feedback_word(in->locale, WORD_PASSED));
	buf_printf(b, "  - ❌ %zu %s\n", count.total - count.passed,
	    feedback_word(in->locale, WORD_FAILED));
}

static void
put_test(struct buf *b, const struct feedback_input *in,
    const struct feedback_test *t)
{
	bool passed = has_passed(t);

	buf_printf(b, "\n### 🧪 %s %s\n", t->name, passed ? "✅" : "❌");
	if (t->files != NULL)
		buf_printf(b, "- 📁 **%s:** `%s`\n",
		    feedback_word(in->locale, WORD_FILE), t->files);
	buf_printf(b, "- %s **%s:** %.1f/100\n",
	    t->score >= 80       ? "🟢"
		: t->score >= 60 ? "🟡"
				 : "🔴",
	    feedback_word(in->locale, WORD_SCORE), t->score);
	if (t->parameters != NULL)
		buf_printf(b, "- ⚙️ **%s:** `%s`\n",
		    feedback_word(in->locale, WORD_PARAMETERS), t->parameters);
	if (t->report != NULL)
		buf_printf(b, "- 💬 **%s:** %s\n",
		    feedback_word(in->locale,
			passed ? WORD_FEEDBACK : WORD_ERROR),
		    t->report);
}

static void
put_category(struct buf *b, const struct feedback_config *config,
    const struct feedback_input *in, enum tree_category c)
{
	if (!is_any_shown(config->general, in, c))
		return;
	buf_printf(b, "\n---\n## %s\n", header_of(config, in, c));
	for (size_t i = 0; i < in->n[c]; i++)
		if (is_shown(config->general, &in->tests[c][i]))
			put_test(b, in, &in->tests[c][i]);
}

/* What would end the link's text or its target, as what it is. */
static void
put_escaped(struct buf *b, const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		if (strchr(special, *text) != NULL)
			buf_putc(b, '\\');
		buf_putc(b, *text);
	}
}

static void
put_resources(struct buf *b, const struct feedback_config *config,
    const struct feedback_input *in)
{
	const struct feedback_general *g = config->general;
	bool is_first = true;

	for (size_t i = 0; i < g->n_online_content; i++) {
		const struct feedback_resource *r = &g->online_content[i];

		if (!is_visible(r, in))
			continue;
		if (is_first)
			buf_printf(b, "\n---\n## %s\n\n",
			    feedback_word(in->locale, WORD_RESOURCES));
		is_first = false;
		buf_puts(b, "- 📘 [");
		put_escaped(b, r->description, "[]\\");
		buf_puts(b, "](");
		put_escaped(b, r->url, "()\\");
		buf_puts(b, ")\n");
	}
}

struct err *
feedback_markdown(struct arena *a, const struct feedback_config *config,
    const struct feedback_input *in, size_t max, const char **ret_text)
{
	struct buf b;

	buf_init(&b, a, max);
	buf_printf(&b, "# %s\n\n", title_of(config, in));
	if (shows_summary(config->general))
		put_summary(&b, in);
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		put_category(&b, config, in, order[i]);
	if (shows_score(config->general))
		buf_printf(&b, "\n---\n## %s\n\n> **%.2f / 100**\n",
		    feedback_word(in->locale, WORD_FINAL_SCORE),
		    tree_round(in->final));
	put_resources(&b, config, in);
	if (buf_overflowed(&b))
		return ERR_WHY(a, ERR_TOO_LARGE, "feedback over %zu bytes",
		    max);
	*ret_text = b.p;
	return NULL;
}

static void
write_test(struct json_w *w, const struct feedback_test *t)
{
	json_w_object(w);
	json_w_key_str(w, "name", t->name);
	json_w_key_f64(w, "score", tree_round(t->score));
	json_w_key_bool(w, "passed", has_passed(t));
	if (t->files != NULL)
		json_w_key_str(w, "files", t->files);
	if (t->parameters != NULL)
		json_w_key_str(w, "parameters", t->parameters);
	if (t->report != NULL)
		json_w_key_str(w, "report", t->report);
	json_w_object_end(w);
}

static void
write_categories(struct json_w *w, const struct feedback_config *config,
    const struct feedback_input *in)
{
	json_w_key(w, "categories");
	json_w_array(w);
	for (size_t k = 0; k < ARRAY_LEN(order); k++) {
		enum tree_category c = order[k];

		if (!is_any_shown(config->general, in, c))
			continue;
		json_w_object(w);
		json_w_key_str(w, "category", tree_category_name(c));
		json_w_key_str(w, "header", header_of(config, in, c));
		json_w_key(w, "tests");
		json_w_array(w);
		for (size_t i = 0; i < in->n[c]; i++)
			if (is_shown(config->general, &in->tests[c][i]))
				write_test(w, &in->tests[c][i]);
		json_w_array_end(w);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
write_resources(struct json_w *w, const struct feedback_general *g,
    const struct feedback_input *in)
{
	json_w_key(w, "resources");
	json_w_array(w);
	for (size_t i = 0; i < g->n_online_content; i++) {
		const struct feedback_resource *r = &g->online_content[i];

		if (!is_visible(r, in))
			continue;
		json_w_object(w);
		json_w_key_str(w, "url", r->url);
		json_w_key_str(w, "description", r->description);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

void
feedback_write(struct json_w *w, const struct feedback_config *config,
    const struct feedback_input *in)
{
	struct count count = count_tests(in);

	json_w_object(w);
	json_w_key_str(w, "title", title_of(config, in));
	if (shows_summary(config->general)) {
		json_w_key(w, "summary");
		json_w_object(w);
		if (in->template != NULL)
			json_w_key_str(w, "template", in->template);
		json_w_key_i64(w, "total", (int64_t)count.total);
		json_w_key_i64(w, "passed", (int64_t)count.passed);
		json_w_key_i64(w, "failed",
		    (int64_t)(count.total - count.passed));
		json_w_object_end(w);
	}
	write_categories(w, config, in);
	if (shows_score(config->general))
		json_w_key_f64(w, "final_score", tree_round(in->final));
	write_resources(w, config->general, in);
	json_w_object_end(w);
}
